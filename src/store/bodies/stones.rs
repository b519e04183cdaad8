//! Tombstones: what is left of bodies that were forgotten.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use chrono::{DateTime, Utc};

use crate::model::{Digest, EntryNo, Fact, Forgetting, Tombstone};
use crate::store::bodies::record;
use crate::store::{disk::Disk, error::StoreError, journal};

/// The entry that tells that a body was forgotten; `None` where it was not.
pub(in crate::store) fn forgotten_in(
    disk: &Disk,
    digest: Digest,
) -> Result<Option<EntryNo>, StoreError> {
    let value = disk.bodies.get(digest.0)?;
    Ok(value.and_then(|value| record::forgotten(&value)))
}

/// What is left of a body that was forgotten; `None` where it was not.
pub(in crate::store) fn tombstone(
    disk: &Disk,
    digest: Digest,
) -> Result<Option<Tombstone>, StoreError> {
    match forgotten_in(disk, digest)? {
        Some(entry) => left_of(disk, digest, entry).map(Some),
        None => Ok(None),
    }
}

/// What is left of bodies that were forgotten, each of their entries read once.
pub(in crate::store) struct Graveyard<'a> {
    disk: &'a Disk,
    told: HashMap<EntryNo, Told>,
}

/// What an entry tells of bodies that were forgotten, with its time; `None` where it is not here yet or tells of something
/// else.
type Told = Option<(DateTime<Utc>, Forgetting)>;

impl Graveyard<'_> {
    /// Of this archive.
    pub(in crate::store) fn of(disk: &Disk) -> Graveyard<'_> {
        let told = HashMap::new();
        Graveyard { disk, told }
    }

    /// What is left of a body; `None` where it was not forgotten.
    pub(in crate::store) fn stone(
        &mut self,
        body: Digest,
    ) -> Result<Option<Tombstone>, StoreError> {
        let Some(entry) = forgotten_in(self.disk, body)? else {
            return Ok(None);
        };
        let told = match self.told.entry(entry) {
            Occupied(told) => told.into_mut(),
            Vacant(free) => free.insert(told_in(self.disk, entry)?),
        };
        Ok(Some(stone(body, entry, told.as_ref())))
    }
}

/// What is left of a body, with what its entry tells, where that is here.
pub(super) fn left_of(disk: &Disk, body: Digest, entry: EntryNo) -> Result<Tombstone, StoreError> {
    Ok(stone(body, entry, told_in(disk, entry)?.as_ref()))
}

fn told_in(disk: &Disk, entry: EntryNo) -> Result<Told, StoreError> {
    let found = journal::get(disk, entry)?;
    Ok(found.and_then(|(found, _)| match found.fact {
        Fact::Forgotten(forgetting) => Some((found.at, forgetting)),
        _ => None,
    }))
}

fn stone(body: Digest, entry: EntryNo, told: Option<&(DateTime<Utc>, Forgetting)>) -> Tombstone {
    match told.filter(|(_, forgetting)| forgetting.bodies.contains(&body)) {
        Some((at, forgetting)) => Tombstone {
            body,
            entry,
            at: Some(*at),
            by: forgetting.by.clone(),
            why: forgetting.why.clone(),
            demanded_by: forgetting.demanded_by.clone(),
        },
        None => Tombstone {
            body,
            entry,
            at: None,
            by: None,
            why: String::new(),
            demanded_by: None,
        },
    }
}
