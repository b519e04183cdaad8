//! Says times as people read them, in the watchlist's time zone.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use chrono_tz::Tz;

use crate::model::Bounds;

/// A moment to the minute: "Wed 6 July 2016 11:45 BST".
pub fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    let here = at.with_timezone(&zone);
    format!(
        "{} {}",
        here.format("%a %-d %B %Y %H:%M"),
        abbreviation(at, zone)
    )
}

/// A time of day: "18:07".
pub fn hour(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// A day: "Wed 6 July 2016".
pub fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %B %Y").to_string()
}

/// The same instant for machines: RFC 3339 with the zone's offset, "2016-07-06T11:45:00+01:00".
pub fn stamp(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// Between which times something happened: "between 16:02 and 18:02 on Fri 8 July 2016 (BST)". The year is left out
/// where it is the year of `now`. Without a time before, "first seen on … ; not watched before".
pub fn between(bounds: &Bounds, zone: Tz, now: DateTime<Utc>) -> String {
    let this_year = now.with_timezone(&zone).year();
    let Some(after) = bounds.after else {
        let by = Side::of(bounds.by, zone);
        let (day, minute) = (by.day(Some(this_year)), by.minute());
        return format!(
            "first seen on {day} at {minute} ({}); not watched before",
            by.zone
        );
    };
    // A clock that went back widens the bounds; it never turns them round.
    let (first, last) = (after.min(bounds.by), after.max(bounds.by));
    let (from, to) = (Side::of(first, zone), Side::of(last, zone));
    let (from_time, to_time, suffix) = clocks(&from, &to);
    if from.date() == to.date() {
        let day = to.day(Some(this_year));
        return format!("between {from_time} and {to_time} on {day}{suffix}");
    }
    // One year said at the end is enough for both, unless they differ.
    let (from_day, to_day) = match from.here.year() == to.here.year() {
        true => (from.day(Some(to.here.year())), to.day(Some(this_year))),
        false => (from.day(None), to.day(None)),
    };
    format!("between {from_day} {from_time} and {to_day} {to_time}{suffix}")
}

/// Both times of day, and what stands behind them: the zone once where it is the same, to the second where the minute is.
fn clocks(from: &Side, to: &Side) -> (String, String, String) {
    if from.zone != to.zone {
        let clock = |side: &Side| format!("{} {}", side.minute(), side.zone);
        return (clock(from), clock(to), String::new());
    }
    let to_the = match from.date() == to.date() && from.minute() == to.minute() {
        true => "%H:%M:%S",
        false => "%H:%M",
    };
    let clock = |side: &Side| side.here.format(to_the).to_string();
    (clock(from), clock(to), format!(" ({})", to.zone))
}

struct Side {
    here: DateTime<Tz>,
    zone: String,
}

impl Side {
    fn of(at: DateTime<Utc>, zone: Tz) -> Side {
        Side {
            here: at.with_timezone(&zone),
            zone: abbreviation(at, zone),
        }
    }

    fn minute(&self) -> String {
        self.here.format("%H:%M").to_string()
    }

    fn date(&self) -> chrono::NaiveDate {
        self.here.date_naive()
    }

    /// The day, without the year where it is the one that goes without saying.
    fn day(&self, known_year: Option<i32>) -> String {
        let format = match known_year == Some(self.here.year()) {
            true => "%a %-d %B",
            false => "%a %-d %B %Y",
        };
        self.here.format(format).to_string()
    }
}

/// The zone's letters at that time (BST), or its offset where it has none (UTC-03).
fn abbreviation(at: DateTime<Utc>, zone: Tz) -> String {
    let letters = at.with_timezone(&zone).format("%Z").to_string();
    match letters.starts_with(['+', '-']) {
        true => format!("UTC{letters}"),
        false => letters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONDON: Tz = chrono_tz::Europe::London;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_moment_is_said_in_london_time() {
        for (time, said) in [
            ("2016-07-06T10:45:00Z", "Wed 6 July 2016 11:45 BST"),
            ("2026-01-09T00:00:59Z", "Fri 9 January 2026 00:00 GMT"),
            ("2026-03-29T00:59:59Z", "Sun 29 March 2026 00:59 GMT"),
            ("2026-03-29T01:00:00Z", "Sun 29 March 2026 02:00 BST"),
            ("2026-10-25T00:30:00Z", "Sun 25 October 2026 01:30 BST"),
            ("2026-10-25T01:30:00Z", "Sun 25 October 2026 01:30 GMT"),
            ("2015-12-31T23:59:00Z", "Thu 31 December 2015 23:59 GMT"),
        ] {
            assert_eq!(moment(at(time), LONDON), said);
        }
        let brazil = chrono_tz::America::Sao_Paulo;
        assert_eq!(
            moment(at("2026-01-09T12:00:00Z"), brazil),
            "Fri 9 January 2026 09:00 UTC-03"
        );
        assert_eq!(day(at("2016-07-05T23:30:00Z"), LONDON), "Wed 6 July 2016");
    }

    #[test]
    fn an_hour_is_local() {
        assert_eq!(hour(at("2016-07-08T17:07:59Z"), LONDON), "18:07");
    }

    #[test]
    fn a_stamp_carries_the_offset() {
        assert_eq!(
            stamp(at("2016-07-06T10:45:00.5Z"), LONDON),
            "2016-07-06T11:45:00+01:00"
        );
        assert_eq!(
            stamp(at("2026-01-09T00:00:00Z"), LONDON),
            "2026-01-09T00:00:00+00:00"
        );
    }

    #[track_caller]
    fn case(after: Option<&str>, by: &str, now: &str, said: &str) {
        let bounds = Bounds {
            after: after.map(at),
            by: at(by),
        };
        assert_eq!(between(&bounds, LONDON, at(now)), said);
    }

    #[test]
    fn bounds_of_one_day_name_it_once() {
        case(
            Some("2016-07-08T15:02:00Z"),
            "2016-07-08T17:02:00Z",
            "2026-01-01T00:00:00Z",
            "between 16:02 and 18:02 on Fri 8 July 2016 (BST)",
        );
        case(
            Some("2026-07-06T08:00:00Z"),
            "2026-07-06T08:15:00Z",
            "2026-07-06T08:15:02Z",
            "between 09:00 and 09:15 on Mon 6 July (BST)",
        );
        case(
            Some("2026-02-10T09:00:07Z"),
            "2026-02-10T09:00:41Z",
            "2026-02-10T09:00:41Z",
            "between 09:00:07 and 09:00:41 on Tue 10 February (GMT)",
        );
    }

    #[test]
    fn bounds_of_several_days_name_both_and_the_year_as_often_as_needed() {
        case(
            Some("2016-07-08T15:02:00Z"),
            "2016-07-11T06:11:00Z",
            "2026-01-01T00:00:00Z",
            "between Fri 8 July 16:02 and Mon 11 July 2016 07:11 (BST)",
        );
        case(
            Some("2026-07-08T15:02:00Z"),
            "2026-07-11T06:11:00Z",
            "2026-07-11T06:11:00Z",
            "between Wed 8 July 16:02 and Sat 11 July 07:11 (BST)",
        );
        case(
            Some("2025-12-31T23:50:00Z"),
            "2026-01-01T00:20:00Z",
            "2026-01-01T00:20:00Z",
            "between Wed 31 December 2025 23:50 and Thu 1 January 2026 00:20 (GMT)",
        );
    }

    #[test]
    fn bounds_across_a_clock_change_name_both_zones() {
        case(
            Some("2026-10-25T00:30:00Z"),
            "2026-10-25T01:30:00Z",
            "2026-10-25T01:30:00Z",
            "between 01:30 BST and 01:30 GMT on Sun 25 October",
        );
        case(
            Some("2026-03-28T22:00:00Z"),
            "2026-03-29T06:00:00Z",
            "2027-01-01T00:00:00Z",
            "between Sat 28 March 22:00 GMT and Sun 29 March 2026 07:00 BST",
        );
    }

    #[test]
    fn without_a_time_before_it_is_a_first_sight() {
        case(
            None,
            "2016-07-08T17:02:00Z",
            "2026-01-01T00:00:00Z",
            "first seen on Fri 8 July 2016 at 18:02 (BST); not watched before",
        );
    }

    #[test]
    fn a_clock_that_went_back_does_not_turn_the_bounds_round() {
        case(
            Some("2026-07-06T08:15:00Z"),
            "2026-07-06T08:00:00Z",
            "2026-07-06T08:15:00Z",
            "between 09:00 and 09:15 on Mon 6 July (BST)",
        );
    }
}
