//! A copy: what an independent archive holds of a page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::EntryNo;

/// What an independent archive was found to hold of the text that a change led to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Copy {
    /// The entry of the change.
    pub of: EntryNo,
    /// The archive, by its host.
    pub archive: String,
    /// The copy, made after ours and with the same text; absent where none was there in time.
    pub holds: Option<Memento>,
}

/// That an archive was asked to keep a copy of a page as it stood after a change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Save {
    /// The entry of the change.
    pub of: EntryNo,
    /// The archive, by its host.
    pub archive: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// Why it will not, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A copy that holds the same text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Memento {
    /// Where people read it.
    pub url: String,
    /// When the archive made it, by its own clock.
    pub at: DateTime<Utc>,
}
