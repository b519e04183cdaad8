//! Any two versions, of one document or of two.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response as Answer};
use maud::html;

use crate::answers::{Request, Response};
use crate::model::{Span, VersionNo, WatchId};
use crate::web::window::page::Page;
use crate::web::window::redline::{self, asked, query as escaped};
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

/// Two versions of one document: leads to their redline; where none are named, asks for them.
pub(super) async fn versions(
    State(window): State<Window>,
    Path(id): Path<WatchId>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Trouble> {
    let query = query.unwrap_or_default();
    if query.is_empty() {
        return Ok(which(&window, id).await?.into_response());
    }
    let no = |name: &str| -> Result<VersionNo, Trouble> {
        let text = asked(&query, name).unwrap_or_default();
        text.trim().parse().map_err(|_| {
            Trouble::unclear(
                format!("“{text}” is not the number of a version."),
                "Versions are counted from 1; 0 stands for “no page there”.",
            )
        })
    };
    let span = Span {
        from: no("from")?,
        to: no("to")?,
    };
    Ok(Redirect::to(&told::to_redline(&id, span)).into_response())
}

/// Asks which versions of a document are compared: the last two, where nobody says.
async fn which(window: &Window, id: WatchId) -> Result<Page, Trouble> {
    let versions = match window.ask(Request::Versions { id: id.clone() }).await? {
        Response::Versions(versions) => versions,
        other => return Err(Trouble::mistaken(&other)),
    };
    let none = || Trouble::not_there(format!("No version of “{id}” is kept."));
    let last = versions.last().ok_or_else(none)?;
    let span = Span {
        from: last.no.saturating_sub(1),
        to: last.no,
    };
    let body = html! {
        p.about { a href=(told::to_document(&id)) { "All versions and changes" } }
        h1 { "Compare two versions" }
        p.lead { (last.title) ": " (told::counted(versions.len(), "version", "versions")) " so far." }
        (redline::choose(&id, span, last.no))
    };
    Ok(Page::new(format!("{}: compare", last.title), body))
}

/// Two versions of any documents: their redline, or the form to ask for it.
pub(super) async fn compare(
    State(window): State<Window>,
    RawQuery(query): RawQuery,
) -> Result<Answer, Trouble> {
    let query = query.unwrap_or_default();
    let [a, b] = ["a", "b"].map(|name| asked(&query, name).filter(|text| !text.trim().is_empty()));
    let (Some(first), Some(second)) = (&a, &b) else {
        return Ok(form(a.as_deref(), b.as_deref()).into_response());
    };
    let (before, after) = (side(first)?, side(second)?);
    if before.0 == after.0 {
        let span = Span {
            from: before.1,
            to: after.1,
        };
        return Ok(Redirect::to(&told::to_redline(&after.0, span)).into_response());
    }
    let path = format!(
        "/compare?a={}&b={}",
        escaped(first.trim()),
        escaped(second.trim())
    );
    let compared = match window.ask(Request::Across { before, after }).await? {
        Response::Diff(compared) => compared,
        other => return Err(Trouble::mistaken(&other)),
    };
    Ok(redline::across(&window, &compared, &path, Some(&query)).into_response())
}

/// A version of a document, as it is written: ID@N.
fn side(text: &str) -> Result<(WatchId, VersionNo), Trouble> {
    let unclear = || {
        Trouble::unclear(
            format!("“{text}” is not a version of a document."),
            "Write the id of a document, @, and the number of a version: care-data@3. Both stand in the address of every version: /d/care-data/3.",
        )
    };
    let (id, no) = text.trim().rsplit_once('@').ok_or_else(unclear)?;
    let no = no.trim().parse().map_err(|_| unclear())?;
    match id.trim() {
        "" => Err(unclear()),
        id => Ok((id.into(), no)),
    }
}

fn form(a: Option<&str>, b: Option<&str>) -> Page {
    let body = html! {
        h1 { "Compare two documents" }
        p { "The one is shown as if it had become the other: an old scheme beside a new one, a draft beside what was decided." }
        form.compare action="/compare" method="get" {
            p { label { "The one: " input name="a" value=[a] placeholder="care-data@3" required; } }
            p { label { "The other: " input name="b" value=[b] placeholder="gp-data@1" required; } }
            p { button type="submit" { "Compare" } }
        }
        p.about {
            "Write the id of a document, @, and the number of a version, as they stand in the address of every version. "
            a href="/documents" { "Every document" } " is listed."
        }
    };
    Page::new("Compare two documents", body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_an_id_and_a_version() {
        let sided = |text: &str| side(text).ok().map(|(id, no)| format!("{id} {no}"));
        assert_eq!(sided("page@3").as_deref(), Some("page 3"));
        assert_eq!(sided(" a@b@12 ").as_deref(), Some("a@b 12"));
        for wrong in ["page", "page@", "@3", "page@x", ""] {
            assert_eq!(sided(wrong), None, "{wrong}");
        }
    }
}
