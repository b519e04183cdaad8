//! Protections that are gone, weaker, or about other data than before.

mod denials;
mod elsewhere;
mod identity;
mod pairs;

pub(super) use pairs::Pairs;

use std::cell::OnceCell;

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::safeguards::elsewhere::Elsewhere;
use crate::model::{Facts, Finding, Severity};
use crate::prose::{fold, similarity};

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// So many lost sentences are looked for on the page by likeness; the others word for word.
const COMPARED: usize = 200;
/// How much a safeguard matters that still stands elsewhere on the page.
const STANDING: Severity = Severity(3);

/// The findings about safeguards.
pub(super) fn judge(
    step: &Step,
    passages: &Passages,
    pairs: &Pairs,
    facts: &Facts,
) -> Vec<Finding> {
    let pairs = pairs.clone().with_items(passages);
    let mut findings = Vec::new();
    findings.extend(pairs.weakened(passages));
    findings.extend(gone(step, passages, facts, &pairs));
    findings.extend(identity::judge(passages));
    findings.extend(denials::judge(step, passages, facts));
    findings
}

/// The removed sentences, folded, whose loss matters at 4 or more.
pub(super) fn at_stake(passages: &Passages, pairs: &Pairs) -> Vec<String> {
    let gone = removed(passages, pairs).into_iter();
    let grave = gone.filter(|(_, evidence)| evidence.severity >= Severity(4));
    let mut folded: Vec<String> = grave
        .filter_map(|(_, evidence)| evidence.before)
        .map(|passage| passage.folded.clone())
        .collect();
    for (_, passage) in denials::lost(passages) {
        folded.push(passage.folded.clone());
    }
    folded
}

/// Safeguards that are gone, with their place among the removed sentences.
fn removed<'a>(passages: &'a Passages, pairs: &Pairs) -> Vec<(usize, Evidence<'a>)> {
    let patterns = passages.book.patterns("safeguard-removed");
    let promise = |passage: &Passage| {
        let words = passage.folded.split(' ').count();
        words >= 4
            && matches!(passage.part, Part::Text | Part::Row)
            && !patterns.leaves(&passage.plain)
    };
    let mut gone = Vec::new();
    for (at, passage) in passages
        .removed
        .iter()
        .enumerate()
        .filter(|(at, p)| promise(p) && !pairs.told.contains(at))
    {
        let became = passages.became(at);
        let alike = OnceCell::new();
        let alike = |now: &Passage| *alike.get_or_init(|| similarity(&now.folded, &passage.folded));
        let kept = |hit: &str| {
            became.is_some_and(|now| now.folded.contains(&fold(hit)) && alike(now) >= 0.5)
        };
        let lost = patterns.graded.iter().filter(|(pattern, _)| {
            pattern.is_match(&passage.plain)
                && !pattern
                    .find_iter(&passage.plain)
                    .all(|hit| kept(hit.as_str()))
                && !became.is_some_and(|now| pattern.is_match(&now.plain) && alike(now) >= 0.6)
        });
        let Some(severity) = lost.map(|(_, severity)| *severity).max() else {
            let mut graded = patterns.graded.iter();
            if graded.any(|(pattern, _)| pattern.is_match(&passage.plain)) {
                passages.trace.note("safeguard-removed", passage, || {
                    "the sentence that stands in its place promises the same".to_owned()
                });
            }
            continue;
        };
        let standing = match gone.len() {
            0..COMPARED => passages.after.holds(&passage.folded, SAME),
            _ => passages.after.holds_exactly(&passage.folded),
        };
        gone.push((
            at,
            Evidence {
                severity: if standing {
                    STANDING.min(severity)
                } else {
                    severity
                },
                before: Some(passage),
                after: became,
                names: Vec::new(),
            },
        ));
    }
    gone
}

/// What is gone, weighed by where it still stands.
fn gone(step: &Step, passages: &Passages, facts: &Facts, pairs: &Pairs) -> Option<Finding> {
    let book = &passages.book;
    let mut gone: Vec<Evidence> = removed(passages, pairs)
        .into_iter()
        .map(|(_, evidence)| evidence)
        .collect();
    let full = gone.iter().map(|one| one.severity).max()?;
    let here = gone.iter().all(|one| one.severity <= STANDING);
    let elsewhere = Elsewhere::of(step, facts, &gone);
    for evidence in &mut gone {
        if elsewhere.moved(evidence) {
            evidence.severity = evidence.severity.min(STANDING);
        }
    }
    let mut why = match here {
        true => "Words that protect people’s data are gone from one place; almost the same sentence still stands on this page.".to_owned(),
        false => book.rule("safeguard-removed").why.clone(),
    };
    why.push_str(&elsewhere.said());
    let rule = book.rule("safeguard-removed").severity;
    let found = finding("safeguard-removed", why, gone)?;
    let to = found.severity;
    let because = match (here, to < full) {
        (true, _) => "almost the same sentence still stands on this page",
        (_, true) => "the same words stand on a page or in a file that this page leads to",
        _ => return Some(found),
    };
    let from = Finding {
        severity: if here { rule } else { full },
        ..found
    };
    Some(weighed(from, to, because))
}
