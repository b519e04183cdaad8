//! The doors of an archive: TimeGates, TimeMaps and dated versions (RFC 7089), and an index of captures.

mod addresses;
mod cdx;
mod links;
mod original;
mod timegate;
mod timemap;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;

use crate::model::{Version, VersionNo, WatchId};
use crate::web::api::versions_of;
use crate::web::base::{base, http_date};
use crate::web::memento::links::{Doors, MEMENTO_DATETIME};
use crate::web::window::Window;

/// Every door.
pub(super) fn router() -> Router<Window> {
    Router::new()
        .route("/timegate/{*url}", get(timegate::of_address))
        .route("/timemap/link/{*url}", get(timemap::as_links))
        .route("/timemap/json/{*url}", get(timemap::as_json))
        .route("/d/{document}/timegate", get(timegate::of_document))
        .route("/d/{document}/timemap", get(timemap::of_document))
        .route("/cdx", get(cdx::cdx))
}

/// Says of every version that is shown, as read or as served, of which time it is, and which there are besides.
pub(super) async fn dated(State(window): State<Window>, request: Request, next: Next) -> Response {
    let shown = version(request.uri().path());
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    let fine = response.status() == StatusCode::OK;
    let Some((id, no)) = shown.filter(|_| fine) else {
        return response;
    };
    let mut versions = versions_of(&window, &id).await.unwrap_or_default();
    versions.retain(Version::is_readable);
    let Some(at) = versions.iter().position(|version| version.no == no) else {
        return response;
    };
    let doors = Doors::of_document(&base(&window, &asked), &versions[at]);
    let fields = response.headers_mut();
    if let Ok(time) = HeaderValue::from_str(&http_date(versions[at].at)) {
        fields.insert(MEMENTO_DATETIME, time);
    }
    links::put(fields, &doors.beside_memento(&versions, at));
    response
}

/// The version that is shown at this path, as read or as served.
fn version(path: &str) -> Option<(WatchId, VersionNo)> {
    let parts: Vec<&str> = path.split('/').collect();
    let (id, no) = match parts[..] {
        ["", "d", id, no] => (id, no),
        ["", "api", "v1", "documents", id, "versions", no, "body"] => (id, no),
        _ => return None,
    };
    Some((id.into(), no.parse().ok()?))
}
