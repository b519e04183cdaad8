//! The way a version came: every answer on the way, with its header fields, times and digests.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::answers::Form;
use crate::model::{BesideKind, Capture, Hop, Provenance, WatchId};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::version::{above, shown, which};
use crate::web::window::{Window, told};

pub(in crate::web::window) async fn headers(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
) -> Result<Page, Trouble> {
    let shown = shown(&window, &id, which(&place)?, Form::Headers).await?;
    let version = &shown.version;
    let Some(capture) = &shown.capture else {
        return Err(Trouble::not_there("It is not known how this version came."));
    };
    let zone = window.zone();
    let body = html! {
        (above(&window, &id, version, "headers"))
        dl.facts {
            dt { "Asked for" } dd { (told::outside(capture.url.as_str())) }
            dt { "Arrived" } dd { (told::moment(capture.at, zone)) }
            dt { "How" } dd { (how(capture)) }
            dt { "Length" } dd { (capture.length) " bytes" }
            dt { "SHA-256 of the bytes" } dd { code { (capture.body) } }
            dt { "SHA-256 of the capture" } dd { code { (version.capture) } }
            dt { "SHA-256 of the text compared" } dd { code { (version.compared()) } }
            dt { "Entry of the journal" } dd { (version.entry) }
        }
        @for (at, hop) in capture.hops.iter().enumerate() {
            h2 { "Answer " (at + 1) " of " (capture.hops.len()) }
            (answer(&window, hop))
        }
        @if !capture.beside.is_empty() {
            h2 { "Kept beside it" }
            ul {
                @for beside in &capture.beside {
                    li { (kept(beside.what)) ", " (beside.length) " bytes, SHA-256 " code { (beside.body) } }
                }
            }
        }
    };
    Ok(Page::new(
        format!(
            "{}, {}: the way it came",
            version.title,
            told::called(version)
        ),
        body,
    ))
}

fn answer(window: &Window, hop: &Hop) -> Markup {
    html! {
        dl.facts {
            dt { "Address" } dd { (told::outside(hop.url.as_str())) }
            dt { "Status" } dd { @if hop.status == 0 { "none was seen" } @else { (hop.status) } }
            dt { "When" } dd { (told::moment(hop.at, window.zone())) }
            @if let Some(address) = hop.address { dt { "Machine" } dd { (address) } }
        }
        @if !hop.headers.is_empty() {
            div.wide role="group" aria-label="Header fields" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Value" } } }
                    tbody { @for (name, value) in &hop.headers { tr { th scope="row" { (name) } td { (value) } } } }
                }
            }
        }
    }
}

fn how(capture: &Capture) -> String {
    match &capture.provenance {
        Provenance::Fetched => match capture.through() {
            Some(_) => "Asked of the interface of its site by this program".to_owned(),
            None => "Asked of the server by this program".to_owned(),
        },
        Provenance::Rendered { browser, .. } => {
            format!("Built by a browser from the scripts of the page ({browser})")
        }
        Provenance::Imported { file, note, origin } => {
            let record = origin.as_ref().map(|origin| &origin.record);
            let how = match record {
                Some(record) => format!("Taken from the archive “{file}”, record {record}"),
                None => format!("Saved by somebody as “{file}”"),
            };
            match note {
                Some(note) => format!("{how}: {note}"),
                None => how,
            }
        }
        Provenance::Backfilled { archive, memento } => {
            format!("Served by the archive “{archive}”: {}", memento.url)
        }
        Provenance::Collected { collector, .. } => {
            format!("Asked of the server by another machine, “{collector}”")
        }
    }
}

fn kept(what: BesideKind) -> &'static str {
    match what {
        BesideKind::Page => "The page as people see it",
        BesideKind::Source => "The page as the server sent it",
        BesideKind::Screenshot => "A picture of the page",
    }
}
