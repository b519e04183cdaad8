//! Tells what became of the columns and rows of a table, as structure and as steps of the text.

use std::collections::HashSet;

use crate::diff::align::Budget;
use crate::diff::blocks::Step;
use crate::diff::tables::find::Found;
use crate::diff::tables::grid::{Both, EMPTY};
use crate::diff::tables::key::Key;
use crate::diff::tables::rows::Matching;
use crate::diff::token::Lexicon;
use crate::diff::words::{Worded, pieces};
use crate::model::{
    AlteredRow, Block, BlockKind, CellEdit, ColumnsChanged, KeyedRow, Piece, RowCounts,
    RowsMatched, TableDiff, Words,
};

/// So many rows that differ are told one by one; the others are counted.
const MOST_TOLD: usize = 2_000;
/// So many values of a column that came or went are shown with a row.
const EXAMPLES: usize = 50;
/// The longest name of a row that has no reference, in characters.
const NAME: usize = 60;

/// Everything that was found out about two editions of a table.
pub(super) struct Compared<'a> {
    pub(super) both: &'a Both<'a>,
    pub(super) key: &'a Key,
    pub(super) matching: &'a Matching,
    /// The shared columns that are compared.
    pub(super) compared: &'a [usize],
    /// The columns of either side that the other does not have.
    pub(super) left: &'a (Vec<usize>, Vec<usize>),
}

/// What became of one new row.
enum Fate {
    Same(usize),
    Altered(usize, Vec<CellEdit>),
    /// The same in all shared columns; shows values of a column that came or went.
    Example(usize, Vec<CellEdit>),
    Added,
}

/// A table told.
pub(super) struct Told {
    pub(super) diff: TableDiff,
    /// Its rows as steps, without its headings.
    pub(super) steps: Vec<Step>,
    /// How many words came or went in rows that are only counted.
    pub(super) untold_words: usize,
}

