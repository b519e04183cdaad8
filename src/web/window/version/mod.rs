//! One version: as it reads, as it was served, and the way it came.

mod asof;
mod headers;
mod served;
mod text;

use maud::{Markup, html};

pub(super) use asof::{as_of, on};
pub(super) use headers::headers;
pub(super) use served::{raw, served};

use crate::answers::{Form, NotAVersion, Request, Response, Shown, Which};
use crate::model::{Document, Version, VersionNo, WatchId};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::forgotten;

/// The version that a place names: its number, or a moment.
pub(super) fn which(place: &str) -> Result<Which, Trouble> {
    place.parse().map_err(|error: NotAVersion| {
        Trouble::unclear(error.to_string(), "The document’s page lists its versions.")
    })
}

/// A version in this form.
async fn shown(
    window: &Window,
    id: &WatchId,
    which: Which,
    form: Form,
) -> Result<Box<Shown>, Trouble> {
    let asked = Request::Show {
        id: id.clone(),
        which,
        form,
    };
    match window.ask(asked).await? {
        Response::Show(shown) => Ok(shown),
        other => Err(Trouble::mistaken(&other)),
    }
}

/// The page of a version as it reads.
pub(super) async fn version(window: &Window, id: WatchId, place: &str) -> Result<Page, Trouble> {
    let shown = shown(window, &id, which(place)?, Form::Text).await?;
    let Some(document) = &shown.document else {
        return Err(Trouble::not_there("This version has no text."));
    };
    let version = &shown.version;
    let body = html! {
        (above(window, &id, version, "text"))
        (asides(window, version, shown.before.as_deref()))
        (says(document))
        h2 { "The text" }
        article.text.read lang=[language(document)] { (text::written(document)) }
        (files(document))
    };
    let title = format!("{}, {}", version.title, told::called(version));
    Ok(Page::new(title, body).telling(html! {
        meta name="description" content=(crate::prose::cut(&document.plain(), 300));
        meta property="og:type" content="article";
        meta property="og:title" content={ (version.title) ", " (told::called(version)) };
        meta property="og:description" content=(crate::prose::cut(&document.plain(), 300));
    }))
}

/// The language the page says it is in, where it says so in the way HTML does.
fn language(document: &Document) -> Option<&str> {
    let lang = document.lang.as_deref()?;
    let plain = lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (plain && (2..=35).contains(&lang.len())).then_some(lang)
}

/// What stands above every page of a version: what it is, when it was seen, and its other pages.
fn above(window: &Window, id: &WatchId, version: &Version, here: &str) -> Markup {
    let zone = window.zone();
    let path = told::to_version(id, version.point());
    let pages = [
        ("text", "As it reads", path.clone()),
        ("served", "As it was served", format!("{path}/served")),
        ("headers", "The way it came", format!("{path}/headers")),
        (
            "blame",
            "Where each paragraph comes from",
            format!("{path}/blame"),
        ),
    ];
    html! {
        p.about { a href=(told::to_document(id)) { "All versions and changes" } }
        h1 { (version.title) }
        p.about {
            @match &version.backfilled {
                Some(from) => {
                    "Backfilled " (from.point) ", copied by “" (from.archive) "” " (told::moment(version.at, zone)) " from "
                    (told::outside(version.url.as_str())) ": " (told::outside(&from.url))
                }
                None => {
                    "Version " (version.no) ", seen from " (told::moment(version.at, zone)) " to "
                    (told::moment(version.last_seen, zone)) " at " (told::outside(version.url.as_str()))
                }
            }
        }
        @if let Some(aside) = forgotten::aside(version, zone) { p.warning role="note" { "Of this version: " (aside) "." } }
        @if version.backfilled.is_none() && window.house.in_force().can_sign() {
            p.about {
                a href={ (path) ".zip" } download { "The evidence" }
                ": everything of this version in one file that anybody can check."
            }
        }
        nav.views aria-label="This version" {
            ul {
                @for (name, said, to) in pages {
                    li { a href=(to) aria-current=[(name == here).then_some("page")] { (said) } }
                }
            }
        }
        @if version.backfilled.is_none() { (neighbours(id, version.no)) }
    }
}

fn neighbours(id: &WatchId, no: VersionNo) -> Markup {
    html! {
        @if no > 1 {
            p.about { a href=(told::to_redline(id, crate::model::Span { from: no - 1, to: no })) { "What differs from version " (no - 1) } }
        }
    }
}

/// What is worth knowing of where it comes from.
fn asides(window: &Window, version: &Version, before: Option<&Version>) -> Markup {
    let zone = window.zone();
    html! {
        @if let Some(same) = version.same_text_as {
            p.note { "The same words as " a href=(told::to_version(&version.watch, same)) { "version " (same) } "." }
        }
        @if let Some(imported) = &version.imported {
            p.note {
                @match &imported.record {
                    Some(record) => { "Taken from the archive “" (imported.file) "”, record " (record) }
                    None => { "Read from a file that somebody had saved, “" (imported.file) "”" }
                }
                @if let Some(note) = &imported.note { ": " (note) }
                ". When and where it was saved is their word."
            }
        }
        @if let Some(reread) = &version.reread {
            p.note { "Read again by later rules on " (told::moment(reread.at, zone)) "; shown as it was read then." }
        }
        @if before.is_some() {
            p.note { "Later rules find no difference between the version before and this one." }
        }
    }
}

/// What the page says of itself.
fn says(document: &Document) -> Markup {
    let stated = &document.stated;
    html! {
        @if stated.withdrawn.is_some() || !stated.lines.is_empty() || stated.noindex {
            details.fold open {
                summary { "What the page says of itself" }
                @if let Some(notice) = &stated.withdrawn { p { (notice) } }
                @for line in &stated.lines { p { (line) } }
                @if stated.noindex { p { "It asks search engines to leave it out." } }
            }
        }
        @if !stated.history.is_empty() {
            details.fold {
                summary { "Its own list of changes (" (stated.history.len()) ")" }
                ul { @for note in stated.history.iter().take(500) { li { (note.at) ": " (note.note) } } }
            }
        }
    }
}

/// The files it offers.
fn files(document: &Document) -> Markup {
    html! {
        @if !document.attachments.is_empty() {
            h2 { "Files" }
            ul {
                @for file in document.attachments.iter().take(500) {
                    li {
                        (file.title)
                        @if let Some(facts) = &file.facts { " (" (facts) ")" }
                        " " (told::outside(&file.url))
                    }
                }
            }
        }
    }
}
