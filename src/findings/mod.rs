//! Says why a change matters.

mod around;
mod claims;
mod dates;
mod evidence;
mod lexicon;
mod links;
mod names;
mod newnames;
mod numbers;
mod page;
mod passages;
mod places;
mod registers;
mod safeguards;
mod shared;
mod steps;
mod terms;
mod timing;
mod wordings;

pub use around::{around, stood_around, suspect};
pub use shared::{Parted, lost, marks, part, without};

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::model::{
    Bounds, ChangeKind, Diff, Document, Facts, Finding, Questions, Severity, VersionNo, Watch,
};
use crate::prose;
use crate::rulebook::Book;

/// The most sentences asked after at once.
const SENTENCES: usize = 50;

/// One step to be judged: everything about it that is known without asking the archive.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Whose step.
    pub watch: &'a Watch,
    /// What sort of step.
    pub kind: ChangeKind,
    /// The document before; `None` where the page was not there, or a first version is news.
    pub before: Option<&'a Document>,
    /// The document after; `None` where the page is gone.
    pub after: Option<&'a Document>,
    /// What differs. Against nothing, the whole text counts as added (or removed).
    pub diff: &'a Diff,
    /// Where a redirect led, where that is the step.
    pub redirected_to: Option<&'a Url>,
    /// The address at which the text before was read.
    pub stood_at: Option<&'a Url>,
    /// The earlier version whose text stands here again.
    pub same_text_as: Option<VersionNo>,
    /// Between which times.
    pub bounds: Bounds,
    /// The time zone for days and hours.
    pub zone: Tz,
    /// What is looked for.
    pub book: &'a Arc<Book>,
    /// All watches, so that a page can be called by its title.
    pub watches: &'a [Watch],
}

/// What to ask the archive before judging this step.
pub fn questions(step: &Step) -> Questions {
    if step.after.is_none() {
        return Questions::default();
    }
    let passages = passages::read(step);
    let mut sentences = safeguards::at_stake(&passages);
    sentences.truncate(SENTENCES);
    Questions {
        names: newnames::asked(&passages),
        sentences,
    }
}

/// The findings, highest first. `now` is the time of the visit.
///
/// Where the page itself is gone or leads elsewhere, its sentences are not judged one by one: the page went, and that is said.
pub fn judge(step: &Step, facts: &Facts, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = steps::judge(step);
    if step.after.is_some() {
        let passages = passages::read(step);
        let day = now.with_timezone(&step.zone).date_naive();
        findings.extend(newnames::judge(step, &passages, facts, day));
        findings.extend(newnames::swapped(&passages));
        findings.extend(wordings::judge(&passages));
        findings.extend(safeguards::judge(&passages, facts, step.watches));
        findings.extend(dates::judge(&passages, day));
        findings.extend(places::judge(&passages));
        findings.extend(numbers::judge(&passages));
        findings.extend(terms::judge(&step.watch.terms, &passages));
        findings.extend(claims::judge(step, &passages));
        findings.extend(links::judge(step));
        findings.extend(registers::judge(step, day));
        findings.extend(around::judge(step));
    }
    let mut findings = once(step.book, findings);
    findings.extend(timing::judge(step, &findings));
    findings
}

/// The severity of a change with these findings: the highest of them, raised by one where a `timing` finding stands
/// beside it, at most 5; `Severity::RECORD` where there are none.
pub fn severity(findings: &[Finding]) -> Severity {
    let others = findings.iter().filter(|finding| finding.rule != "timing");
    let highest = others
        .map(|finding| finding.severity)
        .max()
        .unwrap_or_default();
    let timed = findings.iter().any(|finding| finding.rule == "timing");
    if timed && highest >= Severity(2) {
        return highest.raised();
    }
    highest.max(Severity::RECORD)
}

/// Every name a document mentions: canonical form, and the form in which it stands there.
pub fn names(document: &Document) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    std::iter::once(document.title.as_str())
        .chain(texts)
        .chain(document.attachments.iter().map(|file| file.title.as_str()))
        .flat_map(prose::split)
        .flat_map(|sentence| names::in_sentence(&sentence))
        .filter(|name| seen.insert(name.canonical.clone()))
        .map(|name| (name.canonical, name.text))
        .collect()
}

/// A sentence as it is compared: folded case, quotes and white space.
pub fn fold(sentence: &str) -> String {
    prose::fold(sentence)
}

/// The sentences of a document, folded.
pub fn sentences(document: &Document) -> Vec<String> {
    let mut seen = HashSet::new();
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    texts
        .flat_map(prose::split)
        .map(|sentence| fold(&sentence))
        .filter(|sentence| seen.insert(sentence.clone()))
        .collect()
}

/// The findings in their order, highest first, and one of each rule where two rooms found the same.
fn once(book: &Book, findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        match at.get(&finding.rule) {
            Some(first) if finding.rule != "new-dataset" => merge(&mut kept[*first], finding),
            _ => {
                at.insert(finding.rule.clone(), kept.len());
                kept.push(finding);
            }
        }
    }
    kept.sort_by_key(|finding| {
        (
            std::cmp::Reverse(finding.severity),
            book.place(&finding.rule),
        )
    });
    kept
}

/// Joins two findings of one rule: the stronger one's words, both ones' names.
fn merge(kept: &mut Finding, mut other: Finding) {
    if other.severity > kept.severity {
        std::mem::swap(kept, &mut other);
    }
    for name in other.names {
        if !kept.names.contains(&name) {
            kept.names.push(name);
        }
    }
    kept.stands.before.extend(other.stands.before);
    kept.stands.after.extend(other.stands.after);
    if kept.why != other.why {
        kept.why = format!("{} {}", kept.why, other.why);
    }
}

#[cfg(test)]
mod tests;
