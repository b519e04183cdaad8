//! Sentences in which data became more identifiable.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::wordings::added;
use crate::model::Finding;
use crate::prose::{compile, negated, similarity};

/// What is more identifiable than before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let mut evidence = raised(passages);
    evidence.extend(added("identifiability", passages));
    // Menus and headings name many things.
    let prose = |one: &Evidence| {
        let mut parts = [one.before, one.after].into_iter().flatten();
        parts.all(|passage| matches!(passage.part, Part::Text | Part::Row))
    };
    evidence.retain(prose);
    let why = passages.book.rule("identifiability").why.clone();
    finding("identifiability", why, evidence)
}

/// Pairs of sentences in which the data became more identifiable.
fn raised<'a>(passages: &'a Passages) -> Vec<Evidence<'a>> {
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
        let negated = negated(&is.plain)
            || negated(&was.plain)
            || FURNITURE.is_match(&is.plain)
            || !patterns.concerns(&was.plain)
            || !patterns.concerns(&is.plain);
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

/// What a page asks of its reader.
static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:enter|search|type in|contact us|newsletter|sign up|log ?in|cookies?|(?:this|the) form|enquir\w+)\b",
    )
});
