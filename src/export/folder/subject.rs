//! What is exported.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::export::{ExportAsked, Filter, Format};
use crate::house::{House, NotDone};
use crate::model::{Digest, EntryNo};

/// What is exported, which an interrupted export must have in common with the one that goes on with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(in crate::export) struct Subject {
    /// The hash of the first entry of the journal: which archive it is.
    pub(in crate::export) archive: Digest,
    /// The last entry that is exported.
    pub(in crate::export) entry: EntryNo,
    /// Its hash.
    pub(in crate::export) head: Digest,
    /// In which formats.
    pub(in crate::export) formats: BTreeSet<Format>,
    /// What of it.
    pub(in crate::export) filter: Filter,
    /// How long a WARC file becomes.
    pub(in crate::export) warc_size: u64,
}

impl Subject {
    /// The archive as it stands now.
    pub(in crate::export) async fn of(
        house: &House,
        asked: &ExportAsked,
    ) -> Result<Subject, NotDone> {
        let entry = house.store.last_entry().await?;
        if entry == 0 {
            return Err(NotDone::refused(
                "There is nothing in the archive yet.",
                "`smallprint visit --all` goes and looks.",
            ));
        }
        Ok(Subject {
            archive: house.store.hash_of(1).await?,
            entry,
            head: house.store.hash_of(entry).await?,
            formats: asked.formats.clone(),
            filter: asked.filter.clone(),
            warc_size: asked.warc_size,
        })
    }

    /// Whether the other one is of the same archive, with the same wishes; it may have stood at another entry.
    pub(super) fn is_asked_again(&self, other: &Subject) -> bool {
        let Subject { entry, head, .. } = other.clone();
        Subject {
            entry,
            head,
            ..self.clone()
        } == *other
    }
}
