//! Recipients, and recipients with what they receive, that are new in a register.

use std::collections::{HashMap, HashSet};

use crate::diff::tables;
use crate::findings::registers::headings::{is_dataset, is_recipient};
use crate::findings::registers::{NAME, altered, joined, names, places, quote};
use crate::model::{AlteredRow, BlockKind, Document, Finding, Quoted, TableDiff};
use crate::prose::{cut, fold, listed, same_but_spelling};
use crate::rulebook::Book;

/// So many names in one cell are told apart.
const IN_A_CELL: usize = 40;

/// A row that came, or in which a recipient or a dataset is another one, as it stands.
struct Row {
    key: String,
    block: usize,
    cells: Vec<(String, String)>,
}

/// Recipients, and recipients with a dataset, that stood in no table before.
pub(super) fn judge(
    book: &Book,
    table: &TableDiff,
    before: &Document,
    after: &Document,
) -> Vec<Finding> {
    if !table.columns.iter().any(|heading| is_recipient(heading)) {
        return Vec::new();
    }
    let rows = rows_now(table, after);
    if rows.is_empty() {
        return Vec::new();
    }
    let Some(mut known) = Known::of(before) else {
        return Vec::new();
    };
    let (mut new, mut together) = (Vec::new(), Vec::new());
    let mut come: HashSet<String> = HashSet::new();
    for row in &rows {
        let (who, what) = parties(&row.cells);
        for name in &who {
            let party = known.cells.folded(name);
            if known.recipients.insert(party.clone()) {
                come.insert(party.clone());
                new.push((vec![(*name).to_owned()], row));
            }
            for set in &what {
                let pair = (party.clone(), known.cells.folded(set));
                // A new recipient is new with whatever it receives; that is said once.
                if known.pairs.insert(pair) && !come.contains(&party) {
                    together.push((vec![(*name).to_owned(), (*set).to_owned()], row));
                }
            }
        }
    }
    let found = [recipients(book, &new), pairs(book, &together)];
    found.into_iter().flatten().collect()
}

fn recipients(book: &Book, new: &[(Vec<String>, &Row)]) -> Option<Finding> {
    let named: Vec<String> = new.iter().map(|(names, _)| names[0].clone()).collect();
    let are = if named.len() == 1 { "is" } else { "are" };
    let shown: Vec<String> = named.iter().map(|name| cut(name, NAME)).collect();
    let why = format!("{} {are} new in this table.", listed(&shown, 4));
    let names = names(named.iter().map(String::as_str));
    (!new.is_empty()).then(|| found(book, "register-recipient", why, names, new))
}

fn pairs(book: &Book, together: &[(Vec<String>, &Row)]) -> Option<Finding> {
    let (names, _) = together.first()?;
    let more = match together.len() {
        1 => String::new(),
        2 => " So is 1 other pair.".to_owned(),
        many => format!(" So are {} other pairs.", many - 1),
    };
    let why = format!(
        "“{}” with “{}” is new in this table.{more}",
        cut(&names[0], NAME),
        cut(&names[1], NAME)
    );
    Some(found(book, "register-pair", why, names.clone(), together))
}

fn found(
    book: &Book,
    id: &str,
    why: String,
    names: Vec<String>,
    rows: &[(Vec<String>, &Row)],
) -> Finding {
    let mut seen = HashSet::new();
    let rows: Vec<&Row> = rows
        .iter()
        .map(|(_, row)| *row)
        .filter(|row| seen.insert(row.block))
        .collect();
    Finding {
        why,
        names,
        after: joined(rows.iter().map(|row| quote(&row.key, &row.cells))),
        stands: Quoted {
            before: Vec::new(),
            after: places(rows.iter().map(|row| row.block)),
        },
        ..book.rule(id).finding()
    }
}

/// Who stood in a document before, and with what.
struct Known {
    recipients: HashSet<String>,
    pairs: HashSet<(String, String)>,
    cells: Folded,
}

impl Known {
    /// `None` where no table names recipients.
    fn of(document: &Document) -> Option<Known> {
        let mut known = Known {
            recipients: HashSet::new(),
            pairs: HashSet::new(),
            cells: Folded::default(),
        };
        for table in tables::found(document) {
            let places = |is: fn(&str) -> bool| -> Vec<usize> {
                let all = 0..table.columns.len();
                all.filter(|column| is(&table.columns[*column])).collect()
            };
            let (who, what) = (places(is_recipient), places(is_dataset));
            if who.is_empty() {
                continue;
            }
            for row in 0..table.rows.len() {
                let held = |columns: &[usize], cells: &mut Folded| -> Vec<String> {
                    let cells_of = columns.iter().map(|column| table.cell(row, *column));
                    let parts = cells_of.flat_map(parts);
                    parts.map(|part| cells.folded(part)).collect()
                };
                let sets = held(&what, &mut known.cells);
                for party in held(&who, &mut known.cells) {
                    let with = sets.iter().map(|set| (party.clone(), set.clone()));
                    known.pairs.extend(with);
                    known.recipients.insert(party);
                }
            }
        }
        (!known.recipients.is_empty()).then_some(known)
    }
}

/// Names as they are compared. A register says the same few over and over.
#[derive(Default)]
pub(super) struct Folded(HashMap<String, String>);

impl Folded {
    /// Without case, marks and the ways to write a company's form.
    pub(super) fn folded(&mut self, name: &str) -> String {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let folded = fold(name).replace('&', " and ").replace(['\'', '’'], "");
        let words = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| match word {
                "ltd" => "limited",
                "co" => "company",
                "univ" => "university",
                word => word,
            });
        let mut words: Vec<&str> = words.collect();
        if words.len() > 1 && words[0] == "the" {
            words.remove(0);
        }
        let folded = words.join(" ");
        self.0.insert(name.to_owned(), folded.clone());
        folded
    }
}

/// The names in a cell, which may hold several.
pub(super) fn parts(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split([';', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty()).take(IN_A_CELL)
}

/// Whom a row names as recipients and what it names as received, as they stand.
pub(super) fn parties(cells: &[(String, String)]) -> (Vec<&str>, Vec<&str>) {
    let held = |is: fn(&str) -> bool| -> Vec<&str> {
        let about = cells.iter().filter(|(heading, _)| is(heading));
        about.flat_map(|(_, cell)| parts(cell)).collect()
    };
    (held(is_recipient), held(is_dataset))
}

/// The rows that came, or in which a name is another one, with their cells as they stand.
fn rows_now(table: &TableDiff, after: &Document) -> Vec<Row> {
    let renamed = |row: &&AlteredRow| {
        row.cells.iter().any(|edit| {
            (is_recipient(&edit.column) || is_dataset(&edit.column))
                && !same_but_spelling(&fold(&edit.before), &fold(&edit.after))
        })
    };
    let added = table.added.iter().map(|row| Row {
        key: row.key.clone(),
        block: row.block,
        cells: row.cells.clone(),
    });
    let other = altered(table).filter(renamed).map(|row| Row {
        key: row.key.clone(),
        block: row.blocks.1,
        cells: cells_at(table, after, row.blocks.1),
    });
    added.chain(other).collect()
}

/// The cells of a row as it stands, with the headings of their columns.
pub(super) fn cells_at(table: &TableDiff, after: &Document, block: usize) -> Vec<(String, String)> {
    let cells = match after.blocks.get(block).map(|block| &block.kind) {
        Some(BlockKind::Row(cells, _)) => cells.as_slice(),
        _ => &[],
    };
    let named = table.columns.iter().cloned().zip(cells.iter().cloned());
    named.filter(|(_, cell)| !cell.is_empty()).collect()
}
