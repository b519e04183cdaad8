//! Reads a date as British pages write it.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use regex::{Captures, Regex};

/// A date found in text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    /// The day, where the text is that precise.
    pub day: Option<NaiveDate>,
    /// The minute, where the text is that precise; London time where it names no zone.
    pub at: Option<DateTime<Utc>>,
}

/// The pattern of a date, with or without a time of day; no captures.
pub static PATTERN: LazyLock<String> = LazyLock::new(|| {
    let bare = GROUPS.replace_all(SOURCE, "(?:").into_owned();
    format!(
        r"(?:{bare}|today|yesterday|just now|(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago)"
    )
});

static GROUPS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\(\?P<\w+>"));

static DATE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(?i)(?-u:\b){SOURCE}")));

const SOURCE: &str = concat!(
    r"(?:(?P<hour0>\d{1,2})(?:[:.](?P<minute0>\d\d)(?::\d\d)?(?: ?(?P<half0>[ap]\.?m\.?))?| ?(?P<whole0>[ap]\.?m\.?))(?: (?:GMT|BST|UTC))?,? (?:on )?)?",
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,? )?",
    r"(?:(?P<iso>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    r"|(?P<d1>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<m1>MONTH)\.?,? (?P<y1>\d{4})",
    r"|(?P<m2>MONTH)\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})",
    r"|(?P<d3>\d{1,2})[/.-](?P<m3>\d{1,2})[/.-](?P<y3>\d{4})",
    r"|(?P<m4>MONTH)\.? (?P<y4>\d{4}))",
    r"(?:,?(?: at| -| –)? ?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)(?::\d\d)?(?: ?(?P<half>[ap]\.?m(?-u:\b)\.?))?| ?(?P<whole>[ap]\.?m(?-u:\b)\.?))(?: ?\(?(?P<named>GMT|BST|UTC)(?-u:\b)\)?)?)?",
);

/// The first date in a text, and where it stands.
pub fn find(text: &str) -> Option<(Range<usize>, Moment)> {
    let found = DATE.captures(text)?;
    let whole = found.get(0)?.range();
    Some((whole, moment(&found)))
}

/// The date a text is, such as the value of a `datetime` attribute.
pub fn parse(text: &str) -> Option<Moment> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Some(Moment {
            day: Some(at.with_timezone(&London).date_naive()),
            at: Some(at.with_timezone(&Utc)),
        });
    }
    find(text).map(|(_, moment)| moment)
}

fn pattern(source: &str) -> Regex {
    const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    Regex::new(&source.replace("MONTH", &format!("(?:{MONTHS})"))).expect("a pattern of ours")
}

/// The pattern with the names of the months in it.
pub fn compiled(source: &str) -> Regex {
    pattern(source)
}

fn moment(found: &Captures<'_>) -> Moment {
    let day = day(found);
    let time = time(found);
    let at = day.zip(time).and_then(|(day, time)| {
        let local = day.and_time(time);
        match found.name("zone").or_else(|| found.name("named")) {
            Some(zone) => {
                let hours = offset(zone.as_str())?;
                Some(Utc.from_utc_datetime(&local) - hours)
            }
            None => Some(London.from_local_datetime(&local).earliest()?.to_utc()),
        }
    });
    Moment { day, at }
}