impl Compared<'_> {
    /// Tells it all.
    pub(super) fn told(&self, blocks: (&[Block], &[Block]), budget: &mut Budget) -> Told {
        let (old, new) = self.both.tables;
        let mut told = Told {
            diff: self.heading(),
            steps: Vec::with_capacity(new.rows.len()),
            untold_words: 0,
        };
        let mut counts = RowCounts {
            before: old.rows.len(),
            after: new.rows.len(),
            ..RowCounts::default()
        };
        counts.moved = self.moved();
        let gone_before = self.gone_before();
        let mut examples = Examples::default();
        for (row, gone_here) in gone_before.iter().enumerate() {
            for gone in gone_here {
                counts.removed += 1;
                self.removed(*gone, &mut told);
            }
            if row == new.rows.len() {
                break;
            }
            match self.fate(row, &mut examples) {
                Fate::Same(was) => {
                    counts.same += 1;
                    told.steps.push(Step::Kept(old.block(was), new.block(row)));
                }
                Fate::Added => {
                    counts.added += 1;
                    self.added(row, &mut told);
                }
                Fate::Example(was, cells) => {
                    counts.same += 1;
                    let altered = self.altered_row(was, row, cells);
                    told.steps.push(self.reworded(&altered, blocks, budget));
                    told.diff.examples.push(altered);
                }
                Fate::Altered(was, cells) => {
                    let altered = self.altered_row(was, row, cells);
                    if altered.key_before.is_some() {
                        counts.rekeyed += 1;
                    } else {
                        counts.altered += 1;
                    }
                    self.altered(altered, blocks, budget, &mut told);
                }
            }
        }
        told.diff.removed.sort_by_key(|row| row.block);
        told.diff.counts = counts;
        told
    }

    fn heading(&self) -> TableDiff {
        let (old, new) = self.both.tables;
        let named = |columns: &[usize]| -> Vec<String> {
            let headings = columns
                .iter()
                .map(|at| &new.columns[self.both.shared[*at].1]);
            headings.map(|heading| heading.to_owned()).collect()
        };
        let headings = |table: &Found, columns: &[usize]| -> Vec<String> {
            columns
                .iter()
                .map(|column| table.columns[*column].clone())
                .collect()
        };
        let renamed = self.both.shared.iter().filter_map(|(was, is)| {
            let (was, is) = (&old.columns[*was], &new.columns[*is]);
            (was != is).then(|| (was.clone(), is.clone()))
        });
        let counted_anew: Vec<usize> = (0..self.both.shared.len())
            .filter(|at| !self.compared.contains(at))
            .collect();
        let mut in_order = self.both.shared.clone();
        in_order.sort_by_key(|(_, is)| *is);
        TableDiff {
            path: new.path.clone(),
            columns: new.columns.clone(),
            columns_changed: ColumnsChanged {
                added: headings(new, &self.left.1),
                removed: headings(old, &self.left.0),
                renamed: renamed.collect(),
                renumbered: named(&counted_anew),
                reordered: !in_order.is_sorted_by_key(|(was, _)| *was),
            },
            matched: match self.key {
                Key::Named(columns) => RowsMatched::Named(named(columns)),
                Key::Reference(column) => RowsMatched::Reference(named(&[*column]).concat()),
                Key::Unique(columns) => RowsMatched::Unique(named(columns)),
                Key::None => RowsMatched::Likeness,
            },
            counts: RowCounts::default(),
            added: Vec::new(),
            removed: Vec::new(),
            altered: Vec::new(),
            rekeyed: Vec::new(),
            examples: Vec::new(),
        }
    }

    /// For every new row the old ones that are gone and stood before it; one place more for those at the end.
    fn gone_before(&self) -> Vec<Vec<usize>> {
        let mut places = vec![Vec::new(); self.matching.was.len() + 1];
        let mut place = self.matching.was.len();
        for (old, new) in self.matching.became.iter().enumerate().rev() {
            match new {
                Some(new) => place = *new,
                None => places[place].push(old),
            }
        }
        places.iter_mut().for_each(|gone| gone.reverse());
        places
    }

    /// How many of the rows that stand in both are out of the order they had.
    fn moved(&self) -> usize {
        let old: Vec<usize> = self.matching.was.iter().flatten().copied().collect();
        // The longest ascending run of places (patience sorting).
        let mut ends: Vec<usize> = Vec::new();
        for place in &old {
            let at = ends.partition_point(|end| end < place);
            match ends.get_mut(at) {
                Some(end) => *end = *place,
                None => ends.push(*place),
            }
        }
        old.len() - ends.len()
    }

    fn fate(&self, row: usize, examples: &mut Examples) -> Fate {
        let Some(was) = self.matching.was[row] else {
            return Fate::Added;
        };
        let (old, new) = self.both.tables;
        let differs = |at: &&usize| !self.both.agree((was, row), **at);
        let edits: Vec<CellEdit> = self
            .compared
            .iter()
            .filter(differs)
            .map(|at| {
                let (before, after) = self.both.shared[*at];
                CellEdit {
                    column: new.columns[after].clone(),
                    before: old.cell(was, before).to_owned(),
                    after: new.cell(row, after).to_owned(),
                }
            })
            .collect();
        if !edits.is_empty() {
            return Fate::Altered(was, edits);
        }
        let shown = examples.of(self, was, row);
        match shown.is_empty() {
            true => Fate::Same(was),
            false => Fate::Example(was, shown),
        }
    }

    fn altered_row(&self, was: usize, row: usize, cells: Vec<CellEdit>) -> AlteredRow {
        let (old, new) = self.both.tables;
        let key = self.key.columns();
        let rekeyed = key
            .iter()
            .any(|at| self.compared.contains(at) && !self.both.agree((was, row), *at));
        AlteredRow {
            key: self.name(new, row, false),
            key_before: rekeyed.then(|| self.name(old, was, true)),
            blocks: (old.block(was), new.block(row)),
            cells,
        }
    }

    /// What names a row: its key, else its beginning.
    fn name(&self, table: &Found, row: usize, is_old: bool) -> String {
        let side = |at: &usize| {
            let (was, is) = self.both.shared[*at];
            if is_old { was } else { is }
        };
        let keys: Vec<&str> = self
            .key
            .columns()
            .iter()
            .map(|at| table.cell(row, side(at)))
            .collect();
        let key = keys.join(" · ");
        if keys.iter().any(|key| !key.is_empty()) {
            return key;
        }
        let all = 0..table.columns.len();
        let first = all
            .map(|column| table.cell(row, column))
            .find(|cell| !cell.is_empty());
        let first = first.unwrap_or_default();
        match first.char_indices().nth(NAME) {
            Some((end, _)) => format!("{}…", first[..end].trim_end()),
            None => first.to_owned(),
        }
    }

    fn keyed(&self, table: &Found, row: usize, is_old: bool) -> KeyedRow {
        let cells = (0..table.columns.len()).map(|column| {
            let heading = table.columns[column].clone();
            (heading, table.cell(row, column).to_owned())
        });
        KeyedRow {
            key: self.name(table, row, is_old),
            block: table.block(row),
            cells: cells.filter(|(_, cell)| !cell.is_empty()).collect(),
        }
    }

    fn added(&self, row: usize, told: &mut Told) {
        let table = self.both.tables.1;
        if told.is_full() {
            told.untold_words += words(table.rows[row]);
            return;
        }
        told.diff.added.push(self.keyed(table, row, false));
        told.steps.push(Step::Added(table.block(row)));
    }

    fn removed(&self, row: usize, told: &mut Told) {
        let table = self.both.tables.0;
        if told.is_full() {
            told.untold_words += words(table.rows[row]);
            return;
        }
        told.diff.removed.push(self.keyed(table, row, true));
        told.steps.push(Step::Removed(table.block(row)));
    }

    fn altered(
        &self,
        row: AlteredRow,
        blocks: (&[Block], &[Block]),
        budget: &mut Budget,
        told: &mut Told,
    ) {
        if told.is_full() {
            let sides = row
                .cells
                .iter()
                .flat_map(|cell| [&cell.before, &cell.after]);
            told.untold_words += sides
                .map(|text| text.split_whitespace().count())
                .sum::<usize>();
            return;
        }
        told.steps.push(self.reworded(&row, blocks, budget));
        match row.key_before {
            Some(_) => told.diff.rekeyed.push(row),
            None => told.diff.altered.push(row),
        }
    }

    /// The row with the words inside: cell by cell where the columns stand as they stood.
    fn reworded(
        &self,
        row: &AlteredRow,
        blocks: (&[Block], &[Block]),
        budget: &mut Budget,
    ) -> Step {
        let (old, new) = row.blocks;
        let words = reworded(&blocks.0[old], &blocks.1[new], budget);
        Step::Reworded(old..old + 1, new..new + 1, words)
    }
}

