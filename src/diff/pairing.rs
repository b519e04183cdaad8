//! Pairs the blocks that went with the blocks that came in the same place, where one is a rewording of the other.

use std::collections::HashMap;

use crate::diff::align::Budget;
use crate::diff::likeness::{Candidate, likeness};

/// Up to so many pairs every old block is compared with every new one; beyond, only those that share rare words.
const EVERY_PAIR: usize = 4096;

/// What looking for rare words costs a block, in units of the budget.
const VOTE: u64 = 300;

/// Alike enough to be a rewording, in thousandths.
const ALIKE: u32 = 450;

/// The same for the only block that went and the only one that came between unchanged neighbours.
const ALIKE_ALONE: u32 = 250;

/// The same for a block that stands elsewhere now: there the words are all there is to know it by.
const ALIKE_ELSEWHERE: u32 = 800;

/// So much must the words of such a block weigh.
const HEAVY: u32 = 28;

/// Pairs of places in `old` and `new` whose blocks are almost the same, in any order, ascending by the new.
pub(super) fn reunited(
    old: &[Candidate],
    new: &[Candidate],
    budget: &mut Budget,
) -> Vec<(usize, usize)> {
    let mut scored = scored(old, new, ALIKE_ELSEWHERE, budget);
    scored.retain(|(i, j, _)| old[*i].weight.min(new[*j].weight) >= HEAVY);
    scored.sort_unstable_by_key(|(i, j, score)| (std::cmp::Reverse(*score), *j, *i));
    let (mut old_taken, mut new_taken) = (vec![false; old.len()], vec![false; new.len()]);
    let mut pairs = Vec::new();
    for (i, j, _) in scored {
        if !old_taken[i] && !new_taken[j] {
            (old_taken[i], new_taken[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable_by_key(|(_, j)| *j);
    pairs
}

/// Pairs of places in `old` and `new`, ascending on both sides.
pub(super) fn pairs(
    old: &[Candidate],
    new: &[Candidate],
    budget: &mut Budget,
) -> Vec<(usize, usize)> {
    let alone = old.len() == 1 && new.len() == 1;
    let least = if alone { ALIKE_ALONE } else { ALIKE };
    chain(scored(old, new, least, budget), new.len())
}

/// Places of blocks at least so much alike, with how much.
fn scored(
    old: &[Candidate],
    new: &[Candidate],
    least: u32,
    budget: &mut Budget,
) -> Vec<(usize, usize, u32)> {
    let mut scored = Vec::new();
    if old.is_empty() || new.is_empty() {
        return scored;
    }
    for (i, j) in worth_comparing(old, new, budget) {
        let work = old[i].words.len() + new[j].words.len() + 1;
        if !budget.spend(work as u64) {
            break;
        }
        let score = likeness(&old[i], &new[j]);
        if score >= least {
            scored.push((i, j, score));
        }
    }
    scored
}

fn worth_comparing(
    old: &[Candidate],
    new: &[Candidate],
    budget: &mut Budget,
) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) <= EVERY_PAIR {
        return (0..old.len())
            .flat_map(|i| (0..new.len()).map(move |j| (i, j)))
            .collect();
    }
    if !budget.spend(VOTE * (old.len() + new.len()) as u64) {
        return Vec::new();
    }
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (i, candidate) in old.iter().enumerate() {
        for (word, _) in &candidate.words {
            let list = holders.entry(*word).or_default();
            if list.last() != Some(&i) && list.len() <= 16 {
                list.push(i);
            }
        }
    }
    let mut found = Vec::new();
    // How many rare words each old block shares with the new one that is looked at.
    let mut votes = vec![0_u32; old.len()];
    for (j, candidate) in new.iter().enumerate() {
        let mut voted = Vec::new();
        let rare = candidate
            .words
            .iter()
            .filter_map(|(word, _)| holders.get(word));
        for list in rare.filter(|list| list.len() <= 16) {
            for i in list {
                if votes[*i] == 0 {
                    voted.push(*i);
                }
                votes[*i] += 1;
            }
        }
        let taken = voted
            .into_iter()
            .map(|i| (std::mem::take(&mut votes[i]), i));
        let mut ranked: Vec<(u32, usize)> = taken.collect();
        ranked.sort_unstable_by_key(|(n, i)| (std::cmp::Reverse(*n), i.abs_diff(j), *i));
        let mut near: Vec<usize> = ranked.into_iter().take(4).map(|(_, i)| i).collect();
        // The same place counted from the beginning and from the end: tables of common words have nothing rarer.
        near.extend(
            [Some(j), (old.len() + j).checked_sub(new.len())]
                .into_iter()
                .flatten(),
        );
        near.retain(|i| *i < old.len());
        near.sort_unstable();
        near.dedup();
        found.extend(near.into_iter().map(|i| (i, j)));
    }
    found
}

/// The heaviest chain of pairs that keeps the order on both sides: a longest increasing subsequence by weight.
fn chain(mut scored: Vec<(usize, usize, u32)>, width: usize) -> Vec<(usize, usize)> {
    // Within one old block the later new ones come first, so that no chain holds an old block twice.
    scored.sort_unstable_by_key(|(i, j, _)| (*i, std::cmp::Reverse(*j)));
    let mut best: Vec<(u64, Option<usize>)> = vec![(0, None); width + 1];
    let mut came_from = vec![None; scored.len()];
    for (index, (_, j, score)) in scored.iter().enumerate() {
        let mut top = (0, None);
        let mut at = *j;
        while at > 0 {
            if best[at].0 > top.0 {
                top = best[at];
            }
            at &= at - 1;
        }
        came_from[index] = top.1;
        let value = (top.0 + u64::from(*score), Some(index));
        let mut at = j + 1;
        while at <= width {
            if value.0 > best[at].0 {
                best[at] = value;
            }
            at += at & at.wrapping_neg();
        }
    }
    let mut last = best
        .iter()
        .max_by_key(|(weight, _)| *weight)
        .and_then(|(_, index)| *index);
    let mut pairs = Vec::new();
    while let Some(index) = last {
        pairs.push((scored[index].0, scored[index].1));
        last = came_from[index];
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::token::Lexicon;
    use crate::model::{Block, BlockKind};

    fn paired(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            links: Vec::new(),
        };
        let old: Vec<Block> = old.iter().map(block).collect();
        let new: Vec<Block> = new.iter().map(block).collect();
        let mut lexicon = Lexicon::default();
        let mut candidates = |blocks: &'static [Block]| -> Vec<Candidate<'static>> {
            let numbered = blocks.iter().enumerate();
            numbered
                .map(|(index, block)| Candidate::new(block, index, &mut lexicon))
                .collect()
        };
        let old = candidates(Vec::leak(old));
        let new = candidates(Vec::leak(new));
        pairs(&old, &new, &mut Budget::new())
    }

    #[test]
    fn a_rewording_finds_its_counterpart_past_what_came_between() {
        let old = [
            "Patients can opt out at any time by telling their GP.",
            "Nothing else.",
        ];
        let new = [
            "A new programme of collection begins in March.",
            "Patients can opt out until September by telling their GP practice.",
        ];
        assert_eq!(paired(&old, &new), [(0, 1)]);
    }

    #[test]
    fn unrelated_blocks_stay_apart() {
        assert!(
            paired(
                &["The trial ends in the summer of the year."],
                &["Hospitals of the region publish a list of the doctors."]
            )
            .is_empty()
        );
    }

    #[test]
    fn the_order_is_kept() {
        let a = "alpha beta gamma delta epsilon";
        let b = "one two three four five";
        let pairs = paired(&[a, b], &[b, a]);
        assert_eq!(pairs.len(), 1);
    }

    #[test]
    fn in_a_long_run_only_blocks_with_rare_words_in_common_are_compared() {
        let old: Vec<String> = (0..300)
            .map(|n| format!("Item number{n} of place{n} in the list"))
            .collect();
        let new: Vec<String> = (7..300)
            .map(|n| format!("Item number{n} of place{n} in a table"))
            .collect();
        let old: Vec<&str> = old.iter().map(String::as_str).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let pairs = paired(&old, &new);
        assert_eq!(pairs.len(), 293);
        assert!(pairs.iter().all(|(i, j)| *i == j + 7));
    }
}
