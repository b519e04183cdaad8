//! Where words stand.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{Request, Response as Answer};
use crate::model::EntryNo;
use crate::web::api::listing::given;
use crate::web::api::word;
use crate::web::asked::{Asked, few};
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// Which words.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsWanted {
    /// The words.
    #[param(min_length = 1, max_length = 200)]
    q: String,
}

/// Where words stand now.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchTold {
    /// The places.
    found: Vec<SightOne>,
    /// Whether not everything was looked through, or not all of it is told.
    cut_short: bool,
    /// The last entry of the journal when this was answered; asked later, it is answered otherwise.
    as_of_entry: EntryNo,
}

/// A place where words stand.
#[derive(Serialize, ToSchema)]
pub(super) struct SightOne {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// In which part of it: "title", "name" or "text".
    place: String,
    /// The words with what stands around them.
    quote: String,
}

/// Where a phrase stands now, and since when.
#[derive(Serialize, ToSchema)]
pub(super) struct PhraseTold {
    /// The documents it stands on.
    found: Vec<StretchOne>,
    /// Whether not every document was looked through.
    cut_short: bool,
    /// The last entry of the journal when this was answered; asked later, it is answered otherwise.
    as_of_entry: EntryNo,
}

/// Since when a phrase stands on a document.
#[derive(Serialize, ToSchema)]
pub(super) struct StretchOne {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// The first of the versions, one after another, that have it.
    since: u32,
    /// The last time the text before was seen.
    after: Option<DateTime<Utc>>,
    /// When that version was first seen.
    by: DateTime<Utc>,
    /// Whether earlier versions were not looked through.
    perhaps_earlier: bool,
    /// The phrase with what stands around it.
    quote: String,
}

/// Where words stand now: in titles, names or one paragraph.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search", tag = "words", params(WordsWanted),
    responses((status = 200, description = "The places.", body = SearchTold)))]
pub(super) async fn search(
    State(window): State<Window>,
    Asked(wanted): Asked<WordsWanted>,
) -> Result<Response, Problem> {
    let as_of_entry = wanted::as_of(&window, None).await?;
    let words = asked(wanted)?;
    let searched = match window.ask(Request::Search { words }).await? {
        Answer::Search(searched) => searched,
        other => return Err(Problem::mistaken(&other)),
    };
    let found = searched.found.into_iter().map(|one| SightOne {
        document: one.watch.0,
        title: one.title,
        place: word(&one.place),
        quote: one.quote,
    });
    Ok(given(&SearchTold {
        found: found.collect(),
        cut_short: searched.cut_short,
        as_of_entry,
    }))
}

/// On which documents a phrase stands now, and since when.
#[utoipa::path(get, path = "/api/v1/phrases", operation_id = "phrases", tag = "words", params(WordsWanted),
    responses((status = 200, description = "The documents.", body = PhraseTold)))]
pub(super) async fn phrases(
    State(window): State<Window>,
    Asked(wanted): Asked<WordsWanted>,
) -> Result<Response, Problem> {
    let as_of_entry = wanted::as_of(&window, None).await?;
    let words = asked(wanted)?;
    let phrased = match window.ask(Request::Phrase { words }).await? {
        Answer::Phrase(phrased) => phrased,
        other => return Err(Problem::mistaken(&other)),
    };
    let found = phrased.found.into_iter().map(|one| StretchOne {
        document: one.watch.0,
        title: one.title,
        since: one.since,
        after: one.bounds.after,
        by: one.bounds.by,
        perhaps_earlier: one.perhaps_earlier,
        quote: one.quote,
    });
    Ok(given(&PhraseTold {
        found: found.collect(),
        cut_short: phrased.cut_short,
        as_of_entry,
    }))
}

fn asked(wanted: WordsWanted) -> Result<String, Problem> {
    few(Some(&wanted.q))?;
    match wanted.q.is_empty() {
        true => Err(Problem::unclear(
            "There are no words to look for.",
            "Give them as q.",
        )),
        false => Ok(wanted.q),
    }
}
