//! Matches the rows of two editions of a table: by key, then by what they hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diff::tables::grid::{Both, Grid};
use crate::diff::tables::key::Key;
use crate::diff::tables::likely;

/// Rows of one key beyond so many on a side are matched in order.
const MANY: usize = 64;

/// Which old row is which new one.
#[derive(Default)]
pub(super) struct Matching {
    /// For every old row, its new one.
    pub(super) became: Vec<Option<usize>>,
    /// For every new row, its old one.
    pub(super) was: Vec<Option<usize>>,
}

impl Matching {
    fn take(&mut self, old: usize, new: usize) {
        self.became[old] = Some(new);
        self.was[new] = Some(old);
    }

    fn left(side: &[Option<usize>]) -> Vec<usize> {
        let rows = side.iter().enumerate();
        rows.filter(|(_, other)| other.is_none())
            .map(|(row, _)| row)
            .collect()
    }

    /// The pairs, in the order of the new rows.
    pub(super) fn pairs(&self) -> Vec<(usize, usize)> {
        let rows = self.was.iter().enumerate();
        rows.filter_map(|(new, old)| old.map(|old| (old, new)))
            .collect()
    }
}

/// Matches rows by their key, then what is left by likeness. `compared` are the shared columns that count.
pub(super) fn matched(both: &Both, key: &Key, compared: &[usize]) -> Matching {
    let mut matching = Matching {
        became: vec![None; both.old.len()],
        was: vec![None; both.new.len()],
    };
    let named = !key.columns().is_empty();
    if named {
        by_key(both, key.columns(), compared, &mut matching);
    }
    // A row under another reference is known by everything else.
    let strict = matches!(key, Key::Named(_) | Key::Reference(_));
    let columns: Vec<usize> = match strict {
        true => compared
            .iter()
            .copied()
            .filter(|at| !key.columns().contains(at))
            .collect(),
        false => compared.to_vec(),
    };
    same(both, &columns, strict, &mut matching);
    let (old, new) = (
        Matching::left(&matching.became),
        Matching::left(&matching.was),
    );
    let least = if strict { likely::SURE } else { likely::LIKELY };
    for (was, is) in likely::pairs(both, &columns, (&old, &new), least) {
        matching.take(was, is);
    }
    matching
}

fn by_key(both: &Both, key: &[usize], compared: &[usize], matching: &mut Matching) {
    let (was, is) = both.sides(key);
    let mut groups: BTreeMap<u64, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for row in 0..both.old.len() {
        if let Some(key) = both.old.together(row, &was) {
            groups.entry(key).or_default().0.push(row);
        }
    }
    for row in 0..both.new.len() {
        if let Some(key) = both.new.together(row, &is) {
            groups.entry(key).or_default().1.push(row);
        }
    }
    for (old, new) in groups.into_values() {
        match (&old[..], &new[..]) {
            ([old], [new]) => matching.take(*old, *new),
            ([], _) | (_, []) => {}
            _ => within(both, compared, (old, new), matching),
        }
    }
}

/// Rows of one key: those that hold the same go together, then those that agree in the most cells.
fn within(
    both: &Both,
    compared: &[usize],
    (old, new): (Vec<usize>, Vec<usize>),
    matching: &mut Matching,
) {
    let (was, is) = both.sides(compared);
    let mut waiting: HashMap<Option<u64>, Vec<usize>> = HashMap::new();
    for row in old.iter().rev() {
        waiting
            .entry(both.old.together(*row, &was))
            .or_default()
            .push(*row);
    }
    for row in &new {
        let same = waiting.get_mut(&both.new.together(*row, &is));
        if let Some(was) = same.and_then(Vec::pop) {
            matching.take(was, *row);
        }
    }
    let old: Vec<usize> = old
        .into_iter()
        .filter(|row| matching.became[*row].is_none())
        .collect();
    let new: Vec<usize> = new
        .into_iter()
        .filter(|row| matching.was[*row].is_none())
        .collect();
    if old.len() > MANY || new.len() > MANY {
        old.into_iter()
            .zip(new)
            .for_each(|(old, new)| matching.take(old, new));
        return;
    }
    let mut likely = Vec::with_capacity(old.len() * new.len());
    for was in &old {
        for is in &new {
            let agree = compared
                .iter()
                .filter(|at| both.agree((*was, *is), **at))
                .count();
            likely.push((std::cmp::Reverse(agree), *is, *was));
        }
    }
    likely.sort_unstable();
    for (_, is, was) in likely {
        if matching.became[was].is_none() && matching.was[is].is_none() {
            matching.take(was, is);
        }
    }
}

/// Rows left over that hold the same in all these columns. Where they are `strict`ly to be known by them, nothing else
/// in either edition may hold that.
fn same(both: &Both, columns: &[usize], strict: bool, matching: &mut Matching) {
    if columns.is_empty() {
        return;
    }
    let (was, is) = both.sides(columns);
    let mut waiting: HashMap<u64, Vec<usize>> = HashMap::new();
    let common = if strict {
        twice(both, &was, &is)
    } else {
        HashSet::new()
    };
    for row in Matching::left(&matching.became).into_iter().rev() {
        if let Some(key) = both
            .old
            .together(row, &was)
            .filter(|key| !common.contains(key))
        {
            waiting.entry(key).or_default().push(row);
        }
    }
    for row in Matching::left(&matching.was) {
        let key = both.new.together(row, &is);
        if let Some(old) = key.and_then(|key| waiting.get_mut(&key)).and_then(Vec::pop) {
            matching.take(old, row);
        }
    }
}

/// What more than one row of an edition holds.
fn twice(both: &Both, was: &[usize], is: &[usize]) -> HashSet<u64> {
    let mut common = HashSet::new();
    let mut note = |grid: &Grid, columns: &[usize]| {
        let mut seen = HashSet::new();
        for key in (0..grid.len()).filter_map(|row| grid.together(row, columns)) {
            if !seen.insert(key) {
                common.insert(key);
            }
        }
    };
    note(&both.old, was);
    note(&both.new, is);
    common
}
