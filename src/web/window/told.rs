//! How pages name and link what they speak of.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};
use url::form_urlencoded;

use crate::answers::Standing;
use crate::model::{
    Bounds, Change, Claim, Correction, Point, Reach, Says, Severity, Span, Version, WatchId,
};
use crate::web::window::Window;
use crate::wording::{label, times};

/// The address of a document's page.
pub(super) fn to_document(id: &WatchId) -> String {
    format!("/d/{}", escaped(&id.0))
}

/// The address of a redline.
pub(super) fn to_redline(id: &WatchId, reach: impl Into<Reach>) -> String {
    let reach: Reach = reach.into();
    format!("{}/{reach}", to_document(id))
}

/// What a version is called: "version 3", or "backfilled b3".
pub(super) fn called(version: &Version) -> String {
    match version.point() {
        Point::Own(no) => format!("version {no}"),
        point @ Point::Past(_) => format!("backfilled {point}"),
    }
}

/// Where a signed-in person says what they make of a change.
pub(super) fn to_triage(id: &WatchId, span: Span) -> String {
    format!("/triage/{}/{span}", escaped(&id.0))
}

/// The address of a version.
pub(super) fn to_version(id: &WatchId, point: impl Into<Point>) -> String {
    let point: Point = point.into();
    format!("{}/{point}", to_document(id))
}

/// The address of a publisher's page.
pub(super) fn to_publisher(name: &str) -> String {
    format!("/publishers/{}", escaped(name))
}

/// The address of a name's page.
pub(super) fn to_name(canonical: &str) -> String {
    format!("/names/{}", escaped(canonical))
}

/// Where a signed-in person decides on a name.
pub(super) fn to_ruling(canonical: &str) -> String {
    format!("{}/ruling", to_name(canonical))
}

/// The text as one segment of a path.
pub(super) fn escaped(text: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    query.replace('+', "%20")
}

/// A moment, for people and for programs.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz) -> Markup {
    html! { time datetime=(exact(at)) { (times::moment(at, zone)) } }
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

/// A day, for people and for programs.
pub(super) fn day(at: DateTime<Utc>, zone: Tz) -> Markup {
    html! { time datetime=(exact(at)) { (times::day(at, zone)) } }
}

fn exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Between which times something happened.
pub(super) fn bounds(window: &Window, bounds: &Bounds) -> String {
    times::between(bounds, window.zone(), window.now())
}

/// So many of something: "1 page", "1,200 pages".
pub(super) fn counted(number: usize, one: &str, more: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{} {more}", grouped(number)),
    }
}

/// A number as people read it: "12,345".
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The way to a page, from the front.
pub(super) fn crumbs(steps: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label="Where this page is" {
            ol { @for (to, name) in steps { li { a href=(to) { (name) } } } }
        }
    }
}

/// What a severity means, in the words of the routes.
pub(super) fn meaning(severity: u8) -> &'static str {
    match severity {
        5 => "interrupts an evening",
        4 => "said at once",
        3 => "said with others",
        2 => "in the digest",
        _ => "on record only",
    }
}

/// A severity as a number with its word.
pub(super) fn severity(severity: Severity) -> Markup {
    html! {
        span.severity data-severity=(severity.0) title=(meaning(severity.0)) { "severity " (severity.0) }
    }
}

/// What a page says of its own edit, in a few words.
pub(super) fn claim(claim: &Claim) -> &'static str {
    claimed(claim.word())
}

/// The same by the word of the claim.
pub(super) fn claimed(word: &str) -> &'static str {
    match word {
        "announced" => "announced by the page",
        "unannounced" => "not announced by the page",
        "minor" => "no note, as GOV.UK allows for small edits",
        "slight" => "spelling or order only, nothing said of it",
        "date-only" => "only the date or note moved",
        "back-dated" => "dated to a day after which the old text was still seen",
        "history-rewritten" => "the page’s own list of changes was altered",
        "date-moved-back" => "the page’s date moved back",
        _ => "cannot be held to a date of its own",
    }
}

/// How a document stands.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Read => "read at the last visit",
        Standing::NeverRead => "never read so far",
        Standing::Failing => "cannot be read at present",
        Standing::Gone => "gone from its address",
        Standing::Disabled => "not visited at present",
        Standing::Retired => "no longer watched",
    }
}

/// What sort of correction something is.
pub(super) fn says(says: Says) -> &'static str {
    match says {
        Says::OurError => "We erred",
        Says::Disputed => "Disputed",
        Says::Explained => "Explained",
        Says::Reply => "The publisher replied",
        Says::Significant => "Called significant",
        Says::Noise => "Called noise",
        Says::Note => "Note",
        Says::Undone { .. } => "Taken back",
    }
}

/// What was put right, verbatim, with who said it.
pub(super) fn correction(one: &Correction, zone: Tz) -> Markup {
    html! {
        div.correction {
            p.kicker { (says(one.says)) }
            blockquote { @for line in one.text.lines() { p { (line) } } }
            p.about { (one.by) ", " (moment(one.at, zone)) }
            @if let Some(back) = &one.taken_back {
                p.about {
                    "Taken back by " (back.by) ", " (moment(back.at, zone))
                    @if let Some(why) = &back.text { ": " (why) }
                }
            }
        }
    }
}

/// A change in a list; how far a list stands in its page decides how deep its headings are.
pub(super) fn change(window: &Window, change: &Change) -> Markup {
    let in_force = window.house.in_force();
    let book = &in_force.watchlist.book;
    let mut labels: Vec<String> = Vec::new();
    for finding in &change.findings {
        let label = label::of(finding, book);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    html! {
        article.change data-severity=(change.severity.0) {
            p.kicker { (severity(change.severity)) " · " (change.kind.word()) }
            h3 { a href=(to_redline(&change.watch, change.span)) { (change.sentence) } }
            p.about {
                a href=(to_document(&change.watch)) { (change.title) } " · "
                (bounds(window, &change.bounds))
                @if let Some(said) = &change.claim { " · " (claim(said)) }
            }
            @if !labels.is_empty() {
                ul.labels aria-label="Why it matters" { @for label in &labels { li { (label) } } }
            }
            @if let Some(silence) = &change.silence { p.about { "Nothing was said of it: " (silence) } }
            @for one in &change.corrections { (correction(one, window.zone())) }
            @if let Some(back) = &change.back {
                p.about { "What was gone stands there again, seen " (bounds(window, &back.bounds)) "." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_read_in_threes() {
        for (number, said) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), said);
        }
    }

    #[test]
    fn every_claim_has_words_of_its_own() {
        let words: std::collections::BTreeSet<_> = Claim::WORDS.map(claimed).into();
        assert_eq!(words.len(), Claim::WORDS.len());
    }
}
