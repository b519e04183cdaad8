//! What makes the journal checkable by others: keys, checkpoints, and the word of time-stamp authorities.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Destination, Digest, EntryNo};

/// The root of the Merkle tree (RFC 9162, section 2.1) over the first entries of the journal, signed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Checkpoint {
    /// The name of the log: the first line of the note.
    pub origin: String,
    /// How many entries it covers, from the first one on.
    pub size: EntryNo,
    /// The root of the tree over them.
    pub root: Digest,
    /// The key it is signed with, by its id: eight hexadecimal digits.
    pub key: String,
    /// The whole signed note, as it is published (<https://c2sp.org/tlog-checkpoint>).
    pub note: String,
}

/// What became of a key with which checkpoints are signed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct KeyNoted {
    /// What became of it.
    pub step: KeyStep,
    /// The name it signs for.
    pub name: String,
    /// Its id: eight hexadecimal digits.
    pub id: String,
    /// The public key as others write it: `name+id+base64` (<https://c2sp.org/signed-note>).
    pub public: String,
    /// Who says so, as they call themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What can become of a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum KeyStep {
    /// It signs from now on; there was none before.
    Made,
    /// It signs from now on, in the place of another.
    Rotated {
        /// The id of that other.
        from: String,
        /// The new public key in a note signed with the old one, where that was still at hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    },
    /// It is lost, or somebody else may have it: nothing signed with it after this entry is ours.
    Lost,
}

/// The word of a time-stamp authority (RFC 3161) that a checkpoint was there at a time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Stamped {
    /// The entry of the checkpoint.
    pub checkpoint: EntryNo,
    /// The authority that was asked.
    pub authority: Url,
    /// The time it gives.
    pub time: DateTime<Utc>,
    /// Its answer as it came (DER), a body.
    pub token: Digest,
}

/// A place outside the archive that holds a checkpoint to a time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Anchor {
    /// The entry of the checkpoint.
    pub checkpoint: EntryNo,
    /// How many entries that covers.
    pub size: EntryNo,
    /// The entry that tells of the anchor.
    pub entry: EntryNo,
    /// When: the time that an authority gives, or that at which a message went out by our clock.
    pub at: DateTime<Utc>,
    /// Whose word it is.
    #[serde(flatten)]
    pub by: AnchoredBy,
}

/// Whose word an anchor is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum AnchoredBy {
    /// A time-stamp authority stamped the checkpoint.
    Stamped {
        /// Which one.
        authority: Url,
    },
    /// A heartbeat with its root stands in a channel, which keeps a time of its own.
    Posted {
        /// Which channel.
        to: Destination,
    },
}

/// One of these, with its entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Proved<T> {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// When, by our clock.
    pub at: DateTime<Utc>,
    /// What it is.
    #[serde(flatten)]
    pub what: T,
}
