//! What a signed-in person decides on a name: that it is none, or one with another, or that this holds no more.

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::answers::{self, NameOne};
use crate::findings;
use crate::model::{Decided, Ruling};
use crate::web::window::page::Page;
use crate::web::window::people::form::Form;
use crate::web::window::people::session::Session;
use crate::web::window::people::sign_in_first;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, names, told};

/// The longest reason, in characters.
const LONGEST: usize = 900;

pub(super) async fn show(
    State(window): State<Window>,
    Path(canonical): Path<String>,
    fields: HeaderMap,
) -> Result<Response, Trouble> {
    let Some(session) = window.signed_in(&fields) else {
        return Ok(sign_in_first(&told::to_ruling(&canonical)));
    };
    let one = names::called(&window, &canonical).await?;
    Ok(page(&window, &session, &one, &canonical).into_response())
}

fn page(window: &Window, session: &Session, one: &NameOne, canonical: &str) -> Page {
    let known = &one.known;
    let here = told::to_ruling(canonical);
    let merged = known.canonical != canonical;
    let body = html! {
        p.about { a href=(told::to_name(&known.canonical)) { "The name" } }
        h1 { "What is “" (known.name) "”?" }
        @if let Some(ruling) = &known.ruling { (decided(window, ruling)) }
        @if merged { p { "“" (canonical) "” is told as “" (known.name) "”." } }
        @if !known.aliases.is_empty() && !merged {
            p.about {
                "It is also called "
                @for (at, alias) in known.aliases.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href=(told::to_ruling(&findings::canonical(alias))) { (alias) }
                }
                "."
            }
        }
        @if known.ruling.is_some() || merged {
            h2 { "Take that back" }
            form method="post" action=(here) {
                (carried(session))
                (why("why-restored"))
                p { button name="ruled" value="restored" { "It holds no more" } }
            }
        } @else {
            h2 { "No name at all" }
            form method="post" action=(here) {
                (carried(session))
                (why("why-dismissed"))
                p { button name="ruled" value="dismissed" { "Dismiss it" } }
            }
            h2 { "Another name of the same" }
            form method="post" action=(here) {
                (carried(session))
                p {
                    label for="into" { "The name it is one with" }
                    input id="into" name="into" list="alike" maxlength="300" required;
                    datalist id="alike" { @for other in &one.resembles { option value=(other) {} } }
                }
                (why("why-merged"))
                p { button name="ruled" value="merged" { "Merge them" } }
            }
        }
    };
    Page::new(format!("What is “{}”?", known.name), body).at("/names")
}

fn decided(window: &Window, ruling: &Ruling) -> Markup {
    let word = match ruling.decided {
        Decided::Dismissed => "dismissed it",
        Decided::Merged { .. } => "merged it with another",
        Decided::Restored => "restored it",
    };
    html! {
        p role="status" {
            (ruling.by.as_deref().unwrap_or("Somebody")) " " (word) ", " (told::moment(ruling.at, window.zone()))
            @if let Some(why) = &ruling.why { ": " q { (why) } }
        }
    }
}

fn carried(session: &Session) -> Markup {
    html! { input type="hidden" name="mark" value=(session.mark); }
}

fn why(id: &str) -> Markup {
    html! {
        p {
            label for=(id) { "Why" }
            input id=(id) name="why" maxlength=(LONGEST);
        }
    }
}

pub(super) async fn rule(
    State(window): State<Window>,
    Path(canonical): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    window.writable()?;
    let (fields, form) = Form::of(request).await?;
    let Some(session) = window.signed_in(&fields) else {
        return Ok(sign_in_first(&told::to_ruling(&canonical)));
    };
    form.check(&session)?;
    let why = form.field("why");
    if why.chars().count() > LONGEST {
        let remedy = format!("Write {LONGEST} characters at most.");
        return Err(Trouble::unclear("The reason is too long.", remedy));
    }
    let wanted = answers::Request::RuleName {
        name: canonical,
        ruled: ruled(&form)?,
        by: Some(session.name),
        why: (!why.is_empty()).then(|| why.to_owned()),
    };
    match window.ask(wanted).await {
        Ok(answers::Response::RuleName(one)) => {
            Ok(Redirect::to(&told::to_name(&one.known.canonical)).into_response())
        }
        Ok(other) => Err(Trouble::mistaken(&other)),
        Err(none) => Err(Trouble::unanswerable(none)),
    }
}

/// What a button says.
fn ruled(form: &Form) -> Result<Decided, Trouble> {
    match (form.field("ruled"), form.field("into")) {
        ("dismissed", _) => Ok(Decided::Dismissed),
        ("restored", _) => Ok(Decided::Restored),
        ("merged", into) if !into.is_empty() => Ok(Decided::Merged {
            into: into.to_owned(),
        }),
        _ => Err(Trouble::unclear(
            "The form does not say what is meant.",
            "Use the buttons of the page.",
        )),
    }
}
