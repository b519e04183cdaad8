//! A lead: a page or file that a watch leads to, and what became of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{First, Follow, WatchId};

/// A page or file that a watch leads to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Lead {
    /// The id under which it is read and watched; it outlives the address.
    pub watch: WatchId,
    /// The watch that leads to it; itself in the watchlist, or another lead.
    pub parent: WatchId,
    /// Its address.
    pub url: Url,
    /// What the page that leads to it calls it.
    pub title: String,
    /// What it is to that page.
    pub how: How,
    /// What its first version means.
    pub first: First,
    /// What became of it.
    pub fate: Fate,
    /// Why it is watched, or no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a lead is to the page that leads to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// A file it offers.
    Attachment,
    /// An entry of the feed, sitemap, list or search it is.
    Entry,
    /// A link in it.
    Link,
}

/// What became of a lead.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Not read yet: it waits for its turn, or for the budget.
    Unread,
    /// Read and kept; nothing in it matched, so it is not watched on.
    Read,
    /// Read, and watched from then on.
    Watched,
    /// No longer offered by the page that led to it.
    Gone,
    /// Somebody said that it need not be watched.
    Dropped,
    /// Somebody took it over into the watchlist; watched on until it stands there.
    Promoted,
}

impl Fate {
    /// Whether it is visited on schedule, as far as it alone decides.
    pub fn is_watched(self) -> bool {
        matches!(self, Fate::Watched | Fate::Promoted)
    }

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Unread => "unread",
            Fate::Read => "read",
            Fate::Watched => "watched",
            Fate::Gone => "gone",
            Fate::Dropped => "dropped",
            Fate::Promoted => "promoted",
        }
    }
}

/// What one entry of the journal says of leads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Leads {
    /// What the watch followed at that time.
    pub follow: Vec<Follow>,
    /// The leads that are new or whose lot changed, as they are from then on.
    pub leads: Vec<Lead>,
}

/// A lead with its times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Trail {
    /// The lead as it is now.
    #[serde(flatten)]
    pub lead: Lead,
    /// When it was found.
    pub since: DateTime<Utc>,
    /// When it was read first.
    pub read: Option<DateTime<Utc>>,
    /// When its lot changed last.
    pub changed: DateTime<Utc>,
}
