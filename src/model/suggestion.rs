//! A suggestion: a page that somebody wishes were watched.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::EntryNo;

/// A page that somebody wishes were watched. The watchlist stays its keeper's: a suggestion is listed, and nothing more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Suggestion {
    /// Its address.
    pub url: url::Url,
    /// Why it should be watched, where a reason is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who suggests it, as they call themselves or as the channel calls them.
    pub by: String,
    /// Where it was said, where that was not the command line: "discord:123456789012345678", the id of the one who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A suggestion with when it was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Suggested {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// The suggestion.
    #[serde(flatten)]
    pub suggestion: Suggestion,
    /// When it was made.
    pub at: DateTime<Utc>,
}
