//! Finds the columns that name a row.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::diff::tables::columns::folded;
use crate::diff::tables::find::is_reference;
use crate::diff::tables::grid::{Both, EMPTY, Grid};

/// The share of different values a column of references needs, in thousandths.
const TELLS_APART: usize = 800;
/// The same where both the cells and the heading say that they are references.
const REPEATED: usize = 100;
/// The share of rows that must hold one.
const FILLED: usize = 900;
/// Of so many columns, those of the most different values, the fewest are sought that tell all rows apart.
const SOUGHT: usize = 6;
/// Of so many columns that count the rows it is asked whether they were counted anew; no register has more than a few.
const MOST_COUNTERS: usize = 8;
/// So many rows are read to know what a column holds.
const SAMPLE: usize = 1_000;

/// A heading over references.
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:ref|refs|reference|id|ids|identifier|uid|urn|nic|cag|code)\b|\b(?:number|no\.?)$")
        .expect("a pattern of ours")
});

/// What names a row: shared columns by their number among the shared ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Key {
    Named(Vec<usize>),
    Reference(usize),
    Unique(Vec<usize>),
    None,
}

impl Key {
    pub(super) fn columns(&self) -> &[usize] {
        match self {
            Key::Named(columns) | Key::Unique(columns) => columns,
            Key::Reference(column) => std::slice::from_ref(column),
            Key::None => &[],
        }
    }
}

/// The columns that name a row: those told, else a reference, else the fewest that tell all rows apart.
///
/// A column that only counts the rows (`counters`) is a reference where nothing else is, unless it was counted `anew`.
pub(super) fn key(both: &Both, told: &[String], counters: &[usize], anew: &[usize]) -> Key {
    named(both, told)
        .or_else(|| reference(both, counters, anew))
        .or_else(|| unique(both, counters))
        .unwrap_or(Key::None)
}

fn named(both: &Both, told: &[String]) -> Option<Key> {
    let place = |heading: &String| {
        let wanted = folded(heading);
        let is = |(was, is): &(usize, usize)| {
            folded(&both.tables.1.columns[*is]) == wanted
                || folded(&both.tables.0.columns[*was]) == wanted
        };
        both.shared.iter().position(is)
    };
    let columns: Option<Vec<usize>> = told.iter().map(place).collect();
    columns
        .filter(|columns| !columns.is_empty())
        .map(Key::Named)
}

/// The column that looks most like references: by its cells and its heading; a mere counter only where nothing else does.
fn reference(both: &Both, counters: &[usize], anew: &[usize]) -> Option<Key> {
    let mut best: Option<(usize, usize)> = None;
    for (at, (was, is)) in both.shared.iter().enumerate() {
        let (old, new) = (Held::of(&both.old, *was), Held::of(&both.new, *is));
        if anew.contains(&at) {
            continue;
        }
        let cells = references(both, *is) >= 800;
        let heading = HEADING.is_match(&both.tables.1.columns[*is]);
        // Under one reference there may be several rows: one a release, one a dataset.
        let least = match (cells, heading) {
            (true, true) => REPEATED,
            (false, false) => continue,
            _ => TELLS_APART,
        };
        if !old.may_name(least) || !new.may_name(least) {
            continue;
        }
        let mut score = usize::from(cells) * 4 + usize::from(heading) * 3;
        score += usize::from(old.is_unique() && new.is_unique());
        score += 8 * usize::from(!counters.contains(&at));
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, at));
        }
    }
    best.map(|(_, at)| Key::Reference(at))
}

/// The share of the first cells of a new column that hold references, in thousandths.
fn references(both: &Both, column: usize) -> usize {
    let table = both.tables.1;
    let rows = table.rows.len().min(SAMPLE);
    let held = (0..rows).filter(|row| is_reference(table.cell(*row, column)));
    1000 * held.count() / rows.max(1)
}

/// How much a column tells rows apart.
struct Held {
    rows: usize,
    filled: usize,
    distinct: usize,
}

impl Held {
    fn of(grid: &Grid, column: usize) -> Held {
        let filled: Vec<u32> = grid.column(column).filter(|cell| *cell != EMPTY).collect();
        Held {
            rows: grid.len(),
            filled: filled.len(),
            distinct: filled.into_iter().collect::<HashSet<u32>>().len(),
        }
    }

    fn may_name(&self, distinct: usize) -> bool {
        self.filled * 1000 >= self.rows * FILLED && self.distinct * 1000 >= self.filled * distinct
    }

