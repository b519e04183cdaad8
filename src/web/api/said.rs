//! What people said of changes, what was put right, and what pages promise.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{AnnotatedOne, CorrectionOne, Promised, Request, Response as Answer};
use crate::model::{EntryNo, WatchId};
use crate::web::api::captures::PageWanted;
use crate::web::api::changes::CorrectionSaid;
use crate::web::api::listing::{AsOf, Listing, Page, in_order, newest_first};
use crate::web::asked::Asked;
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// Which promises.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PromisesWanted {
    /// Only of this document, by its id.
    document: Option<String>,
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// What a person said of a change. Who did is kept, and not told.
#[derive(Serialize, ToSchema)]
pub(super) struct AnnotationOne {
    /// The entry of the journal that holds it.
    entry: EntryNo,
    /// The id of the change.
    change: String,
    /// The entry of the change.
    of: EntryNo,
    /// "significant", "noise", "note", "our-error", "disputed", "explained", "reply" or "undone".
    says: String,
    /// In which words.
    words: Option<String>,
    /// When.
    at: DateTime<Utc>,
    /// The entry that undid it.
    undone: Option<EntryNo>,
}

/// A correction with the change it is of.
#[derive(Serialize, ToSchema)]
pub(super) struct CorrectionTold {
    /// The id of the change.
    change: String,
    /// The entry of the change.
    of: EntryNo,
    /// What the page is called.
    title: String,
    /// The change in one sentence, as it was said.
    sentence: String,
    /// The correction.
    correction: CorrectionSaid,
}

/// A sentence that says by when something will be there.
#[derive(Serialize, ToSchema)]
pub(super) struct PromiseOne {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// In which version it stands.
    version: u32,
    /// When that version was first seen.
    by: DateTime<Utc>,
    /// The sentence.
    quote: String,
    /// The words that say when.
    when: String,
    /// The last day on which it is kept.
    due: NaiveDate,
    /// Whether that day has passed.
    overdue: bool,
}

impl From<AnnotatedOne> for AnnotationOne {
    fn from(one: AnnotatedOne) -> AnnotationOne {
        AnnotationOne {
            entry: one.annotated.entry,
            change: format!("{}/{}", one.watch, one.change),
            of: one.annotated.annotation.of,
            says: one.annotated.annotation.says.word().to_owned(),
            words: one.words,
            at: one.annotated.at,
            undone: one.annotated.undone,
        }
    }
}

impl From<&CorrectionOne> for CorrectionTold {
    fn from(one: &CorrectionOne) -> CorrectionTold {
        CorrectionTold {
            change: format!("{}/{}", one.watch, one.change),
            of: one.of,
            title: one.title.clone(),
            sentence: one.sentence.clone(),
            correction: (&one.correction).into(),
        }
    }
}

impl From<Promised> for PromiseOne {
    fn from(one: Promised) -> PromiseOne {
        PromiseOne {
            document: one.watch.0,
            title: one.title,
            version: one.version,
            by: one.bounds.by,
            quote: one.promise.quote,
            when: one.promise.when,
            due: one.promise.due,
            overdue: one.overdue,
        }
    }
}

/// What people said of changes, newest first. What is undone later is told so, so the same question is answered otherwise
/// then.
#[utoipa::path(get, path = "/api/v1/annotations", operation_id = "annotations", tag = "changes", params(PageWanted),
    responses((status = 200, description = "A page of annotations.", body = Listing<AnnotationOne>)))]
pub(super) async fn annotations(
    State(window): State<Window>,
    Asked(wanted): Asked<PageWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let entry = wanted::as_of(&window, None).await?;
    let said = match window.ask(Request::Annotations { of: None }).await? {
        Answer::Annotations(said) => said,
        other => return Err(Problem::mistaken(&other)),
    };
    let rows = said.into_iter().rev();
    let rows = rows.map(|one| (newest_first(one.annotated.entry), AnnotationOne::from(one)));
    page(&wanted, &uri).of(rows, AsOf::Now(entry))
}

/// What was put right in public, newest first.
#[utoipa::path(get, path = "/api/v1/corrections", operation_id = "corrections", tag = "changes", params(PageWanted),
    responses((status = 200, description = "A page of corrections.", body = Listing<CorrectionTold>)))]
pub(super) async fn corrections(
    State(window): State<Window>,
    Asked(wanted): Asked<PageWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let entry = wanted::as_of(&window, None).await?;
    let made = match window.ask(Request::Corrections).await? {
        Answer::Corrections(made) => made,
        other => return Err(Problem::mistaken(&other)),
    };
    let rows = made.iter();
    let rows = rows.map(|one| {
        let key = newest_first(one.correction.entry);
        (key, CorrectionTold::from(one))
    });
    page(&wanted, &uri).of(rows, AsOf::Now(entry))
}

/// What pages say will be there by when, the earliest first, as they stand now.
#[utoipa::path(get, path = "/api/v1/promises", operation_id = "promises", tag = "changes", params(PromisesWanted),
    responses((status = 200, description = "A page of promises.", body = Listing<PromiseOne>)))]
pub(super) async fn promises(
    State(window): State<Window>,
    Asked(wanted): Asked<PromisesWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let entry = wanted::as_of(&window, None).await?;
    let ids = wanted.document.clone().map(WatchId).into_iter().collect();
    let promised = match window.ask(Request::Promises { ids }).await? {
        Answer::Promises(promised) => promised,
        other => return Err(Problem::mistaken(&other)),
    };
    let rows = promised.into_iter().map(|one| {
        let block = in_order(one.promise.block as u64);
        let key = format!(
            "{} {} {block} {}",
            one.promise.due, one.watch, one.promise.when
        );
        (key, PromiseOne::from(one))
    });
    let mut rows: Vec<(String, PromiseOne)> = rows.collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = Page {
        uri: &uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    };
    page.of(rows, AsOf::Now(entry))
}

fn page<'a>(wanted: &'a PageWanted, uri: &'a Uri) -> Page<'a> {
    Page {
        uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    }
}
