//! A version: a document that differs from the one before it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Digest, EntryNo, WatchId};

/// The number of a version of one watch, from 1; given once, never moved. 0 stands for "no page there".
pub type VersionNo = u32;

/// One version of a watch, as the history lists it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Version {
    /// Whose version.
    pub watch: WatchId,
    /// Its number.
    pub no: VersionNo,
    /// When its capture was made: the first time this text was seen here.
    pub at: DateTime<Utc>,
    /// The last time the text before it was seen; `None` for a first sight.
    pub after: Option<DateTime<Utc>>,
    /// The last time this same text was seen.
    pub last_seen: DateTime<Utc>,
    /// Where the body came from.
    pub url: Url,
    /// Its title.
    pub title: String,
    /// The body as served.
    pub body: Digest,
    /// The capture (hops and headers) as JSON.
    pub capture: Digest,
    /// The document as first read, as JSON.
    pub document: Digest,
    /// The digest of the text that is compared.
    pub text: Digest,
    /// The earlier version with the same text, if it is a return.
    pub same_text_as: Option<VersionNo>,
    /// The entry of the journal that brought it.
    pub entry: EntryNo,
}
