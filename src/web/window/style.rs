//! The one style of the window.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::model::Digest;

/// Where it is.
pub(super) const PATH: &str = "/style.css";

const STYLE: &str = concat!(include_str!("style.css"), include_str!("redline.css"));

pub(super) async fn style() -> Response {
    let tag = format!("\"{}\"", Digest::of(STYLE.as_bytes()).short());
    let fields = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "max-age=3600".to_owned()),
        (header::ETAG, tag),
    ];
    (fields, STYLE).into_response()
}
