//! Whether a parcel can be put in its place in time, and what it says of itself hangs together.

use chrono::{DateTime, TimeDelta, Utc};

use crate::collect::{Carried, Parcel};
use crate::fetch::Fetcher;
use crate::house::House;
use crate::model::{Digest, FailureKind, Hop, State};
use crate::visit::collected::{LONGEST_NAME, Taken, clean};

/// How far two clocks may differ.
const CLOCKS: TimeDelta = TimeDelta::minutes(5);
/// How far ahead a parcel may be of the clock here: what was left of the way of two clocks.
const AHEAD: TimeDelta = TimeDelta::minutes(1);
/// How many answers there may be on the way to a page.
const HOPS: usize = 12;

/// Why a parcel cannot be put in its place in time.
pub(super) fn against_the_clock(
    house: &House,
    state: &State,
    parcel: &Parcel,
    sent: DateTime<Utc>,
) -> Option<Taken> {
    let now = house.clock.now();
    if (sent - now).abs() > CLOCKS {
        let minutes = (sent - now).num_minutes();
        let why = format!(
            "The clock of “{}” differs from the archive's by {minutes} minutes; set it right.",
            clean(&parcel.collector)
        );
        let for_good = false;
        return Some(Taken::Refused { why, for_good });
    }
    if parcel.at - now > AHEAD {
        let why = "It says that it was made at a time that is yet to come.".to_owned();
        return Some(Taken::never(why));
    }
    // A clock that ran ahead and was set right does not count, as for a visit.
    let last = state.last_visit.filter(|last| *last <= now);
    last.filter(|last| parcel.at <= *last).map(|_| {
        let why = format!(
            "“{}” was looked at since; what is older is not taken.",
            parcel.watch
        );
        Taken::never(why)
    })
}

/// Whether what a parcel says of itself hangs together.
///
/// # Errors
/// What does not, in a sentence.
pub(super) fn believable(fetcher: &Fetcher, parcel: &Parcel, body: &[u8]) -> Result<(), String> {
    if parcel.collector.chars().count() > LONGEST_NAME
        || parcel.collector.chars().any(char::is_control)
    {
        return Err(
            "The name of the collector is too long, or holds what no name does.".to_owned(),
        );
    }
    let hops = parcel.carried.hops();
    on_the_way(fetcher, parcel, hops)?;
    let status = hops.last().map(|hop| hop.status);
    let fine = match &parcel.carried {
        Carried::Served { capture } => {
            if capture.url != parcel.asked || capture.at != parcel.at || !capture.beside.is_empty()
            {
                return Err("Its letter and its capture do not say the same.".to_owned());
            }
            if capture.length != body.len() as u64 || capture.body != Digest::of(body) {
                return Err("Its body is not the one it speaks of.".to_owned());
            }
            matches!(status, Some(200 | 203))
        }
        Carried::NotModified { .. } => status == Some(304),
        Carried::Failed { failure, .. } => {
            failure.kind != FailureKind::NotFound || matches!(status, Some(404 | 410))
        }
    };
    match fine {
        true => Ok(()),
        false => Err("What it says was found is not what the last answer says.".to_owned()),
    }
}

/// Whether the answers follow one another from the address of the page, through places where a visit may go.
fn on_the_way(fetcher: &Fetcher, parcel: &Parcel, hops: &[Hop]) -> Result<(), String> {
    if hops.len() > HOPS {
        return Err("It tells of more answers than a visit follows.".to_owned());
    }
    let failed = matches!(parcel.carried, Carried::Failed { .. });
    if let Some(first) = hops.first().filter(|first| first.url != parcel.asked) {
        // A failure may come before the page is asked, from the robots.txt of its host.
        if !failed || first.url.host_str() != parcel.asked.host_str() {
            return Err(format!(
                "Its first answer is of {}, not of the page.",
                first.url
            ));
        }
    }
    for pair in hops.windows(2) {
        let led = Fetcher::target(&pair[0]).is_some_and(|target| target == pair[1].url);
        if !led && !failed {
            return Err(format!("{} does not lead to {}.", pair[0].url, pair[1].url));
        }
    }
    for hop in hops {
        let why = |why| format!("{} is no place to visit: {why}.", hop.url);
        fetcher.admits(hop).map_err(why)?;
    }
    Ok(())
}
