//! Why an errand was not done, or not to its end.

use crate::store::StoreError;

/// Why what somebody asked for was not done, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// It cannot be done as it was asked for.
    #[error("{what}")]
    Refused {
        /// What stands in the way, in a sentence.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] StoreError),
}

impl NotDone {
    /// That something stands in the way, with what to do about it.
    pub fn refused(what: impl Into<String>, remedy: impl Into<String>) -> NotDone {
        NotDone::Refused {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}
