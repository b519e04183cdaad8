//! Writes the days and times of machines as people write them.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::extract::dates;

/// The time a feed gives, on the clock of whoever wrote it: the day is what a reader sees there.
pub fn local(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    let naive = zoned.map(|at| at.naive_local()).ok().or_else(|| {
        let forms = [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%dT%H:%M%#z",
            "%Y-%m-%d %H:%M:%S",
        ];
        let form = |form: &str| NaiveDateTime::parse_from_str(text, form).ok();
        forms.iter().find_map(|f| form(f))
    });
    let day = || dates::parse(text)?.day?.and_hms_opt(0, 0, 0);
    naive.or_else(day).map(|at| at.and_utc())
}

/// A day: "6 July 2016".
pub fn day(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y").to_string()
}

/// A date with or without a time of day; as it stands where it is none.
pub fn written(text: &str) -> String {
    let timed = text.contains(':');
    match local(text) {
        Some(at) if timed => at.format("%-d %B %Y at %H:%M").to_string(),
        Some(at) => day(at),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_of_feeds() {
        for (text, expected) in [
            ("2016-07-06T23:30:00+01:00", "6 July 2016 at 23:30"),
            ("Wed, 06 Jul 2016 11:00:00 GMT", "6 July 2016 at 11:00"),
            ("2016-07-06T11:00+01:00", "6 July 2016 at 11:00"),
            ("2016-07-06 11:00:00", "6 July 2016 at 11:00"),
            ("2016-07-06", "6 July 2016"),
            ("6 July 2016", "6 July 2016"),
            ("soon", "soon"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }
}
