//! A change as an entry of a feed.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use crate::model::{Change, Correction, Finding};
use crate::web::window::Window;
use crate::wording::redline::visible;
use crate::wording::{label, times};

/// A change as an entry of a feed.
pub(super) struct Entry {
    /// What it is called for good (RFC 4151): by its entry of the journal, which never goes to another change.
    pub(super) id: String,
    /// Its redline.
    pub(super) url: String,
    /// The change in one sentence.
    pub(super) title: String,
    /// When it was first seen.
    pub(super) published: DateTime<Utc>,
    /// When it was first seen, or something of it was last put right.
    pub(super) updated: DateTime<Utc>,
    /// The rules that found something, and what sort of step it is.
    pub(super) tags: Vec<String>,
    /// The whole of it as HTML, all page text escaped.
    pub(super) html: String,
}

impl Entry {
    /// Of this change.
    pub(super) fn of(change: &Change, window: &Window, base: &str, authority: &str) -> Entry {
        let url = format!("{base}/d/{}/{}", change.watch, change.span);
        let day = change.bounds.by.date_naive();
        let mut tags = vec![change.kind.word().to_owned()];
        for finding in &change.findings {
            if !tags.contains(&finding.rule) {
                tags.push(finding.rule.clone());
            }
        }
        Entry {
            id: format!("tag:{authority},{day}:change/{}", change.entry),
            title: visible(&change.sentence).replace('\n', " "),
            published: change.bounds.by,
            updated: updated(change),
            tags,
            html: visible(&told(change, window, &url).into_string()),
            url,
        }
    }
}

/// When a change was first seen, put right or found to be undone, whatever was last.
fn updated(change: &Change) -> DateTime<Utc> {
    let corrected = change.corrections.iter().map(Correction::last);
    let back = change.back.iter().map(|back| back.bounds.by);
    let times = corrected.chain(back);
    times.fold(change.bounds.by, DateTime::max)
}

fn told(change: &Change, window: &Window, url: &str) -> Markup {
    let zone = window.zone();
    let in_force = window.house.in_force();
    let book = &in_force.watchlist.book;
    // An entry reads the same whenever it is read: with its year.
    let now = change.bounds.by + TimeDelta::days(400);
    html! {
        @for one in &change.corrections { (correction(one, zone)) }
        @if let Some(back) = &change.back {
            p { strong { "What was gone is back: " } (times::between(&back.bounds, zone, now)) }
        }
        p { (change.sentence) }
        p { "Severity " (change.severity) ", " (change.kind.word()) ", " (times::between(&change.bounds, zone, now)) "." }
        @for one in &change.findings {
            p { strong { (label::of(one, book)) } ": " (one.why) }
            (quotes(one))
        }
        p { a href=(url) { "What differs, word by word" } }
    }
}

/// What stands above a change that was put right.
fn correction(one: &Correction, zone: chrono_tz::Tz) -> Markup {
    let sort = match one.says {
        crate::model::Says::OurError => "Correction, our error",
        crate::model::Says::Disputed => "Disputed",
        crate::model::Says::Explained => "Explained",
        _ => "Reply of the publisher",
    };
    html! {
        p {
            strong { (sort) ", " (times::moment(one.at, zone)) ": " }
            @match &one.taken_back {
                None => (one.text),
                Some(back) => {
                    del { (one.text) } " Taken back, " (times::moment(back.at, zone)) "."
                    @if let Some(why) = &back.text { " " (why) }
                }
            }
        }
    }
}

/// The words before and after.
fn quotes(finding: &Finding) -> Markup {
    html! {
        @if let Some(before) = &finding.before { blockquote { p { del { (before) } } } }
        @if let Some(after) = &finding.after { blockquote { p { ins { (after) } } } }
    }
}
