//! Walks from the old blocks to the new ones: kept, moved, reworded, removed, added.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::diff::align::{Budget, align};
use crate::diff::likeness::{Candidate, contained};
use crate::diff::moves::Moves;
use crate::diff::pairing::{pairs, reunited};
use crate::diff::token::Lexicon;
use crate::diff::words::{Worded, pieces};
use crate::model::{Block, BlockKind, Words};

/// One step on the way, in the order of the new text.
#[derive(Debug)]
pub(super) enum Step {
    /// The same block in the same place.
    Kept(usize, usize),
    /// The same words in another place.
    Moved(usize, usize),
    Removed(usize),
    Added(usize),
    /// Other words; one side may be several blocks in a row.
    Reworded(Range<usize>, Range<usize>, Vec<Words>),
}

/// Every new block and every old one that did not move stands in exactly one step.
pub(super) fn steps(old: &[Block], new: &[Block], budget: &mut Budget) -> Vec<Step> {
    let (old_ids, new_ids) = numbered(old, new);
    let runs = align(&old_ids, &new_ids, budget);
    let moved = Moves::find(&old_ids, &new_ids, &runs, new);
    let mut walk = Walk {
        old,
        new,
        moved: &moved,
        lexicon: Lexicon::default(),
        budget,
        steps: Vec::new(),
    };
    let (mut old_at, mut new_at) = (0, 0);
    for run in runs {
        walk.gap(old_at..run.old, new_at..run.new);
        for by in 0..run.len {
            walk.same(run.old + by, run.new + by);
        }
        (old_at, new_at) = (run.old + run.len, run.new + run.len);
    }
    walk.gap(old_at..old.len(), new_at..new.len());
    walk.reunite()
}

/// A number for every text. What kind of block it is does not count here, so that a page whose headings all became one
/// level lower is still the same page.
fn numbered(old: &[Block], new: &[Block]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |block| {
        let Block { text, .. }: &Block = block;
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(text.as_str()).or_insert(next)
    };
    let old_ids = old.iter().map(&mut number).collect();
    (old_ids, new.iter().map(number).collect())
}

struct Walk<'a, 'b> {
    old: &'a [Block],
    new: &'a [Block],
    moved: &'b Moves,
    lexicon: Lexicon<'a>,
    budget: &'b mut Budget,
    steps: Vec<Step>,
}

impl<'a> Walk<'a, '_> {
    fn same(&mut self, old: usize, new: usize) {
        let step = if self.old[old].kind == self.new[new].kind {
            Step::Kept(old, new)
        } else {
            let text = Worded::new(&self.new[new].text, &mut self.lexicon);
            let words = pieces(&text, &text, self.budget);
            Step::Reworded(old..old + 1, new..new + 1, words)
        };
        self.steps.push(step);
    }

    /// What differs between two unchanged blocks.
    fn gap(&mut self, old: Range<usize>, new: Range<usize>) {
        let went = old.clone().filter(|at| !self.moved.gone[*at]).collect();
        let came = new
            .clone()
            .filter(|at| self.moved.came_from[*at].is_none())
            .collect();
        let (went, came) = self.candidates(went, came);
        let pairs = pairs(&went, &came, self.budget);
        let (mut old_at, mut new_at) = (old.start, new.start);
        for (old_part, new_part) in grown(&went, &came, &pairs) {
            let step = reworded(&went[old_part], &came[new_part], self.budget);
            if let Step::Reworded(was, is, _) = &step {
                self.apart(old_at..was.start, new_at..is.start);
                (old_at, new_at) = (was.end, is.end);
            }
            self.steps.push(step);
        }
        self.apart(old_at..old.end, new_at..new.end);
    }

    /// Blocks without a counterpart: first what went, then what came or moved here.
    fn apart(&mut self, old: Range<usize>, new: Range<usize>) {
        let went = old.filter(|at| !self.moved.gone[*at]);
        self.steps.extend(went.map(Step::Removed));
        let came = new.map(|at| match self.moved.came_from[at] {
            Some(from) => Step::Moved(from, at),
            None => Step::Added(at),
        });
        self.steps.extend(came);
    }

    /// Blocks that stand elsewhere now and are almost the same are rewordings too, not something gone and something new.
    fn reunite(mut self) -> Vec<Step> {
        let went = self.steps.iter().filter_map(|step| match step {
            Step::Removed(at) => Some(*at),
            _ => None,
        });
        let came = self.steps.iter().filter_map(|step| match step {
            Step::Added(at) => Some(*at),
            _ => None,
        });
        // Too short to be known by their words alone.
        let went = went.filter(|at| self.old[*at].text.len() >= 40).collect();
        let came = came.filter(|at| self.new[*at].text.len() >= 40).collect();
        let (went, came) = self.candidates(went, came);
        let pairs = reunited(&went, &came, self.budget);
        if pairs.is_empty() {
            return self.steps;
        }
        let gone: HashSet<usize> = pairs.iter().map(|(i, _)| went[*i].index).collect();
        let mut pairs = pairs.into_iter().peekable();
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in self.steps {
            let found = match &step {
                Step::Removed(at) if gone.contains(at) => continue,
                Step::Added(at) => pairs.next_if(|(_, j)| came[*j].index == *at),
                _ => None,
            };
            steps.push(match found {
                Some((i, j)) => reworded(&went[i..=i], &came[j..=j], self.budget),
                None => step,
            });
        }
        steps
    }

    /// Blocks by index that may be counterparts; none at all where one side is empty.
    fn candidates(
        &mut self,
        old: Vec<usize>,
        new: Vec<usize>,
    ) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
        if old.is_empty() || new.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let mut side = |blocks: &'a [Block], places: Vec<usize>| {
            let each = places.into_iter();
            each.map(|at| Candidate::new(&blocks[at], at, &mut self.lexicon))
                .collect()
        };
        (side(self.old, old), side(self.new, new))
    }
}

