//! How two statements of a page's dates and changes differ.

use chrono::NaiveDate;

use crate::model::{ChangeNote, Stated};
use crate::prose::{cut, fold};

/// A past line of a page's list of changes that does not read as it did.
pub(super) struct Lost<'a> {
    /// As it read.
    pub(super) was: &'a ChangeNote,
    /// As it reads; `None` where it is gone.
    pub(super) is: Option<&'a ChangeNote>,
}

impl Lost<'_> {
    /// Both as quotes, with their dates.
    pub(super) fn lines(&self) -> (String, Option<String>) {
        let line = |note: &ChangeNote| cut(&format!("{}: {}", note.at, note.note), 400);
        (line(self.was), self.is.map(line))
    }
}

/// A date that went back.
pub(super) struct Back {
    /// What it is the date of: "its last change".
    pub(super) what: &'static str,
    /// The day the page gave.
    pub(super) was: NaiveDate,
    /// The day it gives.
    pub(super) is: NaiveDate,
}

/// Whether a date moved on, or the list of changes grew.
pub(super) fn moved(was: &Stated, is: &Stated) -> bool {
    let later = is.updated > was.updated
        || is.updated_at > was.updated_at
        || is.published > was.published && was.published.is_some();
    later || new_note(was, is).is_some()
}

/// The newest line of the list of changes that was not there.
pub(super) fn new_note<'a>(was: &Stated, is: &'a Stated) -> Option<&'a ChangeNote> {
    let of_that_time = |side: &Stated, at: &str| {
        let notes = side.history.iter();
        notes.filter(|note| note.at == at).count()
    };
    // A note that reads differently is no new one; two may be of one day.
    let fresh = is.history.iter().filter(|note| {
        !was.history.contains(note) && of_that_time(is, &note.at) > of_that_time(was, &note.at)
    });
    // A first list is no news: it may be that the page only shows now what it kept.
    fresh
        .clone()
        .next()
        .filter(|_| !was.history.is_empty() || fresh.count() == 1 || is.updated > was.updated)
}

/// A past note that is gone or reads differently; a list that only shows the latest may lose its oldest.
pub(super) fn rewritten<'a>(was: &'a Stated, is: &'a Stated) -> Option<Lost<'a>> {
    let same = |one: &ChangeNote, other: &ChangeNote| {
        one.at == other.at && fold(&one.note) == fold(&other.note)
    };
    if is.history.is_empty() {
        return None;
    }
    let lost: Vec<&ChangeNote> = was
        .history
        .iter()
        .filter(|note| !is.history.iter().any(|kept| same(kept, note)))
        .collect();
    let stood = |note: &ChangeNote| was.history.iter().any(|old| same(old, note));
    let at = |note: &ChangeNote| {
        let mut now = is.history.iter();
        now.find(|kept| kept.at == note.at && !stood(kept))
    };
    let oldest = &was.history[was.history.len() - lost.len()..];
    let rolled = is.history.len() >= was.history.len()
        && lost.len() < was.history.len()
        && oldest.iter().zip(&lost).all(|(a, b)| same(a, b))
        && lost.iter().all(|note| at(note).is_none());
    if rolled {
        return None;
    }
    // What reads differently tells more than what is gone.
    let was = (lost.iter().copied().find(|note| at(note).is_some())).or(lost.first().copied())?;
    Some(Lost { was, is: at(was) })
}

/// A date that is earlier than the page gave before.
pub(super) fn moved_back(was: &Stated, is: &Stated) -> Option<Back> {
    let back = |what, old: Option<NaiveDate>, new: Option<NaiveDate>| match (old, new) {
        (Some(was), Some(is)) if is < was => Some(Back { what, was, is }),
        _ => None,
    };
    back("its last change", was.updated, is.updated)
        .or_else(|| back("its publication", was.published, is.published))
}
