//! A correction: what was put right in public, as readers are shown it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Bounds, EntryNo, Says};

/// What was said in public of something said in public: that we erred, or that somebody disputes, explains or replies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Correction {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// Of which sort it is; one of [`Says::CORRECTIONS`].
    pub says: Says,
    /// Its words, as they were written.
    pub text: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// That it was taken back, where it was.
    pub taken_back: Option<TakenBack>,
}

/// That a correction was taken back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct TakenBack {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// Why, as it was written.
    pub text: Option<String>,
    /// Who took it back.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// That what was gone from a page stands there again.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Back {
    /// The entry of the change that brought it back.
    pub entry: EntryNo,
    /// Between which times.
    pub bounds: Bounds,
}

impl Correction {
    /// When it was last altered: made, or taken back.
    pub fn last(&self) -> DateTime<Utc> {
        self.taken_back.as_ref().map_or(self.at, |back| back.at)
    }
}
