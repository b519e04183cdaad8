//! What changed last.

use axum::extract::State;
use maud::html;

use crate::answers::{ChangesAsked, Request, Response};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

/// How many changes one page shows.
const MOST: usize = 50;

pub(super) async fn now(State(window): State<Window>) -> Result<Page, Trouble> {
    let asked = Request::Changes(ChangesAsked::default());
    let changes = match window.ask(asked).await? {
        Response::Changes(changes) => changes,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        h1 { "What changed" }
        @if changes.is_empty() {
            p { "Nothing has changed yet on the pages that are watched." }
        }
        @for change in changes.iter().take(MOST) {
            (told::change(&window, change))
        }
    };
    Ok(Page::new("What changed", body))
}
