//! How bodies are forgotten: the entry first, then the bodies, then the database written anew; each step can be done again.

use std::collections::BTreeSet;

use crate::model::{Digest, Entry, EntryNo, Fact, Tombstone, Version};
use crate::store::{
    Store, bodies, disk::Disk, error::StoreError, journal, rooms::Rooms, writer::Request,
};

/// The setting that names the entry whose bodies are being taken out.
const SETTING: &str = "forgetting";
/// The setting that says that their bytes may still lie on the disk; the database that is written anew has none.
const OUT: &str = "forgotten";

/// The setting that says that something was forgotten, ever.
const EVER: &str = "tombstones";

/// Whether anything was forgotten, ever.
pub(super) fn ever(disk: &Disk) -> Result<bool, StoreError> {
    Ok(disk.setting(EVER)?.is_some())
}

/// Notes that something was.
pub(super) fn note(disk: &Disk) -> Result<(), StoreError> {
    match ever(disk)? {
        true => Ok(()),
        false => disk.set(EVER, "yes"),
    }
}

/// Notes that the bodies which this entry names are about to be taken out.
pub(super) fn begin(disk: &Disk, entry: &Entry) -> Result<(), StoreError> {
    match entry.fact {
        Fact::Forgotten(_) => disk.set(SETTING, &entry.no.to_string()),
        _ => Ok(()),
    }
}

/// Takes them out.
pub(super) fn finish(disk: &Disk, entry: &Entry, next_place: &mut u64) -> Result<(), StoreError> {
    let Fact::Forgotten(forgetting) = &entry.fact else {
        return Ok(());
    };
    let doomed: BTreeSet<Digest> = forgetting.bodies.iter().copied().collect();
    note(disk)?;
    if bodies::any(disk, &doomed)? {
        disk.set(OUT, &entry.no.to_string())?;
        disk.sync()?;
    }
    bodies::erase(disk, &doomed, entry.no, next_place)?;
    disk.sync()?;
    disk.unset(SETTING)
}

/// Goes on where a crash left it.
pub(super) fn resume(disk: &Disk, next_place: &mut u64) -> Result<(), StoreError> {
    let begun = disk.setting(SETTING)?;
    let Some(no) = begun.and_then(|no| no.parse::<EntryNo>().ok()) else {
        return Ok(());
    };
    match journal::get(disk, no)? {
        Some((entry, _)) if matches!(entry.fact, Fact::Forgotten(_)) => {
            finish(disk, &entry, next_place)
        }
        // It was never written, so nothing was taken out.
        _ => disk.unset(SETTING),
    }
}

/// Whether bytes of forgotten bodies may lie on the disk.
pub(super) fn is_owed(disk: &Disk) -> Result<bool, StoreError> {
    Ok(disk.setting(OUT)?.is_some())
}

/// Notes that they no longer do.
pub(super) fn is_paid(disk: &Disk) -> Result<(), StoreError> {
    disk.unset(OUT)
}

impl Store {
    /// What is left of a body that was forgotten; `None` where it was not.
    pub async fn tombstone(&self, digest: Digest) -> Result<Option<Tombstone>, StoreError> {
        self.blocking(move |rooms| bodies::tombstone(&rooms.disk, digest))
            .await
    }

    /// The same versions or backfilled texts, those of which something was forgotten marked as such. No body is read for it.
    pub async fn marked(&self, mut versions: Vec<Version>) -> Result<Vec<Version>, StoreError> {
        self.blocking(move |rooms| {
            let mut graveyard = bodies::Graveyard::of(&rooms.disk);
            if ever(&rooms.disk)? {
                for version in &mut versions {
                    version.forgotten = left_of(rooms, &mut graveyard, version)?;
                }
            }
            Ok(versions)
        })
        .await
    }

    /// What is left of the text of a version, or else of its bytes; `None` where neither was forgotten.
    pub async fn left_of(&self, version: &Version) -> Result<Option<Box<Tombstone>>, StoreError> {
        let version = version.clone();
        self.blocking(move |rooms| {
            left_of(rooms, &mut bodies::Graveyard::of(&rooms.disk), &version)
        })
        .await
    }

    /// A body, or `None` where it was forgotten.
    pub async fn body_left(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        match self.body(digest).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::Forgotten(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes of bodies that are not here that they were forgotten where they come from, each with the entry that tells it.
    /// They are not kept from then on.
    pub async fn entomb(&self, left: Vec<(Digest, EntryNo)>) -> Result<(), StoreError> {
        match left.is_empty() {
            true => Ok(()),
            false => self.ask(|reply| Request::Entomb(left, reply)).await,
        }
    }

    /// Whether bytes of forgotten bodies may still lie on the disk.
    pub async fn is_uncompacted(&self) -> Result<bool, StoreError> {
        self.blocking(|rooms| is_owed(&rooms.disk)).await
    }
}

fn left_of(
    rooms: &Rooms,
    graveyard: &mut bodies::Graveyard<'_>,
    version: &Version,
) -> Result<Option<Box<Tombstone>>, StoreError> {
    let text = rooms.picture().document_of(version)?;
    let left = match graveyard.stone(text)? {
        None => graveyard.stone(version.body)?,
        text => text,
    };
    Ok(left.map(Box::new))
}
