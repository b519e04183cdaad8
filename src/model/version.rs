//! A version: a document that differs from the one before it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Became, Digest, EntryNo, Imported, Point, ReaderId, Tombstone, WatchId};

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
    /// The file it was read from, where somebody had saved it and gave it to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// What it was compared with, where the watch continues others and this is its first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
    /// What later rules made of its capture, where it was read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reread: Option<Reread>,
    /// The archive and its copy, where this is no version of our own but a backfilled text: then `no` is its number as such
    /// (`b3`), and `at` and `last_seen` are the archive's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfilled: Option<FromArchive>,
    /// What is left of its text, or else of its bytes, where these were forgotten. No entry and no view holds it: lists that
    /// people are shown are marked with it (`Store::marked`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<Box<Tombstone>>,
}

/// Where a backfilled text came from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct FromArchive {
    /// Its place in the history of the page: `b3`.
    pub point: Point,
    /// Which archive, by its name in the watchlist.
    pub archive: String,
    /// Where people read the copy there.
    pub url: String,
    /// When it came here, by our clock.
    pub came: DateTime<Utc>,
}

/// The pages that went on as another one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Continued {
    /// Their watches with the versions that stood last, the most alike first.
    pub of: Vec<(WatchId, VersionNo)>,
    /// Their text as it was compared, a document; absent where nothing of it could be compared.
    pub document: Option<Digest>,
}

/// An old capture that was read again by later rules.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Reread {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; absent in archives of old.
    pub reader: Option<ReaderId>,
    /// What became of the text; absent in archives of old.
    pub became: Option<Became>,
    /// The document as read then.
    pub document: Digest,
    /// The digest of its compared text.
    pub text: Digest,
}

impl Version {
    /// Its place in the history of its page: `3`, or `b3` where it is a backfilled text.
    pub fn point(&self) -> Point {
        match &self.backfilled {
            Some(from) => from.point,
            None => Point::Own(self.no),
        }
    }

    /// Whether its text can be read still, where something of it was forgotten.
    pub fn is_readable(&self) -> bool {
        let left = self.forgotten.as_ref();
        left.is_none_or(|left| left.body == self.body)
    }

    /// The digest of the text that is compared today: as it was last read.
    pub fn compared(&self) -> Digest {
        self.reread.as_ref().map_or(self.text, |reread| reread.text)
    }

    /// Whether later rules find no difference between the version before and this one, where a difference was read at the
    /// time.
    pub fn vanishes_after(&self, before: &Version) -> bool {
        let reread = self.reread.is_some() || before.reread.is_some();
        reread && self.text != before.text && self.compared() == before.compared()
    }
}
