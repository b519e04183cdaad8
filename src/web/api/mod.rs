//! The archive as JSON: `/api/v1`, as its own document says it.

mod captures;
mod chain;
mod changes;
mod documents;
mod evidence;
mod guide;
mod listing;
mod names;
mod redline;
mod said;
mod spec;
mod status;
mod tables;
mod versions;
mod words;

pub(in crate::web) use captures::of as captures_of;
pub(in crate::web) use listing::{reader, with_tag};
pub(in crate::web) use versions::of as versions_of;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Serialize;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::model::Digest;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// Every address of the API with its document, and the page that tells of it.
pub(super) fn router() -> Router<Window> {
    let (router, document) = OpenApiRouter::with_openapi(spec::Document::openapi())
        .routes(routes!(documents::documents))
        .routes(routes!(documents::document))
        .routes(routes!(versions::versions))
        .routes(routes!(versions::version))
        .routes(routes!(versions::past))
        .routes(routes!(versions::version_at))
        .routes(routes!(versions::body))
        .routes(routes!(versions::latest))
        .routes(routes!(captures::captures))
        .routes(routes!(captures::capture))
        .routes(routes!(captures::visits))
        .routes(routes!(tables::tables))
        .routes(routes!(tables::row))
        .routes(routes!(changes::changes))
        .routes(routes!(changes::findings))
        .routes(routes!(redline::redline))
        .routes(routes!(said::annotations))
        .routes(routes!(said::corrections))
        .routes(routes!(said::promises))
        .routes(routes!(names::names))
        .routes(routes!(words::search))
        .routes(routes!(words::phrases))
        .routes(routes!(status::status))
        .routes(routes!(evidence::coverage))
        .routes(routes!(evidence::evidence))
        .routes(routes!(chain::checkpoint))
        .routes(routes!(chain::checkpoints))
        .routes(routes!(chain::proof))
        .routes(routes!(chain::consistency))
        .split_for_parts();
    let document = Arc::new(spec::whole(&document));
    let told = document.clone();
    router
        .route(
            spec::PATH,
            get(async move || with_tag(document.to_string(), "application/json")),
        )
        .route("/api", get(async move || guide::page(&told)))
        .route("/api/", get(async || Redirect::permanent("/api")))
        .route("/api/v1", get(async || Redirect::temporary("/api")))
        .route("/api/{*rest}", get(nothing))
}

async fn nothing() -> Problem {
    Problem::not_there(
        "There is nothing at this address.",
        "/api lists every address.",
    )
}

/// The word for something, as it is in JSON.
fn word<T: Serialize>(of: &T) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Bytes to be saved, never shown, with the tag they are known again by.
pub(in crate::web) fn saved(bytes: Vec<u8>, name: &str) -> Response {
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::ETAG, format!("\"{}\"", Digest::of(&bytes))),
    ];
    (StatusCode::OK, fields, bytes).into_response()
}
