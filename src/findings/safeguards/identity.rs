//! Sentences in which data became more identifiable.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::wordings::added;
use crate::model::Finding;
use crate::prose::{compile, negated};

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
        let said = clauses(&passage.plain);
        steps
            .filter(|(_, step)| said.iter().any(|clause| step.is_match(*clause)))
            .map(|(at, _)| at)
            .max()
    };
    let count = |passage: &Passage| {
        let last = patterns.scale.last();
        let said = clauses(&passage.plain).into_iter();
        said.map(|clause| last.map_or(0, |step| step.find_iter(clause).count()))
            .sum::<usize>()
    };
    let top = patterns.scale.len().checked_sub(1);
    let mut found = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let left = FURNITURE.is_match(&is.plain)
            || !patterns.concerns(&was.plain)
            || !patterns.concerns(&is.plain);
        let (low, high) = (highest(was), highest(is));
        let rises = high > low && (low.is_some() || high == top);
        let longer = high == top && low == top && count(is) > count(was);
        if !left && (rises || longer) && is.alike(was) >= 0.5 {
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

/// The clauses of a sentence that say what is done, not what is not.
fn clauses(plain: &str) -> Vec<&str> {
    let clauses = plain.split([';', ':']).flat_map(|part| part.split(" but "));
    clauses.filter(|clause| !negated(clause)).collect()
}

/// What a page asks of its reader.
static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:enter|search|type in|contact us|newsletter|sign up|log ?in|(?:this|the) form|enquir\w+)\b",
    )
});
