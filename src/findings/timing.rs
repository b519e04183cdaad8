//! The day and the hour of a change: Friday afternoons, evenings, holidays, days of other news.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike, Utc, Weekday};

use crate::findings::Step;
use crate::model::{Finding, Severity};
use crate::rulebook::Days as Noted;

/// The finding about the time, where there is something to say and another finding of 2 or more beside it.
pub(super) fn judge(step: &Step, others: &[Finding]) -> Option<Finding> {
    if !others.iter().any(|finding| finding.severity >= Severity(2)) {
        return None;
    }
    let why = remarks(step);
    (!why.is_empty()).then(|| Finding {
        why: why.join(" "),
        ..step.book.rule("timing").finding()
    })
}

/// What there is to say of the time, one sentence each.
fn remarks(step: &Step) -> Vec<String> {
    let local = step.bounds.by.with_timezone(&step.zone);
    let day = local.date_naive();
    let mut remarks = Vec::new();
    if let Some(news) = step.book.days.news.get(&day) {
        let published = if is_of_that_day(step, day) {
            "Published"
        } else {
            "Seen"
        };
        remarks.push(format!("{published} on the day of {news}."));
    }
    if is_bank_holiday(&step.book.days, day) {
        remarks.push("Seen on a bank holiday.".to_owned());
    } else if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        remarks.push("Seen at a weekend.".to_owned());
    } else if day.weekday() == Weekday::Fri && local.hour() >= 15 {
        remarks.push("Seen on a Friday after 15:00.".to_owned());
    } else if local.hour() >= 18 {
        remarks.push("Seen in the evening, after 18:00.".to_owned());
    }
    if let Some(recess) = step.book.days.recess_on(day) {
        let (from, to) = (recess.0.format("%-d %B"), recess.1.format("%-d %B %Y"));
        remarks.push(format!(
            "Seen while Parliament was in recess ({from} to {to})."
        ));
    }
    if let Some(holiday) = holiday_ahead(&step.book.days, day) {
        let on = holiday.format("%A %-d %B");
        remarks.push(format!(
            "Seen on the last working day before the bank holiday of {on}."
        ));
    }
    remarks
}

/// Whether it must have happened on that day: by the bounds, or by the page's own word.
fn is_of_that_day(step: &Step, day: NaiveDate) -> bool {
    let on = |at: DateTime<Utc>| at.with_timezone(&step.zone).date_naive();
    let stated = step.after.map(|after| &after.stated);
    let says = stated.is_some_and(|s| s.updated.or(s.published) == Some(day));
    says || step.bounds.after.is_some_and(|after| on(after) == day)
}

/// The bank holiday between a working day and the next working day.
fn holiday_ahead(days: &Noted, day: NaiveDate) -> Option<NaiveDate> {
    let off = |day: &NaiveDate| {
        is_bank_holiday(days, *day) || matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    };
    if off(&day) {
        return None;
    }
    let ahead = (1..8).map_while(|after| day.checked_add_days(Days::new(after)).filter(off));
    ahead.into_iter().find(|day| is_bank_holiday(days, *day))
}

/// Whether a day is a bank holiday in England (<https://www.gov.uk/bank-holidays>).
pub(super) fn is_bank_holiday(days: &Noted, day: NaiveDate) -> bool {
    if days.extra.contains(&day) {
        return true;
    }
    usual(day.year()).contains(&day) && !days.moved.contains(&day)
}

/// The eight bank holidays of a year, by rule.
fn usual(year: i32) -> Vec<NaiveDate> {
    let date = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let monday_from = |start: NaiveDate| {
        start + Days::new(u64::from((7 - start.weekday().num_days_from_monday()) % 7))
    };
    let easter = easter(year);
    let mut days: Vec<NaiveDate> = Vec::new();
    // New Year's Day, or the Monday after where it falls at a weekend.
    days.extend(date(1, 1).map(|first| match first.weekday() {
        Weekday::Sat | Weekday::Sun => monday_from(first),
        _ => first,
    }));
    days.extend(easter.map(|sunday| sunday - Days::new(2)));
    days.extend(easter.map(|sunday| sunday + Days::new(1)));
    days.extend(date(5, 1).map(monday_from));
    days.extend(date(5, 25).map(monday_from));
    days.extend(date(8, 25).map(monday_from));
    // Christmas Day and Boxing Day, with substitutes on the Monday and the Tuesday after a weekend.
    let christmas: [u32; 2] = match date(12, 25).map(|day| day.weekday()) {
        Some(Weekday::Fri) => [25, 28],
        Some(Weekday::Sat) => [27, 28],
        Some(Weekday::Sun) => [26, 27],
        _ => [25, 26],
    };
    days.extend(christmas.into_iter().filter_map(|day| date(12, day)));
    days
}

/// Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, g) = (b / 4, b % 4, (8 * b + 13) / 25);
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(
        year,
        (sum / 31).unsigned_abs(),
        (sum % 31 + 1).unsigned_abs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Book;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn bank_holidays_are_those_of_the_published_list() {
        for holiday in [
            "2013-04-01",
            "2014-04-18",
            "2016-03-28",
            "2016-12-26",
            "2016-12-27",
            "2017-01-02",
            "2020-05-08",
            "2020-12-28",
            "2021-12-27",
            "2021-12-28",
            "2022-01-03",
            "2022-06-02",
            "2022-06-03",
            "2022-09-19",
            "2023-05-08",
            "2024-08-26",
            "2025-04-21",
            "2026-04-03",
            "2026-05-25",
            "2027-12-27",
            "2027-12-28",
        ] {
            assert!(
                is_bank_holiday(&Book::shipped().days, day(holiday)),
                "{holiday}"
            );
        }
        for other in [
            "2020-05-04",
            "2022-05-30",
            "2016-07-06",
            "2021-12-26",
            "2026-12-24",
        ] {
            assert!(
                !is_bank_holiday(&Book::shipped().days, day(other)),
                "{other}"
            );
        }
    }

    #[test]
    fn the_friday_before_a_holiday_monday_is_its_eve() {
        assert_eq!(
            holiday_ahead(&Book::shipped().days, day("2026-05-22")),
            Some(day("2026-05-25"))
        );
        assert_eq!(
            holiday_ahead(&Book::shipped().days, day("2026-12-24")),
            Some(day("2026-12-25"))
        );
        assert_eq!(
            holiday_ahead(&Book::shipped().days, day("2026-05-21")),
            None
        );
        assert_eq!(
            holiday_ahead(&Book::shipped().days, day("2026-05-23")),
            None
        );
    }

    #[test]
    fn easter_falls_where_it_fell() {
        for sunday in [
            "2013-03-31",
            "2016-03-27",
            "2019-04-21",
            "2024-03-31",
            "2027-03-28",
        ] {
            assert_eq!(easter(day(sunday).year()), Some(day(sunday)));
        }
    }
}
