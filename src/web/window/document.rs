//! One document: what it is, its addresses, its versions and changes.

use axum::extract::{Path, State};
use maud::html;

use crate::answers::{Request, Response};
use crate::model::WatchId;
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

pub(super) async fn document(
    State(window): State<Window>,
    Path(id): Path<WatchId>,
) -> Result<Page, Trouble> {
    let timeline = match window.ask(Request::History { id }).await? {
        Response::History(timeline) => timeline,
        other => return Err(Trouble::mistaken(&other)),
    };
    let zone = window.zone();
    let body = html! {
        h1 { (timeline.title) }
        p.about { (timeline.url) }
        h2 { "Changes" }
        @for change in timeline.changes.iter().rev() {
            (told::change(&window, change))
        }
        h2 { "Versions" }
        ol.versions reversed {
            @for version in timeline.versions.iter().rev() {
                li value=(version.no) {
                    a href=(told::to_version(&timeline.id, version.no)) { "Version " (version.no) }
                    ", seen from " (told::moment(version.at, zone)) " to " (told::moment(version.last_seen, zone))
                }
            }
        }
    };
    Ok(Page::new(timeline.title.clone(), body))
}
