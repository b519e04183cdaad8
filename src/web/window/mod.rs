//! The window: the archive as web pages, for anyone to read, without an account and without scripts.

mod about;
mod blame;
mod chart;
mod cite;
mod compare;
mod corrections;
mod document;
mod documents;
pub(super) mod evidence;
mod form;
mod guard;
mod icon;
mod names;
mod now;
mod page;
mod people;
mod phrases;
mod promises;
mod publishers;
mod query;
mod redline;
mod registers;
mod search;
mod status;
mod style;
mod told;
mod trouble;
mod version;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, serve as answer_all};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tower_http::compression::CompressionLayer;

use crate::accounts::Accounts;
use crate::answers::{self, NoAnswer};
use crate::house::House;
use crate::model::{Reach, WatchId};
use crate::web::gate::{Gate, Guest};
use crate::web::window::page::{Entrance, Page};
use crate::web::window::people::{Session, Sessions};
use crate::web::window::trouble::Trouble;
use crate::web::{memento, mirroring, programs};

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

/// How many who sign in wait at once; others are told to come later.
const WAITING: usize = 16;

/// For a year, where people reach the window over TLS (RFC 6797).
const TLS_ONLY: &str = "max-age=31536000";

/// What pages are made from.
#[derive(Clone)]
pub(super) struct Window {
    pub(super) house: Arc<House>,
    accounts: Accounts,
    sessions: Sessions,
    /// Whether nobody can say anything here.
    read_only: bool,
    /// One at a time, with a pause, whoever does not know a password.
    pub(super) strangers: Arc<Semaphore>,
    pub(super) waiting: Arc<Semaphore>,
    /// When somebody was answered last.
    answered: Arc<watch::Sender<Instant>>,
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

    /// Where a page of the window is: its whole address where the watchlist says where the window stands.
    fn address(&self, path: &str) -> String {
        let in_force = self.house.in_force();
        match &in_force.watchlist.settings.public_url {
            Some(public) => format!("{}{path}", public.as_str().trim_end_matches('/')),
            None => path.to_owned(),
        }
    }

    pub(in crate::web) fn now(&self) -> DateTime<Utc> {
        self.house.clock.now()
    }

    /// Who asks, where they are signed in, and still have the account and the password they signed in with.
    fn signed_in(&self, fields: &HeaderMap) -> Option<Session> {
        let session = self.sessions.of(fields, self.now())?;
        let accounts = self.accounts.list().ok()?;
        let own = accounts.iter().find(|one| one.name == session.name)?;
        (own.password_set == session.password_set).then_some(session)
    }

    /// Whether anybody can sign in here.
    fn has_people(&self) -> bool {
        !self.read_only && self.accounts.list().is_ok_and(|all| !all.is_empty())
    }

    /// What the foot of this page says of signing in, to whoever asks with these fields.
    fn entrance(&self, path: &Uri, fields: &HeaderMap) -> Entrance {
        if let Some(session) = self.signed_in(fields) {
            return Entrance::Within {
                name: session.name,
                mark: session.mark,
            };
        }
        match self.has_people() && path.path() != people::SIGN_IN {
            true => Entrance::Open {
                to: path.to_string(),
            },
            false => Entrance::Shut,
        }
    }

    /// Refuses where nobody can say anything.
    fn writable(&self) -> Result<(), Trouble> {
        match self.read_only {
            false => Ok(()),
            true => Err(Trouble::refused(
                "This window is for reading only.",
                "Whoever keeps it can open another one.",
            )),
        }
    }

    /// Whether people reach it over TLS, as the watchlist says.
    fn is_behind_tls(&self) -> bool {
        let in_force = self.house.in_force();
        let public = in_force.watchlist.settings.public_url.as_ref();
        public.is_some_and(|url| url.scheme() == "https")
    }
}

/// Who may do what in the window.
pub struct Rights {
    /// Who can sign in.
    pub accounts: Accounts,
    /// Whether nobody can say anything.
    pub read_only: bool,
}

/// Shows the archive until `stopped` turns true.
pub async fn serve(
    listener: TcpListener,
    house: Arc<House>,
    rights: Rights,
    mut stopped: watch::Receiver<bool>,
) {
    let window = Window {
        house,
        accounts: rights.accounts,
        sessions: Sessions::default(),
        read_only: rights.read_only,
        strangers: Arc::new(Semaphore::new(1)),
        waiting: Arc::new(Semaphore::new(WAITING)),
        answered: Arc::new(watch::Sender::new(Instant::now())),
    };
    let stop = async move {
        stopped.wait_for(|stop| *stop).await.ok();
    };
    let ahead = tokio::spawn(read_ahead(window.clone()));
    let app = router(window).into_make_service_with_connect_info::<Guest>();
    let serving = answer_all(Gate::new(listener), app).with_graceful_shutdown(stop);
    if let Err(error) = serving.await {
        tracing::error!("the window is closed: {error}");
    }
    ahead.abort();
}

