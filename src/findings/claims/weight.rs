//! How much an edit weighs of which the page says nothing: by what else was found in it, how much was rewritten, and which words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::claims::slight::is_slight;
use crate::findings::dates;
use crate::findings::evidence::weighed;
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::periods;
use crate::model::{Document, Finding, Severity};
use crate::prose::{compile, negated, split};
use crate::rulebook::Strength;

/// The rule of edits of which the page says nothing.
const RULE: &str = "silent-edit";
/// What a small edit comes to.
const SMALL: Severity = Severity(2);
/// From this severity on somebody is told of another finding, so that the silence beside it matters.
const TOLD: Severity = Severity(3);
/// A sentence of fewer words says little.
const SUBSTANCE: usize = 8;
/// A sentence less like the old one than this was written anew.
const ANEW: f64 = 0.6;
/// Of fewer letters a word is a small one.
const PLAIN: usize = 5;
/// So many sentences written anew or gone are much on any page.
const MUCH: usize = 5;
/// So many are much where they are at least this share of what the page said.
const SEVERAL: (usize, f64) = (3, 0.1);
/// Half of what the page said is much, however little that was.
const HALF: f64 = 0.5;

/// Lowers what is said of a silent edit where nothing in it is of weight.
pub(in crate::findings) fn weigh(
    before: Option<&Document>,
    passages: &Passages,
    findings: &mut [Finding],
) {
    let beside = |finding: &Finding| finding.rule != RULE && finding.rule != "timing";
    let told = findings
        .iter()
        .any(|finding| beside(finding) && finding.severity >= TOLD);
    let small = |finding: &&mut Finding| finding.rule == RULE && finding.severity > SMALL;
    let Some(silent) = findings.iter_mut().find(small).filter(|_| !told) else {
        return;
    };
    if is_much(before, passages) || has_weight(passages) {
        return;
    }
    let because = "it is a small edit; nothing else in it is of weight";
    *silent = weighed(std::mem::take(silent), SMALL, because);
}

/// Whether much of what the page said was written anew or is gone.
fn is_much(before: Option<&Document>, passages: &Passages) -> bool {
    let kept = |at: usize, was: &Passage| {
        let same = |is: &Passage| is.alike(was) >= ANEW || is_slight(&was.folded, &is.folded);
        passages.became(at).is_some_and(same)
    };
    let gone = passages.removed.iter().enumerate();
    let gone = gone
        .filter(|(at, was)| was.part == Part::Text && says_much(&was.text) && !kept(*at, was))
        .count();
    let blocks = before.map_or(&[][..], |document| &document.blocks);
    let all = blocks.iter().flat_map(|block| split(&block.text));
    let all = all.filter(|sentence| says_much(sentence)).count();
    let share = gone as f64 / all.max(1) as f64;
    gone >= MUCH || gone >= SEVERAL.0 && share >= SEVERAL.1 || gone > 0 && share >= HALF
}

fn says_much(sentence: &str) -> bool {
    sentence.split_whitespace().count() >= SUBSTANCE
}

/// Whether words of weight changed: a "not", a number, day, time or duty in a sentence that binds somebody or speaks of data,
/// or any plain word in a sentence that says what is done with people's data.
fn has_weight(passages: &Passages) -> bool {
    let Some(strength) = passages.strength() else {
        return false;
    };
    let pairs = passages
        .pairs
        .iter()
        .map(|(old, new)| (&passages.removed[*old], &passages.added[*new]));
    pairs
        .filter(|(was, _)| was.part == Part::Text)
        .any(|(was, is)| is_weighty(strength, was, is))
}

fn is_weighty(strength: &Strength, was: &Passage, is: &Passage) -> bool {
    if is_slight(&was.folded, &is.folded) || AGAIN.is_match(&was.folded) {
        return false;
    }
    if negated(&was.plain) != negated(&is.plain) {
        return true;
    }
    if HANDLES.is_match(&was.folded) && HANDLES.is_match(&is.folded) && says_otherwise(was, is) {
        return true;
    }
    let (old, new) = (duties(strength, was), duties(strength, is));
    let binds = old.iter().chain(&new).any(|duty| *duty <= 2);
    let speaks = DATA.is_match(&was.folded) && DATA.is_match(&is.folded);
    if !binds && !speaks {
        return false;
    }
    let often = |text: &str| -> BTreeSet<String> {
        let found = OFTEN.find_iter(text);
        found.map(|hit| hit.as_str().to_owned()).collect()
    };
    binds && old != new && !old.is_empty() && !new.is_empty()
        || numbers(&was.folded) != numbers(&is.folded)
        || dates::dates(&was.plain) != dates::dates(&is.plain)
        || periods::swapped(&was.folded, &is.folded).is_some()
        || often(&was.folded) != often(&is.folded)
}

/// Whether two sentences differ in a plain word: not in their order, in names, or in small words alone.
fn says_otherwise(was: &Passage, is: &Passage) -> bool {
    let plain = |passage: &Passage| -> BTreeSet<String> {
        let words = passage.plain.split(|c: char| !c.is_alphanumeric());
        let told = words.filter(|word| {
            word.chars().count() >= PLAIN && word.chars().next().is_some_and(char::is_lowercase)
        });
        told.map(str::to_owned).collect()
    };
    let (was, is) = (plain(was), plain(is));
    was != is
}

