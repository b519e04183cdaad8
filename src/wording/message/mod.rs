//! A change as a message for a lock screen, within Discord's limits by construction.

mod batch;
mod body;
mod card;
mod corrected;
mod digest;
mod document;
mod letter;
mod lines;
mod muted;
mod part;
mod particulars;
mod register;
mod when;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::model::{
    AlertId, Change, ChangeKind, Colour, Diff, Digest, Document, Field, Finding, Message,
    MessageText, SecondLook, Verdict, VersionNo, Watch,
};
use crate::wording::{fit, harmless, redline, sentence, times};

pub use batch::batch;
pub use card::plain;
pub use corrected::{Reply, above, anew, reply, room};
pub use digest::digest;
pub use document::document;
pub use letter::letter;
pub use lines::{Form, Line, lines, subject, words};
pub use part::Part;
pub use particulars::{INSTEAD, instead, particulars, redline};

/// The limits we keep, all below Discord's own; together the body is below 6,000.
/// <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>
const CONTENT: usize = 500;
const TITLE: usize = 200;
const AUTHOR: usize = 120;
const FOOTER_PART: usize = 100;
const NOTICE: usize = 1900;
const LINK: usize = 512;
/// What leads to the page, to both of its versions side by side, to its thread, and to an independent copy.
const PAGE: &str = "The page";
const VERSIONS: &str = "Compare both versions";
/// What leads to the thread of a page.
pub const THREAD: &str = "All of this page";
/// What leads to an independent copy.
pub const COPY: &str = "Independent copy";
/// The heading over the reasons.
const WHY: &str = "Why it is flagged";
const FILE: usize = 4 << 20;

/// Everything a message about a change is made of.
#[derive(Clone, Debug)]
pub struct News<'a> {
    /// Whose change.
    pub watch: &'a Watch,
    /// The change, with its findings and its second look.
    pub change: &'a Change,
    /// What differs.
    pub diff: Option<&'a Diff>,
    /// What a person muted of what was found: it is not among the findings of the change.
    pub muted: &'a [Finding],
    /// The document before.
    pub before: Option<&'a Document>,
    /// The document after.
    pub after: Option<&'a Document>,
    /// The digest of the bytes as served: of the new version, or of the last one where the page is gone.
    pub body: Option<Digest>,
    /// The time zone for days and hours.
    pub zone: Tz,
    /// Where the window is, if people can reach it.
    pub public_url: Option<&'a Url>,
    /// Whether it makes a sound.
    pub loud: bool,
    /// What the message ends with, from [`mark`].
    pub mark: &'a str,
}

/// What the message of an alert ends with, unlike every other: the alert, and the archive it comes from.
pub fn mark(alert: AlertId, archive: &str) -> String {
    format!("alert {alert} {archive}").trim_end().to_owned()
}

/// What the first message of a thread ends with, unlike every other: the alert it was opened for, and the archive.
pub fn thread_mark(alert: AlertId, archive: &str) -> String {
    format!("thread {alert} {archive}").trim_end().to_owned()
}

/// The message about a change.
pub fn of(news: &News) -> Message {
    let (description, rows) = body::description(news);
    let text = MessageText {
        title: title(news),
        url: address(&news.watch.url, 2048),
        author: Some(fit::cut(&sentence::who(news.watch), AUTHOR)),
        description,
        fields: fields(news),
        footer: footer(news),
        at: news.change.bounds.by,
        colour: colour(news),
    };
    Message {
        content: first_line(news),
        text: Some(text),
        silent: !news.loud,
        file: news.diff.map(|diff| file(news, diff)),
        rows,
        links: links(news),
        buttons: Vec::new(),
        mentions: None,
        particulars: Vec::new(),
        above: None,
        replies: None,
    }
}

/// A message that is about no change, such as the summary of a first round.
pub fn notice(text: &str, mark: &str, loud: bool) -> Message {
    Message {
        content: format!("{}\n-# {mark}", fit::cut(&harmless::markdown(text), NOTICE)),
        silent: !loud,
        ..Message::default()
    }
}

fn first_line(news: &News) -> String {
    let change = news.change;
    let said = if harmless::is_blank(&change.sentence) {
        sentence::of(
            news.watch,
            change.kind,
            change.span,
            &change.findings,
            news.diff,
        )
    } else {
        change.sentence.clone()
    };
    let said = fit::cut(&harmless::markdown(&said), CONTENT);
    match &change.second_look {
        None => said,
        Some(look) if look.verdict == Some(Verdict::WasBack) => {
            format!(
                "{} What was seen once: {said}",
                second_look(look, news.zone)
            )
        }
        Some(look) => format!("{said}\n{}", second_look(look, news.zone)),
    }
}

