//! The window: the archive as web pages, for anyone to read, without an account and without scripts.

mod document;
mod documents;
mod now;
mod page;
mod redline;
mod style;
mod told;
mod trouble;
mod version;

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, serve as answer_all};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tower_http::compression::CompressionLayer;

use crate::answers::{self, NoAnswer};
use crate::house::House;
use crate::model::{Span, WatchId};
use crate::web::gate::{Gate, Guest};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::{memento, programs};

/// What a page may do: show itself, with our style; ours are the only scripts, and the only place forms are sent to.
/// <https://www.w3.org/TR/CSP3/>
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What stands in the head of every answer.
const FIELDS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
    ("x-frame-options", "DENY"),
];

/// What pages are made from.
#[derive(Clone)]
pub(super) struct Window {
    pub(super) house: Arc<House>,
}

impl Window {
    /// Asks the archive.
    pub(super) async fn ask(
        &self,
        request: answers::Request,
    ) -> Result<answers::Response, NoAnswer> {
        let (tell, _) = mpsc::channel(1);
        answers::answer(&self.house, request, tell).await
    }

    /// The time zone times are shown in.
    pub(super) fn zone(&self) -> Tz {
        self.house.in_force().watchlist.settings.timezone
    }

    fn now(&self) -> DateTime<Utc> {
        self.house.clock.now()
    }
}

/// Shows the archive until `stopped` turns true.
pub async fn serve(listener: TcpListener, house: Arc<House>, mut stopped: watch::Receiver<bool>) {
    let window = Window { house };
    let stop = async move {
        stopped.wait_for(|stop| *stop).await.ok();
    };
    let app = router(window).into_make_service_with_connect_info::<Guest>();
    let serving = answer_all(Gate::new(listener), app).with_graceful_shutdown(stop);
    if let Err(error) = serving.await {
        tracing::error!("the window is closed: {error}");
    }
}

/// A page of ours around a text.
pub(super) fn page(title: &str, body: maud::Markup) -> Response {
    Page::new(title, body).into_response()
}

fn router(window: Window) -> Router {
    Router::new()
        .route("/", get(now::now))
        .route("/documents", get(documents::documents))
        .route("/d/{id}", get(document::document))
        .route("/d/{id}/", get(to_document))
        .route("/d/{id}/{place}", get(place))
        .route(style::PATH, get(style::style))
        .merge(programs::router(&window))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(
            window.clone(),
            memento::dated,
        ))
        .layer(middleware::from_fn(head))
        .layer(CompressionLayer::new())
        .with_state(window)
}

/// A version by its number, or a redline by two.
async fn place(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
) -> Result<Page, Trouble> {
    match place.parse::<Span>() {
        Ok(span) => redline::redline(&window, id, span).await,
        Err(_) => version::version(&window, id, &place).await,
    }
}

async fn to_document(Path(id): Path<WatchId>) -> Redirect {
    Redirect::permanent(&told::to_document(&id))
}

async fn nothing() -> Trouble {
    Trouble::not_there("There is no such page.")
}

/// Puts on every answer what browsers are to keep to, and answers 304 where nothing is new.
async fn head(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    let fields = response.headers_mut();
    for (name, value) in FIELDS {
        fields.insert(name, HeaderValue::from_static(value));
    }
    if !fields.contains_key(header::CACHE_CONTROL) {
        fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    match same(response.headers(), known) {
        true => unchanged(response),
        false => response,
    }
}

/// Whether whoever asks has what would be sent (RFC 9110, section 13.1.2).
fn same(fields: &HeaderMap, known: Option<HeaderValue>) -> bool {
    let (Some(tag), Some(known)) = (fields.get(header::ETAG), known) else {
        return false;
    };
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let (Ok(tag), Ok(known)) = (tag.to_str(), known.to_str()) else {
        return false;
    };
    known.trim() == "*" || known.split(',').any(|one| plain(one) == plain(tag))
}

fn unchanged(response: Response) -> Response {
    let (parts, _) = response.into_parts();
    let mut answer = axum::http::StatusCode::NOT_MODIFIED.into_response();
    for (name, value) in &parts.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
