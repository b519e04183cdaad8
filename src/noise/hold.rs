//! Holds quiet what changed only as it does on nearly every visit.

use std::collections::HashMap;

use crate::model::{Block, Diff, Document, Edit, Hunk};
use crate::noise::{Gap, Noise};

/// The diff with every edit in a volatile gap moved from `hunks` to `quiet`, where it looks as such edits did before.
pub fn hold(diff: Diff, before: &Document, after: &Document, noise: &Noise) -> Diff {
    if noise.gaps.is_empty() {
        return diff;
    }
    let (old, new) = (Page::of(before, noise), Page::of(after, noise));
    let mut held = Diff {
        hunks: Vec::new(),
        ..diff
    };
    for hunk in diff.hunks {
        let (quiet, loud): (Vec<Edit>, Vec<Edit>) = hunk
            .edits
            .iter()
            .cloned()
            .partition(|edit| is_quiet(edit, &old, &new));
        let part = |edits| Hunk {
            edits,
            ..hunk.clone()
        };
        match (quiet.is_empty(), loud.is_empty()) {
            (true, _) => held.hunks.push(hunk),
            (false, true) => held.quiet.push(hunk),
            (false, false) => {
                held.hunks.push(part(loud));
                held.quiet.push(part(quiet));
            }
        }
    }
    held
}

/// Whether an edit lies in a volatile gap on both its sides, and looks as what stood there before.
fn is_quiet(edit: &Edit, old: &Page<'_>, new: &Page<'_>) -> bool {
    let before = edit
        .before()
        .map(|place| old.holds(place.index, &place.text));
    let after = edit
        .after()
        .map(|place| new.holds(place.index, &place.text));
    before.unwrap_or(true) && after.unwrap_or(true)
}

/// A document with the volatile gap each of its blocks lies in.
struct Page<'n> {
    gaps: Vec<Option<&'n Gap>>,
}

impl<'n> Page<'n> {
    fn of(document: &Document, noise: &'n Noise) -> Page<'n> {
        let sides = |gap: &'n Gap| ((gap.above.as_deref(), gap.below.as_deref()), gap);
        let known: HashMap<(Option<&str>, Option<&str>), &Gap> =
            noise.gaps.iter().map(sides).collect();
        let mut gaps = vec![None; document.blocks.len()];
        let (mut above, mut start) = (None, 0);
        let frame = document
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| noise.frame.contains(*block));
        let ends = frame
            .map(|(at, block)| (at, Some(block)))
            .chain([(document.blocks.len(), None)]);
        for (end, below) in ends {
            let text = |block: Option<&'_ Block>| block.map(|block| block.text.clone());
            let (over, under) = (text(above), text(below));
            let gap = known.get(&(over.as_deref(), under.as_deref())).copied();
            // More blocks than ever stood there: one of them is no counter.
            let gap = gap.filter(|gap| end - start <= gap.most);
            gaps[start..end].fill(gap);
            (above, start) = (below, end + 1);
        }
        Page { gaps }
    }

    fn holds(&self, index: usize, text: &str) -> bool {
        let gap = self.gaps.get(index).copied().flatten();
        gap.is_some_and(|gap| gap.knows(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::noise::tests::{counting, document};
    use crate::noise::volatile;

    #[track_caller]
    fn case(after: &[&str], loud: &[&str], quiet: usize) {
        let history = counting(7);
        let noise = volatile(&history, 6);
        let (before, after) = (&history[6], &document(after));
        let held = hold(diff::between(before, after), before, after, &noise);
        let texts: Vec<&str> = held
            .edits()
            .filter_map(Edit::after)
            .map(|place| place.text.as_str())
            .collect();
        assert_eq!(texts, loud);
        assert_eq!(
            held.quiet
                .iter()
                .map(|hunk| hunk.edits.len())
                .sum::<usize>(),
            quiet
        );
    }

    #[test]
    fn the_counter_is_held_quiet() {
        case(
            &[
                "Data is shared.",
                "Seen 99 times on 4 June",
                "You can object.",
            ],
            &[],
            1,
        );
    }

    #[test]
    fn what_changes_elsewhere_is_not() {
        let words = "You cannot object.";
        case(
            &["Data is shared.", "Seen 99 times on 4 June", words],
            &["Seen 99 times on 4 June", words],
            0,
        );
        case(
            &[
                "Data is shared.",
                "Seen 99 times on 4 June",
                "You can object.",
                "New.",
            ],
            &["New."],
            1,
        );
    }

    #[test]
    fn other_words_in_the_same_place_are_not() {
        let words = "The single GP dataset replaces care.data";
        case(&["Data is shared.", words, "You can object."], &[words], 1);
        case(
            &[
                "Data is shared.",
                "Seen 99 times on 4 June",
                words,
                "You can object.",
            ],
            &["Seen 99 times on 4 June", words],
            0,
        );
    }
}
