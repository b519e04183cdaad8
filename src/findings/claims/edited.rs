//! What changed on a page: its words, its files, something slight, or nothing of its own.

use std::collections::BTreeSet;

use crate::findings::Step;
use crate::findings::claims::slight;
use crate::findings::passages::{Passage, Passages, is_stated_line};
use crate::model::{Document, Edit, Place};

/// What changed on a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Edited {
    /// Words of its own.
    Words,
    /// The files it offers, and none of its words.
    Files,
    /// Spelling, punctuation, white space or order.
    Slight,
    /// At most what it states of its dates, and what is kept elsewhere and only shown on it.
    Nothing,
}

/// What changed in a step between two versions.
pub(super) fn of(step: &Step, passages: &Passages) -> Edited {
    let own = Own::of(step);
    let gone = |at: &usize| own.has_old(&passages.removed[*at]);
    let come = |at: &usize| own.has_new(&passages.added[*at]);
    let mut removed: BTreeSet<usize> = (0..passages.removed.len()).filter(gone).collect();
    let mut added: BTreeSet<usize> = (0..passages.added.len()).filter(come).collect();
    let any = !removed.is_empty() || !added.is_empty();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if slight::is_slight(&was.folded, &is.folded) {
            removed.remove(old);
            added.remove(new);
        }
    }
    // Sentences cut otherwise than before are the same words.
    let whole = |side: &[Passage], at: &BTreeSet<usize>| {
        let texts: Vec<&str> = at.iter().map(|at| side[*at].folded.as_str()).collect();
        texts.join(" ")
    };
    let was = whole(&passages.removed, &removed);
    let is = whole(&passages.added, &added);
    if !slight::is_slight(&was, &is) {
        return Edited::Words;
    }
    if !step.diff.attachments.is_empty() {
        return Edited::Files;
    }
    let reordered = || own.edits.iter().any(|edit| own.is_own(edit));
    match any || reordered() {
        true => Edited::Slight,
        false => Edited::Nothing,
    }
}

/// The edits of a step with what on the page is not its own.
struct Own<'a> {
    edits: Vec<&'a Edit>,
    before: &'a [String],
    after: &'a [String],
}

impl<'a> Own<'a> {
    fn of(step: &Step<'a>) -> Own<'a> {
        let hunks = step.diff.hunks.iter();
        let embedded = |document: Option<&'a Document>| -> &'a [String] {
            document.map_or(&[], |document| &document.embedded)
        };
        Own {
            edits: hunks.flat_map(|hunk| &hunk.edits).collect(),
            before: embedded(step.before),
            after: embedded(step.after),
        }
    }

    /// The edit a sentence stands in; they are numbered from 1, and the title stands in none.
    fn edit(&self, passage: &Passage) -> Option<&'a Edit> {
        self.edits.get(passage.edit.checked_sub(1)?).copied()
    }

    fn has_old(&self, passage: &Passage) -> bool {
        let place = self.edit(passage).and_then(Edit::before);
        place.is_none_or(|place| !self.before.contains(&place.text))
    }

    fn has_new(&self, passage: &Passage) -> bool {
        let place = self.edit(passage).and_then(Edit::after);
        place.is_none_or(|place| !self.after.contains(&place.text))
    }

    fn is_own(&self, edit: &Edit) -> bool {
        let own = |place: Option<&Place>, embedded: &[String]| {
            place.is_some_and(|place| {
                !embedded.contains(&place.text) && !is_stated_line(&place.text)
            })
        };
        own(edit.before(), self.before) || own(edit.after(), self.after)
    }
}

/// Whether a sentence that became another is of the page itself.
pub(super) fn is_own(step: &Step, was: &Passage, is: &Passage) -> bool {
    let own = Own::of(step);
    own.has_old(was) || own.has_new(is)
}

/// In which blocks the sentences of a pair stand, before and after.
pub(super) fn blocks(
    step: &Step,
    removed: Option<&Passage>,
    added: Option<&Passage>,
) -> (Vec<usize>, Vec<usize>) {
    let own = Own::of(step);
    let at = |place: Option<&Place>| place.map(|place| place.index).into_iter().collect();
    let old = removed.and_then(|passage| own.edit(passage)?.before());
    let new = added.and_then(|passage| own.edit(passage)?.after());
    (at(old), at(new))
}
