//! The hours of a route: when its next digest is due, and when it is quiet.
//!
//! Times of day come once a day through clock changes, as [`crate::schedule`] has them: one that falls in the hour left out
//! comes at the first minute after it, one that falls in the hour that comes twice comes the first time.

use chrono::{DateTime, NaiveTime, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use crate::model::{Route, Sending, When};
use crate::schedule::Plan;

/// The first time after `after` at which a digest of this route is due; `None` where it sends none.
pub fn next_digest(route: &Route, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match route.send {
        Sending::AtOnce | Sending::Batch { .. } => None,
        Sending::Daily { at } => next_at(at, route.zone, after),
        Sending::Weekly { day, at } => next(at, Some(day), route.zone, after),
    }
}

/// The first time after `after` at which it is this time of day.
pub fn next_at(at: NaiveTime, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    next(at, None, zone, after)
}

/// When the quiet hours of a route end in which this time falls; `None` where it falls in none.
pub fn quiet_until(route: &Route, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let quiet = route.quiet?;
    // Within them their end comes before their next beginning. Told so, no hour that comes twice is quiet for a whole day.
    let ends = next(quiet.to, None, route.zone, now)?;
    let begins = next(quiet.from, None, route.zone, now)?;
    (ends < begins).then_some(ends)
}

fn next(
    at: NaiveTime,
    day: Option<Weekday>,
    zone: Tz,
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let day = day.map_or("*".to_owned(), |day| day.to_string());
    let line = format!("{} {} * * {day}", at.minute(), at.hour());
    let plan = Plan::of(&When::Cron(vec![line]), zone).ok()?;
    plan.next(after)
}
