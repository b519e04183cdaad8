//! What pages say will be there by when.

use axum::extract::State;
use maud::{Markup, html};

use crate::answers::{Promised, Request, Response};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, now, told};

/// How many promises stand on one page.
const MOST: usize = 300;

pub(super) async fn promises(State(window): State<Window>) -> Result<Page, Trouble> {
    let so_far = match window.ask(Request::PromisedSoFar).await? {
        Response::PromisedSoFar(so_far) => so_far,
        other => return Err(Trouble::mistaken(&other)),
    };
    let (overdue, coming): (Vec<&Promised>, Vec<&Promised>) =
        so_far.found.iter().partition(|one| one.overdue);
    let body = html! {
        h1 { "Promises" }
        p.lead { "Sentences that say by when something will be there, as they stand on the pages now." }
        p.about { "Overdue means that the day has passed and the sentence still stands. Whether what was promised is there, somewhere else, is not looked at." }
        @if so_far.unread > 0 { p.about role="status" { (now::unread(so_far.unread)) } }
        @if so_far.found.is_empty() { p.empty { "No page that is watched says by when something will be there." } }
        @if !overdue.is_empty() {
            h2 { "Overdue" }
            @for one in overdue.iter().rev().take(MOST) { (promise(&window, one)) }
        }
        @if !coming.is_empty() {
            h2 { "Still to come" }
            @for one in coming.iter().take(MOST) { (promise(&window, one)) }
        }
    };
    Ok(Page::new("Promises", body).at("/promises"))
}

fn promise(window: &Window, one: &Promised) -> Markup {
    html! {
        article.promise {
            p.kicker { time datetime=(one.promise.due.to_string()) { (one.promise.due.format("%-d %B %Y")) } " · “" (one.promise.when) "”" }
            blockquote { p { (one.promise.quote) } }
            p.about {
                a href=(told::to_document(&one.watch)) { (one.title) } " · "
                a href=(told::to_version(&one.watch, one.version)) { "version " (one.version) }
                ", " (told::bounds(window, &one.bounds))
            }
        }
    }
}
