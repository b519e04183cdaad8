//! Finds which items of two sequences stand in both, in the same order, for no more work than allowed.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Units of work one comparison of two documents may take; about three nanoseconds each at worst.
const ALLOWED: u64 = 150_000_000;

/// What may still be spent. Counted instead of timed, so that the same two texts always give the same diff.
pub(super) struct Budget {
    left: u64,
    refused: bool,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget {
            left: ALLOWED,
            refused: false,
        }
    }

    /// Takes so many units, or says that there are not so many left.
    pub(super) fn spend(&mut self, units: u64) -> bool {
        if units > self.left {
            self.refused = true;
            return false;
        }
        self.left -= units;
        true
    }

    /// Whether anything had to be refused.
    pub(super) fn is_spent(&self) -> bool {
        self.refused
    }
}

/// Items that stand in both sequences one after another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) len: usize,
}

/// The runs of equal items, ascending on both sides. Where the work would be too much, only the common beginning and end.
pub(super) fn align(old: &[u32], new: &[u32], budget: &mut Budget) -> Vec<Run> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];

    let mut runs = vec![Run {
        old: 0,
        new: 0,
        len: start,
    }];
    if budget.spend(cost(old_middle.len(), new_middle.len())) {
        runs.extend(middle(old_middle, new_middle, start));
    }
    runs.push(Run {
        old: old.len() - end,
        new: new.len() - end,
        len: end,
    });
    joined(runs)
}

fn middle(old: &[u32], new: &[u32], start: usize) -> Vec<Run> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    capture_diff_slices(Algorithm::Histogram, old, new)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => Some(Run {
                old: old_index + start,
                new: new_index + start,
                len,
            }),
            _ => None,
        })
        .collect()
}

/// Measured on random sequences with similar 3.2.1: quadratic while small, then bounded by its heuristics.
fn cost(old: usize, new: usize) -> u64 {
    let (old, new) = (old as u64, new as u64);
    (old + new) * (old * new).isqrt().min(1000)
}

/// Neighbouring runs as one, without empty ones.
pub(super) fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs.into_iter().filter(|run| run.len > 0) {
        match all.last_mut() {
            Some(last) if last.old + last.len == run.old && last.new + last.len == run.new => {
                last.len += run.len;
            }
            _ => all.push(run),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(old: &[u32], new: &[u32]) -> usize {
        let runs = align(old, new, &mut Budget::new());
        for run in &runs {
            assert_eq!(
                old[run.old..run.old + run.len],
                new[run.new..run.new + run.len]
            );
        }
        runs.iter().map(|run| run.len).sum()
    }

    #[test]
    fn equal_items_are_found_around_and_between_the_changes() {
        assert_eq!(kept(&[1, 2, 3, 4, 5], &[1, 9, 3, 4, 8, 5]), 4);
        assert_eq!(kept(&[], &[1]), 0);
        assert_eq!(kept(&[7, 7, 7], &[7, 7]), 2);
    }

    #[test]
    fn too_much_work_is_refused_and_told() {
        let old: Vec<u32> = (0..400_000).map(|n| n % 7).collect();
        let new: Vec<u32> = (0..400_000).map(|n| (n % 11) * (n % 13) % 7).collect();
        let mut budget = Budget::new();
        align(&old, &new, &mut budget);
        assert!(budget.is_spent());
    }

    #[test]
    fn a_long_text_with_one_change_costs_next_to_nothing() {
        let old: Vec<u32> = (0..400_000).collect();
        let mut new = old.clone();
        new[200_000] = 1;
        let mut budget = Budget::new();
        assert_eq!(align(&old, &new, &mut budget).len(), 2);
        assert!(!budget.is_spent());
    }
}
