//! An alarm: what stands in the way of watching or of telling.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Destination, WatchId};

/// What stands in the way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "alarm", content = "of")]
pub enum Alarm {
    /// Nobody went and looked for a while: the machine slept, or the program was stopped.
    Asleep,
    /// Visits are made later than they were due.
    Late,
    /// A page could not be read for long.
    Unread(WatchId),
    /// A channel does not take what is owed to it.
    Refused(Destination),
    /// The disk of the archive is filling.
    Disk,
    /// Discord's gateway is closed for good.
    Deaf,
}

/// An alarm that began.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Ringing {
    /// What stands in the way.
    #[serde(flatten)]
    pub alarm: Alarm,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, in a clause.
    pub why: String,
}

/// The last heartbeat.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Beat {
    /// When it was due.
    pub due: DateTime<Utc>,
    /// Up to when it told.
    pub until: DateTime<Utc>,
}
