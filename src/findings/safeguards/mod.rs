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
use crate::prose::{Pattern, Text, compile, fold, negated};

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// So many lost sentences are looked for on the page by likeness; the others word for word.
const COMPARED: usize = 200;
/// How much a safeguard matters of which almost the same still stands on the page.
const STANDING: Severity = Severity(3);
/// How much a safeguard matters that stands on another page, word for word: what moved is not removed.
const MOVED: Severity = Severity(2);

/// What became of the protections of a page, before anybody asks the archive of it.
#[derive(Debug)]
pub(super) struct Safeguards {
    pairs: Pairs,
    /// Which removed sentences promised something that is gone, and how much that matters.
    gone: Vec<(usize, Severity)>,
}

impl Safeguards {
    /// Looks for them.
    pub fn of(passages: &Passages) -> Safeguards {
        let mut pairs = Pairs::of(passages);
        pairs.take_items(passages);
        let gone = removed(passages, &pairs);
        Safeguards { pairs, gone }
    }

    /// The removed sentences, folded, whose loss matters at 4 or more.
    pub fn at_stake(&self, passages: &Passages) -> Vec<String> {
        let grave = self.gone.iter().filter(|(_, s)| *s >= Severity(4));
        let grave = grave.map(|(at, _)| &passages.removed[*at]);
        let denied = denials::lost(passages).into_iter();
        grave
            .chain(denied.map(|(_, passage)| passage))
            .map(|passage| passage.folded.clone())
            .collect()
    }

    /// The findings about safeguards.
    pub fn judge(&self, step: &Step, passages: &Passages, facts: &Facts) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(self.pairs.weakened(passages));
        findings.extend(gone(step, passages, facts, &self.gone));
        findings.extend(identity::judge(passages));
        findings.extend(denials::judge(step, passages, facts));
        findings
    }
}

/// Promises that are gone, by their place among the removed sentences.
fn removed(passages: &Passages, pairs: &Pairs) -> Vec<(usize, Severity)> {
    let patterns = passages.book.patterns("safeguard-removed");
    let promise = |passage: &Passage| {
        let words = passage.folded.split(' ').count();
        if words < 4 || !matches!(passage.part, Part::Text | Part::Row) {
            return false;
        }
        let said = whole(passage);
        let mut graded = patterns.graded.iter();
        graded.any(|(pattern, _)| pattern.is_match(&*said)) && !patterns.leaves(&*said)
    };
    let mut gone = Vec::new();
    for (at, passage) in passages
        .removed
        .iter()
        .enumerate()
        .filter(|(at, p)| !pairs.told.contains(at) && promise(p))
    {
        let became = passages.became(at);
        let said = whole(passage);
        let kept = |pattern: &Pattern, now: &Passage| {
            let mut hits = pattern.find_iter(&*said);
            let still =
                |hit: &str| whole_folded(now).contains(&fold(hit)) && now.alike(passage) >= 0.5;
            hits.all(|hit| still(hit.as_str()))
                || pattern.is_match(&*whole(now)) && now.alike(passage) >= 0.6
        };
        let lost = patterns.graded.iter().filter(|(pattern, _)| {
            pattern.is_match(&*said) && !became.is_some_and(|now| kept(pattern, now))
        });
        let Some(severity) = lost.map(|(_, severity)| *severity).max() else {
            passages.trace.note("safeguard-removed", passage, || {
                "the sentence that stands in its place promises the same".to_owned()
            });
            continue;
        };
        let standing = match gone.len() {
            0..COMPARED => passages.after.holds(&passage.folded, SAME),
            _ => passages.after.holds_exactly(&passage.folded),
        };
        gone.push((
            at,
            match standing {
                true => STANDING.min(severity),
                false => severity,
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
    let under = &passage.under;
    let promises = !under.is_empty() && PROMISES.is_match(under) && !negated(under);
    promises.then(|| under.trim_end_matches(':'))
}

/// What is gone, weighed by where it still stands.
fn gone(
    step: &Step,
    passages: &Passages,
    facts: &Facts,
    gone: &[(usize, Severity)],
) -> Option<Finding> {
    let book = &passages.book;
    let evidence = |(at, severity): &(usize, Severity)| Evidence {
        severity: *severity,
        before: Some(&passages.removed[*at]),
        after: passages.became(*at),
        names: Vec::new(),
    };
    let mut gone: Vec<Evidence> = gone.iter().map(evidence).collect();
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
