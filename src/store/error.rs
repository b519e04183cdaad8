//! Why the archive cannot go on.

use crate::model::{Tombstone, WatchId};

/// Why the archive cannot go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds it.
    #[error("the archive {dir} is in use by {holder}")]
    Held {
        /// The directory.
        dir: String,
        /// Who holds it.
        holder: String,
    },
    /// Made by a later version of the program.
    #[error(
        "the archive {dir} has format {found}, and this program reads up to {known}; use a newer version of smallprint"
    )]
    Newer {
        /// The directory.
        dir: String,
        /// Its format.
        found: u32,
        /// What we read.
        known: u32,
    },
    /// The watch has moved on since the change was judged.
    #[error("{watch} has changed since this was judged; look again")]
    Overtaken {
        /// Which watch.
        watch: WatchId,
    },
    /// What is to be kept contradicts what is kept; nothing was written, and the archive goes on.
    #[error("{what} cannot be kept: {why}")]
    Refused {
        /// What.
        what: String,
        /// Why not.
        why: String,
    },
    /// What is kept is not what was put there.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// What.
        what: String,
        /// Why we think so.
        why: String,
    },
    /// Nothing is kept under that name.
    #[error("{0} is not in the archive")]
    Missing(String),
    /// It was kept, and was forgotten.
    #[error("the body {} was forgotten (entry {} of the journal): {}", .0.body, .0.entry, .0.why)]
    Forgotten(Box<Tombstone>),
    /// Another process that shares the archive does it.
    #[error("{what} by {holder}")]
    Elsewhere {
        /// What: "alerts are sent".
        what: String,
        /// Who does it.
        holder: String,
    },
    /// The disk, or sled, refuses.
    #[error("the archive {dir} cannot be {verb}: {why}")]
    Disk {
        /// The directory.
        dir: String,
        /// What was tried: "read", "written", "opened".
        verb: &'static str,
        /// Why not.
        why: String,
    },
}

impl StoreError {
    /// Something that is not what was put there.
    pub(super) fn damaged(what: impl Into<String>, why: impl ToString) -> StoreError {
        StoreError::Damaged {
            what: what.into(),
            why: why.to_string(),
        }
    }

    /// Something that another process does; who that is may just have changed.
    pub fn elsewhere(what: impl Into<String>, holder: Option<String>) -> StoreError {
        StoreError::Elsewhere {
            what: what.into(),
            holder: holder.unwrap_or_else(|| "another smallprint".to_owned()),
        }
    }

    /// Something that may not be kept.
    pub(super) fn refused(what: impl Into<String>, why: impl ToString) -> StoreError {
        StoreError::Refused {
            what: what.into(),
            why: why.to_string(),
        }
    }

    /// Whether nothing was written and the archive goes on all the same.
    pub(super) fn is_harmless(&self) -> bool {
        matches!(
            self,
            StoreError::Overtaken { .. }
                | StoreError::Refused { .. }
                | StoreError::Missing(_)
                | StoreError::Forgotten(_)
                | StoreError::Elsewhere { .. }
        )
    }
}
