//! How the archive stood after an entry of the journal: what came later is left out of an answer.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::answers::NoAnswer;
use crate::house::House;
use crate::model::{EntryNo, WatchId};

/// What is known of the time at which an entry was the last one.
pub(super) struct Pinned {
    /// When the entry was written.
    pub(super) at: DateTime<Utc>,
    /// The pages that were still watched then, and are not now.
    pub(super) retired_later: HashSet<WatchId>,
    /// When each page had last been read by then.
    pub(super) read: HashMap<WatchId, DateTime<Utc>>,
}

impl Pinned {
    /// What is known of this entry.
    pub(super) async fn to(house: &House, entry: EntryNo) -> Result<Pinned, NoAnswer> {
        check(house, entry).await?;
        let at = match entry {
            0 => DateTime::UNIX_EPOCH,
            entry => house.store.entry(entry).await?.at,
        };
        Ok(Pinned {
            at,
            retired_later: house.store.retired_since(entry).await?,
            read: house.store.read_by(entry, at).await?,
        })
    }
}

/// Whether the journal has this entry.
pub(super) async fn check(house: &House, entry: EntryNo) -> Result<(), NoAnswer> {
    let last = house.store.last_entry().await?;
    match entry > last {
        true => Err(NoAnswer::Unknown {
            what: format!("The journal has no entry {entry} yet."),
            remedy: Some(format!("Its last entry is {last}.")),
        }),
        false => Ok(()),
    }
}