/// Reads once what lists show, so that nobody waits for it.
async fn read_ahead(window: Window) {
    let answered = window.answered.subscribe();
    if let Err(error) = answers::read_ahead(&window.house, &answered).await {
        tracing::debug!("what lists show was not read ahead: {error}");
    }
}

/// A page of ours that tells of what programs can ask.
pub(super) fn page(title: &str, body: maud::Markup) -> Response {
    Page::new(title, body).at("/api").into_response()
}

fn router(window: Window) -> Router {
    Router::new()
        .route("/", get(now::now))
        .route("/documents", get(documents::documents))
        .route("/d/{id}", get(document::document))
        .route("/d/{id}/", get(to_document))
        .route("/d/{id}/row", get(registers::row))
        .route("/d/{id}/table/{no}", get(registers::table))
        .route("/d/{id}/{place}", get(place))
        .route("/d/{id}/blame", get(blame::last))
        .route("/d/{id}/compare", get(compare::versions))
        .route("/d/{id}/at", get(version::on))
        .route("/d/{id}/at/{time}", get(version::as_of))
        .route("/d/{id}/{place}/blame", get(blame::of))
        .route("/d/{id}/{place}/served", get(version::served))
        .route("/d/{id}/{place}/headers", get(version::headers))
        .route("/d/{id}/{place}/raw", get(version::raw))
        .route("/compare", get(compare::compare))
        .route("/search", get(search::search))
        .route("/phrases", get(phrases::phrases))
        .route("/phrases.csv", get(phrases::table))
        .route("/names", get(names::names))
        .route("/names/{name}", get(names::name))
        .route("/registers", get(registers::registers))
        .route("/publishers", get(publishers::publishers))
        .route("/publishers/{name}", get(publishers::publisher))
        .route("/promises", get(promises::promises))
        .route("/corrections", get(corrections::corrections))
        .route("/status", get(status::status))
        .route("/about", get(about::about))
        .route(style::PATH, get(style::style))
        .route(icon::PATH, get(icon::icon))
        .route("/favicon.ico", get(icon::icon))
        .merge(people::routes())
        .merge(programs::router(&window))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(
            window.clone(),
            memento::dated,
        ))
        .layer(middleware::from_fn_with_state(window.clone(), guard::guard))
        // Whoever keeps a mirror knows a token of its own.
        .merge(mirroring::router(&window))
        .layer(middleware::from_fn_with_state(window.clone(), head))
        .layer(CompressionLayer::new())
        .with_state(window)
}

/// A version by its number, a redline by two, or a redline as a file.
async fn place(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    if let Some(place) = place.strip_suffix(".zip") {
        return evidence::file(&window, &id, place).await;
    }
    if let Some((reach, form)) = redline::Form::of(&place) {
        return redline::form(&window, &id, reach, form).await;
    }
    let page = match place.parse::<Reach>() {
        Ok(reach) => redline::redline(&window, id, reach, query.as_deref()).await?,
        Err(_) => version::version(&window, id, &place).await?,
    };
    Ok(page.into_response())
}

async fn to_document(Path(id): Path<WatchId>) -> Redirect {
    Redirect::permanent(&told::to_document(&id))
}

async fn nothing() -> Trouble {
    Trouble::not_there("There is no such page.")
}

/// Puts on every answer what browsers are to keep to, and answers 304 where nothing is new.
async fn head(State(window): State<Window>, request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let (path, asking) = (request.uri().clone(), request.headers().clone());
    let mut response = next.run(request).await;
    window.answered.send_replace(Instant::now());
    let status = response.status();
    page::write(&mut response, || match status {
        StatusCode::UNAUTHORIZED => Entrance::Shut,
        _ => window.entrance(&path, &asking),
    });
    let fields = response.headers_mut();
    for (name, value) in FIELDS {
        // Some answers allow themselves even less.
        if !fields.contains_key(name) {
            fields.insert(name, HeaderValue::from_static(value));
        }
    }
    if window.is_behind_tls() {
        fields.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(TLS_ONLY),
        );
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
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    for (name, value) in &parts.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
