//! Tells what an item states of itself: its dates, its own list of changes, its withdrawal.

use serde_json::Value;

use crate::extract::dates::{self, Moment};
use crate::extract::govuk::item::{Item, list, text};
use crate::extract::govuk::{moments, writing};
use crate::extract::rules::Rules;
use crate::model::{ChangeNote, Stated};

/// What an item states of itself.
pub fn stated(item: &Item<'_>, rules: &Rules) -> Stated {
    let whole = item.whole;
    let details = item.details().unwrap_or(&Value::Null);
    let published = text(whole, "first_published_at").or(text(details, "first_public_at"));
    let updated = text(whole, "public_updated_at").or(text(details, "public_timestamp"));
    let said = |words: &str, time: Option<&str>| Some(format!("{words} {}", moments::day(time?)?));
    let moment = |time: Option<&str>| -> Option<Moment> { dates::parse(time?) };
    Stated {
        published: moment(published).and_then(|moment| moment.day),
        updated: moment(updated).and_then(|moment| moment.day),
        updated_at: moment(updated).and_then(|moment| moment.at),
        lines: [said("Published", published), said("Last updated", updated)]
            .into_iter()
            .flatten()
            .collect(),
        history: history(item, details),
        withdrawn: withdrawn(item, rules),
        noindex: false,
        canonical: text(whole, "base_path").and_then(|path| item.page.join(path).ok()),
        content_id: text(whole, "content_id").map(str::to_owned),
    }
}

/// Its own list of changes; that of its parent where it has none and the parent came with it.
fn history(item: &Item<'_>, details: &Value) -> Vec<ChangeNote> {
    let own = notes(details);
    if !own.is_empty() {
        return own;
    }
    let mut parents = item.linked("parent").chain(item.linked("manual"));
    parents
        .find_map(|parent| {
            let notes = notes(parent.get("details")?);
            (!notes.is_empty()).then_some(notes)
        })
        .unwrap_or_default()
}

fn notes(details: &Value) -> Vec<ChangeNote> {
    let noted = |at: &str, note: String| ChangeNote {
        at: at.to_owned(),
        note,
    };
    let changes = list(details, "change_history").iter().filter_map(|change| {
        let note = text(change, "note").unwrap_or_default();
        Some(noted(text(change, "public_timestamp")?, note.to_owned()))
    });
    // A manual names the section each change was made in.
    let of_manual = list(details, "change_notes").iter().filter_map(|change| {
        let (title, note) = (text(change, "title"), text(change, "change_note"));
        let note: Vec<&str> = [title, note].into_iter().flatten().collect();
        Some(noted(text(change, "published_at")?, note.join(": ")))
    });
    let latest = text(details, "change_description").map(|note| {
        let at = text(details, "updated_at").unwrap_or_default();
        noted(at, note.to_owned())
    });
    latest.into_iter().chain(changes).chain(of_manual).collect()
}

/// The notice that it was withdrawn, in words.
fn withdrawn(item: &Item<'_>, rules: &Rules) -> Option<String> {
    let notice = item.whole.get("withdrawn_notice")?;
    let at = text(notice, "withdrawn_at").and_then(moments::day);
    let why = notice
        .get("explanation")
        .map(|why| writing::words(why, item.page, rules));
    let why = why.filter(|why| !why.is_empty());
    let said = match &at {
        Some(day) => format!("This was withdrawn on {day}"),
        None => "This was withdrawn".to_owned(),
    };
    match (at, why) {
        (None, None) => None,
        (_, None) => Some(said),
        (_, Some(why)) => Some(format!("{said}: {why}")),
    }
}
