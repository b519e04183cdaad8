//! What a page says of its own changes, against what changed.

use chrono::{DateTime, NaiveDate, Utc};

use crate::findings::Step;
use crate::findings::passages::Passages;
use crate::model::{ChangeKind, ChangeNote, Document, Finding, Stated};
use crate::prose::{cut, quote};
use crate::rulebook::Book;

/// What the page claims, compared with what happened.
pub(super) fn judge(step: &Step, passages: &Passages) -> Vec<Finding> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return step
            .after
            .and_then(|after| backdated(step, after))
            .into_iter()
            .collect();
    };
    let (was, is) = (&before.stated, &after.stated);
    let mut findings = Vec::new();
    findings.extend(rewritten(step.book, was, is));
    findings.extend(moved_back(step.book, was, is));
    if step.kind == ChangeKind::Replaced || step.kind == ChangeKind::Moved {
        return findings;
    }
    let words = passages.changed_words();
    if words || !step.diff.attachments.is_empty() {
        findings.extend(unannounced(step, passages, was, is));
    } else if step.diff.is_empty() && was.withdrawn == is.withdrawn {
        findings.extend(announced_only(step.book, was, is));
    }
    findings
}

/// What the page claims of its own date, as it did before.
fn still_claimed(is: &Stated) -> String {
    match (is.updated, is.published) {
        (Some(day), _) => format!("The page still says it was last updated on {}", said(day)),
        (None, Some(day)) => format!("The page still gives only {} as its date", said(day)),
        (None, None) => "The page's own list of changes is the same as before".to_owned(),
    }
}

/// The words changed, the dates and the list of changes did not.
fn unannounced(step: &Step, passages: &Passages, was: &Stated, is: &Stated) -> Option<Finding> {
    let dated = is.updated.or(is.published).is_some() || !is.history.is_empty();
    let same = was.updated == is.updated
        && was.updated_at == is.updated_at
        && was.published == is.published
        && was.history == is.history;
    let seen_on = step.bounds.by.with_timezone(&step.zone).date_naive();
    // A page that gives today's date and no list of changes may well have announced this one.
    let may_be_said = is.history.is_empty() && is.updated == Some(seen_on);
    if !dated || !same || may_be_said {
        return None;
    }
    let files = step.diff.attachments.first();
    let changed = if passages.changed_words() {
        "the text"
    } else {
        "its files"
    };
    let mut why = format!(
        "{}; {changed} changed {}.",
        still_claimed(is),
        between(step)
    );
    if step
        .watch
        .url
        .host_str()
        .is_some_and(|host| host.ends_with("gov.uk") && !host.ends_with("nhs.uk"))
    {
        why.push_str(" GOV.UK allows small edits without a note.");
    }
    let file = |file: &crate::model::Attachment| {
        format!(
            "{}: {}",
            file.title,
            file.facts.as_deref().unwrap_or(&file.url)
        )
    };
    let (old, new) = passages.pairs.first().copied().unzip();
    let words = |side: &[crate::findings::passages::Passage], at: Option<usize>| {
        side.get(at.unwrap_or(0))
            .and_then(|passage| quote([passage.text.as_str()]))
    };
    let old_file = files.and_then(|edit| edit.before.as_ref()).map(file);
    let new_file = files.and_then(|edit| edit.after.as_ref()).map(file);
    Some(Finding {
        why,
        before: words(&passages.removed, old).or(old_file),
        after: words(&passages.added, new).or(new_file),
        ..step.book.rule("silent-edit").finding()
    })
}

/// "between Wed 6 July 2016, 11:45 and Fri 8 July 2016, 18:20", or "by …" where the old text was never seen.
fn between(step: &Step) -> String {
    let time = |at: DateTime<Utc>| {
        at.with_timezone(&step.zone)
            .format("%a %-d %B %Y, %H:%M")
            .to_string()
    };
    match step.bounds.after {
        Some(after) => format!("between {} and {}", time(after), time(step.bounds.by)),
        None => format!("by {}", time(step.bounds.by)),
    }
}

/// The date or the list of changes moved, and nothing else.
fn announced_only(book: &Book, was: &Stated, is: &Stated) -> Option<Finding> {
    let day = |day: Option<NaiveDate>| day.map(said);
    let grown = is.history.len() > was.history.len();
    let moved = was.updated != is.updated || was.updated_at != is.updated_at;
    let id = match (grown, moved) {
        (true, _) => "announced-without-change",
        (false, true) => "date-only",
        _ => return None,
    };
    let note = is.history.iter().find(|note| !was.history.contains(note));
    Some(Finding {
        before: day(was.updated),
        after: note.map(|note| cut(&note.note, 400)).or(day(is.updated)),
        ..book.rule(id).finding()
    })
}

/// A past note that is gone or reads differently; a list that only shows the latest may lose its oldest.
fn rewritten(book: &Book, was: &Stated, is: &Stated) -> Option<Finding> {
    let same = |one: &ChangeNote, other: &ChangeNote| one.at == other.at && one.note == other.note;
    if is.history.is_empty() {
        return None;
    }
    let lost: Vec<&ChangeNote> = was
        .history
        .iter()
        .filter(|note| !is.history.iter().any(|kept| same(kept, note)))
        .collect();
    let oldest = &was.history[was.history.len() - lost.len()..];
    let rolled = is.history.len() >= was.history.len() && was.history.len() > 1;
    if rolled && lost.len() < was.history.len() && oldest.iter().zip(&lost).all(|(a, b)| same(a, b))
    {
        let altered = lost
            .iter()
            .any(|note| is.history.iter().any(|kept| kept.at == note.at));
        if !altered {
            return None;
        }
    }
    let first = lost.first()?;
    let now = is.history.iter().find(|note| note.at == first.at);
    let line = |note: &ChangeNote| cut(&format!("{}: {}", note.at, note.note), 400);
    Some(Finding {
        before: Some(line(first)),
        after: now.map(line),
        ..book.rule("history-rewritten").finding()
    })
}

/// A date that is earlier than the page gave before.
fn moved_back(book: &Book, was: &Stated, is: &Stated) -> Option<Finding> {
    let back = |old: Option<NaiveDate>, new: Option<NaiveDate>| match (old, new) {
        (Some(old), Some(new)) if new < old => Some((old, new)),
        _ => None,
    };
    let (what, (old, new)) = back(was.updated, is.updated)
        .map(|pair| ("its last change", pair))
        .or_else(|| back(was.published, is.published).map(|pair| ("its publication", pair)))?;
    Some(Finding {
        why: format!(
            "The page gave {} as the date of {what}; it now gives {}.",
            said(old),
            said(new)
        ),
        before: Some(said(old)),
        after: Some(said(new)),
        ..book.rule("date-moved-back").finding()
    })
}

/// A page dated more than a week before a visit that did not find it.
fn backdated(step: &Step, after: &Document) -> Option<Finding> {
    let absent = step.bounds.after?.with_timezone(&step.zone).date_naive();
    let published = after.stated.published?;
    let fresh = matches!(step.kind, ChangeKind::Appeared) && (absent - published).num_days() > 7;
    fresh.then(|| Finding {
        why: format!(
            "The page says it was published on {}; on {} it was not at this address.",
            said(published),
            said(absent)
        ),
        after: Some(said(published)),
        ..step.book.rule("backdated").finding()
    })
}

fn said(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