fn day(found: &Captures<'_>) -> Option<NaiveDate> {
    if let Some(iso) = found.name("iso") {
        return iso.as_str().parse().ok();
    }
    let number = |name: &str| {
        found
            .name(name)
            .and_then(|m| m.as_str().parse::<u32>().ok())
    };
    let month = |name: &str| found.name(name).and_then(|m| month(m.as_str()));
    let (year, month, day) = if found.name("d1").is_some() {
        (number("y1")?, month("m1")?, number("d1")?)
    } else if found.name("d2").is_some() {
        (number("y2")?, month("m2")?, number("d2")?)
    } else {
        (number("y3")?, number("m3")?, number("d3")?)
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn month(name: &str) -> Option<u32> {
    let start = name.get(..3)?.to_ascii_lowercase();
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let at = months.iter().position(|month| *month == start)?;
    u32::try_from(at + 1).ok()
}

fn time(found: &Captures<'_>) -> Option<NaiveTime> {
    if let Some(clock) = found.name("clock") {
        let clock = clock.as_str();
        return NaiveTime::parse_from_str(clock.get(..5)?, "%H:%M").ok();
    }
    let part = |names: &[&str]| {
        let mut groups = names.iter().filter_map(|name| found.name(name));
        groups.next().map(|group| group.as_str())
    };
    let half = part(&["half", "whole", "half0", "whole0"]).map(|half| half.starts_with(['p', 'P']));
    let minute = part(&["minute", "minute0"]);
    let hour: u32 = part(&["hour", "hour0"])?.parse().ok()?;
    let hour = match half {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute.unwrap_or("0").parse().ok()?, 0)
}

fn offset(zone: &str) -> Option<chrono::TimeDelta> {
    match zone.to_ascii_uppercase().as_str() {
        "Z" | "GMT" | "UTC" => Some(chrono::TimeDelta::zero()),
        "BST" => Some(chrono::TimeDelta::hours(1)),
        signed => {
            let digits: String = signed.chars().filter(char::is_ascii_digit).collect();
            let hours: i64 = digits.get(..2)?.parse().ok()?;
            let minutes: i64 = digits.get(2..4)?.parse().ok()?;
            let whole = chrono::TimeDelta::minutes(hours * 60 + minutes);
            Some(if signed.starts_with('-') {
                -whole
            } else {
                whole
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, day: &str, at: Option<&str>) {
        let moment = parse(text).unwrap_or_default();
        assert_eq!(moment.day, day.parse().ok(), "{text}");
        let at = at.map(|at| at.parse::<DateTime<Utc>>().expect("a time"));
        assert_eq!(moment.at, at, "{text}");
    }

    #[test]
    fn the_forms_of_british_pages_are_read() {
        case("6 July 2016", "2016-07-06", None);
        case("Wednesday 6th July 2016", "2016-07-06", None);
        case("24 Jul 2024", "2024-07-24", None);
        case("July 6, 2016", "2016-07-06", None);
        case("06/07/2016", "2016-07-06", None);
        case("2016-07-06", "2016-07-06", None);
        case("July 2016", "", None);
        case("31 February 2016", "", None);
    }

    #[test]
    fn times_of_day_are_london_time() {
        case(
            "12 May 2021 12:17 pm",
            "2021-05-12",
            Some("2021-05-12T11:17:00Z"),
        );
        case(
            "10 February 2026 3:59 pm",
            "2026-02-10",
            Some("2026-02-10T15:59:00Z"),
        );
        case(
            "9:00am on 8 March 2020",
            "2020-03-08",
            Some("2020-03-08T09:00:00Z"),
        );
        case(
            "1 January 2024 at 12am",
            "2024-01-01",
            Some("2024-01-01T00:00:00Z"),
        );
        case(
            "8 March 2020 at 14:05:59",
            "2020-03-08",
            Some("2020-03-08T14:05:00Z"),
        );
    }

    #[test]
    fn zones_are_heeded() {
        case(
            "2016-07-06T11:30:00+01:00",
            "2016-07-06",
            Some("2016-07-06T10:30:00Z"),
        );
        case(
            "2016-07-06 11:30 +0100",
            "2016-07-06",
            Some("2016-07-06T10:30:00Z"),
        );
        case(
            "6 July 2016 11:30 BST",
            "2016-07-06",
            Some("2016-07-06T10:30:00Z"),
        );
        case(
            "6 July 2016 11:30 UTC",
            "2016-07-06",
            Some("2016-07-06T11:30:00Z"),
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "in July", "version 1.2.3", "call 0300 303 5678", "2016"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
