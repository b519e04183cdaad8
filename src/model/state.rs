//! The state of a watch: where its history stands now.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo, FailureKind, Validators, Version};

/// Where the history of a watch stands now. A watch that was never visited has the default.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct State {
    /// The last version, whether the page is still there or not; `None` if it was never read.
    pub current: Option<Version>,
    /// Whether the page is gone (vanished or redirected away) since that version.
    pub away: bool,
    /// The last visit, whatever came of it.
    pub last_visit: Option<DateTime<Utc>>,
    /// The last visit on which the page was read, changed or not.
    pub last_seen: Option<DateTime<Utc>>,
    /// The last visit on which the server sent the bytes (not 304).
    pub last_served: Option<DateTime<Utc>>,
    /// The last change of any kind; `None` while the first version stands.
    pub last_change: Option<DateTime<Utc>>,
    /// The bytes last served with the current text.
    pub body: Option<Digest>,
    /// What to ask with next time.
    pub validators: Validators,
    /// The failure that goes on, if any.
    pub failing: Option<Failing>,
    /// How many visits there were.
    pub visits: u64,
    /// How many versions there are.
    pub versions: u32,
    /// The second look that is due: the entry it belongs to and when.
    pub second_look: Option<(EntryNo, DateTime<Utc>)>,
    /// Whether the watch is no longer in the watchlist.
    pub retired: bool,
    /// The last entry about this watch: what an append must be judged against.
    pub entry: Option<EntryNo>,
}

impl State {
    /// When the page is to be looked at a second time. A page that fails then is tried again every few minutes for an
    /// hour; after that it waits for its next ordinary visit, and this is `None`.
    pub fn look_again_at(&self) -> Option<DateTime<Utc>> {
        let (_, due) = self.second_look?;
        match self.last_visit.filter(|last| *last >= due) {
            None => Some(due),
            Some(last) if last - due < TRY_FOR => Some(last + TRY_EVERY),
            Some(_) => None,
        }
    }
}

/// How long after it was due a second look that failed is tried again.
const TRY_FOR: TimeDelta = TimeDelta::hours(1);
/// How often meanwhile.
const TRY_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A failure that goes on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Failing {
    /// Since which visit.
    pub since: DateTime<Utc>,
    /// What sort of failure the last one was.
    pub kind: FailureKind,
    /// The first failure of this kind in a row.
    pub kind_since: DateTime<Utc>,
    /// How many visits in a row failed.
    pub count: u32,
    /// One sentence, of the last one.
    pub why: String,
    /// Whether a notice said that it goes on.
    #[serde(default)]
    pub told: bool,
}

/// The visits to a watch within a time, as a coverage table counts them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Coverage {
    /// How many visits.
    pub visits: u64,
    /// On how many of them the page was read.
    pub read: u64,
    /// How many failed.
    pub failed: u64,
    /// The first and the last of them.
    pub first: Option<DateTime<Utc>>,
    /// The last of them.
    pub last: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(last_visit: Option<&str>, expected: Option<&str>) {
        let at = |minute: &str| -> DateTime<Utc> {
            format!("2016-07-06T{minute}:00Z").parse().expect("a time")
        };
        let state = State {
            second_look: Some((7, at("12:05"))),
            last_visit: last_visit.map(at),
            ..State::default()
        };
        assert_eq!(state.look_again_at(), expected.map(at));
    }

    #[test]
    fn a_second_look_that_fails_is_tried_again_for_an_hour() {
        case(Some("12:00"), Some("12:05"));
        case(Some("12:05"), Some("12:10"));
        case(Some("13:04"), Some("13:09"));
        case(Some("13:05"), None);
        case(None, Some("12:05"));
        assert_eq!(State::default().look_again_at(), None);
    }
}
