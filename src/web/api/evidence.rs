//! How a document was watched, and the evidence of its changes and versions.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{
    CoverageAsked, CoverageForm, Covered, EvidenceOf, Request, Response as Answer, Spell,
};
use crate::model::{EntryNo, Span};
use crate::web::api::listing::given;
use crate::web::api::word;
use crate::web::asked::{Asked, End, Named, moment};
use crate::web::problem::Problem;
use crate::web::window::Window;
use crate::web::window::evidence::packed;

/// Of which time coverage is wanted.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TimeWanted {
    /// From this day or time on.
    from: Option<String>,
    /// Until this day or time.
    to: Option<String>,
}

/// Of which change or version evidence is wanted: one of the two.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EvidenceWanted {
    /// The change, as A..B.
    change: Option<String>,
    /// The version, by its number.
    version: Option<u32>,
}

/// How a document was watched.
#[derive(Serialize, ToSchema)]
pub(super) struct CoverageTold {
    /// Its id.
    document: String,
    /// From when on this tells; from the first visit on where absent.
    from: Option<DateTime<Utc>>,
    /// Until when.
    to: DateTime<Utc>,
    /// All of it in one sentence.
    said: String,
    /// How many visits there were.
    visits: usize,
    /// On how many the document was read and was as before.
    unchanged: usize,
    /// On how many it had changed.
    changed: usize,
    /// On how many it was found gone.
    gone: usize,
    /// How many failed.
    failures: usize,
    /// The first visit.
    first: Option<DateTime<Utc>>,
    /// The last one.
    last: Option<DateTime<Utc>>,
    /// The longest time between two visits that told something of it.
    longest_gap: Option<GapTold>,
    /// When it was there, gone, or nobody knows; oldest first.
    spells: Vec<SpellTold>,
    /// The last entry of the journal when this was asked.
    as_of_entry: EntryNo,
}

/// A time without a visit that told something.
#[derive(Serialize, ToSchema)]
pub(super) struct GapTold {
    /// The visit before it.
    from: DateTime<Utc>,
    /// The visit after it.
    until: DateTime<Utc>,
    /// How long it is, in seconds.
    seconds: i64,
}

/// A stretch of time in which a document was there, was gone, or nobody knows.
#[derive(Serialize, ToSchema)]
pub(super) struct SpellTold {
    /// "present", "absent" or "unknown".
    was: String,
    /// From when.
    from: DateTime<Utc>,
    /// Until when.
    until: DateTime<Utc>,
    /// How many visits were made in it.
    visits: usize,
    /// How many of these failed.
    failed: usize,
}

impl From<&Spell> for SpellTold {
    fn from(spell: &Spell) -> SpellTold {
        SpellTold {
            was: word(&spell.was),
            from: spell.from,
            until: spell.until,
            visits: spell.visits,
            failed: spell.failed,
        }
    }
}

impl From<Covered> for CoverageTold {
    fn from(covered: Covered) -> CoverageTold {
        CoverageTold {
            document: covered.id.0,
            from: covered.from,
            to: covered.to,
            said: covered.said,
            visits: covered.visits,
            unchanged: covered.unchanged,
            changed: covered.changed,
            gone: covered.gone,
            failures: covered.failures,
            first: covered.first,
            last: covered.last,
            longest_gap: covered.longest_gap.map(|gap| GapTold {
                from: gap.from,
                until: gap.until,
                seconds: gap.seconds,
            }),
            spells: covered.spells.iter().map(SpellTold::from).collect(),
            as_of_entry: covered.as_of_entry,
        }
    }
}

/// How a document was watched: every visit counted, the longest gap, when it was there, gone, or nobody knows.
#[utoipa::path(get, path = "/api/v1/documents/{document}/coverage", operation_id = "coverage", tag = "documents",
    params(("document" = String, Path, description = "The id of the document."), TimeWanted),
    responses((status = 200, description = "How it was watched.", body = CoverageTold),
        (status = 404, description = "There is no such document.")))]
pub(super) async fn coverage(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<TimeWanted>,
) -> Result<Response, Problem> {
    let zone = window.zone();
    let time = |text: &Option<String>, end| {
        let text = text.as_deref();
        text.map(|text| moment(text, zone, end)).transpose()
    };
    let asked = CoverageAsked {
        id: id.as_str().into(),
        from: time(&wanted.from, End::First)?,
        to: time(&wanted.to, End::Last)?,
        form: CoverageForm::Plain,
    };
    match window.ask(Request::Coverage(asked)).await? {
        Answer::Coverage(covered) => Ok(given(&CoverageTold::from(*covered))),
        _ => Err(Problem::not_there("There is no coverage.", "")),
    }
}

/// All there is of one change or version as a ZIP file, with what checks it.
#[utoipa::path(get, path = "/api/v1/documents/{document}/evidence", operation_id = "evidence", tag = "documents",
    params(("document" = String, Path, description = "The id of the document."), EvidenceWanted),
    responses((status = 200, description = "The file.", content_type = "application/zip"),
        (status = 404, description = "There is no such document, change or version, or nothing was signed yet.")))]
pub(super) async fn evidence(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<EvidenceWanted>,
) -> Result<Response, Problem> {
    let unclear = || {
        Problem::unclear(
            "It is not clear what the evidence is to be of.",
            "Ask for change=A..B or for version=N.",
        )
    };
    let of = match (wanted.change, wanted.version) {
        (Some(change), None) => {
            let span: Span = change.parse().map_err(|_| unclear())?;
            EvidenceOf::Change(Some(span))
        }
        (None, Some(no)) => EvidenceOf::Version(crate::answers::Which::No(no)),
        _ => return Err(unclear()),
    };
    Ok(packed(&window, &id.as_str().into(), of).await?)
}
