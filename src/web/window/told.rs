//! How pages name and link what they speak of.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};
use url::form_urlencoded;

use crate::model::{Change, Severity, Span, VersionNo, WatchId};
use crate::web::window::Window;
use crate::wording::times;

/// The address of a document's page.
pub(super) fn to_document(id: &WatchId) -> String {
    format!("/d/{}", escaped(&id.0))
}

/// The address of a redline.
pub(super) fn to_redline(id: &WatchId, span: Span) -> String {
    format!("{}/{span}", to_document(id))
}

/// The address of a version.
pub(super) fn to_version(id: &WatchId, no: VersionNo) -> String {
    format!("{}/{no}", to_document(id))
}

/// The text as one segment of a path.
fn escaped(text: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    query.replace('+', "%20")
}

/// A moment, for people and for programs.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz) -> Markup {
    let exact = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    html! { time datetime=(exact) { (times::moment(at, zone)) } }
}

/// An address outside as a link that tells nobody who followed it; as plain text where it is none of the web.
pub(super) fn outside(url: &str) -> Markup {
    match is_web(url) {
        true => html! { a href=(url) rel="noopener noreferrer nofollow" { (url) } },
        false => html! { (url) },
    }
}

/// Words that led somewhere: a link to the web, or the words with their target shown.
pub(super) fn target(words: &str, url: &str) -> Markup {
    match is_web(url) {
        true => html! { a href=(url) title=(url) rel="noopener noreferrer nofollow" { (words) } },
        false => html! { (words) " " span.target { "⟨" (url) "⟩" } },
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A severity as a number with its word.
pub(super) fn severity(severity: Severity) -> Markup {
    let word = match severity.0 {
        5 => "interrupts an evening",
        4 => "said at once",
        3 => "said with others",
        2 => "in the digest",
        _ => "on record only",
    };
    html! {
        span.severity data-severity=(severity.0) title=(word) { "severity " (severity.0) }
    }
}

/// A change in a list.
pub(super) fn change(window: &Window, change: &Change) -> Markup {
    let bounds = times::between(&change.bounds, window.zone(), window.now());
    html! {
        article.change {
            h3 { a href=(to_redline(&change.watch, change.span)) { (change.sentence) } }
            p.about {
                (severity(change.severity)) " · " (change.kind.word()) " · "
                a href=(to_document(&change.watch)) { (change.title) } " · " (bounds)
            }
        }
    }
}
