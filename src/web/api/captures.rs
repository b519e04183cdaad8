//! The visits to a document, and what the server sent.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{Captured, Request, Response as Answer, Visited};
use crate::model::{Hop, Provenance, WatchId};
use crate::web::api::listing::{AsOf, Listing, Page, given, in_order};
use crate::web::api::versions::{self, VersionOne};
use crate::web::api::word;
use crate::web::asked::{Asked, Named};
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// How many of the last visits can be looked through.
const VISITS: usize = 5_000;

/// Which page.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PageWanted {
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    pub(super) cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    pub(super) limit: Option<u32>,
}

/// One visit.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitOne {
    /// When.
    at: DateTime<Utc>,
    /// What came of it: "appeared", "unchanged", "changed" or "failed".
    outcome: String,
    /// The change it brought, as A..B.
    change: Option<String>,
    /// What sort of change.
    kind: Option<String>,
    /// What sort of failure.
    failure: Option<String>,
    /// The status of a failure that was an answer.
    status: Option<u16>,
    /// Why it failed, in a sentence.
    why: Option<String>,
    /// What the machine calls itself that went, where it was another one.
    collector: Option<String>,
}

/// What the server sent.
#[derive(Serialize, ToSchema)]
pub(super) struct CaptureOne {
    /// The version it brought.
    version: VersionOne,
    /// When the answer had arrived whole.
    at: DateTime<Utc>,
    /// The address asked for.
    url: String,
    /// The length of the body in bytes, content encoding undone.
    length: u64,
    /// How it came here: "fetched", "rendered", "imported" or "collected".
    by: String,
    /// Every answer in order: redirects first, the page last.
    hops: Vec<HopOne>,
}

/// One answer on the way.
#[derive(Serialize, ToSchema)]
pub(super) struct HopOne {
    /// The address asked.
    url: String,
    /// The status of the answer; 0 where no answer was seen.
    status: u16,
    /// When its head had arrived.
    at: DateTime<Utc>,
    /// The header fields as served, in order.
    fields: Vec<FieldOne>,
}

/// A header field.
#[derive(Serialize, ToSchema)]
pub(super) struct FieldOne {
    /// Its name in lower case.
    name: String,
    /// Its value.
    value: String,
}

impl From<Visited> for VisitOne {
    fn from(visit: Visited) -> VisitOne {
        VisitOne {
            at: visit.at,
            outcome: word(&visit.outcome),
            change: visit.change.map(|span| span.to_string()),
            kind: visit.kind.map(|kind| kind.word().to_owned()),
            failure: visit.failure.map(|kind| kind.word().to_owned()),
            status: visit.status,
            why: visit.why,
            collector: visit.collector,
        }
    }
}

impl From<&Captured> for CaptureOne {
    fn from(captured: &Captured) -> CaptureOne {
        let capture = &captured.capture;
        let by = match capture.provenance {
            Provenance::Fetched => "fetched",
            Provenance::Rendered { .. } => "rendered",
            Provenance::Imported { .. } => "imported",
            Provenance::Collected { .. } => "collected",
            Provenance::Backfilled { .. } => "backfilled",
        };
        CaptureOne {
            version: (&captured.version).into(),
            at: capture.at,
            url: capture.url.to_string(),
            length: capture.length,
            by: by.to_owned(),
            hops: capture.hops.iter().map(HopOne::from).collect(),
        }
    }
}

impl From<&Hop> for HopOne {
    fn from(hop: &Hop) -> HopOne {
        let fields = hop.headers.iter().map(|(name, value)| FieldOne {
            name: name.clone(),
            value: value.clone(),
        });
        HopOne {
            url: hop.url.to_string(),
            status: hop.status,
            at: hop.at,
            fields: fields.collect(),
        }
    }
}

/// The visits to a document, newest first: the last 5,000 of them, and the changes among them.
#[utoipa::path(get, path = "/api/v1/documents/{document}/visits", operation_id = "visits", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."), PageWanted),
    responses((status = 200, description = "A page of visits.", body = Listing<VisitOne>)))]
pub(super) async fn visits(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<PageWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let entry = wanted::as_of(&window, None).await?;
    let asked = Request::Visits {
        id: WatchId(id),
        most: VISITS,
    };
    let visits = match window.ask(asked).await? {
        Answer::Visits(visits) => visits,
        other => return Err(Problem::mistaken(&other)),
    };
    let page = Page {
        uri: &uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    };
    // Newer visits stand before older ones, and two of one moment stand in one order.
    let rows = visits.into_iter().map(|visit| {
        let at = visit.at.timestamp_micros().max(0).unsigned_abs();
        let which = visit.change.map_or(String::new(), |span| span.to_string());
        (
            format!("{}{which}", in_order(u64::MAX - at)),
            VisitOne::from(visit),
        )
    });
    page.of(rows, AsOf::Now(entry))
}

/// What the server sent with each version of a document, oldest first.
#[utoipa::path(get, path = "/api/v1/documents/{document}/captures", operation_id = "captures", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."), versions::VersionsWanted),
    responses((status = 200, description = "A page of captures.", body = Listing<CaptureOne>)))]
pub(super) async fn captures(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<versions::VersionsWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let id = WatchId(id);
    let as_of = wanted::as_of(&window, wanted.as_of_entry).await?;
    let page = Page {
        uri: &uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    };
    let versions = versions::of(&window, &id).await?;
    let numbers = versions.iter().filter(|version| version.entry <= as_of);
    let numbers: Vec<u32> = page.numbers(numbers.map(|version| version.no))?;
    let captured = of(&window, &id, numbers).await?;
    let rows = captured
        .iter()
        .map(|one| (in_order(one.version.no.into()), CaptureOne::from(one)));
    page.of(rows, AsOf::Entry(as_of))
}

/// What the server sent with one version.
#[utoipa::path(get, path = "/api/v1/documents/{document}/captures/{no}", operation_id = "capture", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."),
           ("no" = u32, Path, minimum = 1, description = "The number of a version.")),
    responses((status = 200, description = "The capture.", body = CaptureOne)))]
pub(super) async fn capture(
    State(window): State<Window>,
    Named((id, no)): Named<(String, u32)>,
) -> Result<Response, Problem> {
    let captured = of(&window, &WatchId(id), vec![no]).await?;
    let one = captured.first().map(CaptureOne::from);
    let one = one.ok_or_else(|| {
        Problem::not_there(
            "There is no such version.",
            "The document lists its versions.",
        )
    })?;
    Ok(given(&one))
}

/// What was captured of these versions.
pub(in crate::web) async fn of(
    window: &Window,
    id: &WatchId,
    versions: Vec<u32>,
) -> Result<Vec<Captured>, Problem> {
    let asked = Request::Captures {
        id: id.clone(),
        versions,
    };
    match window.ask(asked).await? {
        Answer::Captures(captured) => Ok(captured),
        other => Err(Problem::mistaken(&other)),
    }
}
