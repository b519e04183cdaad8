//! Tells what became of the columns and rows of a table, as structure and as steps of the text.

use crate::diff::align::Budget;
use crate::diff::blocks::Step;
use crate::diff::tables::examples::Examples;
use crate::diff::tables::find::Found;
use crate::diff::tables::grid::Both;
use crate::diff::tables::inside::{reworded, words};
use crate::diff::tables::key::Key;
use crate::diff::tables::rows::Matching;
use crate::model::{
    AlteredRow, Block, CellEdit, ColumnsChanged, KeyedRow, RowCounts, RowsMatched, TableDiff,
};

/// So many rows that differ are told one by one; the others are counted.
const MOST_TOLD: usize = 2_000;
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
enum Lot {
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
            match self.lot(row, &mut examples) {
                Lot::Same(was) => {
                    counts.same += 1;
                    told.steps.push(Step::Kept(old.block(was), new.block(row)));
                }
                Lot::Added => {
                    counts.added += 1;
                    self.added(row, &mut told);
                }
                Lot::Example(was, cells) => {
                    counts.same += 1;
                    let altered = self.altered_row(was, row, cells);
                    told.steps.push(self.reworded(&altered, blocks, budget));
                    told.diff.examples.push(altered);
                }
                Lot::Altered(was, cells) => {
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

    fn lot(&self, row: usize, examples: &mut Examples) -> Lot {
        let Some(was) = self.matching.was[row] else {
            return Lot::Added;
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
            return Lot::Altered(was, edits);
        }
        let shown = examples.of(self, was, row);
        match shown.is_empty() {
            true => Lot::Same(was),
            false => Lot::Example(was, shown),
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
