//! Finds the blocks that went in one place and came in another.

use std::collections::HashMap;
use std::ops::Range;

use crate::diff::align::Run;
use crate::model::Block;

/// Blocks that stand in both texts, though not in the same order.
pub(super) struct Moves {
    /// For every old block, whether it stands elsewhere now.
    pub(super) gone: Vec<bool>,
    /// For every new block, where it stood.
    pub(super) came_from: Vec<Option<usize>>,
}

impl Moves {
    pub(super) fn find(old: &[u32], new: &[u32], runs: &[Run], blocks: &[Block]) -> Moves {
        let kept_old = covered(old.len(), runs.iter().map(|run| run.old..run.old + run.len));
        let kept_new = covered(new.len(), runs.iter().map(|run| run.new..run.new + run.len));
        let mut removed: HashMap<u32, Vec<usize>> = HashMap::new();
        for at in (0..old.len()).rev().filter(|at| !kept_old[*at]) {
            removed.entry(old[at]).or_default().push(at);
        }
        let mut often: HashMap<u32, usize> = HashMap::new();
        for id in old.iter().chain(new) {
            *often.entry(*id).or_default() += 1;
        }
        let mut moves = Moves {
            gone: vec![false; old.len()],
            came_from: vec![None; new.len()],
        };
        for at in (0..new.len()).filter(|at| !kept_new[*at]) {
            // “Yes” here and “Yes” there is no move, unless each text has it once.
            let telling = often[&new[at]] == 2 || blocks[at].text.split(' ').count() > 3;
            if !telling || blocks[at].text.is_empty() {
                continue;
            }
            if let Some(from) = removed.get_mut(&new[at]).and_then(Vec::pop) {
                moves.gone[from] = true;
                moves.came_from[at] = Some(from);
            }
        }
        moves
    }
}

fn covered(len: usize, ranges: impl Iterator<Item = Range<usize>>) -> Vec<bool> {
    let mut covered = vec![false; len];
    for range in ranges {
        covered[range].fill(true);
    }
    covered
}
