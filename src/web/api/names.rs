//! The names the archive knows.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{NameOne, NamesAsked, Request, Response as Answer};
use crate::model::{EntryNo, Mention, NameKind, NamePlace};
use crate::web::api::listing::{AsOf, Listing, Page, in_order};
use crate::web::asked::{Asked, End, few, moment};
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// Which names.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NamesWanted {
    /// Only those in whose name or other names these words stand.
    #[param(max_length = 200)]
    words: Option<String>,
    /// Only of this kind: "dataset", "register", "record", "collection", "survey", "programme", "platform", "service",
    /// "direction", "standard" or "reference".
    kind: Option<String>,
    /// Only those first seen at or after this day or time.
    since: Option<String>,
    /// As it was answered when this was the last entry of the journal: what came later is left out.
    as_of_entry: Option<EntryNo>,
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// A name: of a dataset, a register, a programme and the like.
#[derive(Serialize, ToSchema)]
pub(super) struct NameTold {
    /// Its id: the form in which names are compared.
    id: String,
    /// The name as it stood when it was first seen.
    name: String,
    /// What it is the name of.
    kind: String,
    /// What else it is called.
    aliases: Vec<String>,
    /// Where it was seen first.
    first: MentionOne,
    /// The last version that has it.
    last: MentionOne,
    /// On how many documents it stands now.
    now: usize,
    /// The documents it stands or stood on.
    places: Vec<PlaceOne>,
    /// Names that are like it; only where this very name was asked for.
    resembles: Vec<String>,
}

/// Where and when a name was mentioned.
#[derive(Serialize, ToSchema)]
pub(super) struct MentionOne {
    /// In which document.
    document: String,
    /// In which version.
    version: u32,
    /// The last time the text before was seen.
    after: Option<DateTime<Utc>>,
    /// When that version was first seen.
    by: DateTime<Utc>,
}

/// A document on which a name stands, or stood.
#[derive(Serialize, ToSchema)]
pub(super) struct PlaceOne {
    /// Which document.
    document: String,
    /// The first version that has it.
    first: u32,
    /// The last version that has it.
    last: u32,
    /// Whether it stands there now, as far as is known.
    now: bool,
    /// When the version was first seen that has it no more.
    gone_by: Option<DateTime<Utc>>,
}

impl From<NameOne> for NameTold {
    fn from(one: NameOne) -> NameTold {
        let known = Arc::unwrap_or_clone(one.known);
        NameTold {
            id: known.canonical,
            name: known.name,
            kind: known.kind.word().to_owned(),
            aliases: known.aliases,
            first: (&known.first).into(),
            last: (&known.last).into(),
            now: one.now,
            places: known.places.iter().map(PlaceOne::from).collect(),
            resembles: one.resembles,
        }
    }
}

impl From<&Mention> for MentionOne {
    fn from(mention: &Mention) -> MentionOne {
        MentionOne {
            document: mention.watch.0.clone(),
            version: mention.version,
            after: mention.bounds.after,
            by: mention.bounds.by,
        }
    }
}

impl From<&NamePlace> for PlaceOne {
    fn from(place: &NamePlace) -> PlaceOne {
        PlaceOne {
            document: place.watch.0.clone(),
            first: place.first.0,
            last: place.last.0,
            now: place.now,
            gone_by: place.gone.as_ref().map(|bounds| bounds.by),
        }
    }
}

/// The names the archive knows, those seen first first. What the archive is asked with `as_of_entry` it answers the same at
/// any time: merged and dismissed as people had decided by then.
#[utoipa::path(get, path = "/api/v1/names", operation_id = "names", tag = "names", params(NamesWanted),
    responses((status = 200, description = "A page of names.", body = Listing<NameTold>)))]
pub(super) async fn names(
    State(window): State<Window>,
    Asked(wanted): Asked<NamesWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    few(wanted.words.as_deref())?;
    let entry = wanted::as_of(&window, wanted.as_of_entry).await?;
    let zone = window.zone();
    let kind = wanted.kind.as_deref();
    let kind: Option<NameKind> =
        kind.map(str::parse)
            .transpose()
            .map_err(|error: crate::model::NotAKind| {
                Problem::unclear(error.to_string(), "Name one of these kinds.")
            })?;
    let since = wanted.since.as_deref();
    let asked = NamesAsked {
        new_since: since
            .map(|since| moment(since, zone, End::First))
            .transpose()?,
        kind,
        text: wanted.words.clone(),
        dismissed: false,
        // Without a pin it is answered as of now, which is the faster way to the same.
        as_of: wanted.as_of_entry,
    };
    let names = match window.ask(Request::Names(asked)).await? {
        Answer::Names(names) => names,
        other => return Err(Problem::mistaken(&other)),
    };
    let mut rows: Vec<(String, NameTold)> = (names.into_iter())
        .map(|one| {
            let first = one.known.first.bounds.by.timestamp_micros().max(0);
            let key = format!("{}{}", in_order(first.unsigned_abs()), one.known.canonical);
            (key, NameTold::from(one))
        })
        .collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = Page {
        uri: &uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    };
    page.of(rows, AsOf::Entry(entry))
}
