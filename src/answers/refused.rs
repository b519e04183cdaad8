//! Why there is no answer.

use serde::{Deserialize, Serialize};

use crate::house::{House, NotDone};
use crate::model::{Tombstone, VersionNo, WatchId};
use crate::store::StoreError;
use crate::wording::forgotten;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NoAnswer {
    /// The question names something that is not there.
    #[error("{what}")]
    Unknown {
        /// What is not there.
        what: String,
        /// What to ask instead.
        remedy: Option<String>,
    },
    /// It was there, and was forgotten.
    #[error("{what}")]
    Forgotten {
        /// What, when and why, in a sentence.
        what: String,
        /// What is left of it.
        left: Box<Tombstone>,
    },
    /// The archive cannot be read or written.
    #[error("{0}")]
    Archive(String),
}

/// What to do where another process does what was asked for.
pub const WHERE_IT_RUNS: &str =
    "It shares the archive: give this command where it runs, or when it has ended.";

impl From<StoreError> for NoAnswer {
    fn from(error: StoreError) -> NoAnswer {
        match error {
            StoreError::Missing(what) => NoAnswer::Unknown {
                what: format!("{what} is not in the archive."),
                remedy: None,
            },
            StoreError::Forgotten(left) => not_kept(&left),
            elsewhere @ StoreError::Elsewhere { .. } => NoAnswer::Unknown {
                what: format!("{elsewhere}."),
                remedy: Some(WHERE_IT_RUNS.to_owned()),
            },
            other => NoAnswer::Archive(other.to_string()),
        }
    }
}

impl From<NotDone> for NoAnswer {
    fn from(error: NotDone) -> NoAnswer {
        match error {
            NotDone::Refused { what, remedy } => NoAnswer::Unknown {
                what,
                remedy: Some(remedy),
            },
            NotDone::Archive(error) => error.into(),
        }
    }
}

/// That something was forgotten, when and why.
fn not_kept(left: &Tombstone) -> NoAnswer {
    let when_and_why = forgotten::when_and_why(left, chrono_tz::Europe::London);
    let demanded = left.demanded_by.as_ref();
    let demanded =
        demanded.map(|who| format!(" It was demanded by {}.", who.trim_end_matches('.')));
    NoAnswer::Forgotten {
        what: format!(
            "This was forgotten{when_and_why}. What is left is its hash, in the journal, and entry {} which tells of it.{}",
            left.entry,
            demanded.unwrap_or_default()
        ),
        left: Box::new(left.clone()),
    }
}

/// That there is no such watch, with the nearest name that there is.
pub(super) fn no_watch(house: &House, id: &WatchId) -> NoAnswer {
    let near = house.in_force().watchlist.suggest(&id.0);
    NoAnswer::Unknown {
        what: format!("There is no watch “{id}”."),
        remedy: Some(match near {
            Some(near) => format!("Did you mean “{near}”? `smallprint list` names them all."),
            None => "`smallprint list` names them all.".to_owned(),
        }),
    }
}

/// That a watch has no such version.
pub(super) fn no_version(id: &WatchId, wanted: &str, last: Option<VersionNo>) -> NoAnswer {
    NoAnswer::Unknown {
        what: format!("{id} has no version {wanted}."),
        remedy: Some(match last {
            Some(1) => {
                format!("It has version 1 only; `smallprint history {id}` says more.")
            }
            Some(last) => {
                format!("It has versions 1 to {last}; `smallprint history {id}` lists them.")
            }
            None => format!("It has never been read; `smallprint visit {id}` goes and looks."),
        }),
    }
}
