//! The way from one text to the other: what stays, and where each edit stands.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diff::blocks::Step;

/// One leg of the way, in the order of the new text; what is gone stands before what came in its place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "leg")]
pub enum Leg {
    /// Blocks in a row that stay: so many, from these places on.
    Same {
        /// The first of them in the old text.
        before: usize,
        /// The first of them in the new text.
        after: usize,
        /// How many.
        blocks: usize,
    },
    /// An edit, in the order of [`crate::model::Diff::edits`] as they were found.
    Edit {
        /// The blocks it is about in the old text; empty where there are none.
        before: Range<usize>,
        /// The blocks it is about in the new text.
        after: Range<usize>,
    },
}

/// The legs of these steps.
pub(super) fn legs(steps: &[Step]) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    for step in steps {
        let (before, after) = match step {
            Step::Kept(from, to) => {
                stay(&mut legs, *from, *to);
                continue;
            }
            Step::Moved(from, to) => (*from..*from + 1, *to..*to + 1),
            Step::Reworded(from, to, _) => (from.clone(), to.clone()),
            Step::Removed(at) => (*at..*at + 1, 0..0),
            Step::Added(at) => (0..0, *at..*at + 1),
        };
        legs.push(Leg::Edit { before, after });
    }
    legs
}

/// One more block that stays.
fn stay(legs: &mut Vec<Leg>, from: usize, to: usize) {
    match legs.last_mut() {
        Some(Leg::Same {
            before,
            after,
            blocks,
        }) if *before + *blocks == from && *after + *blocks == to => *blocks += 1,
        _ => legs.push(Leg::Same {
            before: from,
            after: to,
            blocks: 1,
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::diff::along;
    use crate::diff::laws::paragraphs;

    /// A leg a word: 2-2x3 stays, -1..2 is gone, +1..2 came, 1..2>2..3 is reworded or moved.
    #[track_caller]
    fn case(old: &[&str], new: &[&str], expected: &str) {
        let (_, way) = along(&paragraphs(old), &paragraphs(new));
        let legs: Vec<String> = way
            .iter()
            .map(|leg| match leg {
                super::Leg::Same {
                    before,
                    after,
                    blocks,
                } => format!("{before}-{after}x{blocks}"),
                super::Leg::Edit { before, after } if after.is_empty() => format!("-{before:?}"),
                super::Leg::Edit { before, after } if before.is_empty() => format!("+{after:?}"),
                super::Leg::Edit { before, after } => format!("{before:?}>{after:?}"),
            })
            .collect();
        assert_eq!(legs.join(" "), expected);
    }

    const A: &str = "Patients can opt out at any time by telling their practice.";
    const B: &str = "Hospitals publish a list of doctors every spring and autumn.";
    const C: &str = "Records are kept in England for eight years after discharge.";

    #[test]
    fn every_block_of_both_texts_is_on_the_way() {
        case(&[], &[], "");
        case(&[A, B, C], &[A, B, C], "0-0x3");
        case(&[A, B, C], &[A, C], "0-0x1 -1..2 2-1x1");
        case(&[A, C], &[A, B, C], "0-0x1 +1..2 1-2x1");
        case(&[A, B, C], &[C, A, B], "2..3>0..1 0-1x2");
        case(
            &[A, B],
            &[
                "Patients can no longer opt out by telling their practice.",
                B,
            ],
            "0..1>0..1 1-1x1",
        );
        let both = format!("{A} {C}");
        case(&[&both, B], &[A, C, B], "0..1>0..2 1-2x1");
    }
}
