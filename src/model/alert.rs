//! An alert: a change owed to a channel.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Destination, EntryNo, WatchId};

/// The name of an alert: the entry that owes it and its place among the alerts of that entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
pub struct AlertId {
    /// The entry that owes it.
    pub entry: EntryNo,
    /// Its place in `Landed::owed`.
    pub index: u32,
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.entry, self.index)
    }
}

/// The name of a message: the alert it pays. A message that edits an earlier one has the id of the alert that asks for the edit.
pub type MessageId = AlertId;

/// An alert as the entry that owes it writes it down.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Owed {
    /// Where.
    pub to: Destination,
    /// Whether it makes a sound.
    pub loud: bool,
    /// The alert whose message it edits, when it is no new post.
    pub edits: Option<AlertId>,
    /// The alert to whose message it is a reply, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<AlertId>,
    /// The name of the route it takes; absent where it takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The role it mentions, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
    /// What it waits for; absent where it goes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

/// What an alert waits for before it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "for")]
pub enum Waits {
    /// The end of quiet hours.
    Quiet {
        /// When they end.
        until: DateTime<Utc>,
    },
    /// Company: one message pays whatever else is owed on its route by then.
    Batch {
        /// When it is sent.
        until: DateTime<Utc>,
    },
    /// The next digest of its route, whose message pays it.
    Digest,
}

impl Waits {
    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Waits::Quiet { .. } => "quiet",
            Waits::Batch { .. } => "batch",
            Waits::Digest => "digest",
        }
    }
}

impl Owed {
    /// A new post that goes at once, on no route.
    pub fn post(to: Destination, loud: bool) -> Owed {
        Owed {
            to,
            loud,
            edits: None,
            replies: None,
            route: None,
            mentions: None,
            waits: None,
        }
    }

    /// What puts an earlier message right, without a sound.
    pub fn edit(to: Destination, earlier: AlertId) -> Owed {
        Owed {
            edits: Some(earlier),
            ..Owed::post(to, false)
        }
    }
}

/// A change owed to a channel, as the outbox lists it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Alert {
    /// Its name.
    pub id: AlertId,
    /// Which watch's change.
    pub watch: Option<WatchId>,
    /// Where and how it is owed.
    #[serde(flatten)]
    pub owed: Owed,
    /// Since when it is owed.
    pub at: DateTime<Utc>,
}

/// Why a channel takes no messages for now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Parked {
    /// The channel.
    pub to: Destination,
    /// The message that it did not take; those behind it are not tried.
    pub message: MessageId,
    /// Why, and what to do.
    pub why: String,
    /// Until when nothing is to be tried, even by a program that starts again; absent where a start may try at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// What a message lacks where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// Its card: only the first part is shown.
    Embed,
    /// A file.
    File,
    /// The end of its first part.
    Words,
}

/// The receipt of a message.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Receipt {
    /// The id the channel gave it; empty for the terminal.
    pub id: String,
    /// What it lacks there.
    pub lacks: Vec<Lack>,
}
