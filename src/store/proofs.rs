//! What others check the journal by: the leaves of its tree, its entries as they were hashed, keys, checkpoints and stamps.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use crate::model::{Anchor, Checkpoint, Copy, Digest, EntryNo, KeyNoted, Proved, Save, Stamped};
use crate::proof::tree;
use crate::store::{Store, error::StoreError, journal, rooms::Rooms};

/// What others say of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vouched {
    /// The copies that archives were found to hold.
    pub copies: Vec<Copy>,
    /// That an archive was asked to keep one.
    pub save: Option<Save>,
    /// The anchors of the first checkpoints over its entry.
    pub anchors: Vec<Anchor>,
}

impl Store {
    /// The leaves of the tree over the first so many entries: hashes of their canonical JSON (RFC 9162, section 2.1.1). Those
    /// computed before are kept in memory.
    pub async fn leaves(&self, size: EntryNo) -> Result<Arc<Vec<Digest>>, StoreError> {
        self.blocking(move |rooms| leaves(rooms, size)).await
    }

    /// The same, read from the disk once more.
    pub async fn leaves_afresh(&self, size: EntryNo) -> Result<Arc<Vec<Digest>>, StoreError> {
        self.blocking(move |rooms| {
            *rooms.leaves.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
            leaves(rooms, size)
        })
        .await
    }

    /// The canonical JSON of these entries, as it was hashed.
    pub async fn json_of(&self, entries: Vec<EntryNo>) -> Result<Vec<Vec<u8>>, StoreError> {
        self.blocking(move |rooms| {
            let json = entries.into_iter().map(|no| {
                let found = journal::json(&rooms.disk, no)?;
                let found = found.ok_or_else(|| StoreError::Missing(format!("entry {no}")))?;
                Ok(found.0)
            });
            json.collect()
        })
        .await
    }

    /// Every key with which checkpoints were signed, and what became of it, in order.
    pub async fn signing_keys(&self) -> Result<Vec<Proved<KeyNoted>>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.signing_keys())
            .await
    }

    /// Every checkpoint, in order.
    pub async fn checkpoints(&self) -> Result<Vec<Proved<Checkpoint>>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.checkpoints())
            .await
    }

    /// The last checkpoint.
    pub async fn last_checkpoint(&self) -> Result<Option<Proved<Checkpoint>>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.last_checkpoint())
            .await
    }

    /// The last anchor of each sort: of the checkpoint that covers most.
    pub async fn last_anchors(&self) -> Result<Vec<Anchor>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.last_anchors())
            .await
    }

    /// What authorities said of the checkpoint in this entry.
    pub async fn stamps(&self, checkpoint: EntryNo) -> Result<Vec<Proved<Stamped>>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.stamps(checkpoint))
            .await
    }

    /// What others say of changes, by their entries, as far as the journal knew of it by an entry.
    pub async fn vouched(
        &self,
        changes: Vec<EntryNo>,
        as_of: EntryNo,
    ) -> Result<Vec<Vouched>, StoreError> {
        self.blocking(move |rooms| {
            let picture = rooms.picture();
            let vouched = changes.into_iter().map(|entry| {
                Ok(Vouched {
                    copies: picture.view.copies(entry, as_of)?,
                    save: picture.view.save(entry, as_of)?,
                    anchors: picture.view.anchors(entry, as_of)?,
                })
            });
            vouched.collect()
        })
        .await
    }

    /// Writes the last checkpoint beside the database too: from a database that lost its end it would be gone.
    pub async fn note_aside(&self, note: String) -> Result<(), StoreError> {
        let path = self.aside();
        let dir = self.inner.dir.clone();
        self.blocking(move |_| {
            let part = path.with_extension("part");
            let writing = || {
                let mut file = fs::File::create(&part)?;
                file.write_all(note.as_bytes())?;
                file.sync_all()?;
                fs::rename(&part, &path)
            };
            writing().map_err(|error| StoreError::Disk {
                dir,
                verb: "written",
                why: format!("{}: {error}", path.display()),
            })
        })
        .await
    }

    /// The checkpoint that stands beside the database, where one does.
    pub fn noted_aside(&self) -> Option<String> {
        fs::read_to_string(self.aside()).ok()
    }

    fn aside(&self) -> PathBuf {
        self.dir().join("checkpoint")
    }
}

fn leaves(rooms: &Rooms, size: EntryNo) -> Result<Arc<Vec<Digest>>, StoreError> {
    let mut known = rooms.leaves.lock().unwrap_or_else(PoisonError::into_inner);
    let count = usize::try_from(size).unwrap_or(usize::MAX);
    if known.len() < count {
        let mut all = known.as_ref().clone();
        for no in all.len() as EntryNo + 1..=size {
            let found = journal::json(&rooms.disk, no)?;
            let (json, _) = found.ok_or_else(|| StoreError::Missing(format!("entry {no}")))?;
            all.push(tree::leaf(&json));
        }
        *known = Arc::new(all);
    }
    match known.len() == count {
        true => Ok(known.clone()),
        false => Ok(Arc::new(known[..count].to_vec())),
    }
}
