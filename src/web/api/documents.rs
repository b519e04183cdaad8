//! What is watched, and how it stands.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{Listed, Request, Response as Answer};
use crate::model::{Coverage, Failing, WatchId};
use crate::prose::fold;
use crate::web::api::listing::{AsOf, Listing, Page, given};
use crate::web::api::word;
use crate::web::asked::{Asked, Named, few};
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// Which documents.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DocumentsWanted {
    /// Only of this topic.
    topic: Option<String>,
    /// Only of this publisher.
    publisher: Option<String>,
    /// Only those that stand so: "read", "never-read", "failing", "gone", "disabled" or "retired".
    standing: Option<String>,
    /// Only those in whose id, title or address all of these words stand.
    #[param(max_length = 200)]
    words: Option<String>,
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// A document: one page or file that is watched, or was.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentOne {
    /// Its id, which outlives its address.
    id: String,
    /// What people call it.
    title: String,
    /// Who publishes it.
    publisher: Option<String>,
    /// Its address.
    url: String,
    /// Its topics.
    topics: Vec<String>,
    /// How it stands: "read", "never-read", "failing", "gone", "disabled" or "retired".
    standing: String,
    /// The number of the version that stands, or stood last.
    version: Option<u32>,
    /// When it was last read.
    last_seen: Option<DateTime<Utc>>,
    /// When it last changed.
    last_change: Option<DateTime<Utc>>,
    /// The failure that goes on.
    failing: Option<FailingNow>,
    /// How many visits there were.
    visits: u64,
    /// The document that led to it, where it was found and nobody named it.
    found_by: Option<String>,
    /// Its page for people.
    page: String,
}

/// A failure that goes on.
#[derive(Serialize, ToSchema)]
pub(super) struct FailingNow {
    /// Since when.
    since: DateTime<Utc>,
    /// What sort of failure it is.
    kind: String,
    /// How many visits in a row failed.
    count: u32,
    /// Why, in a sentence.
    why: String,
}

/// A document with its addresses and how it was covered.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentWhole {
    /// The document.
    document: DocumentOne,
    /// Where its text was read, oldest first; more than one where it moved.
    addresses: Vec<AddressOne>,
    /// How often it was visited.
    coverage: CoverageOne,
    /// How many versions there are.
    versions: usize,
    /// How many changes there were.
    changes: usize,
    /// The documents that go on with it.
    continued_by: Vec<String>,
}

/// An address, with the times between which the text was read there.
#[derive(Serialize, ToSchema)]
pub(super) struct AddressOne {
    /// The address.
    url: String,
    /// The first time.
    from: DateTime<Utc>,
    /// The last time.
    until: DateTime<Utc>,
}

/// How often a document was visited.
#[derive(Serialize, ToSchema)]
pub(super) struct CoverageOne {
    /// How many visits there were.
    visits: u64,
    /// On how many it was read.
    read: u64,
    /// How many failed.
    failed: u64,
    /// The first visit.
    first: Option<DateTime<Utc>>,
    /// The last visit.
    last: Option<DateTime<Utc>>,
}

impl From<Listed> for DocumentOne {
    fn from(one: Listed) -> DocumentOne {
        DocumentOne {
            page: format!("/d/{}", one.id),
            id: one.id.0,
            title: one.title,
            publisher: one.publisher,
            url: one.url,
            topics: one.topics,
            standing: word(&one.standing),
            version: one.version,
            last_seen: one.last_seen,
            last_change: one.last_change,
            failing: one.failing.map(FailingNow::from),
            visits: one.visits,
            found_by: one.found_by.map(|id| id.0),
        }
    }
}

impl From<Failing> for FailingNow {
    fn from(failing: Failing) -> FailingNow {
        FailingNow {
            since: failing.since,
            kind: failing.kind.word().to_owned(),
            count: failing.count,
            why: failing.why,
        }
    }
}

impl From<Coverage> for CoverageOne {
    fn from(coverage: Coverage) -> CoverageOne {
        CoverageOne {
            visits: coverage.visits,
            read: coverage.read,
            failed: coverage.failed,
            first: coverage.first,
            last: coverage.last,
        }
    }
}

/// Every document, by its id. How they stand is how they stand now.
#[utoipa::path(get, path = "/api/v1/documents", operation_id = "documents", tag = "documents", params(DocumentsWanted),
    responses((status = 200, description = "A page of documents.", body = Listing<DocumentOne>)))]
pub(super) async fn documents(
    State(window): State<Window>,
    Asked(wanted): Asked<DocumentsWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    few(wanted.words.as_deref())?;
    let entry = wanted::as_of(&window, None).await?;
    let mut listed = wanted::listed(&window).await?;
    listed.retain(|one| wants(&wanted, one));
    listed.sort_by(|one, other| one.id.cmp(&other.id));
    let page = Page {
        uri: &uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    };
    let rows = listed.into_iter();
    let rows = rows.map(|one| (one.id.0.clone(), DocumentOne::from(one)));
    page.of(rows, AsOf::Now(entry))
}

fn wants(wanted: &DocumentsWanted, one: &Listed) -> bool {
    let said = || fold(&format!("{}\n{}\n{}", one.id, one.title, one.url));
    (wanted.topic.as_ref()).is_none_or(|topic| one.topics.contains(topic))
        && (wanted.publisher.as_ref())
            .is_none_or(|publisher| one.publisher.as_ref() == Some(publisher))
        && (wanted.standing.as_ref()).is_none_or(|standing| word(&one.standing) == *standing)
        && (wanted.words.as_ref()).is_none_or(|words| {
            let said = said();
            fold(words).split(' ').all(|word| said.contains(word))
        })
}

/// One document: its addresses through time, and how it was covered.
#[utoipa::path(get, path = "/api/v1/documents/{document}", operation_id = "document", tag = "documents",
    params(("document" = String, Path, description = "The id of a document.")),
    responses((status = 200, description = "The document.", body = DocumentWhole)))]
pub(super) async fn document(
    State(window): State<Window>,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    let id = WatchId(id);
    let timeline = match window.ask(Request::History { id: id.clone() }).await? {
        Answer::History(timeline) => timeline,
        other => return Err(Problem::mistaken(&other)),
    };
    let listed = wanted::listed(&window).await?;
    let one = listed.into_iter().find(|one| one.id == id);
    let one = one.ok_or_else(|| {
        Problem::not_there(
            format!("There is no document “{id}”."),
            "/api/v1/documents lists them.",
        )
    })?;
    Ok(given(&DocumentWhole {
        document: one.into(),
        addresses: (timeline.addresses.into_iter())
            .map(|address| AddressOne {
                url: address.url,
                from: address.from,
                until: address.until,
            })
            .collect(),
        coverage: timeline.coverage.into(),
        versions: timeline.versions.len(),
        changes: timeline.changes.len(),
        continued_by: (timeline.continued_by.into_iter())
            .map(|(id, _)| id.0)
            .collect(),
    }))
}
