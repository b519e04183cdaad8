//! One question to an archive of the web, and what its answer amounts to.

use crate::copies::{Robots, fetch};
use crate::fetch::Fetched;
use crate::house::InForce;
use crate::model::{Capture, Failure, FailureKind, Hop};
use crate::past;
use crate::watchlist::PastArchive;
use chrono::{DateTime, Utc};
use url::Url;

/// How often the same is asked where an archive has passing trouble.
const TRIES: u32 = 3;

/// How many fetches may be made, and were.
pub(super) struct Purse {
    most: u32,
    pub(super) spent: u32,
}

impl Purse {
    pub(super) fn of(most: u32) -> Purse {
        Purse { most, spent: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spent >= self.most
    }
}

/// What an archive answered.
pub(super) enum Answered {
    /// Something to be read.
    Served(Box<Capture>, Vec<u8>),
    /// An answer that it archived, and that is no page: its status, and where it was in the end.
    Archived(u16, Hop),
    /// It says that it does not have this.
    NotThere(String),
    /// What came is of no use, and will not be another time.
    Useless(String),
    /// It does not answer now, or not to us.
    Refused(String),
}

/// Asks an archive, again where it has passing trouble: a short wait that it asks for is waited out.
pub(super) async fn ask(
    in_force: &InForce,
    archive: &PastArchive,
    url: &Url,
    purse: &mut Purse,
) -> Answered {
    let robots = match archive.ignore_robots {
        true => Robots::Ignored,
        false => Robots::Heeded,
    };
    let mut why = "the budget is spent".to_owned();
    for _ in 0..TRIES {
        if purse.is_empty() {
            break;
        }
        purse.spent += 1;
        let failure = match fetch(in_force, url, robots).await {
            Fetched::Served(capture, body) => return Answered::Served(Box::new(capture), body),
            Fetched::NotModified(_) => {
                return Answered::Useless("it answers what was not asked".to_owned());
            }
            Fetched::Failed(failure) => failure,
        };
        if failure.hops.is_empty() && is_put_off(&failure) {
            // Nobody was asked: the archive had said for how long it wants none of this.
            purse.spent -= 1;
            return Answered::Refused(failure.why);
        }
        let settled = is_settled(&failure);
        match amounts_to(failure) {
            Answered::Refused(passing) => why = passing,
            other => return other,
        }
        if settled {
            break;
        }
    }
    Answered::Refused(why)
}

fn is_put_off(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Blocked | FailureKind::Unavailable
    )
}

/// Whether it is of no use to ask again at once: the archive does not want us there.
fn is_settled(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Blocked => failure.status != Some(429),
        FailureKind::Robots | FailureKind::RefusedAddress => true,
        _ => false,
    }
}

/// What a failure amounts to: an answer that was archived is the page's, any other is the archive's own.
fn amounts_to(failure: Failure) -> Answered {
    let last = failure.hops.last();
    if let Some(hop) = last.filter(|hop| memento_datetime(hop).is_some())
        && failure.kind != FailureKind::RedirectLoop
        && !matches!(hop.status, 200 | 203 | 300..=399)
    {
        return Answered::Archived(hop.status, hop.clone());
    }
    use FailureKind as Kind;
    match failure.kind {
        Kind::NotFound => Answered::NotThere(failure.why),
        Kind::Dns | Kind::Connect | Kind::Tls | Kind::Timeout => Answered::Refused(failure.why),
        Kind::Blocked | Kind::Unavailable | Kind::Robots | Kind::RefusedAddress => {
            Answered::Refused(failure.why)
        }
        Kind::TooLarge | Kind::HttpStatus | Kind::RedirectLoop | Kind::Unreadable => {
            Answered::Useless(failure.why)
        }
        Kind::Browser => Answered::Useless(failure.why),
    }
}

/// When an archived answer was made, as the archive says with it (RFC 7089, section 2.1.1).
pub(super) fn memento_datetime(hop: &Hop) -> Option<DateTime<Utc>> {
    past::date(hop.header("memento-datetime")?)
}
