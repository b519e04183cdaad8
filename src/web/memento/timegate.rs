//! Leads to the version that stood at a time (RFC 7089, section 4.2.1).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SubsecRound, Utc};

use crate::model::Version;
use crate::web::asked::Named;
use crate::web::memento::links::{self, Doors};
use crate::web::memento::original;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// Of an address.
pub(super) async fn of_address(
    State(window): State<Window>,
    uri: Uri,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let (doors, versions) = original::of_address(&window, (&uri, &fields), "/timegate/").await?;
    led(&doors, &versions, &fields)
}

/// Of a document, wherever it stood.
pub(super) async fn of_document(
    State(window): State<Window>,
    Named(id): Named<String>,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let (doors, versions) = original::of_document(&window, &fields, id).await?;
    led(&doors, &versions, &fields)
}

fn led(doors: &Doors, versions: &[Version], fields: &HeaderMap) -> Result<Response, Problem> {
    let at = wanted(fields)?;
    let chosen = stood(versions, at).ok_or_else(original::never_read)?;
    let to = [
        (header::LOCATION, doors.memento(chosen)),
        (header::VARY, "accept-datetime".to_owned()),
    ];
    let mut response = (StatusCode::FOUND, to).into_response();
    links::put(response.headers_mut(), &doors.beside_gate(versions));
    Ok(response)
}

/// The time that is wanted; `None` for now.
fn wanted(fields: &HeaderMap) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(asked) = fields.get("accept-datetime") else {
        return Ok(None);
    };
    let text = asked.to_str().unwrap_or_default().trim();
    let time = DateTime::parse_from_rfc2822(text);
    time.map(|time| Some(time.to_utc())).map_err(|_| {
        Problem::unclear(
            "The time of Accept-Datetime cannot be read.",
            "Write it as Thu, 31 May 2007 20:35:00 GMT.",
        )
    })
}

/// The version that stood at a time; the first where none did yet.
fn stood(versions: &[Version], at: Option<DateTime<Utc>>) -> Option<&Version> {
    let Some(at) = at else {
        return versions.last();
    };
    // Whoever asks names a time to the second, as it was told to them.
    let before = versions
        .iter()
        .rfind(|version| version.at.trunc_subsecs(0) <= at);
    before.or(versions.first())
}
