//! What is written into an index of the words of a passage: the words, and the parts of joined ones.

use std::collections::HashSet;

use crate::passages::Step;
use crate::search::marks::touches;
use crate::search::words::{Word, parts};

/// What the parts of joined words begin with, so that no phrase meets them.
pub(in crate::search) const PART: char = '\u{1}';

/// A word of a passage, or a part of one.
pub(super) struct Term<'a> {
    /// Which word of the passage, from 0.
    pub(super) place: usize,
    pub(super) word: &'a Word,
    /// As it is looked for.
    pub(super) text: String,
    pub(super) is_part: bool,
}

/// All of them.
pub(super) fn all(found: &[Word]) -> Vec<Term<'_>> {
    terms(found, |_| true)
}

/// Of the words that a step touched, and those beside its seams: what can be in an occurrence that the step made or ended.
pub(super) fn edited<'a>(found: &'a [Word], step: &Step) -> Vec<Term<'a>> {
    let Some(edited) = &step.edited else {
        return all(found);
    };
    let mut near: HashSet<usize> = HashSet::new();
    for seam in edited.iter().filter(|range| range.is_empty()) {
        let after = found.partition_point(|word| word.range.end <= seam.start);
        near.extend([after, after.saturating_sub(1)]);
    }
    terms(found, |place| {
        near.contains(&place) || touches(edited, &found[place].range)
    })
}

fn terms(found: &[Word], wanted: impl Fn(usize) -> bool) -> Vec<Term<'_>> {
    let mut terms = Vec::with_capacity(found.len() + 8);
    for (place, word) in found.iter().enumerate().filter(|(place, _)| wanted(*place)) {
        let term = |text: String, is_part: bool| Term {
            place,
            word,
            text,
            is_part,
        };
        terms.push(term(word.folded.clone(), false));
        terms.extend(parts(&word.folded).map(|part| term(format!("{PART}{part}"), true)));
    }
    terms
}
