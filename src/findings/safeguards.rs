//! Protections that are gone, weaker, or about other data than before.

use std::collections::BTreeSet;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::wordings::added;
use crate::model::{Facts, Finding, Severity, Watch, WatchId};
use crate::prose::{cut, fold, negated, similarity, words};
use crate::rulebook::Book;

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// So many lost sentences are looked for on the page by likeness; the others word for word.
const COMPARED: usize = 200;
/// In longer sentences single words tell too little to be compared.
const LONGEST: usize = 60;
/// How much a safeguard matters that still stands elsewhere on the page.
const STANDING: Severity = Severity(3);

/// The findings about safeguards.
pub(super) fn judge(passages: &Passages, facts: &Facts, watches: &[Watch]) -> Vec<Finding> {
    let weaker = weaker_pairs(passages);
    let weak: BTreeSet<usize> = weaker.iter().map(|(old, _)| *old).collect();
    let mut weakened: Vec<Evidence> = weaker.into_iter().map(|(_, evidence)| evidence).collect();
    weakened.extend(added("safeguard-weakened", passages));
    let mut gone = removed(passages);
    gone.retain(|(old, _)| !weak.contains(old));
    let why = why_removed(&passages.book, &gone, facts, watches);
    let gone = gone.into_iter().map(|(_, evidence)| evidence).collect();
    let mut identifiable = raised(passages);
    identifiable.extend(added("identifiability", passages));
    let said = |id: &str| passages.book.rule(id).why.clone();
    let why_weakened = if weakened.iter().any(|one| one.before.is_some()) {
        said("safeguard-weakened")
    } else {
        "The text limits a protection, or says that it does not apply.".to_owned()
    };
    let mut findings = Vec::new();
    findings.extend(finding("safeguard-weakened", why_weakened, weakened));
    findings.extend(finding("safeguard-removed", why, gone));
    findings.extend(finding(
        "identifiability",
        said("identifiability"),
        identifiable,
    ));
    findings.extend(denials(passages));
    findings
}

/// The removed sentences, folded, whose loss matters at 4 or more.
pub(super) fn at_stake(passages: &Passages) -> Vec<String> {
    let gone = removed(passages).into_iter();
    let grave = gone.filter(|(_, evidence)| evidence.severity >= Severity(4));
    let mut folded: Vec<String> = grave
        .filter_map(|(_, evidence)| evidence.before)
        .map(|passage| passage.folded.clone())
        .collect();
    for (_, passage) in lost_denials(passages) {
        folded.push(passage.folded.clone());
    }
    folded
}

