//! The shipped book, held to what it says of itself.

use super::*;
use crate::model::Severity;

/// Words of motive that nothing said may hold.
const MOTIVE: [&str; 7] = [
    "buried", "sneak", "quiet", "stealth", "silent", "admit", "scandal",
];

/// The ids the rest of the house relies on.
const IDS: &[&str] = &[
    "announced-without-change",
    "around-changed",
    "backdated",
    "baseline",
    "blocked",
    "buried",
    "column-removed",
    "contract",
    "correction",
    "count-changed",
    "dataset-retired",
    "dataset-version",
    "date-changed",
    "date-moved-back",
    "date-only",
    "delisted",
    "denial",
    "end-date-extended",
    "file-replaced",
    "gone",
    "hidden-from-search",
    "history-rewritten",
    "identifiability",
    "lead",
    "moved",
    "new-dataset",
    "new-document",
    "new-legal-basis",
    "new-purpose",
    "new-recipient",
    "opt-out-both",
    "opt-out-flipped",
    "overdue",
    "place-added",
    "reading-suspect",
    "redirected",
    "register-commercial",
    "register-legal-basis",
    "register-missing",
    "register-pair",
    "register-recipient",
    "register-sub-licence",
    "renamed",
    "replaced",
    "returned",
    "reverted",
    "row-altered",
    "rows-removed",
    "safeguard-removed",
    "safeguard-weakened",
    "silent-edit",
    "term-added",
    "term-removed",
    "timing",
    "title-changed",
    "transparency-reduced",
    "withdrawn",
];

#[test]
fn every_rule_stands_once_in_the_table() {
    let book = Book::shipped();
    let mut ids: Vec<&str> = book.rules.iter().map(|rule| rule.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, IDS);
}

#[test]
fn no_pattern_is_graded_above_five() {
    for rule in &Book::shipped().rules {
        let graded = &rule.patterns.graded;
        assert!(graded.iter().all(|(_, s)| *s <= Severity(5)), "{}", rule.id);
    }
}

#[test]
fn every_rule_matches_and_ignores_what_it_says() {
    for rule in &Book::shipped().rules {
        for sentence in &rule.matches {
            assert!(rule.hits(sentence), "{} must match: {sentence}", rule.id);
        }
        for sentence in &rule.ignores {
            assert!(!rule.hits(sentence), "{} must ignore: {sentence}", rule.id);
        }
    }
}

#[test]
fn every_rule_that_sweeps_has_examples_of_both_sorts() {
    for rule in Book::shipped()
        .rules
        .iter()
        .filter(|rule| rule.on != Side::None)
    {
        assert!(!rule.matches.is_empty(), "{}", rule.id);
        assert!(!rule.ignores.is_empty(), "{}", rule.id);
    }
}

#[test]
fn no_rule_speaks_of_motive() {
    for rule in &Book::shipped().rules {
        let said = format!("{} {}", rule.label, rule.why).to_lowercase();
        for word in MOTIVE {
            assert!(!said.contains(word), "{}: {word}", rule.id);
        }
    }
}
