//! The rules that are patterns over added sentences: purposes, legal bases, recipients, closures, corrections.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::findings::evidence::{Evidence, finding};
use crate::findings::lexicon::COMPILED;
use crate::findings::passages::{Part, Passage, Passages};
use crate::model::{Finding, Severity};
use crate::prose::{Pattern, Text, compile, fold, listed};
use crate::rulebook::Book;

/// The findings of every rule that reads added sentences.
pub(super) fn judge(passages: &Passages) -> Vec<Finding> {
    let apart = ["safeguard-weakened", "identifiability", "denial"];
    passages
        .book
        .sweeping()
        .map(|rule| rule.id.as_str())
        .filter(|id| !apart.contains(id))
        .filter_map(|id| {
            let mut evidence = added(id, passages);
            if id == "new-recipient" {
                evidence.extend(recipients(passages));
                evidence.sort_by_key(|one| one.after.map(|p| (p.hunk, p.edit)));
            }
            finding(id, why(&passages.book, id, &evidence), evidence)
        })
        .collect()
}

/// The added sentences that speak for a rule.
pub(super) fn added<'a>(id: &str, passages: &'a Passages) -> Vec<Evidence<'a>> {
    let patterns = passages.book.patterns(id);
    let mut evidence = Vec::new();
    let all = passages.letters_added();
    let mut graded: Vec<&(Pattern, Severity)> = patterns.graded.iter().collect();
    graded.retain(|one| one.0.may_be_in_any(all));
    if graded.is_empty() {
        return Vec::new();
    }
    for (at, passage) in passages.added.iter().enumerate() {
        if !graded.iter().any(|one| one.0.is_match(&passage.plain)) {
            continue;
        }
        if let Some(guard) = patterns.guard(&passage.plain) {
            passages.trace.note(id, passage, || guard);
            continue;
        }
        let was = passages.was(at);
        let mut stale = None;
        let mut severity = None;
        let mut names = BTreeSet::new();
        for (pattern, grade) in &graded {
            for hit in pattern.captures_iter(&passage.plain) {
                let stood = fold(telling(&hit));
                let before = was.is_some_and(|was| was.folded.contains(&stood));
                if before || (patterns.fresh && passages.before.text.contains(&stood)) {
                    stale = Some((before, stood));
                    continue;
                }
                severity = severity.max(Some(*grade));
                names.extend(named(&hit));
            }
        }
        if let (None, Some((before, stood))) = (severity, stale) {
            passages.trace.note(id, passage, || match before {
                true => format!("“{stood}” stood in the sentence before it was reworded"),
                false => format!("“{stood}” stood on the page before"),
            });
        }
        evidence.extend(severity.map(|severity| Evidence {
            severity,
            before: was,
            after: Some(passage),
            names: names.into_iter().collect(),
        }));
    }
    evidence
}

/// The words of a match that must be new: what it names, else all of it.
fn telling<'h>(hit: &Captures<'h>) -> &'h str {
    let group = ["name", "act", "code"]
        .iter()
        .find_map(|group| hit.name(group));
    group.or(hit.get(0)).map_or("", |found| found.as_str())
}

fn named(hit: &Captures) -> Option<String> {
    let name = hit.name("name").or(hit.name("code"))?;
    let name = name.as_str().trim();
    Some(name.strip_prefix("The ").unwrap_or(name).to_owned())
}

/// Organisations named for the first time on the page, in a sentence about receiving data.
fn recipients<'a>(passages: &'a Passages) -> Vec<Evidence<'a>> {
    let patterns = passages.book.patterns("new-recipient");
    let receives = |passage: &Passage| {
        let said =
            COMPILED.receiving.is_match(&passage.plain) && COMPILED.data.is_match(&passage.plain);
        (passage.part == Part::Row || said) && !patterns.leaves(&passage.plain)
    };
    let mut evidence = Vec::new();
    for (at, passage) in passages
        .added
        .iter()
        .enumerate()
        .filter(|(_, p)| receives(p))
    {
        let listed = COMPILED.recipients.iter();
        let mut names: Vec<String> = listed
            .filter(|(_, whole)| whole.is_match(&passage.plain))
            .map(|(name, _)| name.clone())
            .collect();
        names.extend(companies(&COMPILED.company, &passage.plain));
        names.retain(|name| !gives(&passage.plain, name));
        names.retain(|name| !passages.before.text.contains(&fold(name)));
        if !names.is_empty() {
            evidence.push(Evidence {
                severity: passages.book.rule("new-recipient").severity,
                before: passages.was(at),
                after: Some(passage),
                names,
            });
        }
    }
    evidence
}

/// Whether somebody is named as the one who gives the data.
fn gives(sentence: &str, name: &str) -> bool {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:(?:supplied|provided|published|produced|collected|issued|released|sent|owned|held|commissioned) by|(?:received|obtained|collected|comes?|data|information) from) (?:the )?$",
        )
    });
    let before = sentence.find(name).map_or("", |at| &sentence[..at]);
    GIVEN.is_match(before)
}

fn companies(pattern: &Pattern, text: &Text) -> Vec<String> {
    let found = pattern
        .captures_iter(text)
        .filter_map(|hit| hit.name("name"));
    found.map(|name| name.as_str().to_owned()).collect()
}

/// Why a rule matters, with the names it is about.
fn why(book: &Book, id: &str, evidence: &[Evidence]) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in evidence.iter().flat_map(|one| &one.names) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let names = listed(&names, 4);
    match id {
        _ if names.is_empty() => book.rule(id).why.clone(),
        "new-legal-basis" => format!(
            "{names}: named on this page for the first time; such an instrument can require data to flow."
        ),
        "new-recipient" => format!(
            "{names}: named on this page for the first time among those who can receive or see data."
        ),
        _ => book.rule(id).why.clone(),
    }
}
