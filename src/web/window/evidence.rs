//! The evidence of a change or version, as one file to keep.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answers::{EvidenceAsked, EvidenceOf, NoAnswer, Request, Response as Answer};
use crate::model::{Span, WatchId};
use crate::web::window::Window;
use crate::web::window::trouble::Trouble;
use crate::web::window::version::which;

/// The file of a place such as `1..2` or `2`.
pub(super) async fn file(window: &Window, id: &WatchId, place: &str) -> Result<Response, Trouble> {
    let of = match place.parse::<Span>() {
        Ok(span) => EvidenceOf::Change(Some(span)),
        Err(_) => EvidenceOf::Version(which(place)?),
    };
    Ok(packed(window, id, of).await?)
}

/// The file, to be saved.
pub(in crate::web) async fn packed(
    window: &Window,
    id: &WatchId,
    of: EvidenceOf,
) -> Result<Response, NoAnswer> {
    let asked = EvidenceAsked { id: id.clone(), of };
    let Answer::Evidence(file) = window.ask(Request::Evidence(asked)).await? else {
        return Err(NoAnswer::Archive(
            "the answer was to another question".to_owned(),
        ));
    };
    let fields = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.name),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((fields, file.bytes).into_response())
}
