//! Bodies that were forgotten, with who asked for it and why: the one exception to "only grows".

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo, Point, WatchId};

/// Bodies that are kept no longer, as their entry says it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Forgetting {
    /// The texts that were to be forgotten.
    pub of: Vec<(WatchId, Point)>,
    /// Every page of which something is gone by it.
    pub watches: Vec<WatchId>,
    /// What is gone, by its hash.
    pub bodies: Vec<Digest>,
    /// Who did it, as they call themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The reason given.
    pub why: String,
    /// Who demanded it by law; absent where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demanded_by: Option<String>,
}

/// What is left of a body that was forgotten.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Tombstone {
    /// Its hash.
    pub body: Digest,
    /// The entry that tells of it.
    pub entry: EntryNo,
    /// When; absent where that entry is not here yet.
    pub at: Option<DateTime<Utc>>,
    /// Who did it.
    pub by: Option<String>,
    /// The reason given; empty where that entry is not here yet.
    pub why: String,
    /// Who demanded it by law.
    pub demanded_by: Option<String>,
}
