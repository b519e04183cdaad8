//! Says the times of the Content API as its pages do.

use chrono::NaiveTime;
use chrono_tz::Europe::London;

use crate::extract::dates;

/// A time as the pages say it, in London: "22 April 2016 at 12:00pm"; at midnight the day alone. Anything that is no time stays
/// as it stands.
pub fn said(time: &str) -> String {
    let Some(at) = dates::parse(time).and_then(|moment| moment.at) else {
        return time.to_owned();
    };
    let at = at.with_timezone(&London);
    match at.time() == NaiveTime::MIN {
        true => at.format("%-d %B %Y").to_string(),
        false => at.format("%-d %B %Y at %-I:%M%P").to_string(),
    }
}

/// The day of a time as the pages say it: "22 April 2016".
pub fn day(time: &str) -> Option<String> {
    let day = dates::parse(time)?.day?;
    Some(day.format("%-d %B %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_london() {
        for (time, expected) in [
            ("2016-06-17T23:45:00.000+01:00", "17 June 2016 at 11:45pm"),
            ("2015-03-25T00:00:00+00:00", "25 March 2015"),
            ("2016-04-22T11:00:00Z", "22 April 2016 at 12:00pm"),
            ("January 2016", "January 2016"),
        ] {
            assert_eq!(said(time), expected);
        }
        assert_eq!(
            day("2019-11-19T10:20:03Z").as_deref(),
            Some("19 November 2019")
        );
    }
}
