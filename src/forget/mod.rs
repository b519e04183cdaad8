//! Takes texts out of the archive, with a reason, and whatever else holds their words as far as that is kept here.

mod plan;
mod same;

pub use plan::{Plan, Still};

use chrono::{DateTime, Utc};

use crate::model::{AlertId, EntryNo, Fact, Forgetting, Point, WatchId};
use crate::store::{Store, StoreError};

/// The most bodies that one entry names: it holds no more than 32 KB.
const TOGETHER: usize = 400;

/// Who asked for it and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// Who does it, as they call themselves.
    pub by: Option<String>,
    /// Why.
    pub why: String,
    /// Who demanded it by law.
    pub demanded_by: Option<String>,
}

/// Why nothing was forgotten.
#[derive(Debug, thiserror::Error)]
pub enum NotForgotten {
    /// There is no such text.
    #[error("{watch} has no text {point}")]
    NoText {
        /// Which watch.
        watch: WatchId,
        /// Which of its texts.
        point: Point,
    },
    /// It was forgotten before.
    #[error("{watch}@{point} was forgotten before, in entry {entry}")]
    Before {
        /// Which watch.
        watch: WatchId,
        /// Which of its texts.
        point: Point,
        /// Which entry tells of it.
        entry: EntryNo,
    },
    /// Somebody is still to be told of it.
    #[error("alert {0} tells of it and is not sent yet")]
    Owed(AlertId),
    /// The archive's.
    #[error(transparent)]
    Archive(#[from] StoreError),
}

/// Writes down that what is planned is forgotten, and takes it out; the entries that tell of it. The bytes may lie on the disk
/// until the database is written anew (`store::compact`).
///
/// # Errors
/// The archive's.
pub async fn forget(
    store: &Store,
    plan: &Plan,
    reason: &Reason,
    now: DateTime<Utc>,
) -> Result<Vec<EntryNo>, StoreError> {
    let mut entries = Vec::new();
    for bodies in plan.bodies.chunks(TOGETHER) {
        let fact = Fact::Forgotten(Forgetting {
            of: plan.of.clone(),
            watches: plan.watches.clone(),
            bodies: bodies.to_vec(),
            by: reason.by.clone(),
            why: reason.why.trim().to_owned(),
            demanded_by: reason.demanded_by.clone(),
        });
        entries.push(store.append(fact, now, None).await?);
    }
    Ok(entries)
}
