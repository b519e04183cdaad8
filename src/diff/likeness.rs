//! Says how alike two blocks are.

use std::collections::HashMap;

use crate::diff::token::{Lexicon, MARK};
use crate::diff::words::Worded;
use crate::model::{Block, BlockKind};

/// A block that waits for its counterpart.
pub(super) struct Candidate<'a> {
    pub(super) block: &'a Block,
    /// Its index in its document, which is also its place in the order.
    pub(super) index: usize,
    pub(super) worded: Worded<'a>,
    /// Its words by number, sorted, with their weights.
    pub(super) words: Vec<(u32, u8)>,
    /// What they weigh together.
    pub(super) weight: u32,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(block: &'a Block, index: usize, lexicon: &mut Lexicon<'a>) -> Candidate<'a> {
        let worded = Worded::new(&block.text, lexicon);
        let counted = worded.tokens.iter().filter(|token| token.weight > MARK);
        let mut words: Vec<(u32, u8)> = counted.map(|token| (token.id, token.weight)).collect();
        words.sort_unstable();
        Candidate {
            block,
            index,
            worded,
            weight: weigh(&words),
            words,
        }
    }
}

/// How alike two blocks are, in thousandths: the weight of the words they share, and what they are.
pub(super) fn likeness(old: &Candidate, new: &Candidate) -> u32 {
    let (old_weight, new_weight) = (old.weight, new.weight);
    if old_weight == 0 || new_weight == 0 {
        return 0;
    }
    let shared = shared_weight(&old.words, &new.words);
    let both = 2000 * shared / (old_weight + new_weight);
    let smaller = old_weight.min(new_weight);
    // A short sentence that grew into a long paragraph is still the same sentence.
    let within = if smaller >= 20 {
        550 * shared / smaller
    } else {
        0
    };
    let words = both.max(within);
    match (&old.block.kind, &new.block.kind) {
        (BlockKind::Row(was, _), BlockKind::Row(is, _)) => row_likeness(was, is, words),
        (BlockKind::Heading(_), BlockKind::Heading(_)) => words,
        (BlockKind::Item(_), BlockKind::Item(_)) => words,
        (was, is) if was == is => words,
        (BlockKind::Heading(_), _) | (_, BlockKind::Heading(_)) => words * 6 / 10,
        _ => words * 8 / 10,
    }
}

/// What a block's words weigh together.
fn weigh(words: &[(u32, u8)]) -> u32 {
    words.iter().map(|(_, weight)| u32::from(*weight)).sum()
}

/// Rows are known by their first cell: a register's reference, a date.
fn row_likeness(was: &[String], is: &[String], words: u32) -> u32 {
    match (was.first(), is.first()) {
        (Some(a), Some(b)) if a == b && !a.is_empty() => 500 + words / 2,
        _ => words * 3 / 4,
    }
}

fn shared_weight(old: &[(u32, u8)], new: &[(u32, u8)]) -> u32 {
    let (mut i, mut j, mut weight) = (0, 0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        match a.0.cmp(&b.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                weight += u32::from(a.1);
                i += 1;
                j += 1;
            }
        }
    }
    weight
}

/// How much of these words stands in `among` and not yet in `taken`, in thousandths of their weight.
pub(super) fn contained(part: &Candidate, among: &Candidate, taken: &[&Candidate]) -> u32 {
    let mut rest: HashMap<u32, i64> = HashMap::new();
    for (word, _) in &among.words {
        *rest.entry(*word).or_default() += 1;
    }
    for (word, _) in taken.iter().flat_map(|other| &other.words) {
        *rest.entry(*word).or_default() -= 1;
    }
    let (mut found, mut all) = (0, 0);
    for (word, weight) in &part.words {
        all += u32::from(*weight);
        if let Some(left) = rest.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            found += u32::from(*weight);
        }
    }
    (1000 * found).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(
        old: (BlockKind, &str),
        new: (BlockKind, &str),
        between: std::ops::RangeInclusive<u32>,
    ) {
        let block = |(kind, text): (BlockKind, &str)| Block {
            kind,
            text: text.into(),
            links: Vec::new(),
        };
        let (old, new) = (block(old), block(new));
        let mut lexicon = Lexicon::default();
        let old = Candidate::new(&old, 0, &mut lexicon);
        let new = Candidate::new(&new, 0, &mut lexicon);
        let found = likeness(&old, &new);
        assert!(between.contains(&found), "{found}");
        assert_eq!(likeness(&new, &old), found);
    }

    #[test]
    fn likeness_is_by_words_that_tell_and_by_what_a_block_is() {
        let text = |text| (BlockKind::Paragraph, text);
        let row = |text: &'static str| {
            let cells = text.split(" | ").map(str::to_owned).collect();
            (BlockKind::Row(cells, false), text)
        };
        case(text("the same"), text("the same"), 1000..=1000);
        case(text("it is of the and"), text("hospital data"), 0..=0);
        case(
            text("It is the end of the trial."),
            text("It is the list of the doctors."),
            100..=420,
        );
        case(text(""), text(""), 0..=0);
        case(
            (BlockKind::Heading(2), "Data use"),
            text("Data use"),
            600..=600,
        );
        case(
            row("NIC-1 | Leeds | yes"),
            row("NIC-1 | York | no"),
            600..=800,
        );
        case(
            row("NIC-1 | Leeds | yes"),
            row("NIC-2 | Leeds | yes"),
            400..=560,
        );
        case(
            text("Patients can opt out of sharing confidential records."),
            text(
                "Patients can opt out of sharing confidential records, unless a court of law, the police, a minister, \
                 a regulator or another authority has asked for them in writing beforehand.",
            ),
            500..=800,
        );
    }
}
