//! Protections that are gone, weaker, or about other data than before.

mod denials;
mod elsewhere;
mod identity;
mod pairs;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::safeguards::elsewhere::Elsewhere;
use crate::findings::safeguards::pairs::Pairs;
use crate::model::{Facts, Finding, Severity};
use crate::prose::{Text, compile, fold, negated, similarity};

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// So many lost sentences are looked for on the page by likeness; the others word for word.
const COMPARED: usize = 200;
/// How much a safeguard matters of which almost the same still stands on the page.
const STANDING: Severity = Severity(3);
/// How much a safeguard matters that stands on another page, word for word: what moved is not removed.
const MOVED: Severity = Severity(2);

/// The findings about safeguards.
pub(super) fn judge(step: &Step, passages: &Passages, facts: &Facts) -> Vec<Finding> {
    let mut pairs = Pairs::of(passages);
    pairs.take_items(passages);
    let mut findings = Vec::new();
    findings.extend(pairs.weakened(passages));
    findings.extend(gone(step, passages, facts, &pairs));
    findings.extend(identity::judge(passages));
    findings.extend(denials::judge(step, passages, facts));
    findings
}

/// The removed sentences, folded, whose loss matters at 4 or more.
pub(super) fn at_stake(passages: &Passages) -> Vec<String> {
    let gone = removed(passages, &Pairs::of(passages)).into_iter();
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
            && !patterns.leaves(&*whole(passage))
    };
    let mut gone = Vec::new();
    for (at, passage) in passages
        .removed
        .iter()
        .enumerate()
        .filter(|(at, p)| promise(p) && !pairs.told.contains(at))
    {
        let became = passages.became(at);
        let said = whole(passage);
        let kept = |hit: &str| {
            became.is_some_and(|now| {
                whole_folded(now).contains(&fold(hit))
                    && similarity(&now.folded, &passage.folded) >= 0.5
            })
        };
        let lost = patterns.graded.iter().filter(|(pattern, _)| {
            pattern.is_match(&*said)
                && !pattern.find_iter(&*said).all(|hit| kept(hit.as_str()))
                && !became.is_some_and(|now| {
                    pattern.is_match(&*whole(now))
                        && similarity(&now.folded, &passage.folded) >= 0.6
                })
        });
        let Some(severity) = lost.map(|(_, severity)| *severity).max() else {
            let mut graded = patterns.graded.iter();
            if graded.any(|(pattern, _)| pattern.is_match(&*said)) {
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

/// An item under "We will:" with these words before it; any other passage as it stands.
fn whole(passage: &Passage) -> Cow<'_, Text> {
    match promised_under(passage) {
        Some(under) => Cow::Owned(Text::of(format!("{under} {}", passage.plain))),
        None => Cow::Borrowed(&passage.plain),
    }
}

/// The same, folded.
fn whole_folded(passage: &Passage) -> Cow<'_, str> {
    match promised_under(passage) {
        Some(under) => Cow::Owned(format!("{under} {}", passage.folded)),
        None => Cow::Borrowed(&passage.folded),
    }
}

/// The words over an item that make a promise of it: "We will".
fn promised_under(passage: &Passage) -> Option<&str> {
    static PROMISES: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:we|it|they|staff|practices?|trusts?|organisations?|researchers?|suppliers?|agency|department|service)\b[^.]{0,80}(?:'ll|\bwill|\bmust|\bshall|\bpromise(?: to)?|\bundertakes? to|\bcommit(?:s|ted)? to|\bagree to|\baims? to|\bshould)[^.]{0,20}:$",
        )
    });
    let promises = PROMISES.is_match(&passage.under) && !negated(&passage.under);
    promises.then(|| passage.under.trim_end_matches(':'))
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
            evidence.severity = evidence.severity.min(MOVED);
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
