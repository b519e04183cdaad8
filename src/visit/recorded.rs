//! A capture out of a whole archive: it lands as a visit does where it is newer than all that is known, and says nothing.

use chrono::{DateTime, Utc};

use crate::house::{House, InForce};
use crate::model::{
    BesideKind, Capture, Failure, FailureKind, Imported, Outcome, VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::bring::Brought;
use crate::visit::following::{self, Company};
use crate::visit::landing::{Found, Word, land};
use crate::visit::read::{page_beside, read, read_beside};

/// Why nobody is told.
const OLD: &str = "it was taken in with a whole archive; what is old alerts nobody";

/// What a record of a whole archive tells of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// What was served.
    Page {
        /// The capture, with where it came from.
        capture: Box<Capture>,
        /// The bytes.
        body: Vec<u8>,
        /// The bytes of what the capture has beside it, in its order.
        beside: Vec<Vec<u8>>,
    },
    /// The page was not there.
    Missing {
        /// The answers that said so.
        failure: Box<Failure>,
        /// When.
        at: DateTime<Utc>,
        /// The file it came in.
        imported: Imported,
    },
}

impl Recorded {
    /// When it was seen.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Recorded::Page { capture, .. } => capture.at,
            Recorded::Missing { at, .. } => *at,
        }
    }
}

/// What became of a record.
#[derive(Clone, PartialEq, Debug)]
pub enum Placed {
    /// It landed: as a version, as one more sight of the version that stands, or as the end of the page.
    Landed(Box<VisitReport>),
    /// It is older than the last sight of the page, so that no number is left for it; it belongs to the past.
    Earlier(Recorded),
    /// It could not be read.
    Unread(Failure),
    /// That there was no page is no step from what stood.
    Nothing,
}

/// Lands a record, unless it is older than the last sight of its page. Nobody is told of it.
///
/// # Errors
/// The archive's.
pub async fn place(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    recorded: Recorded,
) -> Result<Placed, StoreError> {
    let _alone = house.alone_at(&watch.id).await;
    let state = house.store.state(&watch.id).await?;
    let last = state.last_seen.max(state.last_change);
    if state.current.is_some() && last.is_some_and(|last| recorded.at() < last) {
        return Ok(Placed::Earlier(recorded));
    }
    let found = match recorded {
        Recorded::Page {
            capture,
            body,
            beside,
        } => {
            let page = page_beside(&capture);
            let at = capture.beside.iter();
            let at = at
                .clone()
                .position(|beside| beside.what == BesideKind::Page);
            let page = page.zip(at.and_then(|at| beside.get(at).cloned()));
            let brought = Brought {
                capture: *capture,
                body,
                beside,
            };
            let mut arrival = match read(in_force, watch, brought).await {
                Ok(arrival) => arrival,
                Err(failure) => return Ok(Placed::Unread(failure)),
            };
            if let Some((capture, body)) = page {
                arrival.page = Some(read_beside(in_force, watch, capture, body).await);
            }
            Found::Page(arrival)
        }
        Recorded::Missing { .. } if state.current.is_none() || state.away => {
            return Ok(Placed::Nothing);
        }
        Recorded::Missing {
            failure,
            at,
            imported,
        } => Found::Gone(*failure, Word::Imported(imported, at)),
    };
    following::begin(house, in_force, watch, &state).await?;
    let quiet = (&Company::default(), Some(OLD.to_owned()));
    let report = land(house, in_force, watch, found, quiet).await?;
    Ok(match report {
        VisitReport {
            outcome: Outcome::Failed,
            failure,
            ..
        } => Placed::Unread(failure.unwrap_or_else(|| {
            Failure::new(FailureKind::Unreadable, "it is no page of this watch")
        })),
        report => Placed::Landed(Box::new(report)),
    })
}
