//! Purposes that a sentence about the use of data gained: "and to …", "and for …".

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::items::{heads, new_item, stood};
use crate::findings::passages::{Part, Passages};
use crate::findings::weaker::Gained;
use crate::model::{Finding, Severity};
use crate::prose::{compile, listed, negated};

/// What stands beside the uses that were named before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let rule = passages.book.rule("new-purpose");
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if !matches!(is.part, Part::Text | Part::Row) {
            continue;
        }
        let items = passages.gained(was, is).iter();
        let items = items.filter(|item| {
            is_purpose(&is.folded, item) && !negated(heads::clause(&is.folded, item))
        });
        let names: Vec<String> = items
            .map(|item| item.text.clone())
            .filter(|item| !stood(passages, item))
            .collect();
        if names.is_empty() {
            continue;
        }
        let speaks = heads::speaks_of_data(passages, is) || is.folded.contains("cookie");
        let guard = (!speaks).then(|| "the sentence does not speak of data".to_owned());
        match guard {
            Some(guard) => passages.trace.note(&rule.id, is, || guard),
            None => evidence.push(Evidence {
                severity: Severity(rule.severity.0.saturating_sub(1)),
                before: Some(was),
                after: Some(is),
                names,
            }),
        }
    }
    for (at, passage) in passages.added.iter().enumerate() {
        let under = &passage.under;
        let listed = heads::opens_purposes(under) && !negated(under) && passages.was(at).is_none();
        let about = listed && passages.book.patterns("new-recipient").concerns(under);
        if let Some(item) = new_item(passages, passage).filter(|_| about) {
            evidence.push(Evidence {
                severity: Severity(rule.severity.0.saturating_sub(1)),
                before: None,
                after: Some(passage),
                names: vec![item],
            });
        }
    }
    let names: Vec<String> = evidence.iter().flat_map(|one| one.names.clone()).collect();
    let why = format!(
        "{}: named on this page for the first time among the uses of data.",
        listed(&names, 4)
    );
    finding("new-purpose", why, evidence)
}

/// Whether an item says what something is used for.
fn is_purpose(folded: &str, item: &Gained) -> bool {
    let Some(head) = heads::using(folded, item) else {
        return false;
    };
    let given = heads::giving(folded, item);
    let given = given.filter(|given| given.holds(folded, item));
    if given.is_some_and(|given| given.end >= head.end) || !head.holds(folded, item) {
        return false;
    }
    match item.by.as_deref() {
        Some("to") => item
            .text
            .split(' ')
            .nth(1)
            .is_some_and(|word| !DETERMINES.is_match(word)),
        Some(_) => head.by != "of",
        // Without a word of its own an item of "to …" must begin with a verb.
        None => match head.by {
            "to" => ACTS.is_match(&item.text),
            _ => true,
        },
    }
}

static DETERMINES: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^(?:the|a|an|our|your|their|its|his|her|this|these|those|other)$"));
static ACTS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^(?:detect|prevent|plan|improve|monitor|research|analyse|develop|train|market|sell|enforce|recover|investigate|assess|evaluate|link|match|support|offer|contact|promote|carry|create|test|check|profile|target|set|run|build|predict|identify|measure|audit|charge|share|publish|manage|verify|inform|help|make|decide)\b",
    )
});
