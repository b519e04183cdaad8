//! The last day of a time as people write it: "spring 2027", "the end of March 2026", "by 2027".

use std::sync::LazyLock;

use chrono::{Days, Months, NaiveDate};
use regex::{Captures, Regex};

use crate::prose::compile;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A time with a year. An act or a plan that has a year in its name is none, so a bare year needs a word before it.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let month = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    compile(&format!(
        r"(?i)\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<of>{month}),? (?P<dated>20\d\d)|(?:(?P<part>early|mid|late|(?:the )?(?:start|beginning|middle|end) of)[ -])?(?:(?P<month>{month})|(?P<season>spring|summer|autumn|winter)) (?:of )?(?P<year>20\d\d)|(?P<third>early|mid|late|(?:the )?(?:start|beginning|middle|end) of)[ -](?P<whole>20\d\d)|(?:by|before|during|until|in) (?P<bare>20\d\d)(?P<span>[/–-]\d\d)?)\b"
    ))
});

/// The last time a sentence gives: the words, and its last day.
pub(super) fn last(sentence: &str) -> Option<(String, NaiveDate)> {
    TIME.captures_iter(sentence)
        .filter_map(|time| Some((words(&time)?, day(&time)?)))
        .max_by_key(|(_, day)| *day)
}

fn words(time: &Captures) -> Option<String> {
    let whole = time.name("bare").or(time.get(0))?.as_str();
    let bare = whole.strip_prefix("the ").unwrap_or(whole);
    Some(bare.to_owned())
}

fn day(time: &Captures) -> Option<NaiveDate> {
    let year = |name| time.name(name)?.as_str().parse::<i32>().ok();
    if let Some(dated) = year("dated") {
        let day = time.name("day")?.as_str().parse().ok()?;
        return NaiveDate::from_ymd_opt(dated, month(time.name("of")?.as_str())?, day);
    }
    if let Some(year) = year("year") {
        let part = time.name("part").map_or("", |part| part.as_str());
        return match (time.name("month"), time.name("season")) {
            (Some(name), _) => {
                let month = month(name.as_str())?;
                match is_first(part) {
                    true => NaiveDate::from_ymd_opt(year, month, 15),
                    false => end_of(year, month),
                }
            }
            (_, Some(season)) => match season.as_str().to_lowercase().as_str() {
                "spring" => end_of(year, 5),
                "summer" => end_of(year, 8),
                "autumn" => end_of(year, 11),
                _ => end_of(year + 1, 2),
            },
            _ => None,
        };
    }
    if let Some(year) = year("whole") {
        let part = time.name("third").map_or("", |part| part.as_str());
        return match part.to_lowercase() {
            part if is_first(&part) => end_of(year, 4),
            part if part.contains("mid") => end_of(year, 8),
            _ => end_of(year, 12),
        };
    }
    // "by 2026/27" ends with the financial year.
    match (year("bare")?, time.name("span")) {
        (year, Some(_)) => end_of(year + 1, 3),
        (year, None) => end_of(year, 12),
    }
}

fn is_first(part: &str) -> bool {
    let part = part.to_lowercase();
    part == "early" || part.contains("start") || part.contains("beginning")
}

fn month(name: &str) -> Option<u32> {
    let start = name.get(..3)?.to_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    u32::try_from(at + 1).ok()
}

/// The last day of a month.
fn end_of(year: i32, month: u32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    first
        .checked_add_months(Months::new(1))?
        .checked_sub_days(Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: Option<&str>) {
        let expected = expected.map(|day| day.parse().expect("a day"));
        assert_eq!(last(text).map(|(_, day)| day), expected, "{text}");
    }

    #[test]
    fn every_way_to_say_a_time_ends_on_its_last_day() {
        case("on 1st March 2026", Some("2026-03-01"));
        case("in March 2026", Some("2026-03-31"));
        case("in early March 2026", Some("2026-03-15"));
        case("by the end of February 2028", Some("2028-02-29"));
        case("in summer 2026", Some("2026-08-31"));
        case("in the autumn of 2026", Some("2026-11-30"));
        case("in mid-2026", Some("2026-08-31"));
        case("at the start of 2027", Some("2027-04-30"));
        case("by 2026/27", Some("2027-03-31"));
        case("by 2027", Some("2027-12-31"));
        case("between May 2026 and June 2026", Some("2026-06-30"));
    }

    #[test]
    fn a_year_in_a_name_is_no_time() {
        case("the Care Act 2014", None);
        case("the Spring Statement", None);
        case("on 31 February 2026", None);
        case("as soon as possible", None);
    }
}
