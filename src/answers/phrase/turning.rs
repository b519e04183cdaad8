//! The times in which a phrase stood on a page, and the sentences around its coming and going.

use chrono::{DateTime, Utc};

use crate::answers::Happening;
use crate::answers::phrase::{Interval, Turned};
use crate::answers::search::around;
use crate::diff;
use crate::passages::Stay;
use crate::prose;
use crate::search::marks::marks;
use crate::search::query::Clause;

/// The longest sentence that is told, in characters.
const LONGEST: usize = 600;
/// How alike two sentences are, at the least, for one to stand for the other.
const ALIKE: f64 = 0.25;

/// Passages of one page, in the order in which they came, in runs between which none of them stood. What goes by the change
/// by which another comes leaves no gap.
pub(super) fn runs(stays: Vec<Stay>) -> Vec<Vec<Stay>> {
    let mut runs: Vec<(Vec<Stay>, u64)> = Vec::new();
    for stay in stays {
        let ends = stay.went.as_ref().map_or(u64::MAX, |went| went.entry);
        match runs.last_mut().filter(|(_, end)| stay.came.entry <= *end) {
            Some((run, end)) => {
                *end = ends.max(*end);
                run.push(stay);
            }
            None => runs.push((vec![stay], ends)),
        }
    }
    runs.into_iter().map(|(run, _)| run).collect()
}

/// The time of one run. `seen` is when the page as it stands was seen last.
pub(super) fn interval(clause: &Clause, run: &[Stay], seen: Option<DateTime<Utc>>) -> Interval {
    let first = run.first().expect("a run has a passage");
    let end = |stay: &&Stay| stay.went.as_ref().map_or(u64::MAX, |went| went.entry);
    let last = run
        .iter()
        .rev()
        .max_by_key(end)
        .expect("a run has a passage");
    let said = |stay: &Stay| sentence_with(clause, &stay.text);
    let came = Turned {
        happening: Happening::of(&first.came),
        before: like(&said(first), first.came.other.as_deref()),
        after: Some(told(&said(first))),
    };
    let went = last.went.as_ref().map(|went| Turned {
        happening: Happening::of(went),
        before: Some(told(&said(last))),
        after: like(&said(last), went.other.as_deref()),
    });
    let shown = around(
        &last.text,
        marks(clause, &last.text, None).unwrap_or_default(),
    );
    Interval {
        last_seen: match &last.went {
            Some(went) => went.bounds.after,
            None => seen,
        },
        came,
        went,
        quote: shown.text,
        marks: shown.marks,
    }
}

/// The sentence of a text in which a phrase stands, or the sentences from its beginning to its end.
fn sentence_with(clause: &Clause, text: &str) -> String {
    let found = marks(clause, text, None).unwrap_or_default();
    let Some(first) = found.first() else {
        return text.to_owned();
    };
    let sentences = diff::sentences(text);
    let with = sentences
        .iter()
        .filter(|range| range.start < first.end && first.start < range.end);
    let with: Vec<&str> = with.map(|range| text[range.clone()].trim()).collect();
    match with.is_empty() {
        true => text.to_owned(),
        false => with.join(" "),
    }
}

/// The sentence of another text that is most like this one, where one is.
fn like(sentence: &str, other: Option<&str>) -> Option<String> {
    let other = other?;
    let folded = prose::fold(sentence);
    let ranges = diff::sentences(other).into_iter();
    let alike = ranges.map(|range| {
        let sentence = other[range].trim();
        (prose::similarity(&folded, &prose::fold(sentence)), sentence)
    });
    let best = alike.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(alike, _)| *alike >= ALIKE)
        .map(|(_, sentence)| told(sentence))
}

fn told(sentence: &str) -> String {
    prose::cut(sentence, LONGEST)
}
