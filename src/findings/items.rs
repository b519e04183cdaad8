//! Kinds of data that are named among those taken, and were not before.

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::weaker;
use crate::model::{Finding, Severity};
use crate::prose::{fold, listed};
use crate::rulebook::Rule;

/// Of more words an item of a list is a sentence of its own.
const LONGEST: usize = 14;

/// What is named among the data for the first time.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
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

/// The items that a sentence about what is collected gained.
fn in_sentence(passages: &Passages, rule: &Rule, was: &Passage, is: &Passage) -> Vec<String> {
    if rule.patterns.leaves(&was.plain) || rule.patterns.leaves(&is.plain) {
        return Vec::new();
    }
    let weakened = passages.book.patterns("safeguard-weakened");
    let Some(strength) = &weakened.strength else {
        return Vec::new();
    };
    let gained = weaker::gained(strength, &was.folded, &is.folded);
    let items = gained.iter().flat_map(|item| item.split(", "));
    let mut items: Vec<String> = items.map(str::to_owned).collect();
    items.retain(|item| is_kind(rule, item) && !stood(passages, item));
    items
}

/// An item that a list of what is collected gained, where the list stood there before.
fn in_list(passages: &Passages, rule: &Rule, passage: &Passage) -> Vec<String> {
    let under = &passage.under;
    let words = passage.folded.split(' ').count();
    let opens = !under.is_empty()
        && !rule.patterns.leaves(under)
        && passages.before.text.contains(under.as_str());
    if !opens || words > LONGEST || stood(passages, &passage.folded) {
        return Vec::new();
    }
    let item = passage.text.trim_end_matches(['.', ';', ',']).trim();
    let item = item
        .strip_suffix(" and")
        .or(item.strip_suffix("; or"))
        .unwrap_or(item);
    vec![item.trim_end_matches([';', ',']).to_owned()]
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
