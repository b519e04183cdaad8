//! Times, days and versions as they are written on the command line.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};

use crate::answers::{NotAVersion, Which};
use crate::model::WatchId;

/// A time, or a day from its beginning to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// This time.
    At(DateTime<Utc>),
    /// Some time between these two.
    Day(DateTime<Utc>, DateTime<Utc>),
}

/// A time or a day.
pub fn moment(text: &str) -> Result<Moment, String> {
    let day = text.parse::<NaiveDate>().ok();
    let ends = day.and_then(|day| day.and_hms_opt(0, 0, 0).zip(day.and_hms_opt(23, 59, 59)));
    match ends {
        Some((begins, ends)) => Ok(Moment::Day(in_london(begins), in_london(ends))),
        None => Ok(Moment::At(
            time(text).map_err(|why| format!("{why}, or a day: 2016-07-06"))?,
        )),
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| {
            "write a time as in RFC 3339, for example 2016-07-06T12:00:00+01:00".to_owned()
        })
}

/// A time, or the beginning of a day in London.
pub(super) fn since(text: &str) -> Result<DateTime<Utc>, String> {
    let midnight = text
        .parse::<NaiveDate>()
        .ok()
        .and_then(|day| day.and_hms_opt(0, 0, 0));
    match midnight {
        Some(midnight) => Ok(in_london(midnight)),
        None => time(text).map_err(|why| format!("{why}, or a day: 2016-07-06")),
    }
}

/// A time of the clock in London; where the clocks jump over it, as if they did not.
fn in_london(time: NaiveDateTime) -> DateTime<Utc> {
    let found = chrono_tz::Europe::London
        .from_local_datetime(&time)
        .earliest();
    found.map_or_else(|| time.and_utc(), |time| time.to_utc())
}

/// A watch, and which of its versions.
pub(super) fn version(text: &str) -> Result<(WatchId, Which), String> {
    let Some((id, which)) = text.split_once('@') else {
        return Ok((text.into(), Which::Last));
    };
    let day = which.parse::<NaiveDate>().ok();
    let its_end = day.and_then(|day| day.and_hms_opt(23, 59, 59));
    let which = match its_end {
        Some(end) => Ok(Which::At(in_london(end))),
        None => which
            .parse()
            .map_err(|error: NotAVersion| error.to_string()),
    };
    Ok((id.into(), which?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_meant_to_its_end_in_london() {
        let (_, which) = version("a-page@2016-07-06").expect("a version");
        let end = "2016-07-06T22:59:59Z".parse().expect("a time");
        assert_eq!(which, Which::At(end));
    }

    #[test]
    fn a_version_may_be_named_by_time() {
        let (id, which) = version("a-page@2016-07-06T12:00:00+01:00").expect("a version");
        assert_eq!(id, "a-page".into());
        assert!(matches!(which, Which::At(_)));
    }
}
