//! A mute: what a person asked not to be told of, for how long, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::WatchId;

/// What a person asked not to be told of. What it hides is stored, judged and listed all the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Mute {
    /// Its number, from 1.
    pub no: u32,
    /// What it hides.
    pub scope: Scope,
    /// Until when; `None` until somebody lifts it.
    pub until: Option<DateTime<Utc>>,
    /// The reason given.
    pub why: String,
    /// Who asked for it.
    pub by: String,
}

/// What a mute hides: what meets every condition there is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct Scope {
    /// Only changes of this watch.
    pub watch: Option<WatchId>,
    /// Only findings of this rule.
    pub rule: Option<String>,
    /// Only findings whose quoted words match this regular expression.
    pub pattern: Option<String>,
    /// Only findings whose quoted words stand in a block with this text.
    pub block: Option<String>,
    /// Only changes of watches of this publisher.
    pub publisher: Option<String>,
}

impl Scope {
    /// Whether it names nothing, so that it would hide everything.
    pub fn is_empty(&self) -> bool {
        *self == Scope::default()
    }
}

/// A mute with what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Muted {
    /// The mute.
    #[serde(flatten)]
    pub mute: Mute,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who lifted it, where somebody did.
    pub lifted: Option<Lifted>,
}

impl Muted {
    /// Whether it hides anything at this time.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.lifted.is_none() && self.mute.until.is_none_or(|until| at < until)
    }
}

/// That somebody lifted a mute.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Lifted {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The reason given.
    pub why: Option<String>,
}
