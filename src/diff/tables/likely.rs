//! Matches rows by the cells they share, rare ones counting more.

use std::collections::{HashMap, HashSet};

use crate::diff::tables::grid::{Both, EMPTY};

/// The share of weight that rows must have in common to be one row that was altered.
pub(super) const LIKELY: f32 = 0.5;
/// The same for a row under another reference.
pub(super) const SURE: f32 = 0.7;
/// A cell that so many of the rows left over hold leads to none of them.
const COMMON: usize = 64;
/// So many rows are weighed for one row.
const WEIGHED: usize = 256;
/// A cell that no more rows than this hold, in both editions together, tells a row under another reference.
const RARE: u32 = 4;

/// A row left over: its cells in the columns that count, with the weight of each and how many rows hold it.
struct Left {
    row: usize,
    cells: Vec<(u32, f32, u32)>,
    weight: f32,
}

/// The likeliest pairs among the rows left over, each row once.
pub(super) fn pairs(
    both: &Both,
    columns: &[usize],
    (old, new): (&[usize], &[usize]),
    least: f32,
) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() || columns.is_empty() {
        return Vec::new();
    }
    let (old, new) = weighed(both, columns, old, new);
    let mut index: HashMap<(usize, u32), Vec<usize>> = HashMap::new();
    for (place, row) in new.iter().enumerate() {
        for (at, (cell, ..)) in row
            .cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| cell.0 != EMPTY)
        {
            index.entry((at, *cell)).or_default().push(place);
        }
    }
    let mut found: Vec<(f32, usize, usize)> = Vec::new();
    for was in &old {
        for place in candidates(was, &index) {
            let is = &new[place];
            let (share, rare) = likeness(was, is);
            if share >= least && (least < SURE || rare) {
                found.push((share, was.row, is.row));
            }
        }
    }
    found.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then((a.1.abs_diff(a.2), a.2).cmp(&(b.1.abs_diff(b.2), b.2)))
    });
    let (mut gone, mut come) = (HashSet::new(), HashSet::new());
    found.retain(|(_, was, is)| {
        let free = !gone.contains(was) && !come.contains(is);
        if free {
            gone.insert(*was);
            come.insert(*is);
        }
        free
    });
    found.into_iter().map(|(_, was, is)| (was, is)).collect()
}

/// The rows that share a cell few rows hold, by way of the rarest cells first.
fn candidates(row: &Left, index: &HashMap<(usize, u32), Vec<usize>>) -> Vec<usize> {
    let mut ways: Vec<&Vec<usize>> = row
        .cells
        .iter()
        .enumerate()
        .filter_map(|(at, (cell, ..))| index.get(&(at, *cell)))
        .filter(|way| way.len() <= COMMON)
        .collect();
    ways.sort_by_key(|way| way.len());
    let mut seen = HashSet::new();
    let places = ways.into_iter().flatten().copied();
    places
        .filter(|place| seen.insert(*place))
        .take(WEIGHED)
        .collect()
}

/// The weight two rows share, and whether a rare cell is in it.
fn likeness(was: &Left, is: &Left) -> (f32, bool) {
    let (mut shared, mut rare) = (0.0, false);
    for (old, new) in was.cells.iter().zip(&is.cells) {
        if old.0 == new.0 && old.0 != EMPTY {
            shared += old.1;
            rare |= old.2 <= RARE;
        }
    }
    let all = was.weight + is.weight;
    let share = if all > 0.0 { 2.0 * shared / all } else { 0.0 };
    (share, rare)
}

/// The rows with the weight of each cell: the fewer rows of both editions hold it, the more.
fn weighed(both: &Both, columns: &[usize], old: &[usize], new: &[usize]) -> (Vec<Left>, Vec<Left>) {
    let empty = |row: &usize| Left {
        row: *row,
        cells: Vec::with_capacity(columns.len()),
        weight: 0.0,
    };
    let mut olds: Vec<Left> = old.iter().map(empty).collect();
    let mut news: Vec<Left> = new.iter().map(empty).collect();
    let rows = (both.old.len() + both.new.len()) as f32;
    for (was, is) in columns.iter().map(|at| both.shared[*at]) {
        let mut held: HashMap<u32, u32> = HashMap::new();
        for cell in both.old.column(was).chain(both.new.column(is)) {
            *held.entry(cell).or_default() += 1;
        }
        let weigh = |left: &mut Left, cell: u32| {
            let often = held.get(&cell).copied().unwrap_or(1);
            let weight = if cell == EMPTY {
                0.0
            } else {
                0.2 + (rows / often as f32).ln()
            };
            left.cells.push((cell, weight, often));
            left.weight += weight;
        };
        for left in &mut olds {
            weigh(left, both.old.cell(left.row, was));
        }
        for left in &mut news {
            weigh(left, both.new.cell(left.row, is));
        }
    }
    (olds, news)
}
