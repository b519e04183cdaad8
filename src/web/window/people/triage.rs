//! What people say of a change: that it matters, that it is noise, or something worth knowing.

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::answers::{self, AnnotatedOne, AnnotationWanted, Noted, WhichChange};
use crate::model::{Annotated, Change, Says, Span, WatchId};
use crate::web::window::page::Page;
use crate::web::window::people::form::Form;
use crate::web::window::people::session::Session;
use crate::web::window::people::sign_in_first;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

/// What can be said, and how it is offered.
const OFFERED: [(Says, &str); 2] = [
    (Says::Significant, "This matters"),
    (Says::Noise, "This is noise"),
];

pub(super) async fn show(
    State(window): State<Window>,
    Path((id, span)): Path<(WatchId, String)>,
    fields: HeaderMap,
) -> Result<Response, Trouble> {
    let span = spanned(&span)?;
    let Some(session) = window.signed_in(&fields) else {
        return Ok(sign_in_first(&told::to_triage(&id, span)));
    };
    let (change, said) = asked(&window, &id, span).await?;
    Ok(page(&window, &session, &change, &said, None).into_response())
}

fn spanned(text: &str) -> Result<Span, Trouble> {
    let span: Result<Span, _> = text.parse();
    span.map_err(|error| {
        let remedy = "The document’s page lists its changes.";
        Trouble::unclear(format!("{error}."), remedy)
    })
}

/// The change, and what was said of it.
async fn asked(
    window: &Window,
    id: &WatchId,
    span: Span,
) -> Result<(Change, Vec<AnnotatedOne>), Trouble> {
    let asked = answers::Request::Diff {
        id: id.clone(),
        span: Some(span),
    };
    let change = match window.ask(asked).await? {
        answers::Response::Diff(compared) => compared.change,
        other => return Err(Trouble::mistaken(&other)),
    };
    let none = || Trouble::not_there(format!("{id} has no change {span}."));
    let change = change.ok_or_else(none)?;
    let of = Some(WhichChange::Entry {
        entry: change.entry,
    });
    let said = match window.ask(answers::Request::Annotations { of }).await? {
        answers::Response::Annotations(said) => said,
        other => return Err(Trouble::mistaken(&other)),
    };
    Ok((change, said))
}

fn page(
    window: &Window,
    session: &Session,
    change: &Change,
    said: &[AnnotatedOne],
    notice: Option<&str>,
) -> Page {
    let annotated: Vec<Annotated> = said.iter().map(|one| one.annotated.clone()).collect();
    let decision = Annotated::decision(&annotated);
    let back = told::to_redline(&change.watch, change.span);
    let body = html! {
        p.about { a href=(back) { "The redline" } }
        h1 { "What do you make of it?" }
        p.lead { (change.sentence) }
        @if let Some(notice) = notice { p role="status" { (notice) } }
        (earlier(window, said))
        @match decision {
            Some(decision) => {
                p { (decision.annotation.by) " called it " strong { (decision.annotation.says.word()) } ", and that holds until it is undone." }
                (one(session, change, &format!("undo-{}", decision.entry), "Undo that", ""))
            },
            None => {
                div.choices {
                    @for (says, label) in OFFERED { (one(session, change, says.word(), label, "")) }
                }
            },
        }
        h2 { "Note" }
        (note(session, change))
    };
    Page::new("What do you make of it?", body)
}

/// What was said so far, oldest first.
fn earlier(window: &Window, said: &[AnnotatedOne]) -> Markup {
    html! {
        @if !said.is_empty() {
            h2 { "Said so far" }
            ul.said {
                @for one in said {
                    li {
                        strong { (one.annotated.annotation.by) } ": " (one.annotated.annotation.says.word())
                        @if let Some(words) = &one.words { " – " q { (words) } }
                        ", " (told::moment(one.annotated.at, window.zone()))
                    }
                }
            }
        }
    }
}

/// A form of one button.
fn one(session: &Session, change: &Change, says: &str, label: &str, class: &str) -> Markup {
    html! {
        form class=(class) method="post" action=(told::to_triage(&change.watch, change.span)) {
            input type="hidden" name="mark" value=(session.mark);
            button name="says" value=(says) { (label) }
        }
    }
}

fn note(session: &Session, change: &Change) -> Markup {
    html! {
        form method="post" action=(told::to_triage(&change.watch, change.span)) {
            input type="hidden" name="mark" value=(session.mark);
            p {
                label for="text" { "What is worth knowing of it" }
                textarea id="text" name="text" rows="4" maxlength="900" required {}
            }
            p { button name="says" value="note" { "Add the note" } }
        }
    }
}

pub(super) async fn say(
    State(window): State<Window>,
    Path((id, span)): Path<(WatchId, String)>,
    request: Request,
) -> Result<Response, Trouble> {
    window.writable()?;
    let span = spanned(&span)?;
    let (fields, form) = Form::of(request).await?;
    let Some(session) = window.signed_in(&fields) else {
        return Ok(sign_in_first(&told::to_triage(&id, span)));
    };
    form.check(&session)?;
    let (change, said) = asked(&window, &id, span).await?;
    let unclear = || {
        Trouble::unclear(
            "The form does not say what is meant.",
            "Use the buttons of the page.",
        )
    };
    let says = wanted(form.field("says"), &said).ok_or_else(unclear)?;
    let text = Some(form.field("text")).filter(|_| says == Says::Note);
    let wanted = AnnotationWanted {
        of: WhichChange::Entry {
            entry: change.entry,
        },
        says,
        text: text.map(str::to_owned),
        by: session.name.clone(),
        from: Some("window".to_owned()),
    };
    let noted = match window.ask(answers::Request::Annotate(wanted)).await? {
        answers::Response::Annotate(noted) => *noted,
        other => return Err(Trouble::mistaken(&other)),
    };
    if let Noted::Before(earlier) = noted {
        let by = &earlier.annotated.annotation.by;
        let notice = format!("{by} was first; nothing was changed.");
        let (change, said) = asked(&window, &id, span).await?;
        return Ok(page(&window, &session, &change, &said, Some(&notice)).into_response());
    }
    Ok(Redirect::to(&told::to_triage(&id, span)).into_response())
}

/// What a button says.
fn wanted(word: &str, said: &[AnnotatedOne]) -> Option<Says> {
    if let Some(entry) = word.strip_prefix("undo-") {
        let entry = entry.parse().ok()?;
        let there = said.iter().any(|one| one.annotated.entry == entry);
        return there.then_some(Says::Undone { entry });
    }
    let offered = OFFERED.map(|(says, _)| says).into_iter();
    let mut all = offered.chain([Says::Note]);
    all.find(|says| says.word() == word)
}
