//! Kinds of data, recipients and purposes that a sentence or list about data gained.

mod heads;
mod purposes;
mod recipients;

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::weaker::Gained;
use crate::model::{Finding, Severity};
use crate::prose::{compile, fold, listed, negated};
use crate::rulebook::Rule;

/// Of more words an item of a list is a sentence of its own.
const LONGEST: usize = 14;

/// How far before an item another kind of data shows that it stands in a list of such, in bytes.
const NEAR: usize = 60;

/// What is named among the data, those who receive them and what they are for, for the first time.
pub(super) fn judge(passages: &Passages) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(kinds(passages));
    findings.extend(recipients::judge(passages));
    findings.extend(purposes::judge(passages));
    findings
}

/// What is named among the data for the first time.
fn kinds(passages: &Passages) -> Option<Finding> {
    let rule = passages.book.rule("data-item-added");
    let mut evidence = Vec::new();
    for (at, passage) in passages.added.iter().enumerate() {
        if !matches!(passage.part, Part::Text | Part::Row) {
            continue;
        }
        let items = match passages.was(at) {
            Some(was) => in_sentence(passages, rule, was, passage),
            None => match in_list(passages, rule, passage) {
                items if items.is_empty() => in_new(passages, rule, passage),
                items => items,
            },
        };
        let sensitive = items.iter().any(|item| is_kind(rule, item));
        if !items.is_empty() {
            evidence.push(Evidence {
                severity: match sensitive {
                    true => rule.severity,
                    false => Severity(rule.severity.0.saturating_sub(1)),
                },
                before: passages.was(at),
                after: Some(passage),
                names: items,
            });
        }
    }
    let names: Vec<String> = evidence.iter().flat_map(|one| one.names.clone()).collect();
    let why = format!(
        "{}: named among the data on this page for the first time.",
        listed(&names, 4)
    );
    finding("data-item-added", why, evidence)
}

/// The items that a sentence about what is collected gained: known kinds of data, and what stands in a list of such.
fn in_sentence(passages: &Passages, rule: &Rule, was: &Passage, is: &Passage) -> Vec<String> {
    let gained = passages.gained(was, is).iter();
    let gained = gained.filter(|item| !negated(heads::clause(&is.folded, item)));
    let of = |gained: &Gained| {
        let parts = gained.text.split(", ").map(str::to_owned);
        let listed = gained.by.is_none() && is_kind(rule, near(&is.folded, gained.at));
        let items = parts.filter(move |item| listed || is_kind(rule, item));
        items.collect::<Vec<_>>()
    };
    let (stale, items): (Vec<String>, Vec<String>) =
        gained.flat_map(of).partition(|item| stood(passages, item));
    // What is not done was left aside clause by clause.
    let guard = || {
        let about = rule.patterns.concerns(&was.plain) && rule.patterns.concerns(&is.plain);
        match FORMS.find(&is.plain) {
            _ if !about => Some("it does not speak of what the rule is about (`about`)".to_owned()),
            Some(form) => Some(format!(
                "it asks something of the reader: “{}”",
                form.as_str()
            )),
            None => None,
        }
    };
    if !items.is_empty()
        && let Some(guard) = guard()
    {
        passages.trace.note(&rule.id, is, || guard);
        return Vec::new();
    }
    if let (true, Some(item)) = (items.is_empty(), stale.first()) {
        passages.trace.note(&rule.id, is, || {
            format!("“{item}” stood on the page before")
        });
    }
    items
}

/// What a page asks of its reader.
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:newsletter|contact us|(?:this|the) form|enquir\w+|complaint\w*|only if you|statistics|anonymi[sz]\w+|aggregate\w*|exclud\w+|delet\w+|remov\w+)\b",
    )
});

/// The words shortly before a place.
fn near(text: &str, at: usize) -> &str {
    let start = (at.saturating_sub(NEAR)..=at).find(|start| text.is_char_boundary(*start));
    start.map_or("", |start| &text[start..at])
}

/// An item that a list of what is collected gained.
fn in_list(passages: &Passages, rule: &Rule, passage: &Passage) -> Vec<String> {
    let item = new_item(passages, passage).filter(|_| !rule.patterns.leaves(&passage.under));
    item.into_iter().collect()
}

/// The words of an item that came to a list whose opening words stood there before.
fn new_item(passages: &Passages, passage: &Passage) -> Option<String> {
    let under = &passage.under;
    let words = passage.folded.split(' ').count();
    let opens = !under.is_empty() && passages.before.text.contains(under.as_str());
    if !opens || words > LONGEST || stood(passages, &passage.folded) {
        return None;
    }
    let item = passage.text.trim_end_matches(['.', ';', ',']).trim();
    let item = item
        .strip_suffix(" and")
        .or(item.strip_suffix("; or"))
        .unwrap_or(item);
    Some(item.trim_end_matches([';', ',']).to_owned())
}

/// The kinds of data that a new sentence says are taken from now on.
fn in_new(passages: &Passages, rule: &Rule, passage: &Passage) -> Vec<String> {
    let says = rule.patterns.weak().any(|cue| cue.is_match(&passage.plain));
    if !says || rule.patterns.leaves(&passage.plain) {
        return Vec::new();
    }
    let kinds = rule.patterns.strong();
    let hits = kinds.flat_map(|kinds| kinds.captures_iter(&passage.plain));
    let named = hits.filter_map(|hit| Some(hit.name("name")?.as_str().to_owned()));
    let mut items: Vec<String> = named.filter(|item| !stood(passages, item)).collect();
    items.dedup();
    items
}

/// Whether it is a known kind of data about people.
fn is_kind(rule: &Rule, item: &str) -> bool {
    rule.patterns.strong().any(|kinds| kinds.is_match(item))
}

/// Whether the page before spoke of it.
fn stood(passages: &Passages, item: &str) -> bool {
    let item = fold(item);
    let item = item.trim_end_matches(['.', ';', ',']);
    // One name is as many.
    let one = item.strip_suffix('s').unwrap_or(item);
    !one.is_empty() && passages.before.text.contains(one)
}
