//! Deadlines, starts and ends that moved or are no longer given.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::model::{Finding, Severity};
use crate::prose::compile;
use crate::rulebook::Book;

/// How much it matters that a date is no longer given which has passed, or names no year.
const PAST: Severity = Severity(2);

/// What moved.
pub(super) fn judge(passages: &Passages, today: NaiveDate) -> Option<Finding> {
    let hunks: BTreeSet<usize> = passages.removed.iter().map(|gone| gone.hunk).collect();
    let mut evidence: Vec<Evidence> = Vec::new();
    for hunk in hunks {
        evidence.extend(moved_in(passages, hunk, today));
    }
    if evidence.is_empty() {
        evidence.extend(newly_without(passages));
    }
    let names: Vec<&str> = evidence
        .iter()
        .flat_map(|one| &one.names)
        .map(String::as_str)
        .collect();
    let gone = evidence.iter().all(|one| one.after.is_none());
    let why = if gone {
        format!("No longer given on this page: {}.", names.join(", "))
    } else {
        passages.book.rule("date-changed").why.clone()
    };
    finding("date-changed", why, evidence)
}

/// Added sentences that say there is no date, or that it is now another one.
fn newly_without<'a>(passages: &'a Passages) -> Vec<Evidence<'a>> {
    static NOW: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:deadline|date|start|launch|opt-out)\b.{0,60}\b(?:is|are|has been|have been|will) (?:now|moved|extended|changed|put back|delayed|postponed|deferred|brought forward)\b|\b(?:is|are|has been|have been|will be|was) (?:now |further )?(?:extended|put back|delayed|postponed|deferred|brought forward)\b",
        )
    });
    let says = |sentence: &str| {
        sets_none(&passages.book, sentence)
            || NOW.is_match(sentence) && !deadlines(&passages.book, sentence).is_empty()
    };
    let added = passages.added.iter().enumerate();
    added
        .filter(|(_, come)| is_prose(come) && says(&come.plain))
        .filter(|(at, _)| !passages.was(*at).is_some_and(|was| says(&was.plain)))
        .map(|(at, come)| Evidence {
            severity: passages.book.rule("date-changed").severity,
            before: passages.was(at),
            after: Some(come),
            names: dates(&come.plain).into_iter().collect(),
        })
        .collect()
}

/// The dates that moved within one run of edits: old deadlines that are not in the new words, against the new ones.
fn moved_in<'a>(passages: &'a Passages, hunk: usize, today: NaiveDate) -> Vec<Evidence<'a>> {
    let mut evidence = Vec::new();
    let mut used: HashSet<*const Passage> = HashSet::new();
    let olds = passages.removed.iter().enumerate();
    let olds = olds.filter(|(_, gone)| gone.hunk == hunk && is_prose(gone));
    let news: Vec<&Passage> = passages
        .added
        .iter()
        .filter(|come| come.hunk == hunk && is_prose(come))
        .collect();
    for (at, gone) in olds {
        let was = deadlines(&passages.book, &gone.plain);
        if was.is_empty() {
            continue;
        }
        let partner = passages.became(at).filter(|now| {
            now.alike(gone) >= 0.5
                || !dates(&now.plain).is_empty()
                || sets_none(&passages.book, &now.plain)
        });
        let free = || {
            let dated = |come: &&&Passage| {
                !used.contains(&std::ptr::from_ref(**come))
                    && (!deadlines(&passages.book, &come.plain).is_empty()
                        || sets_none(&passages.book, &come.plain))
            };
            news.iter().find(dated).copied()
        };
        let now = partner.or_else(free);
        let is: BTreeSet<String> = now.map(|now| dates(&now.plain)).unwrap_or_default();
        let is: BTreeSet<String> = is.iter().map(|date| key(date)).collect();
        let lost: Vec<String> = was
            .into_iter()
            .filter(|date| !is.contains(&key(date)))
            .collect();
        // A date that still stands elsewhere on the page is still given.
        let stands = |date: &String| passages.after.text.contains(&date.to_lowercase());
        if lost.is_empty() || lost.iter().all(stands) {
            continue;
        }
        if let Some(now) = now {
            used.insert(std::ptr::from_ref(now));
        }
        // What comes again and again has come where its day has passed, and names the next.
        let again = NEXT.is_match(&gone.plain) || now.is_none();
        let past = again && lost.iter().all(|date| is_past(date, today));
        evidence.push(Evidence {
            severity: if past {
                PAST
            } else {
                passages.book.rule("date-changed").severity
            },
            before: Some(gone),
            after: now,
            names: lost,
        });
    }
    evidence
}

/// What comes again and again: "the next figures will be published on".
static NEXT: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?i)\bnext (?:\w+ ){0,4}(?:will|is|are|due|updates?|release[sd]?|publication|on)\b")
});

