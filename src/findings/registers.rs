//! What the rows of registers say: new recipients, terms that turned, ends moved, old rows altered, rows gone.

mod both;
mod days;
mod ends;
mod headings;
mod lasting;
mod recipients;
mod terms;

use chrono::NaiveDate;

use crate::findings::Step;
use crate::model::{AlteredRow, CellEdit, Finding, Kind, Quoted, TableDiff};
use crate::prose::cut;
use crate::rulebook::Book;

/// So many rows are quoted for one finding, each so long.
const QUOTED: usize = 5;
const QUOTE: usize = 300;
/// So many rows are named for one finding.
const NAMED: usize = 40;
/// The longest cell, and the longest heading or key, in a sentence.
const CELL: usize = 80;
const NAME: usize = 120;

/// The findings about tables that stand in both documents.
pub(super) fn judge(step: &Step, day: NaiveDate) -> Vec<Finding> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return Vec::new();
    };
    let book = step.book;
    let mut findings = Vec::new();
    for table in step.diff.tables.iter().filter(|table| !table.is_empty()) {
        findings.extend(terms::judge(book, table));
        if step.watch.reading.kind == Kind::Register || table.has_references() {
            findings.extend(recipients::judge(book, table, before, after));
            findings.extend(ends::judge(book, table, day));
            findings.extend(both::judge(book, table, before, after));
            findings.extend(lasting::judge(book, table, before, day));
        }
    }
    findings
}

/// Rows of which cells are other ones than before, under whatever key.
fn altered(table: &TableDiff) -> impl Iterator<Item = &AlteredRow> {
    table.altered.iter().chain(&table.rekeyed)
}

/// One cell that is another one than before, with its row.
#[derive(Clone, Copy)]
struct Cell<'a> {
    row: &'a AlteredRow,
    edit: &'a CellEdit,
}

/// The altered cells under headings like these.
fn cells(table: &TableDiff, about: impl Fn(&str) -> bool) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    for row in altered(table) {
        let edits = row.cells.iter().filter(|edit| about(&edit.column));
        cells.extend(edits.map(|edit| Cell { row, edit }));
    }
    cells
}

/// A finding about altered cells, both sides quoted; `None` where there are none.
fn about_cells(book: &Book, id: &str, why: String, cells: &[Cell]) -> Finding {
    let side = |of: fn(&CellEdit) -> &String| {
        let said = |cell: &Cell| {
            quote(
                &cell.row.key,
                &[(cell.edit.column.clone(), of(cell.edit).clone())],
            )
        };
        joined(cells.iter().map(said))
    };
    let blocks = cells.iter().map(|cell| cell.row.blocks);
    Finding {
        why,
        names: names(cells.iter().map(|cell| cell.row.key.as_str())),
        before: side(|edit| &edit.before),
        after: side(|edit| &edit.after),
        stands: Quoted {
            before: places(blocks.clone().map(|(before, _)| before)),
            after: places(blocks.map(|(_, after)| after)),
        },
        ..book.rule(id).finding()
    }
}

/// “Opt outs applied” of DARS-NIC-2 was “Yes” and is “No”.
fn was_and_is(cell: &Cell) -> String {
    format!(
        "“{}” of {} was “{}” and is “{}”.",
        cut(&cell.edit.column, NAME),
        cut(&cell.row.key, NAME),
        cut(&cell.edit.before, CELL),
        cut(&cell.edit.after, CELL)
    )
}

/// " So it is in 3 other rows."; nothing where there is no other.
fn so_in_others(all: usize) -> String {
    match all {
        0 | 1 => String::new(),
        2 => " So it is in 1 other row.".to_owned(),
        many => format!(" So it is in {} other rows.", many - 1),
    }
}

/// A row in one line.
fn quote(key: &str, cells: &[(String, String)]) -> String {
    let mut said: Vec<String> = Vec::new();
    if !cells.iter().any(|(_, cell)| cell == key) {
        said.push(key.to_owned());
    }
    said.extend(
        cells
            .iter()
            .map(|(heading, cell)| match heading.is_empty() {
                true => cell.clone(),
                false => format!("{heading}: {cell}"),
            }),
    );
    cut(&said.join(" · "), QUOTE)
}

/// The first rows as one quote.
fn joined(rows: impl Iterator<Item = String>) -> Option<String> {
    let said: Vec<String> = rows.take(QUOTED).collect();
    (!said.is_empty()).then(|| said.join(" … "))
}

/// The first blocks, each once: those of the rows that are quoted.
fn places(blocks: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for block in blocks.take(QUOTED) {
        if !places.contains(&block) {
            places.push(block);
        }
    }
    places
}

fn names<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    keys.take(NAMED).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
