//! What a page claims of its own changes, held against what changed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::model::Hop;

/// What a page says of an edit, held against the edit. Stored with the change; never judged again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Claim {
    /// A date or the page's own list of changes moved with the text.
    Announced {
        /// The note that came with it, where there is one; at most 400 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Words of the note that are among those that changed, as the note has them; at most eight.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
    },
    /// The text changed; what the page states did not, on a site that is known to move it.
    Unannounced,
    /// The same on GOV.UK, which allows small edits without a note.
    Minor,
    /// Only spelling, punctuation, white space or order changed, and nothing was stated of it.
    Slight,
    /// What the page states moved, and its text did not.
    DateOnly {
        /// The note that came with it, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The page gives a day for the edit after which the old text was still seen.
    BackDated {
        /// The day it gives.
        says: NaiveDate,
        /// When the old text was seen after that day: the first and the last time.
        seen: [DateTime<Utc>; 2],
    },
    /// A past line of the page's own list of changes is gone or reads differently.
    HistoryRewritten {
        /// As it read.
        was: String,
        /// As it reads; absent where it is gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        is: Option<String>,
    },
    /// The page gives an earlier date than before.
    DateMovedBack {
        /// The day it gave.
        was: NaiveDate,
        /// The day it gives.
        is: NaiveDate,
    },
    /// Nothing can be said.
    NotPossible {
        /// Why not.
        why: Unclaimed,
    },
}

/// Why a page cannot be held to its word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Unclaimed {
    /// It states no date of its changes, and no list of them.
    NothingStated,
    /// It states something that did not move; its site is not known to move it.
    NotKnown,
    /// The day it gives may be that of the edit.
    SameDay,
    /// The answer came from a cache, and is older than what was seen before.
    FromCache,
}

impl Claim {
    /// Every word for one.
    pub const WORDS: [&str; 9] = [
        "announced",
        "unannounced",
        "minor",
        "slight",
        "date-only",
        "back-dated",
        "history-rewritten",
        "date-moved-back",
        "not-possible",
    ];

    /// The word for it, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Claim::Announced { .. } => "announced",
            Claim::Unannounced => "unannounced",
            Claim::Minor => "minor",
            Claim::Slight => "slight",
            Claim::DateOnly { .. } => "date-only",
            Claim::BackDated { .. } => "back-dated",
            Claim::HistoryRewritten { .. } => "history-rewritten",
            Claim::DateMovedBack { .. } => "date-moved-back",
            Claim::NotPossible { .. } => "not-possible",
        }
    }

    /// Whether what is stated moved with an edit; `None` where the claim tells nothing of the habit of the site.
    pub fn moved(&self) -> Option<bool> {
        match self {
            Claim::Announced { .. } | Claim::BackDated { .. } => Some(true),
            Claim::Unannounced | Claim::Minor => Some(false),
            Claim::NotPossible {
                why: Unclaimed::NotKnown,
            } => Some(false),
            _ => None,
        }
    }
}

/// How a site moved its dates when its words changed: so many edits seen, at so many of them what is stated moved.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Habit {
    /// Edits of pages that state something.
    pub edits: u32,
    /// Those at which it moved.
    pub moved: u32,
}

impl Habit {
    /// With one edit more.
    pub fn and(self, moved: bool) -> Habit {
        Habit {
            edits: self.edits.saturating_add(1),
            moved: self.moved.saturating_add(u32::from(moved)),
        }
    }
}

/// How an answer was served: how old it was, and by what clock.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Served {
    /// How many seconds it had been in a cache (RFC 9111, `Age`); 0 where it said nothing of one.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub age: u64,
    /// How many seconds our clock was ahead of the server's, where it gave its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<i64>,
}

fn is_nothing(age: &u64) -> bool {
    *age == 0
}

impl Served {
    /// How an answer was served, by its header fields. An age that is no number is taken for the greatest.
    pub fn of(hop: &Hop) -> Served {
        let age = hop.header("age").map(str::trim);
        let age = age.map_or(0, |age| age.parse().unwrap_or(u64::from(u32::MAX)));
        let date = hop.header("date").map(DateTime::parse_from_rfc2822);
        let date = date.and_then(Result::ok).map(|date| date.to_utc());
        // What a cache gives is as old as it says since the server gave it that time.
        let held = i64::try_from(age).unwrap_or(i64::MAX);
        let ahead = date.map(|date| (hop.at - date).num_seconds().saturating_sub(held));
        Served { age, ahead }
    }
}

/// One time the text that stands was seen.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Sight {
    /// When.
    pub at: DateTime<Utc>,
    /// How it was served; absent where nothing is known of that.
    pub served: Option<Served>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(headers: &[(&str, &str)]) -> Hop {
        let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        Hop {
            url: "https://www.gov.uk/page".parse().expect("an address"),
            status: 200,
            headers: headers.iter().map(own).collect(),
            address: None,
            certificate: None,
            at: "2026-07-10T08:15:30Z".parse().expect("a time"),
        }
    }

    #[track_caller]
    fn case(headers: &[(&str, &str)], age: u64, ahead: Option<i64>) {
        assert_eq!(Served::of(&hop(headers)), Served { age, ahead });
    }

    #[test]
    fn an_answer_tells_how_old_it_is_and_what_time_it_is_there() {
        case(&[], 0, None);
        case(&[("date", "Fri, 10 Jul 2026 08:15:28 GMT")], 0, Some(2));
        case(
            &[("age", "86400"), ("date", "Thu, 09 Jul 2026 08:15:28 GMT")],
            86_400,
            Some(2),
        );
        case(
            &[("age", "a while"), ("date", "soon")],
            u32::MAX.into(),
            None,
        );
    }

    #[test]
    fn a_claim_reads_back_as_it_is_written() {
        let claim = Claim::Announced {
            note: Some("Added fees.".to_owned()),
            mentions: vec!["fees".to_owned()],
        };
        let json = serde_json::to_string(&claim).expect("plain data");
        assert_eq!(
            json,
            r#"{"kind":"announced","note":"Added fees.","mentions":["fees"]}"#
        );
        assert_eq!(serde_json::from_str::<Claim>(&json).expect("JSON"), claim);
        let json = serde_json::to_value(Claim::Minor).expect("plain data");
        assert_eq!(json["kind"], Claim::Minor.word());
    }
}
