//! The rules of the user that read what went, and what was reworded.

use std::collections::BTreeSet;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Passage, Passages};
use crate::model::{Facts, Finding, Severity, Watch, Weighed};
use crate::prose::{Pattern, cut, similarity};
use crate::rulebook::{Rule, Side};

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// The least that a finding of such a rule comes to where the sentence still stands on another page.
const LEAST: Severity = Severity(2);

/// The findings of the user's rules on removed and on reworded sentences.
pub(super) fn judge(passages: &Passages, facts: &Facts, watches: &[Watch]) -> Vec<Finding> {
    let book = &passages.book;
    let removed = book.written(Side::Removed).filter_map(|rule| {
        let found = finding(&rule.id, rule.why.clone(), removed(rule, passages))?;
        Some(still_standing(found, rule, passages, facts, watches))
    });
    let changed = book.written(Side::Changed);
    let changed = changed
        .filter_map(|rule| finding(&rule.id, rule.why.clone(), changed_pairs(rule, passages)));
    removed.chain(changed).collect()
}

/// The removed sentences, folded, of which these rules ask whether they still stand on other pages.
pub(super) fn at_stake(passages: &Passages) -> Vec<String> {
    let rules = passages.book.written(Side::Removed);
    let gone = rules.flat_map(|rule| removed(rule, passages));
    let folded: BTreeSet<String> = gone
        .filter_map(|one| Some(one.before?.folded.clone()))
        .collect();
    folded.into_iter().collect()
}

/// The sentences that are gone and stand nowhere else on the page.
fn removed<'a>(rule: &Rule, passages: &'a Passages) -> Vec<Evidence<'a>> {
    let mut evidence = Vec::new();
    for (at, passage) in passages.removed.iter().enumerate() {
        let Some((severity, names)) = hit(rule, passage) else {
            continue;
        };
        let became = passages.became(at);
        let left = (rule.patterns.guard(&passage.plain))
            .or_else(|| {
                let now = became.filter(|now| hit(rule, now).is_some())?;
                let alike = similarity(&now.folded, &passage.folded) >= 0.6;
                alike.then(|| format!("it became “{}”, which says it too", cut(&now.text, 200)))
            })
            .or_else(|| {
                let held = passages.after.holds(&passage.folded, SAME);
                held.then(|| "almost the same sentence still stands on this page".to_owned())
            });
        if let Some(because) = left {
            passages.trace.note(&rule.id, passage, || because);
            continue;
        }
        evidence.push(Evidence {
            severity,
            before: Some(passage),
            after: became,
            names,
        });
    }
    evidence
}

/// The highest severity whose pattern matches, with the names in it.
fn hit(rule: &Rule, passage: &Passage) -> Option<(Severity, Vec<String>)> {
    let graded = rule.patterns.graded.iter();
    let hits: Vec<(&Pattern, Severity)> = graded
        .filter(|(pattern, _)| pattern.is_match(&passage.plain))
        .map(|(pattern, severity)| (pattern, *severity))
        .collect();
    let severity = hits.iter().map(|(_, severity)| *severity).max()?;
    let mut names: Vec<String> = Vec::new();
    for (pattern, _) in &hits {
        let found = pattern.captures_iter(&passage.plain);
        for name in found.filter_map(|hit| Some(hit.name("name")?.as_str().to_owned())) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Some((severity, names))
}

/// The sentences that became others by the words of the rule.
fn changed_pairs<'a>(rule: &Rule, passages: &'a Passages) -> Vec<Evidence<'a>> {
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let patterns = &rule.patterns;
        if patterns.turned(&was.plain, &is.plain) {
            evidence.push(Evidence {
                severity: rule.severity,
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
            continue;
        }
        let mut pairs = patterns.pairs.iter();
        let near = pairs.any(|(old, new)| old.is_match(&was.plain) && new.is_match(&is.plain));
        if near {
            passages.trace.note(&rule.id, is, || {
                let guard = patterns.guard(&is.plain).or(patterns.guard(&was.plain));
                guard.unwrap_or("the words stand on both sides of the change".to_owned())
            });
        }
    }
    evidence
}

/// A finding of which every sentence still stands on another page matters less; where they stand is said.
fn still_standing(
    mut found: Finding,
    rule: &Rule,
    passages: &Passages,
    facts: &Facts,
    watches: &[Watch],
) -> Finding {
    let gone = removed(rule, passages);
    let standing = |one: &Evidence| {
        let passage = one.before?;
        let pages = facts.standing.get(&passage.folded)?;
        pages.first()
    };
    let pages: BTreeSet<_> = gone.iter().filter_map(standing).collect();
    if pages.is_empty() || gone.iter().any(|one| standing(one).is_none()) {
        return found;
    }
    let called = pages.into_iter().take(5).map(|id| {
        let watch = watches.iter().find(|watch| watch.id == *id);
        watch.map_or(id.to_string(), |watch| {
            format!("“{}”", cut(watch.name(), 90))
        })
    });
    let called: Vec<String> = called.collect();
    let called = called.join(", ");
    found
        .why
        .push_str(&format!(" It still stands on {called}."));
    let lower = Severity(found.severity.0.saturating_sub(1)).max(LEAST);
    if lower < found.severity {
        found.severity = lower;
        found.weighed.push(Weighed {
            to: lower,
            because: format!("the same sentence still stands on {called}"),
        });
    }
    found
}