fn reworded(old: &[Candidate], new: &[Candidate], budget: &mut Budget) -> Step {
    let was = Worded::lines(old.iter().map(|part| &part.worded));
    let is = Worded::lines(new.iter().map(|part| &part.worded));
    let words = pieces(&was, &is, budget);
    let blocks = |side: &[Candidate]| {
        let first = side.first().map_or(0, |part| part.index);
        first..first + side.len()
    };
    Step::Reworded(blocks(old), blocks(new), words)
}

/// The pairs as ranges of candidates, grown over neighbours that were split off or merged in.
fn grown(
    old: &[Candidate],
    new: &[Candidate],
    pairs: &[(usize, usize)],
) -> Vec<(Range<usize>, Range<usize>)> {
    let mut ends = (0, 0);
    let mut grown = Vec::with_capacity(pairs.len());
    for (index, (i, j)) in pairs.iter().enumerate() {
        let next = pairs.get(index + 1).copied();
        let next = next.unwrap_or((old.len(), new.len()));
        let mut was = *i..*i + 1;
        let mut is = *j..*j + 1;
        if new[*j].words.len() > old[*i].words.len() {
            was = widened(old, was, ends.0..next.0, &new[*j]);
        } else {
            is = widened(new, is, ends.1..next.1, &old[*i]);
        }
        ends = (was.end, is.end);
        grown.push((was, is));
    }
    grown
}

/// Takes in neighbours, as far as `free` goes, whose words stand in the one block on the other side.
fn widened(
    side: &[Candidate],
    start: Range<usize>,
    free: Range<usize>,
    other: &Candidate,
) -> Range<usize> {
    let mut range = start;
    let fits = |range: &Range<usize>, at: usize, neighbour: usize| {
        let (part, beside) = (&side[at], &side[neighbour]);
        let taken: Vec<&Candidate> = side[range.clone()].iter().collect();
        part.index.abs_diff(beside.index) == 1
            && is_prose(part)
            && is_prose(beside)
            && is_prose(other)
            && part.words.len() >= 4
            && contained(part, other, &taken) >= 700
    };
    while range.end < free.end && fits(&range, range.end, range.end - 1) {
        range.end += 1;
    }
    while range.start > free.start && fits(&range, range.start - 1, range.start) {
        range.start -= 1;
    }
    range
}

fn is_prose(candidate: &Candidate) -> bool {
    matches!(
        candidate.block.kind,
        BlockKind::Paragraph | BlockKind::Item(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::laws::paragraphs;
    use crate::model::Piece;

    /// One letter a step: k(ept), m(oved), r(emoved), a(dded), w (reworded).
    #[track_caller]
    fn case(old: &[&str], new: &[&str], expected: &str) {
        let (old, new) = (paragraphs(old), paragraphs(new));
        let steps = steps(&old.blocks, &new.blocks, &mut Budget::new());
        let letters: String = steps
            .iter()
            .map(|step| match step {
                Step::Kept(..) => 'k',
                Step::Moved(..) => 'm',
                Step::Removed(_) => 'r',
                Step::Added(_) => 'a',
                Step::Reworded(..) => 'w',
            })
            .collect();
        assert_eq!(letters, expected);
    }

    const A: &str = "Patients can opt out at any time by telling their practice.";
    const B: &str = "Hospitals publish a list of doctors every spring and autumn.";
    const C: &str = "Records are kept in England for eight years after discharge.";

    #[test]
    fn blocks_come_go_and_move() {
        case(&[A, B], &[A, B], "kk");
        case(&[A, C], &[A, B, C], "kak");
        case(&[A, B, C], &[A, C], "krk");
        case(&[A, B, C], &[C, A, B], "mkk");
        case(&["Yes", A, B], &[A, B, "No", "Yes", "Yes"], "rkkaaa");
    }

    #[test]
    fn a_block_with_other_words_is_reworded() {
        case(
            &[A, B],
            &[
                "Patients can no longer opt out by telling their practice.",
                B,
            ],
            "wk",
        );
        case(&[A], &[B], "ra");
    }

    #[test]
    fn a_block_that_moved_and_changed_a_little_is_reworded() {
        let moved = C.replace("eight", "ten");
        case(
            &[C, A, "One.", "Two."],
            &[A, "One.", "Two.", &moved],
            "kkkw",
        );
    }

    #[test]
    fn of_several_identical_blocks_the_right_number_goes() {
        case(&[A, A, A], &[A, A], "kkr");
        case(&[A, B, A], &[A, B, A, A], "kkka");
    }

    #[test]
    fn a_split_paragraph_and_merged_ones_are_one_rewording() {
        let both = format!("{A} {B}");
        let all = format!("{A} {B} {C}");
        case(&[&both, C], &[A, B, C], "wk");
        case(&[A, B, C], &[&both, C], "wk");
        case(&[&all], &[A, B, C], "w");
        case(&[A, B, C], &[&all], "w");
    }

    #[test]
    fn the_same_words_as_another_kind_of_block_are_no_other_words() {
        let old = paragraphs(&[A]);
        let mut new = old.clone();
        new.blocks[0].kind = BlockKind::Item(1);
        let steps = steps(&old.blocks, &new.blocks, &mut Budget::new());
        let [Step::Reworded(_, _, words)] = &steps[..] else {
            panic!("one step: {steps:?}");
        };
        assert!(words.iter().all(|piece| piece.piece == Piece::Kept));
    }
}
