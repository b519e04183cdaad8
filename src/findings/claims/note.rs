//! Whether a note of a change mentions the words that changed.

use std::collections::{HashMap, HashSet};

use crate::findings::Step;
use crate::findings::passages::Passages;
use crate::prose::{fold, words};

/// The most words named.
const MOST: usize = 8;

/// Words that every note has, and that say nothing of what changed.
const EVERYWHERE: [&str; 60] = [
    "about",
    "added",
    "adding",
    "after",
    "also",
    "amended",
    "and",
    "any",
    "are",
    "been",
    "before",
    "can",
    "change",
    "changed",
    "changes",
    "clarified",
    "corrected",
    "details",
    "first",
    "for",
    "from",
    "has",
    "have",
    "information",
    "into",
    "its",
    "latest",
    "made",
    "may",
    "minor",
    "more",
    "new",
    "not",
    "now",
    "our",
    "out",
    "page",
    "published",
    "removed",
    "replaced",
    "section",
    "some",
    "text",
    "that",
    "the",
    "their",
    "them",
    "there",
    "these",
    "this",
    "those",
    "update",
    "updated",
    "updates",
    "was",
    "were",
    "which",
    "will",
    "with",
    "your",
];

/// The words that came or went in a step, without endings: those of one side that the sentence on the other has not.
pub(super) fn changed(step: &Step, passages: &Passages) -> HashSet<String> {
    let mut counts: HashMap<String, i64> = HashMap::new();
    let mut changed = HashSet::new();
    let paired_old: HashSet<usize> = passages.pairs.iter().map(|(old, _)| *old).collect();
    let paired_new: HashSet<usize> = passages.pairs.iter().map(|(_, new)| *new).collect();
    for (old, new) in &passages.pairs {
        counts.clear();
        stems(&passages.removed[*old].folded)
            .for_each(|word| *counts.entry(word).or_default() -= 1);
        stems(&passages.added[*new].folded).for_each(|word| *counts.entry(word).or_default() += 1);
        changed.extend(
            counts
                .drain()
                .filter(|(_, n)| *n != 0)
                .map(|(word, _)| word),
        );
    }
    let alone = |paired: &HashSet<usize>, side: &[crate::findings::passages::Passage]| {
        let rest = side
            .iter()
            .enumerate()
            .filter(|(at, _)| !paired.contains(at));
        rest.flat_map(|(_, passage)| stems(&passage.folded).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    changed.extend(alone(&paired_old, &passages.removed));
    changed.extend(alone(&paired_new, &passages.added));
    for edit in &step.diff.attachments {
        for file in edit.before.iter().chain(&edit.after) {
            changed.extend(stems(&fold(&file.title)));
        }
    }
    changed
}

/// The words of a note that are among those that changed, in its order and as it has them.
pub(super) fn mentioned(note: &str, changed: &HashSet<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut named = Vec::new();
    for word in
        note.split(|char: char| !(char.is_alphanumeric() || matches!(char, '-' | '\'' | '’')))
    {
        let word = word.trim_matches(['-', '\'', '’']);
        let stem = stem(&fold(word));
        if stem.is_some_and(|stem| changed.contains(&stem) && seen.insert(stem)) {
            named.push(word.to_owned());
        }
    }
    named.truncate(MOST);
    named
}

fn stems(folded: &str) -> impl Iterator<Item = String> {
    words(folded).into_iter().filter_map(stem)
}

/// A word without the ending of its number; `None` for one that says nothing.
fn stem(word: &str) -> Option<String> {
    let word = word.trim_matches(['-', '\'']);
    let telling = word.chars().count() > 2 || word.chars().any(char::is_numeric);
    if !telling || EVERYWHERE.contains(&word) {
        return None;
    }
    let word = word.strip_suffix("'s").unwrap_or(word);
    let cut = match word.strip_suffix("ies") {
        Some(short) if short.chars().count() > 2 => format!("{short}y"),
        _ => match word.strip_suffix('s') {
            Some(short) if !short.ends_with('s') && short.chars().count() > 2 => short.to_owned(),
            _ => word.to_owned(),
        },
    };
    Some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(note: &str, changed: &str, expected: &[&str]) {
        let changed = stems(&fold(changed)).collect();
        assert_eq!(mentioned(note, &changed), expected, "{note}");
    }

    #[test]
    fn a_note_mentions_words_in_whatever_number_and_case() {
        case("Added the fees for copies.", "a fee of £10", &["fees"]);
        case(
            "Updated the opt-out deadline.",
            "the opt-out ends",
            &["opt-out"],
        );
        case("New table of Agencies, agencies", "agency", &["Agencies"]);
        case("Deadline is 23 June", "by 23 june", &["23", "June"]);
    }

    #[test]
    fn words_that_every_note_has_mention_nothing() {
        case(
            "Updated information on this page.",
            "updated information on this page",
            &[],
        );
        case("Minor changes.", "the service costs ten pounds", &[]);
        case("", "anything", &[]);
    }
}
