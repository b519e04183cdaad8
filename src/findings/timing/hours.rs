//! Hours in which offices are closed: Friday afternoons, evenings, nights, weekends, bank holidays.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use crate::findings::timing::holidays;
use crate::rulebook::Days as Noted;

/// Offices open.
const MORNING: u32 = 7;
/// Evenings begin.
const EVENING: u32 = 18;
/// So do the Friday's.
const FRIDAY: u32 = 15;
/// Longer than this there are always working hours between.
const LONGEST: TimeDelta = TimeDelta::days(12);

/// What there is to say of a time that lies outside working hours as a whole.
pub(super) fn outside_work(days: &Noted, from: NaiveDateTime, to: NaiveDateTime) -> Option<String> {
    if to - from > LONGEST {
        return None;
    }
    let mut day = from.date();
    while day <= to.date() {
        if let Some((opens, closes)) = working(days, day)
            && from < closes
            && opens <= to
        {
            return None;
        }
        day = day.succ_opt()?;
    }
    Some(match from.date() == to.date() {
        true => called(days, from),
        false => "outside working hours".to_owned(),
    })
}

/// When offices are open on a day.
fn working(days: &Noted, day: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let closes = match day.weekday() {
        Weekday::Sat | Weekday::Sun => return None,
        Weekday::Fri => FRIDAY,
        _ => EVENING,
    };
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).map(|time| day.and_time(time));
    (!holidays::is_one(days, day)).then_some((at(MORNING)?, at(closes)?))
}

/// What a time outside working hours is called.
fn called(days: &Noted, at: NaiveDateTime) -> String {
    let day = at.date();
    let evening = NaiveTime::from_hms_opt(EVENING, 0, 0).is_some_and(|time| at.time() >= time);
    match day.weekday() {
        _ if holidays::is_one(days, day) => "on a bank holiday",
        Weekday::Sat | Weekday::Sun => "at a weekend",
        Weekday::Fri if working(days, day).is_some_and(|(_, closes)| at >= closes) => {
            "on a Friday after 15:00"
        }
        _ if evening => "in the evening, after 18:00",
        _ => "at night, before 07:00",
    }
    .to_owned()
}
