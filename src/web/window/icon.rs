//! The sign of the window, as tabs of browsers show it.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Where it is.
pub(super) const PATH: &str = "/icon.svg";

/// A page with a line struck out and a line added.
const ICON: &str = concat!(
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">",
    "<path d=\"M2 0h12v16H2z\" fill=\"#fff\" stroke=\"#333\"/>",
    "<path d=\"M4 5h8\" stroke=\"#a02\"/>",
    "<path d=\"M4 8h8M4 11h6\" stroke=\"#063\" stroke-width=\"2\"/></svg>",
);

pub(super) async fn icon() -> Response {
    let fields = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (fields, ICON).into_response()
}
