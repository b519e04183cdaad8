//! What passes between a collector and the archive: what is wanted, and one parcel a visit.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Capture, Failure, Hop, Validators, VisitReport, WatchId};

/// The longest letter on a parcel, in bytes: header fields of every hop are in it.
pub const LONGEST_LETTER: usize = 1 << 20;

/// What the archive wants to be brought.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Wants {
    /// What time it is there.
    pub now: DateTime<Utc>,
    /// Who to write to; stands in the User-Agent.
    pub contact: Option<String>,
    /// The least time between two requests to a host, in milliseconds.
    pub min_delay_ms: u64,
    /// The longest body it takes, in bytes.
    pub max_body: u64,
    /// The pages that are due.
    pub watches: Vec<Want>,
    /// Hosts asked for of which it takes nothing: they do not stand under `collected` there.
    pub not_collected: Vec<String>,
}

/// One page that is due.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Want {
    /// Which watch.
    pub watch: WatchId,
    /// Its address today.
    pub url: Url,
    /// Where the page was last, which is asked where it is not to be had at its address.
    pub instead: Option<Url>,
    /// What makes the request conditional.
    pub validators: Option<Validators>,
    /// Whether it is visited even where robots.txt forbids it.
    pub ignore_robots: bool,
}

/// What came of one visit, as it is sent: this letter, then the body.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Parcel {
    /// Which watch.
    pub watch: WatchId,
    /// What the collector calls itself.
    pub collector: String,
    /// The address that was asked.
    pub asked: Url,
    /// When it was asked, by the archive's clock as far as it was known. A parcel is known by its watch and this.
    pub at: DateTime<Utc>,
    /// By how many milliseconds the times in it were moved, where the collector's clock was not the archive's.
    pub moved_ms: i64,
    /// What was found.
    pub carried: Carried,
}

/// What was found on a visit.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Carried {
    /// A page; its body is in the parcel.
    Served {
        /// What the server sent.
        capture: Capture,
    },
    /// Nothing changed since these validators were given.
    NotModified {
        /// What was asked with.
        validators: Validators,
        /// Every answer on the way.
        hops: Vec<Hop>,
    },
    /// No page.
    Failed {
        /// Why not.
        failure: Failure,
        /// For a page that is not there: whether the front page of its host is.
        host_answers: bool,
    },
}

/// What the archive says to a parcel.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "came")]
pub enum Reply {
    /// It was taken, and is kept for good.
    Landed {
        /// What it brought.
        report: Box<VisitReport>,
    },
    /// It had been taken before.
    Had,
    /// It is not taken.
    Refused {
        /// Why not, in a sentence.
        why: String,
        /// Whether it never will be.
        for_good: bool,
    },
}

impl Reply {
    /// Whether the parcel need not be sent again.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Reply::Refused {
                for_good: false,
                ..
            }
        )
    }
}

impl Parcel {
    /// The parcel as it is sent: the length of the letter (four bytes, the highest first), the letter, the body.
    pub fn wrapped(&self, body: &[u8]) -> Vec<u8> {
        let letter = serde_json::to_vec(self).expect("plain data can be written as JSON");
        let length = u32::try_from(letter.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], &letter, body].concat()
    }

    /// The letter and the body.
    ///
    /// # Errors
    /// Why this is no parcel, in a clause.
    pub fn unwrapped(mut bytes: Vec<u8>) -> Result<(Parcel, Vec<u8>), String> {
        let cut = || "it is cut short".to_owned();
        let length = bytes.first_chunk().copied().ok_or_else(cut)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > LONGEST_LETTER {
            return Err("its letter is too long".to_owned());
        }
        let letter = bytes.get(4..4 + length).ok_or_else(cut)?;
        let parcel = serde_json::from_slice(letter)
            .map_err(|error| format!("its letter cannot be read ({error})"))?;
        bytes.drain(..4 + length);
        Ok((parcel, bytes))
    }
}

impl Carried {
    /// The word for it, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Carried::Served { .. } => "served",
            Carried::NotModified { .. } => "not-modified",
            Carried::Failed { .. } => "failed",
        }
    }

    /// Every answer on the way.
    pub fn hops(&self) -> &[Hop] {
        match self {
            Carried::Served { capture } => &capture.hops,
            Carried::NotModified { hops, .. } => hops,
            Carried::Failed { failure, .. } => &failure.hops,
        }
    }

    /// When it was found; now, where nobody answered.
    pub(super) fn at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Carried::Served { capture } => capture.at,
            _ => self.hops().last().map_or(now, |hop| hop.at),
        }
    }

    /// Moves the times in it, where the clock they were read from was not the archive's.
    pub(super) fn move_by(&mut self, moved: TimeDelta) {
        let hops = match self {
            Carried::Served { capture } => {
                capture.at += moved;
                &mut capture.hops
            }
            Carried::NotModified { hops, .. } => hops,
            Carried::Failed { failure, .. } => &mut failure.hops,
        };
        hops.iter_mut().for_each(|hop| hop.at += moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;

    fn parcel() -> Parcel {
        Parcel {
            watch: "page".into(),
            collector: "home".to_owned(),
            asked: Url::parse("https://digital.nhs.uk/a").expect("a URL"),
            at: "2026-03-02T09:00:00.123456789Z".parse().expect("a time"),
            moved_ms: 0,
            carried: Carried::Failed {
                failure: Failure::new(FailureKind::Blocked, "it refuses"),
                host_answers: false,
            },
        }
    }

    #[test]
    fn a_parcel_is_unwrapped_as_it_was_wrapped() {
        let wrapped = parcel().wrapped(b"a body");
        let unwrapped = Parcel::unwrapped(wrapped);
        assert_eq!(unwrapped, Ok((parcel(), b"a body".to_vec())));
    }

    #[test]
    fn what_is_no_parcel_is_refused() {
        let wrapped = parcel().wrapped(b"");
        for cut in [0, 3, 4, 40, wrapped.len() - 1] {
            assert!(Parcel::unwrapped(wrapped[..cut].to_vec()).is_err(), "{cut}");
        }
        assert!(Parcel::unwrapped(vec![0xff; 64]).is_err());
        assert!(Parcel::unwrapped(b"\0\0\0\x02{}".to_vec()).is_err());
    }
}
