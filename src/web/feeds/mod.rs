//! What changed, as feeds: Atom (RFC 4287) and JSON Feed 1.1.

mod atom;
mod entry;
mod json;

use std::convert::Infallible;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SubsecRound, Utc};
use url::form_urlencoded;

use crate::answers::NoAnswer;
use crate::web::api::with_tag;
use crate::web::asked::{Asked, Named};
use crate::web::base::{authority, base, http_date};
use crate::web::feeds::entry::Entry;
use crate::web::problem::Problem;
use crate::web::wanted::{self, Wanted};
use crate::web::window::Window;
use crate::wire::base64;

/// How many changes a feed has unless something else is asked for, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 500;

/// A feed.
struct Feed {
    /// What it is called for good.
    id: String,
    title: String,
    /// Its own address.
    own: String,
    /// The page for people with the same in it.
    page: String,
    /// When something in it was last added or put right; the beginning of 1970 where it is empty.
    updated: DateTime<Utc>,
    /// What the journal has come to, signed: size and root; absent where nothing was signed.
    signed: Option<String>,
    entries: Vec<Entry>,
}

/// In which form.
#[derive(Clone, Copy)]
enum Form {
    Atom,
    Json,
}

/// Every address of a feed.
pub(super) fn router() -> Router<Window> {
    Router::new()
        .route("/feed.atom", get(of_all))
        .route("/feed.json", get(of_all))
        .route("/d/{document}/feed.atom", get(of_one))
        .route("/d/{document}/feed.json", get(of_one))
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    /// The ending of the address says it.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Form, Infallible> {
        Ok(match parts.uri.path().ends_with(".json") {
            true => Form::Json,
            false => Form::Atom,
        })
    }
}

async fn of_all(
    State(window): State<Window>,
    Asked(wanted): Asked<Wanted>,
    form: Form,
    uri: Uri,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    fed(&window, wanted, &uri, &fields, form).await
}

async fn of_one(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<Wanted>,
    form: Form,
    uri: Uri,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        document: Some(id),
        ..wanted
    };
    fed(&window, wanted, &uri, &fields, form).await
}

async fn fed(
    window: &Window,
    wanted: Wanted,
    uri: &Uri,
    fields: &HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let feed = feed(window, &wanted, uri, fields).await?;
    if is_known(&feed, fields) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = match form {
        Form::Atom => with_tag(atom::written(&feed), "application/atom+xml; charset=utf-8"),
        Form::Json => with_tag(json::written(&feed), "application/feed+json; charset=utf-8"),
    };
    if let Ok(updated) = HeaderValue::from_str(&http_date(feed.updated)) {
        response
            .headers_mut()
            .insert(header::LAST_MODIFIED, updated);
    }
    Ok(response)
}

/// The feed of the changes that are wanted.
async fn feed(
    window: &Window,
    wanted: &Wanted,
    uri: &Uri,
    fields: &HeaderMap,
) -> Result<Feed, Problem> {
    let limit = match wanted.limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => limit as usize,
        limit => {
            return Err(Problem::unclear(
                format!("A feed cannot have {limit} changes."),
                format!("Ask for 1 to {MOST}."),
            ));
        }
    };
    if wanted.cursor.is_some() {
        return Err(Problem::unclear(
            "A feed has no pages.",
            "Ask /api/v1/changes for what is older.",
        ));
    }
    let found = wanted::changes(window, wanted, None, limit).await?;
    let (base, authority) = (base(window, fields), authority(window));
    let changes = found.changes.iter();
    let entries: Vec<Entry> = changes
        .map(|change| Entry::of(change, window, &base, &authority))
        .collect();
    let of = wanted.document.as_deref();
    let called = found.changes.first().map(|change| change.title.as_str());
    Ok(Feed {
        id: format!("tag:{authority},2026-01-01:changes{}", which(wanted, uri)),
        title: match of {
            Some(of) => format!("What changed: {}", called.unwrap_or(of)),
            None => "What changed".to_owned(),
        },
        own: format!(
            "{base}{}",
            uri.path_and_query()
                .map_or(uri.path(), |asked| asked.as_str())
        ),
        page: match of {
            Some(of) => format!("{base}/d/{of}"),
            None => format!("{base}/"),
        },
        updated: entries
            .iter()
            .map(|entry| entry.updated)
            .max()
            .unwrap_or_default(),
        signed: signed(window).await?,
        entries,
    })
}

/// The last checkpoint in one line, for whoever keeps feeds: a root that stands in many places cannot be altered in one.
async fn signed(window: &Window) -> Result<Option<String>, Problem> {
    let last = window.house.store.last_checkpoint().await;
    let last = last.map_err(NoAnswer::from)?;
    Ok(last.map(|last| {
        format!(
            "The journal of {} was signed up to entry {} with the root {}.",
            last.what.origin,
            last.what.size,
            base64(&last.what.root.0)
        )
    }))
}

/// What tells a feed from another: what was asked, in one order.
fn which(wanted: &Wanted, uri: &Uri) -> String {
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut asked: Vec<(String, String)> = asked.into_owned().collect();
    asked.retain(|(name, _)| !["limit", "document"].contains(&name.as_str()));
    asked.extend((wanted.document.clone()).map(|id| ("document".to_owned(), id)));
    asked.sort();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(asked).finish();
    match query.is_empty() {
        true => String::new(),
        false => format!("?{query}"),
    }
}

/// Whether whoever asks has seen everything by its time (RFC 9110, section 13.1.3). A tag says more, where there is one.
fn is_known(feed: &Feed, fields: &HeaderMap) -> bool {
    if fields.contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    let since = fields.get(header::IF_MODIFIED_SINCE);
    let since = since.and_then(|since| since.to_str().ok());
    let since = since.and_then(|since| DateTime::parse_from_rfc2822(since).ok());
    since.is_some_and(|since| feed.updated.trunc_subsecs(0) <= since)
}
