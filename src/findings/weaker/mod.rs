//! What makes a promise weaker, or stronger, in the sentence it became.

mod duties;
mod ladders;
mod lists;
mod soft;

use crate::findings::slots::Beside;
use crate::model::Severity;
use crate::rulebook::{Book, Strength};

pub(super) use lists::{Gained, gained};

/// So much of two sentences must be alike, by place, for single words to tell.
const ALIKE: f64 = 0.5;
/// So much of a promise must still stand for a word added to it to tell.
const KEPT: f64 = 0.7;
/// Of promises about what could not be told.
const UNSURE: Severity = Severity(3);

/// One way in which a promise changed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Shift {
    /// The old words and the new ones, as a clause: "“will not” became “may”".
    pub said: String,
    /// Which way.
    pub way: Way,
    /// How much it matters.
    pub severity: Severity,
}

/// Which way a promise went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// It protects less.
    Weaker,
    /// It protects more.
    Stronger,
}

/// The ways in which a folded sentence and the one it became differ in strength.
pub(super) fn shifts(book: &Book, was: &str, is: &str) -> Vec<Shift> {
    let strength = book.patterns("safeguard-weakened").strength.as_ref();
    let beside = strength.and_then(|strength| Beside::lay(strength, was, is));
    beside.map_or(Vec::new(), |beside| shifts_between(book, was, is, beside))
}

/// The same of sentences that are laid side by side already.
pub(super) fn shifts_between(book: &Book, was: &str, is: &str, beside: Beside) -> Vec<Shift> {
    let rule = book.rule("safeguard-weakened");
    let Some(strength) = &rule.patterns.strength else {
        return Vec::new();
    };
    let pair = Pair {
        strength,
        was,
        is,
        severity: rule.severity,
        beside,
    };
    if pair.beside.alike() < ALIKE {
        return pair.steps();
    }
    let mut shifts = pair.duties();
    shifts.extend(pair.steps());
    if !shifts.iter().any(|shift| shift.way == Way::Weaker) {
        shifts.extend(pair.prohibition_gone());
    }
    let gone = pair.items_gone();
    if gone.is_empty() && !shifts.iter().any(|shift| shift.way == Way::Weaker) {
        shifts.extend(pair.exchanged());
    }
    shifts.extend(gone);
    if pair.beside.kept() >= KEPT && pair.promises() {
        shifts.extend(pair.softened());
        shifts.extend(pair.terms());
    }
    shifts
}

/// An old sentence and the new one.
struct Pair<'t> {
    strength: &'t Strength,
    was: &'t str,
    is: &'t str,
    severity: Severity,
    beside: Beside<'t>,
}

impl Pair<'_> {
    fn shift(&self, said: String, way: Way) -> Shift {
        Shift {
            said,
            way,
            severity: self.severity,
        }
    }

    /// The number of a ladder.
    fn ladder(&self, of: &str) -> Option<usize> {
        self.strength.ladders.iter().position(|one| one.of == of)
    }
}

#[cfg(test)]
mod tests;
