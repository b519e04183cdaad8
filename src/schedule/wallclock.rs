//! Times of the wall clock as moments in time, through the changes from winter to summer time.
//!
//! The `cron` crate is asked on the wall clock as if it were UTC, where every day has 24 hours: asked in a time zone it
//! skips, doubles and reorders times around clock changes (version 0.17).

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use cron::Schedule;

/// The next time of day, each coming once: after the hour left out in spring, and in the first of the two hours in autumn.
pub(super) fn next_once(
    schedule: &Schedule,
    after: DateTime<Utc>,
    zone: Tz,
) -> Option<DateTime<Utc>> {
    times(schedule, wall(after, zone)).find_map(|time| {
        let moment = match zone.from_local_datetime(&time) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment.to_utc(),
            LocalResult::None => first_after_gap(time, zone)?,
        };
        (moment > after).then_some(moment)
    })
}

/// The next moment at which the clock shows one of the times: not in the hour left out, and in both of the hour that comes twice.
pub(super) fn next_paced(
    schedule: &Schedule,
    after: DateTime<Utc>,
    zone: Tz,
) -> Option<DateTime<Utc>> {
    let shown = wall(after, zone);
    let ahead = times(schedule, shown).find_map(|time| later(time, after, zone));
    [ahead, shown_again(schedule, after, zone)]
        .into_iter()
        .flatten()
        .min()
}

/// The first moment after `after` at which the clock, having been put back, shows a time it has shown before.
fn shown_again(schedule: &Schedule, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let shown = wall(after, zone);
    let LocalResult::Ambiguous(first, second) = zone.from_local_datetime(&shown) else {
        return None;
    };
    times(schedule, shown - (second - first))
        .take_while(|time| *time <= shown)
        .find_map(|time| later(time, after, zone))
}

fn later(time: NaiveDateTime, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let moments = match zone.from_local_datetime(&time) {
        LocalResult::Single(moment) => [Some(moment), None],
        LocalResult::Ambiguous(first, second) => [Some(first), Some(second)],
        LocalResult::None => [None, None],
    };
    let moments = moments.into_iter().flatten().map(|moment| moment.to_utc());
    moments.filter(|moment| *moment > after).min()
}

fn wall(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

fn times(schedule: &Schedule, after: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
    schedule
        .after(&after.and_utc())
        .map(|time| time.naive_utc())
}

/// The first whole minute the clock shows after a time it leaves out. Samoa left out a whole day, in 2011.
fn first_after_gap(time: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    const MINUTES: i64 = 25 * 60;
    let minute = time - TimeDelta::seconds(time.and_utc().timestamp().rem_euclid(60));
    (1..=MINUTES).find_map(|minutes| {
        let shown = zone.from_local_datetime(&(minute + TimeDelta::minutes(minutes)));
        shown.earliest().map(|moment| moment.to_utc())
    })
}
