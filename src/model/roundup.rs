//! A roundup: what a digest tells beside the changes that waited for it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Severity, WatchId};

/// What a digest tells beside the changes that waited for it: what was visited, what was not, and what was held quiet.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Roundup {
    /// How many pages its route is about.
    pub pages: usize,
    /// How many visits to them there were.
    pub visits: u64,
    /// On how many of those visits the page was read.
    pub read: u64,
    /// The pages that could not be read at its end, or were not visited at all; the first so many.
    pub unread: Vec<Unread>,
    /// How many such pages there are in all.
    pub unread_in_all: usize,
    /// The changes of which nothing was said, those that matter most first; the first so many.
    pub held: Vec<Held>,
    /// How many of all of them were muted.
    pub muted: usize,
    /// How many were what changes on nearly every visit.
    pub noise: usize,
    /// How many mattered less than any route asks for.
    pub below: usize,
    /// How many were held quiet for other reasons.
    pub otherwise: usize,
}

/// What a digest is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Period {
    /// The name of the route.
    pub route: String,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Up to when.
    pub until: DateTime<Utc>,
}

/// A page that could not be read, or was not visited at all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Unread {
    /// Which watch.
    pub watch: WatchId,
    /// What its page is called.
    pub name: String,
    /// Since when it cannot be read; `None` where it was not visited.
    pub since: Option<DateTime<Utc>>,
    /// Why, in a sentence; empty where it was not visited.
    pub why: String,
}

/// A change of which nothing was said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Held {
    /// Whose change.
    pub watch: WatchId,
    /// How much it matters.
    pub severity: Severity,
    /// The change in one sentence.
    pub sentence: String,
    /// Why nothing was said.
    pub why: String,
}

impl Roundup {
    /// How many changes were held quiet in all.
    pub fn held_in_all(&self) -> usize {
        self.muted + self.noise + self.below + self.otherwise
    }
}