/// What became of the second look, in a sentence.
fn second_look(look: &SecondLook, zone: Tz) -> String {
    let time = times::hour(look.at, zone);
    match look.verdict {
        None => format!("Seen once, second look at {time}."),
        Some(Verdict::StillSo) => format!("Still so at {time}."),
        Some(Verdict::WasBack) => format!("Was back at {time}."),
    }
}

fn title(news: &News) -> String {
    let names = [&news.change.title, news.watch.name(), &news.watch.id.0];
    let name = names
        .iter()
        .map(|name| harmless::line(name))
        .find(|name| !harmless::is_blank(name));
    let name = name.unwrap_or_else(|| "a page without a name".to_owned());
    fit::cut(&harmless::markdown(&name), TITLE)
}

fn fields(news: &News) -> Vec<Field> {
    let field = |name: &str, value: String| {
        (!harmless::is_blank(&value)).then(|| Field {
            name: name.to_owned(),
            value,
        })
    };
    let when = when::bounds(news.change.kind, news.change.bounds, news.zone);
    let parts = [
        field("When", when),
        field(WHY, body::reasons(&news.change.findings)),
        field("What the page says", body::claims(news)),
    ];
    parts.into_iter().flatten().collect()
}

fn footer(news: &News) -> String {
    let version = match (news.change.span.to, news.change.span.from) {
        (0, from) => format!("last version {from}"),
        (to, _) => format!("version {to}"),
    };
    let mut parts = vec![
        fit::cut(&harmless::line(&news.watch.id.0), FOOTER_PART),
        version,
    ];
    if let Some(body) = &news.body {
        parts.push(format!("sha256 {}", body.short()));
    }
    parts.push(news.mark.to_owned());
    parts.join(" · ")
}

fn colour(news: &News) -> Colour {
    use ChangeKind::{Redirected, Vanished, Withdrawn};
    let gone = matches!(news.change.kind, Redirected | Vanished | Withdrawn);
    match sentence::telling(&news.change.findings) {
        Some(finding) if finding.rule == "new-dataset" => Colour::New,
        Some(finding) if finding.before.is_some() && finding.after.is_none() => Colour::Gone,
        _ if gone => Colour::Gone,
        _ => Colour::Changed,
    }
}

fn links(news: &News) -> Vec<(String, String)> {
    let mut links = Vec::new();
    if let Some(url) = address(&news.watch.url, LINK) {
        links.push((PAGE.to_owned(), url));
    }
    let window = news.public_url.and_then(|window| {
        let mut url = window.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([
            "d",
            &news.watch.id.0,
            &news.change.span.to_string(),
        ]);
        address(&url, LINK)
    });
    if let Some(url) = window {
        links.push((VERSIONS.to_owned(), url));
    }
    links
}

/// An address people can follow, if it is one and not too long.
fn address(url: &Url, limit: usize) -> Option<String> {
    let fit = matches!(url.scheme(), "http" | "https") && fit::length(url.as_str()) <= limit;
    fit.then(|| url.to_string())
}

fn file(news: &News, diff: &Diff) -> (String, String) {
    let id: String = news
        .watch
        .id
        .0
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(60)
        .collect();
    let span = news.change.span;
    let mark = news.mark.replace(' ', "-");
    let name = format!("{id}-{}-{}-{mark}.txt", span.from, span.to);
    let mut text = redline::text(&heading(news), diff);
    if text.len() > FILE {
        text.truncate(text.floor_char_boundary(FILE));
        text.push_str("\n… cut here; the archive holds the rest\n");
    }
    (name, text)
}

fn heading(news: &News) -> redline::Heading {
    let change = news.change;
    let side = |no: VersionNo, seen: Option<DateTime<Utc>>| match (no, seen) {
        (0, _) => "no page there".to_owned(),
        (_, None) => format!("{} version {no}", change.watch),
        (_, Some(at)) => {
            let at = times::moment(at, news.zone);
            format!("{} version {no}, seen {at}", change.watch)
        }
    };
    redline::Heading {
        title: harmless::line(&change.title),
        url: news.watch.url.to_string(),
        before: side(change.span.from, change.bounds.after),
        after: side(change.span.to, Some(change.bounds.by)),
    }
}