    fn is_unique(&self) -> bool {
        self.distinct == self.rows
    }
}

/// The fewest columns, up to three, that tell all rows of both editions apart; among as few those of which the most
/// values stand in both.
fn unique(both: &Both, counters: &[usize]) -> Option<Key> {
    let mut columns: Vec<(usize, usize)> = both
        .shared
        .iter()
        .enumerate()
        .filter(|(at, _)| !counters.contains(at))
        .map(|(at, (was, is))| {
            let distinct = Held::of(&both.old, *was).distinct + Held::of(&both.new, *is).distinct;
            (distinct, at)
        })
        .collect();
    columns.sort_by_key(|(distinct, at)| (std::cmp::Reverse(*distinct), *at));
    let mut columns: Vec<usize> = columns.into_iter().take(SOUGHT).map(|(_, at)| at).collect();
    columns.sort_unstable();
    for size in 1..=3 {
        let best = sets(&columns, size)
            .into_iter()
            .filter_map(|set| Some((common(both, &set)?, set)))
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((share, set)) = best
            && share >= 500
        {
            return Some(Key::Unique(set));
        }
    }
    None
}

/// The share of rows that have a counterpart by these columns, in thousandths; `None` where they do not tell all apart.
fn common(both: &Both, set: &[usize]) -> Option<usize> {
    let (was, is) = both.sides(set);
    let keys = |grid: &Grid, columns: &[usize]| -> Option<HashSet<u64>> {
        let mut seen = HashSet::with_capacity(grid.len());
        let fresh = |row| {
            grid.together(row, columns)
                .is_some_and(|key| seen.insert(key))
        };
        (0..grid.len()).all(fresh).then_some(seen)
    };
    let (old, new) = (keys(&both.old, &was)?, keys(&both.new, &is)?);
    let shared = old.intersection(&new).count();
    Some(1000 * shared / old.len().min(new.len()).max(1))
}

/// Every choice of so many of these.
fn sets(from: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in from.iter().enumerate() {
        for mut rest in sets(&from[at + 1..], size - 1) {
            rest.insert(0, *first);
            all.push(rest);
        }
    }
    all
}

/// The shared columns that only number the rows from top to bottom.
pub(super) fn counters(both: &Both) -> Vec<usize> {
    let counts = |table: &crate::diff::tables::find::Found, column: usize| {
        let number = |row: usize| last_number(table.cell(row, column));
        let rows = table.rows.len();
        let up = (1..rows)
            .filter(|row| number(*row).is_some() && number(*row) == number(row - 1).map(|n| n + 1));
        rows >= 3 && up.count() * 10 >= (rows - 1) * 9
    };
    let numbering =
        |(was, is): &(usize, usize)| counts(both.tables.0, *was) && counts(both.tables.1, *is);
    let columns = both.shared.iter().enumerate();
    columns
        .filter(|(_, pair)| numbering(pair))
        .map(|(at, _)| at)
        .collect()
}

/// The number at the end of a text such as “DRR17”, where little else stands before it.
fn last_number(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let short = digits > 0 && digits <= 9 && text.len() - digits <= 6;
    short
        .then(|| text[text.len() - digits..].parse().ok())
        .flatten()
}

/// The counters that were counted anew: more rows are the same without one of them than with all.
pub(super) fn counted_anew(both: &Both, counters: &[usize]) -> Vec<usize> {
    if counters.is_empty() {
        return Vec::new();
    }
    let all: Vec<usize> = (0..both.shared.len()).collect();
    let with = same(both, &all);
    let anew = |counter: &usize| {
        let others: Vec<usize> = all.iter().copied().filter(|at| at != counter).collect();
        same(both, &others) > with + with / 5 + 1
    };
    let counters = counters.iter().copied().take(MOST_COUNTERS);
    counters.filter(anew).collect()
}

/// How many rows hold the same in these columns, each counted once.
fn same(both: &Both, columns: &[usize]) -> usize {
    let (was, is) = both.sides(columns);
    let mut waiting: HashMap<u64, usize> = HashMap::new();
    for row in 0..both.old.len() {
        *waiting
            .entry(both.old.together(row, &was).unwrap_or_default())
            .or_default() += 1;
    }
    let mut same = 0;
    for row in 0..both.new.len() {
        let key = both.new.together(row, &is).unwrap_or_default();
        if let Some(left) = waiting.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            same += 1;
        }
    }
    same
}
