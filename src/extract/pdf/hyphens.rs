//! Mends words that were broken at the end of a line.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::model::{Block, BlockKind};

/// A hyphen before white space: a line ended here once.
static BROKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<before>[\p{L}\p{N}][\p{L}\p{N}\-‐/@.]*)[-‐\u{ad}] (?P<after>[\p{Ll}\p{N}][\p{L}\p{N}\-]*)")
        .expect("a pattern of ours")
});

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}][\p{L}\p{N}\-‐]*").expect("a pattern of ours"));

/// What follows a hyphen that hangs on purpose: “short- and long-term”.
const HANGING: [&str; 6] = ["and", "or", "to", "nor", "but", "versus"];

/// Words that make compounds with a hyphen more often than without.
const COMPOUND: [&str; 22] = [
    "self",
    "long",
    "short",
    "well",
    "high",
    "cross",
    "two",
    "three",
    "third",
    "third-party",
    "half",
    "full",
    "evidence",
    "decision",
    "patient",
    "risk",
    "need",
    "time",
    "privacy",
    "community",
    "hospital",
    "follow",
];

/// Compounds that matter here, and are always written with a hyphen.
const PAIRS: [(&str, &str); 6] = [
    ("opt", "out"),
    ("opt", "outs"),
    ("opt", "in"),
    ("opt", "ins"),
    ("non", "identifiable"),
    ("re", "identification"),
];

/// Puts broken words together: with a hyphen where the document writes them so elsewhere, without one else.
pub fn mend(blocks: &mut [Block]) {
    let broken = |block: &Block| BROKEN.is_match(&block.text);
    if !blocks.iter().any(broken) {
        return;
    }
    let mut known = HashSet::new();
    for block in blocks.iter() {
        for word in WORD.find_iter(&block.text) {
            known.insert(word.as_str().to_lowercase());
        }
    }
    let mend = |text: &mut String| {
        if BROKEN.is_match(text) {
            *text = mended(text, &known);
        }
    };
    for block in blocks {
        if let BlockKind::Row(cells, _) = &mut block.kind {
            cells.iter_mut().for_each(mend);
            block.text = cells.join(" | ");
        } else {
            mend(&mut block.text);
        }
        block.links.iter_mut().for_each(|link| mend(&mut link.text));
    }
}

fn mended(text: &str, known: &HashSet<String>) -> String {
    let whole = BROKEN.replace_all(text, |found: &Captures<'_>| {
        let (before, after) = (&found["before"], &found["after"]);
        if HANGING.contains(&after) {
            return found[0].to_owned();
        }
        let hyphen = if has_hyphen(before, after, known) {
            "-"
        } else {
            ""
        };
        format!("{before}{hyphen}{after}")
    });
    whole.into_owned()
}

fn has_hyphen(before: &str, after: &str, known: &HashSet<String>) -> bool {
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    let digit = |c: char| c.is_numeric();
    if before.contains(['/', '@']) || before.ends_with(digit) || after.starts_with(digit) {
        return true;
    }
    if known.contains(&format!("{before}{after}")) {
        return false;
    }
    known.contains(&format!("{before}-{after}"))
        || COMPOUND.contains(&before.as_str())
        || PAIRS.contains(&(before.as_str(), after.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &str) {
        let mut blocks = [Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            links: Vec::new(),
        }];
        mend(&mut blocks);
        assert_eq!(blocks[0].text, expected);
    }

    #[test]
    fn broken_words_are_mended() {
        case("inter- national care", "international care");
        case(
            "a low- level and low-level thing",
            "a low-level and low-level thing",
        );
        case("for long- term use", "for long-term use");
        case("short- and long-term", "short- and long-term");
        case("the opt- out of 2018- 2019", "the opt-out of 2018-2019");
        case("a - b", "a - b");
        case("NHS - England", "NHS - England");
        case("see a.uk/data- sharing", "see a.uk/data-sharing");
        case("co- operation, cooperation", "cooperation, cooperation");
    }
}
