//! Recipients that a sentence about giving data gained.

use crate::findings::evidence::{Evidence, finding};
use crate::findings::items::{gained, heads, is_kind, stood};
use crate::findings::passages::{Part, Passages};
use crate::findings::weaker::Gained;
use crate::model::Finding;
use crate::prose::{listed, negated};

/// Who stands beside those who were named before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let rule = passages.book.rule("new-recipient");
    let kinds = passages.book.rule("data-item-added");
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if !matches!(is.part, Part::Text | Part::Row) {
            continue;
        }
        let receives = |item: &Gained| {
            let head = heads::giving(&is.folded, item);
            let used = heads::using(&is.folded, item).map_or(0, |head| head.end);
            let is_own = item.by.as_deref().is_some_and(|by| by == "for");
            head.is_some_and(|head| head.end >= used && head.holds(&is.folded, item)) && !is_own
        };
        let names = gained(passages, was, is).into_iter().filter(receives);
        let names = names.map(|item| match item.by {
            Some(by) => item.text[by.len()..].trim_start().to_owned(),
            None => item.text,
        });
        let (stale, names): (Vec<String>, Vec<String>) = names
            .filter(|name| !is_kind(kinds, name))
            .partition(|name| stood(passages, name));
        let guards = [&was.plain, &is.plain].map(|text| rule.patterns.guard(text));
        let guard = guards.into_iter().flatten().next();
        let guard = guard.or_else(|| {
            negated(&is.plain).then(|| "the sentence says what is not done".to_owned())
        });
        match (names.is_empty(), guard, stale.first()) {
            (false, None, _) => evidence.push(Evidence {
                severity: rule.severity,
                before: Some(was),
                after: Some(is),
                names,
            }),
            (false, Some(guard), _) => passages.trace.note(&rule.id, is, || guard),
            (true, _, Some(name)) => passages.trace.note(&rule.id, is, || {
                format!("“{name}” stood on the page before")
            }),
            _ => {}
        }
    }
    let names: Vec<String> = evidence.iter().flat_map(|one| one.names.clone()).collect();
    let why = format!(
        "{}: named on this page for the first time among those who can receive or see data.",
        listed(&names, 4)
    );
    finding("new-recipient", why, evidence)
}
