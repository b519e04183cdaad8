//! Names that were never seen before, and names that took another's place.

use chrono::NaiveDate;

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding};
use crate::findings::names::{Name, canonical, in_sentence, is_known};
use crate::findings::passages::{Passage, Passages};
use crate::model::{Facts, Finding, Severity};
use crate::prose::{listed, similarity};

/// Of so many sentences with new names each gets a finding of its own; the others share one.
const APART: usize = 3;
/// How much a name matters of which the grammar is not sure.
const UNSURE: Severity = Severity(2);

/// The names in the added text that the list of known ones does not have, in order, each once.
pub(super) fn asked(passages: &Passages) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in passages
        .added
        .iter()
        .flat_map(|passage| in_sentence(&passage.plain))
    {
        if !names.contains(&name.canonical) {
            names.push(name.canonical);
        }
    }
    names
}

/// The findings about names never seen before.
pub(super) fn judge(
    step: &Step,
    passages: &Passages,
    facts: &Facts,
    day: NaiveDate,
) -> Vec<Finding> {
    let before = canonical(&passages.before.text);
    let is_new = |name: &Name| {
        !name.old
            && !facts.seen.contains_key(&name.canonical)
            && !is_known(&name.canonical, day, &step.book.known)
            && !before.contains(&name.canonical)
    };
    let mut said: Vec<String> = Vec::new();
    let mut sure: Vec<Evidence> = Vec::new();
    let mut unsure: Vec<Evidence> = Vec::new();
    for (at, passage) in passages.added.iter().enumerate() {
        let mut names = in_sentence(&passage.plain);
        for name in names.iter().filter(|name| !is_new(name)) {
            passages.trace.note("new-dataset", passage, || {
                known(name, facts, day, step, &before)
            });
        }
        names.retain(|name| is_new(name) && !said.contains(&name.canonical));
        said.extend(names.iter().map(|name| name.canonical.clone()));
        let (certain, other): (Vec<Name>, Vec<Name>) = names.into_iter().partition(|n| n.sure);
        let evidence = |names: Vec<Name>, severity| Evidence {
            severity,
            before: passages.was(at),
            after: Some(passage),
            names: names.into_iter().map(|name| name.text).collect(),
        };
        if !certain.is_empty() {
            sure.push(evidence(
                certain,
                passages.book.rule("new-dataset").severity,
            ));
        }
        if !other.is_empty() {
            unsure.push(evidence(other, UNSURE));
        }
    }
    let rest = sure.split_off(sure.len().min(APART));
    let mut findings: Vec<Finding> = Vec::new();
    for group in sure.into_iter().map(|one| vec![one]).chain([rest, unsure]) {
        let names: Vec<String> = group.iter().flat_map(|one| one.names.clone()).collect();
        findings.extend(finding(
            "new-dataset",
            first_time(step, facts, &names),
            group,
        ));
    }
    findings
}

/// Why a name is no news, as a clause.
fn known(name: &Name, facts: &Facts, day: NaiveDate, step: &Step, before: &str) -> String {
    let text = &name.text;
    if let Some(seen) = facts.seen.get(&name.canonical) {
        let at = seen.at.with_timezone(&step.zone).format("%-d %B %Y");
        return format!("“{text}” was seen before, on {} on {at}", seen.watch);
    }
    if before.contains(&name.canonical) {
        return format!("“{text}” stood on the page before");
    }
    match is_known(&name.canonical, day, &step.book.known) {
        true => format!("“{text}” is among the names that are known"),
        false => format!("the sentence speaks of “{text}” as of something that was there"),
    }
}

/// "… is named here for the first time on the 26 pages watched since 6 September 2013."
fn first_time(step: &Step, facts: &Facts, names: &[String]) -> String {
    let are = if names.len() == 1 { "is" } else { "are" };
    let names = listed(names, 4);
    let since = facts.since.unwrap_or(step.bounds.by);
    let since = since.with_timezone(&step.zone).format("%-d %B %Y");
    let pages = match facts.pages {
        0 | 1 => "1 page".to_owned(),
        pages => format!("{pages} pages"),
    };
    format!("{names} {are} named here for the first time on the {pages} watched since {since}.")
}

/// A name that stands where another one stood, in the same words.
pub(super) fn swapped(passages: &Passages) -> Option<Finding> {
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let (olds, news) = (in_sentence(&was.plain), in_sentence(&is.plain));
        let gone = olds
            .iter()
            .find(|name| !news.iter().any(|n| n.canonical == name.canonical));
        let come = news
            .iter()
            .find(|name| !olds.iter().any(|n| n.canonical == name.canonical));
        if let (Some(gone), Some(come)) = (gone, come)
            && around(was, gone) >= 3
            && similarity(&without(was, gone), &without(is, come)) >= 0.8
        {
            evidence.push(Evidence {
                severity: passages.book.rule("renamed").severity,
                before: Some(was),
                after: Some(is),
                names: vec![gone.text.clone(), come.text.clone()],
            });
        }
    }
    let names = evidence.first()?.names.clone();
    let why = format!("“{}” stands where “{}” stood.", names[1], names[0]);
    finding("renamed", why, evidence)
}

/// A sentence without a name.
fn without(passage: &Passage, name: &Name) -> String {
    passage.folded.replace(&name.text.to_lowercase(), " ")
}

/// How many words stand around a name.
fn around(passage: &Passage, name: &Name) -> usize {
    without(passage, name).split_whitespace().count()
}