impl Told {
    fn is_full(&self) -> bool {
        let diff = &self.diff;
        diff.added.len() + diff.removed.len() + diff.altered.len() + diff.rekeyed.len() >= MOST_TOLD
    }
}

/// The words of a row, with the marks between its cells.
fn words(row: &[String]) -> usize {
    let words: usize = row.iter().map(|cell| cell.split_whitespace().count()).sum();
    words + row.len().saturating_sub(1)
}

/// The words of two rows, cell by cell where both have as many cells.
pub(super) fn reworded(old: &Block, new: &Block, budget: &mut Budget) -> Vec<Words> {
    let mut lexicon = Lexicon::default();
    if let (BlockKind::Row(was, _), BlockKind::Row(is, _)) = (&old.kind, &new.kind)
        && was.len() == is.len()
        && was.join(" | ") == old.text
        && is.join(" | ") == new.text
    {
        let mut all: Vec<Words> = Vec::new();
        for (at, (was, is)) in was.iter().zip(is).enumerate() {
            if at > 0 {
                push(&mut all, Piece::Kept, " | ".to_owned());
            }
            if was == is {
                push(&mut all, Piece::Kept, was.clone());
                continue;
            }
            let (was, is) = (
                Worded::new(was, &mut lexicon),
                Worded::new(is, &mut lexicon),
            );
            for words in pieces(&was, &is, budget) {
                push(&mut all, words.piece, words.text);
            }
        }
        return all;
    }
    let (was, is) = (
        Worded::new(&old.text, &mut lexicon),
        Worded::new(&new.text, &mut lexicon),
    );
    pieces(&was, &is, budget)
}

fn push(all: &mut Vec<Words>, piece: Piece, text: String) {
    match all.last_mut().filter(|last| last.piece == piece) {
        Some(last) => last.text.push_str(&text),
        None if text.is_empty() => {}
        None => all.push(Words { piece, text }),
    }
}

/// The values of columns that came or went which have been shown with a row.
#[derive(Default)]
struct Examples {
    shown: HashSet<(bool, usize, u32)>,
}

impl Examples {
    /// The cells of this row in columns that came or went, where no row before it showed the same value.
    fn of(&mut self, compared: &Compared, was: usize, row: usize) -> Vec<CellEdit> {
        let (old, new) = compared.both.tables;
        let mut cells = Vec::new();
        for column in &compared.left.0 {
            if self.is_fresh(true, *column, compared.both.old.cell(was, *column)) {
                cells.push(CellEdit {
                    column: old.columns[*column].clone(),
                    before: old.cell(was, *column).to_owned(),
                    after: String::new(),
                });
            }
        }
        for column in &compared.left.1 {
            if self.is_fresh(false, *column, compared.both.new.cell(row, *column)) {
                cells.push(CellEdit {
                    column: new.columns[*column].clone(),
                    before: String::new(),
                    after: new.cell(row, *column).to_owned(),
                });
            }
        }
        cells
    }

    fn is_fresh(&mut self, is_old: bool, column: usize, value: u32) -> bool {
        let shown = self
            .shown
            .iter()
            .filter(|(old, of, _)| (*old, *of) == (is_old, column))
            .count();
        value != EMPTY && shown < EXAMPLES && self.shown.insert((is_old, column, value))
    }
}
