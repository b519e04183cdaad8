//! Every document that is watched.

use axum::extract::State;
use maud::html;

use crate::answers::{Listed, Request, Response, Standing};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

pub(super) async fn documents(State(window): State<Window>) -> Result<Page, Trouble> {
    let listed = match window.ask(Request::List).await? {
        Response::List(listed) => listed,
        other => return Err(Trouble::mistaken(&other)),
    };
    let zone = window.zone();
    let body = html! {
        h1 { "Documents" }
        p { (listed.len()) " documents are watched, or were." }
        div.wide tabindex="0" role="region" aria-label="Documents" {
            table {
                thead { tr { th scope="col" { "Document" } th scope="col" { "Publisher" } th scope="col" { "How it stands" } th scope="col" { "Last change" } } }
                tbody {
                    @for one in &listed {
                        tr {
                            th scope="row" { a href=(told::to_document(&one.id)) { (one.title) } }
                            td { (one.publisher.as_deref().unwrap_or("")) }
                            td { (standing(one)) }
                            td { @if let Some(at) = one.last_change { (told::moment(at, zone)) } @else { "none" } }
                        }
                    }
                }
            }
        }
    };
    Ok(Page::new("Documents", body))
}

fn standing(one: &Listed) -> &'static str {
    match one.standing {
        Standing::Read => "read at the last visit",
        Standing::NeverRead => "never read so far",
        Standing::Failing => "cannot be read at present",
        Standing::Gone => "gone from its address",
        Standing::Disabled => "not visited at present",
        Standing::Retired => "no longer watched",
    }
}
