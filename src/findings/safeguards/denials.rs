//! Denials that came, and denials that went.

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::safeguards::elsewhere::Elsewhere;
use crate::findings::safeguards::{MOVED, SAME};
use crate::findings::wordings::added;
use crate::model::{Facts, Finding, Severity};

/// How much a denial matters that is gone.
const DENIED: Severity = Severity(5);

/// Denials that came, and denials that went.
pub(super) fn judge(step: &Step, passages: &Passages, facts: &Facts) -> Option<Finding> {
    let rule = passages.book.rule("denial");
    let lost = lost(passages);
    if lost.is_empty() {
        let come = added("denial", passages);
        return finding("denial", rule.why.clone(), come);
    }
    let evidence: Vec<Evidence> = lost
        .into_iter()
        .map(|(at, passage)| Evidence {
            severity: DENIED,
            before: Some(passage),
            after: passages.became(at),
            names: Vec::new(),
        })
        .collect();
    let elsewhere = Elsewhere::of(step, facts, &evidence);
    let moved = evidence.iter().all(|one| elsewhere.moved(one));
    let why = format!("A denial is no longer on this page.{}", elsewhere.said());
    let found = finding("denial", why, evidence)?;
    let found = Finding {
        severity: rule.severity,
        ..found
    };
    let found = weighed(found, DENIED, "what was denied is no longer denied here");
    Some(match moved {
        true => weighed(
            found,
            MOVED,
            "the same words stand on a page or in a file that this page leads to",
        ),
        false => found,
    })
}

pub(super) fn lost<'a>(passages: &'a Passages) -> Vec<(usize, &'a Passage)> {
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
