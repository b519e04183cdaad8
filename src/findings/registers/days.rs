//! The days that stand in the rows of a register.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use crate::model::{BlockKind, Document};
use crate::prose::compile;

/// What may be a date, inside a cell that holds more.
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:\d{1,2}[- ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ]\d{2,4}",
    )
});

/// The latest day that stands in a row of its own and has passed.
pub(super) fn date_of(document: &Document, block: usize, day: NaiveDate) -> Option<NaiveDate> {
    let BlockKind::Row(cells, _) = &document.blocks.get(block)?.kind else {
        return None;
    };
    cells
        .iter()
        .filter_map(|cell| date(cell))
        .filter(|date| *date <= day)
        .max()
}

/// A cell that is nothing but a date; of a month its first day.
pub(super) fn date(cell: &str) -> Option<NaiveDate> {
    let cell = cell.trim();
    let is_time = |rest: &str| {
        rest.chars()
            .all(|c| c.is_ascii_digit() || ":.+-Z".contains(c))
    };
    let cell = match (cell.get(..10), cell.get(10..11), cell.get(11..)) {
        (Some(day), Some("T" | " "), Some(rest)) if rest.len() >= 5 && is_time(rest) => day,
        _ => cell,
    };
    if !(6..=20).contains(&cell.len()) {
        return None;
    }
    const FORMS: [&str; 8] = [
        "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d-%b-%Y", "%d/%m/%y",
        "%d-%b-%y",
    ];
    const MONTHS: [&str; 3] = ["%d %B %Y", "%d %Y %m", "%d %m %Y"];
    let sensible = |date: &NaiveDate| (1948..2200).contains(&date.year());
    let read = |cell: &str, form: &str| NaiveDate::parse_from_str(cell, form).ok().filter(sensible);
    let whole = FORMS.iter().find_map(|form| read(cell, form));
    whole.or_else(|| {
        let marks = cell.matches(['-', '/', ' ']).count();
        let month = format!("1 {}", cell.replace(['-', '/'], " "));
        let of_month = || MONTHS.iter().find_map(|form| read(&month, form));
        (marks == 1).then(of_month).flatten()
    })
}

/// Both ends of a stretch of time that a cell names: "DSA runs 2019-05-01 – 2022-04-30".
pub(super) fn ends(cell: &str) -> Option<(NaiveDate, NaiveDate)> {
    const LONGEST: usize = 80;
    if cell.len() > LONGEST {
        return None;
    }
    let mut found = DATES.find_iter(cell);
    let (from, until) = (date(found.next()?.as_str())?, date(found.next()?.as_str())?);
    (found.next().is_none() && from < until).then_some((from, until))
}

/// A day as people write it.
pub(super) fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A month as people write it.
pub(super) fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_is_a_date_is_read() {
        for (cell, expected) in [
            ("2014-04-02", Some("2014-04-02")),
            ("2014-04-02 00:00:00", Some("2014-04-02")),
            ("02/04/2014", Some("2014-04-02")),
            ("2 April 2014", Some("2014-04-02")),
            ("02-Apr-14", Some("2014-04-02")),
            ("Apr-2014", Some("2014-04-01")),
            ("April 2014", Some("2014-04-01")),
            ("2014-04", Some("2014-04-01")),
            ("04/2014", Some("2014-04-01")),
            ("2014-04-02T09:30:00Z", Some("2014-04-02")),
            ("since 2014-04-02", None),
            ("2014-04-02 to 2015-04-01", None),
            ("é2014-04-é2", None),
            ("123456", None),
            ("2014 5 1", None),
        ] {
            let read = date(cell).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{cell}");
        }
    }

    #[test]
    fn a_cell_with_two_dates_has_two_ends() {
        for (cell, expected) in [
            ("DSA runs 2019-05-01 — 2022-04-30", Some("2022-04-30")),
            ("01/05/2019 to 30/04/2022", Some("2022-04-30")),
            ("1 May 2019 - 30 April 2022", Some("2022-04-30")),
            ("30 April 2022 - 1 May 2019", None),
            ("2022-04-30", None),
            ("2019-05-01, 2020-05-01 and 2021-05-01", None),
        ] {
            let read = ends(cell).map(|(_, until)| until.to_string());
            assert_eq!(read.as_deref(), expected, "{cell}");
        }
    }
}
