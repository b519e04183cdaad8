//! Compares tables row by row: which rows came, went, were altered or stand under another key.

pub(in crate::diff) mod columns;
mod examples;
mod find;
mod grid;
mod inside;
mod key;
mod likely;
mod pair;
mod rows;
mod tell;

use std::ops::Range;

use crate::diff::align::Budget;
use crate::diff::blocks::Step;
use crate::diff::tables::grid::{Both, Grid, Ink};
use crate::diff::tables::tell::Compared;
use crate::model::{Block, Document, Table, TableDiff};

pub use crate::diff::tables::find::Found;

/// The tables of a document, in order, without copying their cells.
pub fn found(document: &Document) -> Vec<Found<'_>> {
    find::tables(&document.blocks)
}

/// The tables of a document, in order.
pub fn of(document: &Document) -> Vec<Table> {
    find::tables(&document.blocks)
        .iter()
        .map(Found::owned)
        .collect()
}

/// A table that stands in both documents.
pub(super) struct Pair {
    /// The blocks it takes in either.
    pub(super) blocks: (Range<usize>, Range<usize>),
    /// What differs; `None` where nothing does.
    pub(super) diff: Option<TableDiff>,
    /// Its blocks as steps.
    pub(super) steps: Vec<Step>,
    /// How many words came or went in rows that are only counted.
    pub(super) untold_words: usize,
}

/// The tables that stand in both documents, in the order of the new one.
pub(super) fn pairs(before: &Document, after: &Document, budget: &mut Budget) -> Vec<Pair> {
    let (old, new) = (find::tables(&before.blocks), find::tables(&after.blocks));
    let pairs = pair::pairs(&old, &new).into_iter();
    let blocks = (&before.blocks[..], &after.blocks[..]);
    pairs
        .map(|(was, is)| compare(&old[was], &new[is], &after.rows_by, blocks, budget))
        .collect()
}

fn compare(
    old: &Found,
    new: &Found,
    rows_by: &[String],
    blocks: (&[Block], &[Block]),
    budget: &mut Budget,
) -> Pair {
    let mut pair = Pair {
        blocks: (old.blocks(), new.blocks()),
        diff: None,
        steps: vec![headings(old, new, blocks, budget)],
        untold_words: 0,
    };
    if old.columns == new.columns && old.rows == new.rows {
        let rows = 0..new.rows.len();
        pair.steps
            .extend(rows.map(|row| Step::Kept(old.block(row), new.block(row))));
        return pair;
    }
    let mut ink = Ink::new();
    let mut both = Both {
        tables: (old, new),
        old: Grid::new(old, &mut ink),
        new: Grid::new(new, &mut ink),
        shared: columns::by_heading(&old.columns, &new.columns),
    };
    let widths = (old.columns.len(), new.columns.len());
    let left = columns::left_over(&both.shared, widths);
    let found = columns::by_values(&both.old, &both.new, &left);
    both.share(found);
    let counters = key::counters(&both);
    let anew = key::counted_anew(&both, &counters);
    let mut compared: Vec<usize> = (0..both.shared.len())
        .filter(|at| !anew.contains(at))
        .collect();
    let key = key::key(&both, rows_by, &counters, &anew);
    let matching = rows::matched(&both, &key, &compared);
    let left = columns::left_over(&both.shared, widths);
    let found = columns::by_rows(&both, &matching.pairs(), &left);
    compared.extend(both.shared.len()..both.shared.len() + found.len());
    both.shared.extend(found);
    let told = Compared {
        both: &both,
        key: &key,
        matching: &matching,
        compared: &compared,
        left: &columns::left_over(&both.shared, widths),
    }
    .told(blocks, budget);
    pair.steps.extend(told.steps);
    pair.untold_words = told.untold_words;
    let differs = !told.diff.is_empty() || told.diff.counts.moved > 0;
    pair.diff = differs.then_some(told.diff);
    pair
}

fn headings(old: &Found, new: &Found, blocks: (&[Block], &[Block]), budget: &mut Budget) -> Step {
    let (was, is) = (old.header, new.header);
    if blocks.0[was].text == blocks.1[is].text {
        return Step::Kept(was, is);
    }
    let words = inside::reworded(&blocks.0[was], &blocks.1[is], budget);
    Step::Reworded(was..was + 1, is..is + 1, words)
}

#[cfg(test)]
mod laws;