/// Safeguards that are gone, with their place among the removed sentences.
fn removed(passages: &Passages) -> Vec<(usize, Evidence<'_>)> {
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
        .filter(|(_, p)| promise(p))
    {
        let became = passages.became(at);
        let kept = |hit: &str| {
            became.is_some_and(|now| {
                now.folded.contains(&fold(hit)) && similarity(&now.folded, &passage.folded) >= 0.5
            })
        };
        let lost = patterns.graded.iter().filter(|(pattern, _)| {
            pattern.is_match(&passage.plain)
                && !pattern
                    .find_iter(&passage.plain)
                    .all(|hit| kept(hit.as_str()))
                && !became.is_some_and(|now| {
                    pattern.is_match(&now.plain) && similarity(&now.folded, &passage.folded) >= 0.6
                })
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

fn why_removed(
    book: &Book,
    gone: &[(usize, Evidence)],
    facts: &Facts,
    watches: &[Watch],
) -> String {
    let mut why = book.rule("safeguard-removed").why.clone();
    let standing = gone
        .iter()
        .any(|(_, evidence)| evidence.severity == STANDING);
    if standing
        && gone
            .iter()
            .all(|(_, evidence)| evidence.severity <= STANDING)
    {
        why = "Words that protect people’s data are gone from one place; almost the same sentence still stands on this page.".to_owned();
    }
    let mut elsewhere: BTreeSet<&WatchId> = BTreeSet::new();
    for passage in gone.iter().filter_map(|(_, evidence)| evidence.before) {
        let pages = facts.standing.get(&passage.folded).into_iter().flatten();
        elsewhere.extend(pages);
    }
    if !elsewhere.is_empty() {
        let called = |id: &WatchId| match watches.iter().find(|watch| watch.id == *id) {
            Some(watch) => format!("“{}”", cut(watch.name(), 90)),
            None => id.to_string(),
        };
        let pages: Vec<String> = elsewhere.into_iter().take(5).map(called).collect();
        why.push_str(&format!(" They still stand on {}.", pages.join(", ")));
    }
    why
}

/// Pairs of sentences in which a protection reads weaker.
fn weaker_pairs(passages: &Passages) -> Vec<(usize, Evidence<'_>)> {
    let patterns = passages.book.patterns("safeguard-weakened");
    let about = |passage: &Passage| {
        let words = passage.folded.split(' ').count();
        let speaks = patterns.concerns(&passage.plain) && words <= LONGEST;
        speaks && matches!(passage.part, Part::Text | Part::Row)
    };
    let mut weaker = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if !about(was) || !about(is) {
            continue;
        }
        let weakened = patterns.pairs.iter().any(|(before, after)| {
            before.is_match(&was.plain)
                && after.is_match(&is.plain)
                && !before.is_match(&is.plain)
                && !after.is_match(&was.plain)
        });
        if weakened || is_shorter_prohibition(&passages.book, was, is) {
            weaker.push((
                *old,
                Evidence {
                    severity: passages.book.rule("safeguard-weakened").severity,
                    before: Some(was),
                    after: Some(is),
                    names: Vec::new(),
                },
            ));
        }
    }
    weaker
}

/// Whether a "will not" sentence lost an item of its list and gained nothing.
fn is_shorter_prohibition(book: &Book, was: &Passage, is: &Passage) -> bool {
    let (old, new) = (words(&was.folded), words(&is.folded));
    let lost = old
        .iter()
        .filter(|word| word.len() > 3 && !new.contains(word))
        .count();
    let gained = new.iter().any(|word| !old.contains(word));
    let promise = book
        .patterns("safeguard-removed")
        .strong()
        .any(|p| p.is_match(&was.plain));
    let excepts = ["except", "unless", "otherwise"]
        .iter()
        .any(|word| old.contains(word));
    promise && !excepts && negated(&was.plain) && negated(&is.plain) && lost > 0 && !gained
}

/// Pairs of sentences in which the data became more identifiable.
fn raised(passages: &Passages) -> Vec<Evidence<'_>> {
    let patterns = passages.book.patterns("identifiability");
    let highest = |passage: &Passage| {
        let steps = patterns.scale.iter().enumerate();
        steps
            .filter(|(_, step)| step.is_match(&passage.plain))
            .map(|(at, _)| at)
            .max()
    };
    let count = |passage: &Passage| {
        let last = patterns.scale.last();
        last.map_or(0, |step| step.find_iter(&passage.plain).count())
    };
    let top = patterns.scale.len().checked_sub(1);
    let mut found = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let negated = negated(&is.plain) || negated(&was.plain);
        let (low, high) = (highest(was), highest(is));
        let rises = high > low && (low.is_some() || high == top);
        let longer = high == top && low == top && count(is) > count(was);
        if !negated && (rises || longer) && similarity(&was.folded, &is.folded) >= 0.5 {
            found.push(Evidence {
                severity: passages.book.rule("identifiability").severity,
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
        }
    }
    found
}

/// Denials that came, and denials that went.
fn denials(passages: &Passages) -> Option<Finding> {
    let lost = lost_denials(passages);
    if lost.is_empty() {
        let come = added("denial", passages);
        return finding("denial", passages.book.rule("denial").why.clone(), come);
    }
    let evidence = lost
        .into_iter()
        .map(|(at, passage)| Evidence {
            severity: Severity(5),
            before: Some(passage),
            after: passages.became(at),
            names: Vec::new(),
        })
        .collect();
    finding(
        "denial",
        "A denial is no longer on this page.".to_owned(),
        evidence,
    )
}

fn lost_denials(passages: &Passages) -> Vec<(usize, &Passage)> {
    let patterns = passages.book.patterns("denial");
    let denies = |text: &str| {
        patterns
            .graded
            .iter()
            .any(|(pattern, _)| pattern.is_match(text))
    };
    let gone = passages.removed.iter().enumerate();
    gone.filter(|(_, passage)| passage.part != Part::Link && denies(&passage.plain))
        .filter(|(at, _)| !passages.became(*at).is_some_and(|now| denies(&now.plain)))
        .filter(|(_, passage)| !passages.after.holds(&passage.folded, SAME))
        .collect()
}