/// The steps of duty in a sentence.
fn duties(strength: &Strength, passage: &Passage) -> Vec<usize> {
    let duty = strength.ladders.iter().position(|one| one.of == "duty");
    let found = passage.slots(strength).into_iter();
    let steps = found.filter_map(|slot| slot.step);
    let mut steps: Vec<usize> = steps
        .filter(|(ladder, _)| Some(*ladder) == duty)
        .map(|(_, step)| step)
        .collect();
    steps.sort_unstable();
    steps
}

/// The numbers of a folded sentence that bind: none of a telephone, an address or a year's name.
fn numbers(folded: &str) -> Vec<&str> {
    if CALLS.is_match(folded) {
        return Vec::new();
    }
    NUMBER.find_iter(folded).map(|hit| hit.as_str()).collect()
}

/// What is done with people's data.
static HANDLES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:collect|us(?:e|es|ed|ing)\b|shar|pass|disclos|sell|sold|sen[dt]|giv|keep|kept|hold|held|stor|process|access|delet|destroy|record|link|transfer|ask)\w*\b.{0,80}\b(?:(?:your|their|personal|patients?'?s?) (?:\w+ ){0,2}(?:data|information|details|records?)|personal|consent)\b|\b(?:(?:your|their|personal|patients?'?s?) (?:\w+ ){0,2}(?:data|information|details|records?)|consent)\b.{0,80}\b(?:collect|used|shar|pass|disclos|sold|sent|given|kept|held|stor|process|access|delet|destroy|record|link|transfer)\w*\b|\b(?:anonymi[sz]|pseudonymi[sz]|identif)\w+",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| compile(r"£?\b[1-9][\d,.]*\d\b%?|\b[1-9]\b%?"));
static CALLS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:call|telephone|phone|fax|text|textphone|mobile|room|floor|street|road|postcode)\b|\b0\d{3,}",
    )
});
static OFTEN: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:dai|week|fortnight|month|quarter|annual|year)ly\b|\b(?:once|twice|times) an? \w+|\b(?:every|each) (?:day|week|month|quarter|year)\b",
    )
});
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:data|records?|extracts?|registers?|patients?|personal|consent\w*|opt(?:ed)?[- ]?outs?)\b",
    )
});
/// What comes again and again is no promise that moved.
static AGAIN: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"\b(?:next|latest) (?:\w+ ){0,3}(?:on|update|release|figures|meeting|will)\b")
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::tests::{page, with_passages};

    #[track_caller]
    fn case(before: &[&str], after: &[&str], expected: Severity) {
        let beside = [
            "Everybody who writes to the office is sent an answer by the clerk.",
            "The office stands in the old market beside the river and the mill.",
            "Whoever would rather come by boat is shown to the landing stage.",
        ];
        let (before, after) = (
            page(&[before, &beside].concat()),
            page(&[after, &beside].concat()),
        );
        let mut findings = [Finding {
            rule: RULE.to_owned(),
            severity: Severity(4),
            ..Finding::default()
        }];
        let pairs = with_passages(&before, &after, |passages| {
            weigh(Some(&before), passages, &mut findings);
            passages.pairs.clone()
        });
        assert_eq!(findings[0].severity, expected, "{pairs:?}");
        assert_eq!(findings[0].weighed.is_empty(), expected == Severity(4));
    }

    #[test]
    fn a_small_edit_is_for_the_digest() {
        for (was, is) in [
            ("The hall is in Mill Street.", "The hall is in Castle Lane."),
            (
                "We look after the bridges of the town.",
                "Our job is to look after the bridges of the town.",
            ),
            (
                "Call us on 0113 496 0001 if you must come late.",
                "Call us on 0113 496 0777 if you must come late.",
            ),
            (
                "We keep your details and your personal records.",
                "We keep your personal records and your details.",
            ),
            (
                "Lord Ash chairs the board of the harbour.",
                "Lady Elm chairs the board of the harbour.",
            ),
            (
                "The next meeting will be held on 3 May.",
                "The next meeting will be held on 7 June.",
            ),
        ] {
            case(&[was], &[is], SMALL);
        }
    }

    #[test]
    fn words_of_weight_stay_loud() {
        for (was, is) in [
            (
                "Members will be paid for their days.",
                "Members will not be paid for their days.",
            ),
            (
                "We will answer each letter within 10 days.",
                "We will answer each letter within 40 days.",
            ),
            (
                "The ferry must run until 3 May 2027.",
                "The ferry must run until 3 March 2027.",
            ),
            (
                "You must send the form by post.",
                "You may send the form by post.",
            ),
            (
                "We share your details with the nearest hospital.",
                "We share your details with the nearest landlord.",
            ),
            (
                "Practices send records once a year.",
                "Practices send records once a week.",
            ),
        ] {
            case(&[was], &[is], Severity(4));
        }
    }

    #[test]
    fn much_that_is_written_anew_stays_loud() {
        let was = [
            "The board visits every school in the county at least every other spring.",
            "Letters of parents are opened and read by two members of the board.",
            "A school that fails is helped by a teacher from another town.",
        ];
        let is = [
            "Our approach is built on trust and on what schools tell of themselves.",
            "Concerns can be entered in the form at the end of this page.",
            "Learning is at the heart of what partners do together for pupils.",
        ];
        case(&was, &is, Severity(4));
        case(&was[..1], &is[..1], SMALL);
        // What comes beside the old words rewrites nothing.
        case(&[], &is, SMALL);
    }
}
