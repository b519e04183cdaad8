//! Hands the journal and the bodies it names to whoever keeps a mirror of this archive and knows the token for it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::model::{Digest, EntryNo};
use crate::store::{Store, StoreError};
use crate::transfer::{Kept, LETTER, SourceHead};
use crate::web::asked::Asked;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// How long whoever does not know the token waits for being told so.
const DELAY: Duration = Duration::from_secs(1);
/// How many mirrors are served at once; others are told to come later.
const AT_ONCE: usize = 4;
/// The most entries in one answer.
const ENTRIES: usize = 512;
/// With more bytes than this an answer takes no further entry or body.
const ENOUGH: usize = 1 << 20;
/// The most bodies that are asked for at once.
const BODIES: usize = 64;
/// When to come again where too many ask, in seconds.
const SOON: &str = "5";

/// The addresses that mirrors ask at.
pub(super) fn router(window: &Window) -> Router<Window> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    Router::new()
        .route("/mirror/v1/head", get(head))
        .route("/mirror/v1/entries", get(entries))
        .route("/mirror/v1/bodies", get(bodies))
        .layer(middleware::from_fn_with_state(
            (window.clone(), places),
            guarded,
        ))
}

/// Lets in whoever knows the token; where there is none, nobody.
async fn guarded(
    State((window, places)): State<(Window, Arc<Semaphore>)>,
    request: Request,
    next: Next,
) -> Response {
    let Some(token) = window.house.in_force().mirror.clone() else {
        return Problem::not_there(
            "This archive hands itself to no mirror.",
            "Whoever keeps it can name a token for mirrors in the [window] of its watchlist.",
        )
        .into_response();
    };
    if !word(request.headers()).is_some_and(|word| token.is(word)) {
        let Ok(_place) = window.waiting.try_acquire() else {
            return busy();
        };
        let _turn = window.strangers.acquire().await;
        tokio::time::sleep(DELAY).await;
        tracing::warn!("somebody who does not know the token asked as a mirror");
        let problem = Problem::new(
            StatusCode::UNAUTHORIZED,
            "The journal is handed to those who know the token for mirrors.",
        );
        return ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response();
    }
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => busy(),
    }
}

/// The token that is given (RFC 6750).
fn word(fields: &HeaderMap) -> Option<&str> {
    let said = fields.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, word) = said.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(word.trim())
}

fn busy() -> Response {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many ask at once.");
    (
        [(header::RETRY_AFTER, SOON)],
        problem.with("Ask again in a while."),
    )
        .into_response()
}

/// How far the journal is, and the newest checkpoint.
async fn head(State(window): State<Window>) -> Result<Response, Problem> {
    let store = &window.house.store;
    let last = durable(store);
    let hash = match last {
        0 => Digest::of(b""),
        last => store.hash_of(last).await.map_err(unread)?,
    };
    let checkpoint = store.last_checkpoint().await.map_err(unread)?;
    let checkpoint = checkpoint.filter(|made| made.what.size <= last);
    let told = SourceHead {
        last,
        hash,
        checkpoint: checkpoint.map(|made| made.what.note),
    };
    let text = serde_json::to_vec(&told).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The last entry that no power cut takes back.
fn durable(store: &Store) -> EntryNo {
    *store.news().borrow()
}

/// From where on entries are wanted.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct EntriesWanted {
    /// Those that follow this one.
    after: EntryNo,
    /// So many at most.
    most: Option<usize>,
}

/// Entries in order, each a line of canonical JSON (RFC 8785), as it was hashed.
async fn entries(
    State(window): State<Window>,
    Asked(wanted): Asked<EntriesWanted>,
) -> Result<Response, Problem> {
    let store = &window.house.store;
    let last = durable(store);
    let most = wanted.most.unwrap_or(ENTRIES).min(ENTRIES);
    let mut lines = Vec::new();
    for no in (wanted.after.saturating_add(1)..=last).take(most) {
        let json = store.json_of(vec![no]).await.map_err(unread)?;
        for json in json {
            lines.extend_from_slice(&json);
            lines.push(b'\n');
        }
        if lines.len() > ENOUGH {
            break;
        }
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

/// Which bodies are wanted.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct BodiesWanted {
    /// Their hashes, with commas between them.
    of: String,
}

/// Bodies, each after a line with its hash and what is there of it; those for which there was no room are asked for again.
async fn bodies(
    State(window): State<Window>,
    Asked(wanted): Asked<BodiesWanted>,
) -> Result<Response, Problem> {
    let unclear = || {
        Problem::unclear(
            "These are no hashes of bodies.",
            format!("Give {BODIES} at most, 64 hexadecimal digits each, with commas between them."),
        )
    };
    let digests: Result<Vec<Digest>, _> = wanted.of.split(',').map(str::parse).collect();
    let digests = digests.map_err(|_| unclear())?;
    if digests.len() > BODIES {
        return Err(unclear());
    }
    let mut letter = Vec::new();
    for digest in digests {
        let kept = match window.house.store.body(digest).await {
            Ok(bytes) => Kept::Here(bytes),
            Err(StoreError::Missing(_)) => Kept::Nowhere,
            Err(StoreError::Forgotten(left)) => Kept::Forgotten(left.entry),
            Err(error) => return Err(unread(error)),
        };
        kept.write(digest, &mut letter);
        if letter.len() > ENOUGH {
            break;
        }
    }
    Ok(([(header::CONTENT_TYPE, LETTER)], letter).into_response())
}

fn unread(error: StoreError) -> Problem {
    tracing::error!("a mirror could not be answered: {error}");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "The archive cannot be read at present.",
    )
}
