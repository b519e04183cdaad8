//! Says which column of one edition of a table is which of the next.

use std::collections::{HashMap, HashSet};

use crate::diff::tables::grid::{Both, EMPTY, Grid};

/// The share of values two columns must have in common to be one under two headings, in thousandths.
const SAME_VALUES: usize = 500;
/// The same for rows that are known to belong together, where columns hold few different values.
const SAME_CELLS: usize = 900;
/// A column of fewer different values is not known by them alone.
const TELLING: usize = 5;
/// So many rows are compared.
const SAMPLE: usize = 5_000;
/// With so many columns left over on a side, they are not compared by what they hold.
const MOST: usize = 200;

/// A heading as it is compared: its letters and digits in lower case.
pub(in crate::diff) fn folded(heading: &str) -> String {
    let letters = heading.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The columns under the same headings; of several under one heading the first goes with the first.
pub(super) fn by_heading(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let mut waiting: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, heading) in old.iter().enumerate().rev() {
        waiting.entry(folded(heading)).or_default().push(at);
    }
    let mut shared = Vec::new();
    for (at, heading) in new.iter().enumerate() {
        if let Some(was) = waiting.get_mut(&folded(heading)).and_then(Vec::pop) {
            shared.push((was, at));
        }
    }
    shared
}

/// Columns under other headings that hold mostly the same many values.
pub(super) fn by_values(
    old: &Grid,
    new: &Grid,
    left: &(Vec<usize>, Vec<usize>),
) -> Vec<(usize, usize)> {
    let values = |grid: &Grid, column: usize| -> HashSet<u32> {
        let filled = grid.column(column).filter(|cell| *cell != EMPTY);
        filled.take(SAMPLE).collect()
    };
    let many = |grid: &Grid, columns: &[usize]| -> Vec<(usize, HashSet<u32>)> {
        let each = columns
            .iter()
            .map(|column| (*column, values(grid, *column)));
        each.filter(|(_, values)| values.len() >= TELLING).collect()
    };
    if left.0.len() > MOST || left.1.len() > MOST {
        return Vec::new();
    }
    let (olds, news) = (many(old, &left.0), many(new, &left.1));
    let mut likely = Vec::new();
    for (was, before) in &olds {
        for (is, after) in &news {
            let common = before.intersection(after).count();
            let share = 1000 * common / (before.len() + after.len() - common).max(1);
            likely.push((share, *was, *is));
        }
    }
    best(likely, SAME_VALUES)
}

/// Columns under other headings that hold the same in almost all rows that belong together.
pub(super) fn by_rows(
    both: &Both,
    rows: &[(usize, usize)],
    left: &(Vec<usize>, Vec<usize>),
) -> Vec<(usize, usize)> {
    if left.0.len() > MOST || left.1.len() > MOST || rows.len() < 3 {
        return Vec::new();
    }
    let sample = &rows[..rows.len().min(SAMPLE)];
    let mut likely = Vec::new();
    for was in &left.0 {
        for is in &left.1 {
            let cells = sample
                .iter()
                .map(|(old, new)| (both.old.cell(*old, *was), both.new.cell(*new, *is)));
            let (mut same, mut filled) = (0, 0);
            for (before, after) in cells.filter(|cells| *cells != (EMPTY, EMPTY)) {
                filled += 1;
                same += usize::from(before == after);
            }
            if filled * 2 >= sample.len() {
                likely.push((1000 * same / filled.max(1), *was, *is));
            }
        }
    }
    best(likely, SAME_CELLS)
}

/// The most alike first, each column once; among equals the one nearest to where it stood.
fn best(mut likely: Vec<(usize, usize, usize)>, least: usize) -> Vec<(usize, usize)> {
    likely.retain(|(share, ..)| *share >= least);
    likely.sort_by_key(|(share, was, is)| (std::cmp::Reverse(*share), was.abs_diff(*is), *is));
    let (mut gone, mut come) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for (_, was, is) in likely {
        if !gone.contains(&was) && !come.contains(&is) {
            gone.insert(was);
            come.insert(is);
            pairs.push((was, is));
        }
    }
    pairs
}

/// The columns of either side that are not shared.
pub(super) fn left_over(
    shared: &[(usize, usize)],
    widths: (usize, usize),
) -> (Vec<usize>, Vec<usize>) {
    let (gone, come): (HashSet<usize>, HashSet<usize>) = shared.iter().copied().unzip();
    (
        (0..widths.0)
            .filter(|column| !gone.contains(column))
            .collect(),
        (0..widths.1)
            .filter(|column| !come.contains(column))
            .collect(),
    )
}
