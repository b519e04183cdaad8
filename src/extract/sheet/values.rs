//! Writes the values of cells as people see them.

use std::sync::LazyLock;

use calamine::{Data, DataRef, ExcelDateTime};
use regex::Regex;

use crate::extract::tidy::tidy;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+(<>~]?\s*[£$€]?\s*[-+]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*%?\)?\*?$")
        .expect("a pattern of ours")
});

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})(?:[ T]\d{1,2}:\d\d.*)?$")
        .expect("a pattern of ours")
});

/// A value of a cell that is being streamed.
pub fn streamed(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(whole) => whole.to_string(),
        DataRef::Float(number) => self::number(*number),
        DataRef::String(text) => tidy(text),
        DataRef::SharedString(text) => tidy(text),
        DataRef::Bool(on) => truth(*on),
        DataRef::DateTime(moment) => self::moment(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => iso(text),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A value of a cell that was read with its sheet.
pub fn held(value: &Data) -> String {
    match value {
        Data::Int(whole) => whole.to_string(),
        Data::Float(number) => self::number(*number),
        Data::String(text) => tidy(text),
        Data::Bool(on) => truth(*on),
        Data::DateTime(moment) => self::moment(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => iso(text),
        Data::Error(error) => error.to_string(),
        _ => String::new(),
    }
}

/// A number with the fifteen digits that a spreadsheet shows at most; whole ones without a point.
pub fn number(number: f64) -> String {
    let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if shown == 0.0 {
        "0".to_owned()
    } else if (1e-9..1e15).contains(&shown.abs()) {
        shown.to_string()
    } else {
        format!("{shown:E}")
    }
}

/// A moment: a day, a time of day, or both.
fn moment(moment: &ExcelDateTime) -> String {
    let value = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&value) {
        return time(value);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        (hour, minute, 0) => format!("{date} {hour:02}:{minute:02}"),
        (hour, minute, second) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// Hours and minutes of a number of days.
fn time(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round() as u64;
    let sign = if days < 0.0 { "-" } else { "" };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{sign}{hours:02}:{minutes:02}"),
        seconds => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// A moment written in ISO 8601: without a midnight or seconds that nobody wrote.
pub fn iso(text: &str) -> String {
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    let text = text.trim_end_matches(".000").trim_end_matches(".000000000");
    let text = text.strip_suffix(" 00:00:00").unwrap_or(text);
    let whole = text.len() == "2016-07-06 09:30:00".len();
    let text = text.strip_suffix(":00").filter(|_| whole).unwrap_or(text);
    // "PT08H30M00S" has lost its T and is a length of time: it stays as it is.
    match text.strip_prefix("P ") {
        Some(rest) => format!("PT{rest}"),
        None => text.to_owned(),
    }
}

/// True or false, as spreadsheets write it.
pub fn truth(on: bool) -> String {
    if on { "TRUE" } else { "FALSE" }.to_owned()
}

/// Whether a cell holds a number and nothing else.
pub fn is_number(cell: &str) -> bool {
    NUMBER.is_match(cell)
}

/// Whether a cell holds a date and nothing else.
pub fn is_date(cell: &str) -> bool {
    DATE.is_match(cell)
}

/// Whether a cell holds a year, which may also name a column.
pub fn is_year(cell: &str) -> bool {
    cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20")) && is_number(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_are_written_as_people_see_them() {
        for (value, expected) in [
            (3.0, "3"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1_234_567.5, "1234567.5"),
            (0.000_012, "0.000012"),
            (1e20, "1E20"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn moments_are_written_from_the_year_down() {
        for (days, kind, expected) in [
            (42_557.0, ExcelDateTimeType::DateTime, "2016-07-06"),
            (42_557.5, ExcelDateTimeType::DateTime, "2016-07-06 12:00"),
            (0.25, ExcelDateTimeType::DateTime, "06:00"),
            (1.5, ExcelDateTimeType::TimeDelta, "36:00"),
        ] {
            assert_eq!(moment(&ExcelDateTime::new(days, kind, false)), expected);
        }
        assert_eq!(iso("2016-07-06T00:00:00"), "2016-07-06");
        assert_eq!(iso("2016-07-06T09:30:00"), "2016-07-06 09:30");
        assert_eq!(iso("2016-07-06T09:30:05"), "2016-07-06 09:30:05");
        assert_eq!(iso("PT08H30M00S"), "PT08H30M00S");
    }

    #[test]
    fn numbers_and_dates_are_told_from_names() {
        for cell in ["1", "1,221", "-3.5", "£1,000", "45%", "(12)", "1.5E+3"] {
            assert!(is_number(cell), "{cell}");
        }
        for cell in ["", "-", "A1", "2016-07-06", "1 to 5", "%", "E40000007"] {
            assert!(!is_number(cell), "{cell}");
        }
        assert!(is_date("2016-07-06") && is_date("06/07/2016") && !is_date("July 2016"));
        assert!(is_year("2016") && !is_year("3016") && !is_year("20ab"));
    }
}
