//! The names of times below a timeline.

use chrono::{DateTime, Datelike, TimeZone, Utc};
use chrono_tz::Tz;

use crate::web::window::chart::columns::place;
use crate::web::window::chart::{SIDE, WIDE};

/// Where years begin, or months where there are few years; no more than fit.
pub(super) fn years(from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Vec<(usize, String)> {
    let (first, last) = (from.with_timezone(&zone), until.with_timezone(&zone));
    let span = (last.year() - first.year()) * 12 + last.month() as i32 - first.month() as i32;
    let step = match span {
        ..=8 => 1,
        9..=24 => 3,
        25..=120 => 12,
        _ => 60,
    };
    let mut marks = Vec::new();
    for month in 0..=span {
        let since_zero = first.year() * 12 + first.month0() as i32 + month;
        if since_zero % step != 0 {
            continue;
        }
        let (year, month) = (
            since_zero.div_euclid(12),
            since_zero.rem_euclid(12) as u32 + 1,
        );
        let begins = zone.with_ymd_and_hms(year, month, 1, 0, 0, 0).earliest();
        let Some(at) = begins.filter(|at| *at >= first) else {
            continue;
        };
        let name = match step < 12 {
            true => at.format("%b %Y").to_string(),
            false => year.to_string(),
        };
        let x = SIDE + place(at.to_utc(), from, until);
        if x + 60 < WIDE {
            marks.push((x, name));
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::window::chart::sample::at;

    #[test]
    fn a_timeline_names_years_or_months_as_they_fit() {
        let names = |from: &str, until: &str| -> Vec<String> {
            let marks = years(at(from), at(until), chrono_tz::Europe::London);
            marks.into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(
            names("2014-05-01T00:00:00Z", "2017-01-20T00:00:00Z"),
            ["2015", "2016"]
        );
        assert_eq!(
            names("2016-05-20T00:00:00Z", "2016-07-10T00:00:00Z"),
            ["Jun 2016", "Jul 2016"]
        );
    }
}