fn is_prose(passage: &Passage) -> bool {
    matches!(passage.part, Part::Text | Part::Row)
}

/// The dates a sentence gives as deadlines, starts or ends.
fn deadlines(book: &Book, sentence: &str) -> BTreeSet<String> {
    let patterns = book.patterns("date-changed");
    if patterns.leaves(sentence) {
        return BTreeSet::new();
    }
    let near = |end: usize| {
        let words = sentence[..end].split(' ').rev().take(11);
        let before: Vec<&str> = words.collect::<Vec<_>>().into_iter().rev().collect();
        let before = before.join(" ");
        patterns.strong().any(|pattern| pattern.is_match(&before))
    };
    let found = DATE.find_iter(sentence);
    let dated = found.filter(|date| near(date.end()) || is_sentence_about_a_term(sentence));
    dated.map(|date| date.as_str().trim().to_owned()).collect()
}

/// Whether the whole sentence is about a deadline.
fn is_sentence_about_a_term(sentence: &str) -> bool {
    static TERM: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:deadline|cut-?off|closing date|end date|start date|due|goes live|will (?:begin|start|launch|close|end)|(?:begins|starts|launches|ends|closes|expires))\b",
        )
    });
    TERM.is_match(sentence)
}

/// Whether a sentence says that there is no date.
fn sets_none(book: &Book, sentence: &str) -> bool {
    let patterns = book.patterns("date-changed");
    patterns.weak().any(|pattern| pattern.is_match(sentence))
}

/// A date in one order and without ordinals: "March 3rd, 2022" and "3 March 2022" are the same.
fn key(date: &str) -> String {
    let lower = date.to_lowercase();
    let mut parts: Vec<&str> = lower
        .split([' ', ',', '.'])
        .filter(|part| !matches!(*part, "" | "the" | "of"))
        .map(|part| {
            let digits = part.trim_end_matches(|c: char| c.is_alphabetic());
            if digits.is_empty() { part } else { digits }
        })
        .collect();
    parts.sort_unstable();
    parts.join(" ")
}

/// Whether a date is not known to lie ahead: it has passed, or it names no year.
fn is_past(date: &str, today: NaiveDate) -> bool {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| compile(r"\b(?:19|20)\d\d\b"));
    let date = date.replace(',', "");
    let full = ["%d %B %Y", "%B %d %Y", "%d %b %Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(&date, form).ok());
    let year = YEAR.find(&date).and_then(|year| year.as_str().parse().ok());
    match (full, year) {
        (Some(day), _) => day < today,
        (None, Some(year)) => today.year() > year,
        (None, None) => true,
    }
}

/// Every date in a sentence.
pub(super) fn dates(sentence: &str) -> BTreeSet<String> {
    DATE.find_iter(sentence)
        .map(|date| date.as_str().trim().to_owned())
        .collect()
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(?:January|February|March|April|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)";
    // "May" is a month only beside a day or a year, or after "in", "by", "from", "until", "of".
    compile(&format!(
        r"\b(?:(?:(?:the )?(?:end|beginning|start|middle) of |early |mid-|late )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:of )?{month}\b\.?(?: \d{{4}}\b| \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}}\b)?)?|\d{{1,2}}(?:st|nd|rd|th)? May\b(?: \d{{4}})?|May \d{{4}}|(?:in|by|from|until|end of|early|late) May\b|\d{{1,2}}/\d{{1,2}}/\d{{4}}|(?:(?:early|late|the|next) )?(?:spring|summer|autumn|winter)\b(?: (?:of )?\d{{4}}\b)?|(?:end of|by|until|early|late|during) (?:19|20)\d\d(?:[/-]\d\d)?\b)"
    ))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(sentence: &str, expected: &[&str]) {
        let expected: BTreeSet<String> = expected.iter().map(|d| (*d).to_owned()).collect();
        assert_eq!(
            deadlines(&Book::shipped(), sentence),
            expected,
            "{sentence}"
        );
    }

    #[test]
    fn deadlines_are_found_in_the_ways_they_are_written() {
        case("Collection begins on 1 July 2021.", &["1 July 2021"]);
        case("Opt out by 23 June 2021.", &["23 June 2021"]);
        case(
            "From the end of October 2013 it runs.",
            &["the end of October 2013"],
        );
        case(
            "It has been extended until the autumn so that we can listen.",
            &["the autumn"],
        );
        case(
            "It runs until 31 March 2027 unless extended.",
            &["31 March 2027"],
        );
    }

    #[test]
    fn a_date_alone_is_no_deadline() {
        case("Minutes of the meeting of 7 May 2025", &[]);
        case("Figures as at 31 March 2024.", &[]);
        case("You may start from home.", &[]);
        assert_eq!(key("March 3rd, 2022"), key("3 March 2022"));
    }
}
