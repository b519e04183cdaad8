//! Gathers the sentences that speak for one finding.

use std::collections::BTreeSet;

use crate::findings::passages::Passage;
use crate::model::{Finding, Quoted, Severity, Weighed};
use crate::prose::quote;

/// One sentence, or a pair of them, that speaks for a finding.
#[derive(Clone, Debug)]
pub(super) struct Evidence<'a> {
    /// How much it matters.
    pub severity: Severity,
    /// The sentence before.
    pub before: Option<&'a Passage>,
    /// The sentence after.
    pub after: Option<&'a Passage>,
    /// The names in it.
    pub names: Vec<String>,
}

impl Evidence<'_> {
    fn said(&self) -> (Option<&str>, Option<&str>) {
        (
            self.before.map(|passage| passage.text.as_str()),
            self.after.map(|passage| passage.text.as_str()),
        )
    }
}

/// One finding of all the evidence: the strongest first, names merged, as many whole sentences quoted as fit.
pub(super) fn finding(id: &str, why: String, mut evidence: Vec<Evidence>) -> Option<Finding> {
    let strongest = evidence.iter().map(|one| one.severity).max()?;
    // A stable sort: within one severity the order of the page stays.
    evidence.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let mut names: Vec<String> = Vec::new();
    for name in evidence.iter().flat_map(|one| &one.names) {
        if !names.iter().any(|had| had.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    names.truncate(40);
    let (before, after): (Vec<_>, Vec<_>) = evidence.iter().map(Evidence::said).unzip();
    let (before, after) = (quote(once(before)), quote(once(after)));
    let stands = Quoted {
        before: blocks(before.as_deref(), evidence.iter().map(|one| one.before)),
        after: blocks(after.as_deref(), evidence.iter().map(|one| one.after)),
    };
    Some(Finding {
        rule: id.to_owned(),
        severity: strongest,
        why,
        names,
        before,
        after,
        stands,
        ..Finding::default()
    })
}

/// The blocks in which quoted sentences stand, in the order of the page.
fn blocks<'a>(
    quote: Option<&str>,
    passages: impl Iterator<Item = Option<&'a Passage>>,
) -> Vec<usize> {
    let Some(quote) = quote else {
        return Vec::new();
    };
    // The first sentence is always quoted, though it may be cut; of the others those that fit.
    let quoted = passages
        .flatten()
        .enumerate()
        .filter(|(at, passage)| *at == 0 || quote.contains(passage.text.as_str()));
    let blocks: BTreeSet<usize> = quoted.filter_map(|(_, passage)| passage.block).collect();
    blocks.into_iter().collect()
}

/// Each sentence once, in order.
fn once(sentences: Vec<Option<&str>>) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    for sentence in sentences.into_iter().flatten() {
        if !kept.contains(&sentence) {
            kept.push(sentence);
        }
    }
    kept
}

/// A finding of a rule that came to less, or to more, because of something; unchanged where it did not.
pub(super) fn weighed(mut finding: Finding, to: Severity, because: &str) -> Finding {
    if finding.severity != to {
        finding.severity = to;
        finding.weighed.push(Weighed {
            to,
            because: because.to_owned(),
        });
    }
    finding
}
