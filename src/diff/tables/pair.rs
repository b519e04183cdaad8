//! Says which table of one document is which of the next.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::diff::tables::columns::folded;
use crate::diff::tables::find::Found;

/// With so many tables left over on a side, only those under the same headings are compared row by row.
const MOST: usize = 200;
/// With no more than so many left over, tables under other headings are known by what they hold.
const FEW: usize = 10;
/// How alike tables must be, in thousandths.
const ENOUGH: usize = 500;
/// So many rows are read to learn what a table holds.
const SAMPLE: usize = 1_000;

/// The pairs by index, in the order of the new document: same place and same columns first, then the most alike.
pub(super) fn pairs(old: &[Found], new: &[Found]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut gone, mut come) = (HashSet::new(), HashSet::new());
    for with_path in [true, false] {
        let name = |table: &Found| {
            let path = if with_path {
                table.path.clone()
            } else {
                Vec::new()
            };
            (path, headings(table))
        };
        let mut waiting: HashMap<(Vec<String>, Vec<String>), VecDeque<usize>> = HashMap::new();
        for (at, table) in old.iter().enumerate().filter(|(at, _)| !gone.contains(at)) {
            waiting.entry(name(table)).or_default().push_back(at);
        }
        for (at, table) in new.iter().enumerate() {
            if come.contains(&at) {
                continue;
            }
            if let Some(was) = waiting.get_mut(&name(table)).and_then(VecDeque::pop_front) {
                gone.insert(was);
                come.insert(at);
                pairs.push((was, at));
            }
        }
    }
    let left = |tables: &[Found], taken: &HashSet<usize>| -> Vec<usize> {
        (0..tables.len()).filter(|at| !taken.contains(at)).collect()
    };
    let (olds, news) = (left(old, &gone), left(new, &come));
    if olds.len() > MOST || news.len() > MOST {
        pairs.sort_by_key(|(_, is)| *is);
        return pairs;
    }
    let few = olds.len() <= FEW && news.len() <= FEW;
    let mut likely: Vec<(usize, usize, usize)> = Vec::new();
    for was in &olds {
        for is in &news {
            let mut score = alike(&old[*was], &new[*is]);
            if few && score < ENOUGH {
                score = score.max(held_in_common(&old[*was], &new[*is]));
            }
            likely.push((score, *was, *is));
        }
    }
    likely.retain(|(score, ..)| *score >= ENOUGH);
    likely.sort_by_key(|(score, was, is)| (std::cmp::Reverse(*score), was.abs_diff(*is), *is));
    for (_, was, is) in likely {
        if !gone.contains(&was) && !come.contains(&is) {
            gone.insert(was);
            come.insert(is);
            pairs.push((was, is));
        }
    }
    pairs.sort_by_key(|(_, is)| *is);
    pairs
}

fn headings(table: &Found) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|heading| folded(heading))
        .collect()
}

/// How alike two tables are by their columns, and the place they stand in, in thousandths.
fn alike(old: &Found, new: &Found) -> usize {
    let (was, is): (HashSet<String>, HashSet<String>) = (
        headings(old).into_iter().collect(),
        headings(new).into_iter().collect(),
    );
    let shared = was.intersection(&is).count();
    let columns = 2000 * shared / (was.len() + is.len()).max(1);
    let place = if old.path == new.path { 200 } else { 0 };
    columns + place
}

/// The share of cells that two tables have in common, in thousandths; short cells stand anywhere and do not count.
fn held_in_common(old: &Found, new: &Found) -> usize {
    fn held<'a>(table: &Found<'a>) -> HashSet<&'a str> {
        let cells = table.rows.iter().take(SAMPLE).flat_map(|row| row.iter());
        cells
            .map(|cell| cell.trim())
            .filter(|cell| cell.len() > 3)
            .collect()
    }
    let (was, is) = (held(old), held(new));
    1000 * was.intersection(&is).count() / was.len().max(is.len()).max(1)
}
