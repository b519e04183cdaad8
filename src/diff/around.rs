//! Walks around the tables that stand in both texts, which are compared row by row.

use std::ops::Range;

use crate::diff::align::Budget;
use crate::diff::blocks::{self, Step};
use crate::diff::tables::{self, Pair};
use crate::model::{Block, BlockKind, Document, TableDiff};

/// What became of the tables.
#[derive(Default)]
pub(super) struct Tables {
    /// Those that differ, in the order of the new text.
    pub(super) diffs: Vec<TableDiff>,
    /// How many words came or went in rows that are only counted.
    pub(super) untold_words: usize,
}

/// The way from the old blocks to the new ones. Each table that stands in both is one place on it, and its rows are
/// the steps there.
pub(super) fn steps(
    before: &Document,
    after: &Document,
    budget: &mut Budget,
) -> (Vec<Step>, Tables) {
    let pairs = tables::pairs(before, after, budget);
    let plain = |budget: &mut Budget| blocks::steps(&before.blocks, &after.blocks, budget);
    if pairs.is_empty() {
        return (plain(budget), Tables::default());
    }
    let old = Outline::new(&before.blocks, pairs.iter().map(|pair| &pair.blocks.0));
    let new = Outline::new(&after.blocks, pairs.iter().map(|pair| &pair.blocks.1));
    let around = blocks::steps(&old.blocks, &new.blocks, budget);
    // A text that holds what stands for a table could lead astray.
    if !is_sound(&around, &old, &new) {
        return (plain(budget), Tables::default());
    }
    let mut tables = Tables::default();
    let mut rows: Vec<Vec<Step>> = Vec::with_capacity(pairs.len());
    for Pair {
        diff,
        steps,
        untold_words,
        ..
    } in pairs
    {
        tables.diffs.extend(diff);
        tables.untold_words += untold_words;
        rows.push(steps);
    }
    let mut steps = Vec::new();
    for step in around {
        match step {
            Step::Kept(_, to) if new.tables[to].is_some() => {
                steps.extend(inside(&new, to, &mut rows))
            }
            Step::Moved(_, to) if new.tables[to].is_some() => {
                let mut inside = inside(&new, to, &mut rows);
                // That a table moved is told by its headings.
                if let Some(first) = inside.first_mut()
                    && let Step::Kept(from, to) = *first
                {
                    *first = Step::Moved(from, to);
                }
                steps.extend(inside);
            }
            Step::Kept(from, to) => steps.push(Step::Kept(old.at[from], new.at[to])),
            Step::Moved(from, to) => steps.push(Step::Moved(old.at[from], new.at[to])),
            Step::Removed(at) => steps.push(Step::Removed(old.at[at])),
            Step::Added(at) => steps.push(Step::Added(new.at[at])),
            Step::Reworded(from, to, words) => {
                steps.push(Step::Reworded(old.range(&from), new.range(&to), words));
            }
        }
    }
    (steps, tables)
}

fn inside(new: &Outline, at: usize, rows: &mut [Vec<Step>]) -> Vec<Step> {
    new.tables[at]
        .map(|table| std::mem::take(&mut rows[table]))
        .unwrap_or_default()
}

/// Whether every table stands for itself on both sides, and for nothing else.
fn is_sound(steps: &[Step], old: &Outline, new: &Outline) -> bool {
    let met = steps.iter().all(|step| match step {
        Step::Kept(from, to) | Step::Moved(from, to) => old.tables[*from] == new.tables[*to],
        Step::Removed(at) => old.tables[*at].is_none(),
        Step::Added(at) => new.tables[*at].is_none(),
        Step::Reworded(from, to, _) => {
            old.tables[from.clone()].iter().all(Option::is_none)
                && new.tables[to.clone()].iter().all(Option::is_none)
        }
    });
    let standing = steps.iter().filter(|step| match step {
        Step::Kept(_, to) | Step::Moved(_, to) => new.tables[*to].is_some(),
        _ => false,
    });
    met && standing.count() == new.tables.iter().flatten().count()
}

/// The blocks of a text with one block for each table.
struct Outline {
    blocks: Vec<Block>,
    /// Where each stands in the text.
    at: Vec<usize>,
    /// The table it stands for.
    tables: Vec<Option<usize>>,
}

impl Outline {
    fn new<'a>(all: &[Block], tables: impl Iterator<Item = &'a Range<usize>>) -> Outline {
        let mut ranges: Vec<(usize, &Range<usize>)> = tables.enumerate().collect();
        ranges.sort_by_key(|(_, range)| range.start);
        let mut outline = Outline {
            blocks: Vec::new(),
            at: Vec::new(),
            tables: Vec::new(),
        };
        let mut at = 0;
        for (number, range) in ranges {
            outline.text(all, at..range.start);
            outline.blocks.push(stand_in(number));
            outline.at.push(range.start);
            outline.tables.push(Some(number));
            at = range.end;
        }
        outline.text(all, at..all.len());
        outline
    }

    fn text(&mut self, all: &[Block], range: Range<usize>) {
        for at in range {
            self.blocks.push(all[at].clone());
            self.at.push(at);
            self.tables.push(None);
        }
    }

    /// Where neighbouring blocks stand in the text.
    fn range(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.at[range.start];
        first..first + range.len()
    }
}

/// What stands for a table: something no reader reads.
fn stand_in(number: usize) -> Block {
    Block {
        kind: BlockKind::Verbatim,
        text: format!("\u{0}table {number}"),
        links: Vec::new(),
    }
}
