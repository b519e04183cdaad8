//! What stands above a redline: what was put right, what the page itself claims, and what people said.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::answers::{AnnotatedOne, Compared, anchored};
use crate::model::{Change, ChangeKind, Claim, Correction, Says, Stated, Unclaimed, Version};
use crate::web::window::{Window, told};
use crate::wording::{stated, times};

/// So many new lines of the page's own list of changes are quoted.
const NOTES: usize = 5;

/// What was put right of what we said of this change, the newest first; that what was gone is back; and what later rules
/// make of it.
pub(super) fn corrections(change: &Change, publisher: Option<&str>, zone: Tz) -> Markup {
    let mut corrections: Vec<&Correction> = change.corrections.iter().collect();
    corrections.sort_by_key(|one| std::cmp::Reverse(one.last()));
    html! {
        @if let Some(back) = &change.back {
            div.righted role="note" {
                p.rule { b { "Back on the page" } " since " (told::moment(back.bounds.by, zone)) }
                p { "What was gone stands there again; it was put back " (times::between(&back.bounds, zone, DateTime::UNIX_EPOCH)) "." }
            }
        }
        @for one in corrections {
            div.righted role="note" {
                p.rule { b { (sort(one, publisher)) } ", " (day(one.at, zone)) }
                blockquote { @for line in one.text.lines().filter(|line| !line.trim().is_empty()) { p { (line) } } }
                @if let Some(back) = &one.taken_back {
                    p.note {
                        "Taken back, " (day(back.at, zone))
                        @if let Some(why) = &back.text { ": " (why) }
                    }
                }
            }
        }
    }
}

fn sort(one: &Correction, publisher: Option<&str>) -> String {
    match one.says {
        Says::Disputed => "Disputed".to_owned(),
        Says::Explained => "Explained".to_owned(),
        Says::Reply => format!(
            "Reply of {}, in their own words",
            publisher.unwrap_or("the publisher")
        ),
        _ => "Correction: our error".to_owned(),
    }
}

fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %B %Y").to_string()
}

/// What people said of the change: notes and decisions that hold; who said it is not shown. What was put right stands above
/// already.
pub(super) fn annotations(said: &[AnnotatedOne], zone: Tz) -> Markup {
    let holds = |one: &&AnnotatedOne| {
        let says = one.annotated.annotation.says;
        one.annotated.undone.is_none() && !says.corrects() && !matches!(says, Says::Undone { .. })
    };
    let said: Vec<&AnnotatedOne> = said.iter().filter(holds).collect();
    html! {
        @if !said.is_empty() {
            section.said {
                h2 { "What people said of it" }
                @for one in said {
                    p {
                        b { (one.annotated.annotation.says.word()) }
                        @if let Some(words) = &one.words { ": " (words) }
                        span.note { " (" (told::moment(one.annotated.at, zone)) ")" }
                    }
                }
            }
        }
    }
}

/// What the page says of the edit beside what we saw of it.
pub(super) fn claim(window: &Window, compared: &Compared) -> Markup {
    let (Some(before), Some(after)) = (&compared.before, &compared.after) else {
        return html! {};
    };
    let zone = window.zone();
    let (was, is) = (&compared.text_before.stated, &compared.text_after.stated);
    let claim = (compared.change.as_ref()).and_then(|change| change.claim.as_ref());
    let nothing = Claim::NotPossible {
        why: Unclaimed::NothingStated,
    };
    // That it says nothing stands there already.
    let held = claim.filter(|claim| **claim != nothing);
    html! {
        div.claim {
            div {
                p.label { "The page says" }
                (says(was, is, zone))
            }
            div {
                p.label { "We saw" }
                p { "The old text from " (told::moment(before.at, zone)) " to " (told::moment(before.last_seen, zone)) "." }
                p { "The new text from " (told::moment(after.at, zone)) " to " (told::moment(after.last_seen, zone)) "." }
            }
            @if let Some(claim) = held {
                p.held { (stated::held(claim, zone)) }
            }
        }
    }
}

fn says(was: &Stated, is: &Stated, zone: Tz) -> Markup {
    let notes = stated::new_notes(was, is);
    let at = |at: &str| match DateTime::parse_from_rfc3339(at) {
        Ok(at) => times::moment(at.to_utc(), zone),
        Err(_) => at.to_owned(),
    };
    html! {
        p { (stated::dates(was, is)) }
        @if let Some(notice) = is.withdrawn.as_ref().filter(|_| is.withdrawn != was.withdrawn) {
            p { "It carries the notice “" (notice) "”." }
        }
        @if is.noindex && !was.noindex {
            p { "It asks search engines to leave it out; before, it did not." }
        }
        @for note in notes.iter().take(NOTES) {
            p { "Its own list of changes has a new line: “" (at(&note.at)) " " (note.note) "”." }
        }
    }
}

/// What independent archives say of a change, one that disagrees loudly, and what anchors it.
pub(super) fn corroborated(compared: &Compared, zone: Tz) -> Markup {
    let Some(told) = &compared.corroboration else {
        return html! {};
    };
    html! {
        div class=[(!told.disagree.is_empty()).then_some("warning")] role="note" {
            p.note { (told.sentence()) }
            @for witness in told.disagree.iter().chain(&told.agree) {
                p.note { "Copied " (told::moment(witness.copy.at, zone)) ": " (told::outside(&witness.copy.url)) }
            }
            @for anchor in &told.anchors {
                p.note { (anchored(anchor, zone)) }
            }
        }
    }
}

/// Of which archive a text is, where it is none of our own.
pub(super) fn backfilled(compared: &Compared, zone: Tz) -> Markup {
    let texts = [&compared.before, &compared.after].into_iter().flatten();
    let from = texts.filter_map(|version| Some((version, version.backfilled.as_ref()?)));
    html! {
        @for (version, from) in from {
            p.note {
                (told::called(version)) ": the word of the archive “" (from.archive) "”, which says that it copied the page "
                (told::moment(version.at, zone)) "; " (told::outside(&from.url)) ". Nobody was told of it, and no rule was asked."
            }
        }
    }
}

/// What is compared, where no step of the page is.
pub(super) fn compared(compared: &Compared) -> String {
    let name = |version: &Option<Version>| match version {
        Some(version) => format!("{} ({})", version.title, told::called(version)),
        None => "no page there".to_owned(),
    };
    match (&compared.before, &compared.after) {
        (Some(before), Some(after)) if before.watch == after.watch => {
            let (before, after) = (told::called(before), told::called(after));
            let first: String = before
                .chars()
                .take(1)
                .flat_map(char::to_uppercase)
                .collect();
            format!("{first}{} compared with {after}", &before[1..])
        }
        (before, after) => format!("{} compared with {}", name(before), name(after)),
    }
}

/// What sort of step it is, in a word people read.
pub(super) fn sort_of(kind: ChangeKind) -> &'static str {
    kind.word()
}
