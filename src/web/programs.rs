//! What other programs are served: the API, feeds, and the doors of an archive; for reading only, and in measure.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Router, http};

use crate::web::callers::{Allowance, Callers};
use crate::web::gate::Guest;
use crate::web::problem::Problem;
use crate::web::window::Window;
use crate::web::{api, feeds, memento};

/// The longest address that is asked at, in bytes.
const LONGEST: usize = 4_000;
/// How often an address may ask in a minute, unless the watchlist says otherwise.
const A_MINUTE: u32 = 1_200;
/// What is allowed.
const METHODS: &str = "GET, HEAD, OPTIONS";
/// What programs in a browser may read of the head of an answer.
const EXPOSED: &str =
    "ETag, Last-Modified, Link, Memento-Datetime, RateLimit, RateLimit-Policy, Retry-After, Vary";

/// Everything that is for programs.
pub(super) fn router(window: &Window) -> Router<Window> {
    let callers = Callers::default();
    Router::new()
        .merge(api::router())
        .merge(feeds::router())
        .merge(memento::router())
        .layer(middleware::from_fn_with_state(
            (window.clone(), callers),
            guarded,
        ))
}

/// Lets in who asks for reading, in measure, from wherever the page that asks was loaded.
async fn guarded(
    State((window, callers)): State<(Window, Callers)>,
    request: Request,
    next: Next,
) -> Response {
    let from = request.extensions().get::<ConnectInfo<Guest>>();
    let from = from.map(|ConnectInfo(Guest(from))| *from);
    let allowance = from.map(|from| counted(&window, &callers, from));
    let mut response = match refused(&request, allowance) {
        Some(refused) => refused,
        None => next.run(request).await,
    };
    let fields = response.headers_mut();
    fields.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    fields.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    if let Some(allowance) = allowance {
        told(fields, allowance);
    }
    response
}

fn counted(window: &Window, callers: &Callers, from: SocketAddr) -> Allowance {
    let in_force = window.house.in_force();
    let wanted = in_force.watchlist.window.as_ref();
    let a_minute = wanted.and_then(|window| window.requests_a_minute);
    callers.ask(from.ip(), a_minute.unwrap_or(A_MINUTE), Instant::now())
}

/// What is answered without asking the archive.
fn refused(request: &Request, allowance: Option<Allowance>) -> Option<Response> {
    if let Some(refused) = allowance.filter(|allowance| !allowance.granted) {
        let problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("Your address asks more than {} times a minute.", refused.of),
        );
        let problem = problem.with(format!("Ask again in {} seconds.", refused.wait));
        return Some(problem.into_response());
    }
    let length = request.uri().path_and_query();
    if length.map_or(0, |asked| asked.as_str().len()) > LONGEST {
        let problem = Problem::new(
            StatusCode::URI_TOO_LONG,
            "This address is too long to be looked at.",
        );
        return Some(
            problem
                .with(format!("Addresses have {LONGEST} characters at most."))
                .into_response(),
        );
    }
    match *request.method() {
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(allowed()),
        _ => {
            let problem = Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "Here things are read, and nothing is written.",
            );
            let problem = problem.with(format!("Use one of {METHODS}."));
            Some(([(header::ALLOW, METHODS)], problem).into_response())
        }
    }
}

/// To whoever asks what may be asked (Fetch, "CORS-preflight fetch").
fn allowed() -> Response {
    let fields = [
        (header::ALLOW, METHODS),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept, Accept-Datetime, If-Modified-Since, If-None-Match",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, fields).into_response()
}

/// Says how much may be asked yet (draft-ietf-httpapi-ratelimit-headers-10).
fn told(fields: &mut HeaderMap, allowance: Allowance) {
    let (of, left, wait) = (allowance.of, allowance.left, allowance.wait);
    let mut say = |name: &'static str, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            fields.insert(http::HeaderName::from_static(name), value);
        }
    };
    say("ratelimit-policy", format!("\"address\";q={of};w=60"));
    say("ratelimit", format!("\"address\";r={left};t={wait}"));
    if !allowance.granted {
        say("retry-after", wait.to_string());
    }
}
