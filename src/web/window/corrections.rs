//! Everything that was put right in public, newest first.

use axum::extract::State;
use maud::html;

use crate::answers::{Request, Response};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

pub(super) async fn corrections(State(window): State<Window>) -> Result<Page, Trouble> {
    let all = match window.ask(Request::Corrections).await? {
        Response::Corrections(all) => all,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        h1 { "Corrections" }
        p.lead { "Where we erred, where something is disputed or explained, and what publishers replied, in their words." }
        @if all.is_empty() { p.empty { "Nothing was put right so far." } }
        @for one in &all {
            article.change {
                p.kicker { a href=(told::to_document(&one.watch)) { (one.title) } " · change " (one.change) }
                h2 { a href=(told::to_redline(&one.watch, one.change)) { (one.sentence) } }
                (told::correction(&one.correction, window.zone()))
            }
        }
    };
    Ok(Page::new("Corrections", body).at("/corrections"))
}
