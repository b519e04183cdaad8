//! Times of changes, and what is said of them.

use chrono::{DateTime, Utc};

use super::*;
use crate::findings::timing::moment::Source;
use crate::model::{Bounds, ChangeKind, Diff, Document, ReaderId, Stated, Watch};
use crate::rulebook::Book;

/// A change of a page that was seen last, and then first, at these times; what the page says of it.
struct Told<'a> {
    after: Option<&'a str>,
    by: &'a str,
    stamp: Option<&'a str>,
    day: Option<&'a str>,
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// What is said, and whether it weighs.
fn said(told: &Told) -> Option<(String, bool)> {
    let watch = Watch::bare(
        "page",
        url::Url::parse("https://health.example/").expect("an address"),
    );
    let page = |stated| Document {
        stated,
        ..Document::empty(ReaderId("by hand".to_owned()), "Page")
    };
    let before = page(Stated::default());
    let after = page(Stated {
        updated: told.day.map(|day| day.parse().expect("a day")),
        updated_at: told.stamp.map(time),
        ..Stated::default()
    });
    let step = Step {
        watch: &watch,
        kind: ChangeKind::Edited,
        before: Some(&before),
        after: Some(&after),
        diff: &Diff::default(),
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: told.after.map(time),
            by: time(told.by),
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
        watches: &[],
    };
    let other = Finding {
        severity: Severity(4),
        ..Finding::default()
    };
    let found = judge(&step, &Facts::default(), &[other])?;
    Some((found.why, !found.weighed.is_empty()))
}

#[track_caller]
fn between(after: &str, by: &str, expected: Option<(&str, bool)>) {
    let told = Told {
        after: Some(after),
        by,
        stamp: None,
        day: None,
    };
    let expected = expected.map(|(why, weighs)| (why.to_owned(), weighs));
    assert_eq!(said(&told), expected, "{after} to {by}");
}

#[test]
fn a_time_weighs_where_all_of_it_lies_in_the_window() {
    between(
        "2026-03-13T15:05:00Z",
        "2026-03-13T15:35:00Z",
        Some((
            "Changed on a Friday after 15:00 (Fri 13 March 2026, 15:05 to 15:35).",
            true,
        )),
    );
    between(
        "2026-03-13T14:55:00Z",
        "2026-03-13T15:35:00Z",
        Some((
            "First seen on a Friday after 15:00 (Fri 13 March 2026, 15:35).",
            false,
        )),
    );
    between("2026-03-11T10:00:00Z", "2026-03-11T11:00:00Z", None);
}

#[test]
fn evenings_nights_and_weekends_are_one_closed_time() {
    between(
        "2026-03-11T18:10:00Z",
        "2026-03-12T06:40:00Z",
        Some((
            "Changed outside working hours (Wed 11 March 2026, 18:10 to Thu 12 March 2026, 06:40).",
            true,
        )),
    );
    between(
        "2026-03-14T09:00:00Z",
        "2026-03-14T12:00:00Z",
        Some((
            "Changed at a weekend (Sat 14 March 2026, 09:00 to 12:00).",
            true,
        )),
    );
    between(
        "2026-03-13T16:00:00Z",
        "2026-03-16T06:00:00Z",
        Some((
            "Changed outside working hours (Fri 13 March 2026, 16:00 to Mon 16 March 2026, 06:00).",
            true,
        )),
    );
    between("2026-03-13T16:00:00Z", "2026-03-16T09:00:00Z", None);
}

#[test]
fn the_local_hour_counts() {
    // 17:10 UTC is 18:10 in London in summer.
    between(
        "2026-07-01T17:10:00Z",
        "2026-07-01T17:40:00Z",
        Some((
            "Changed in the evening, after 18:00 (Wed 1 July 2026, 18:10 to 18:40).",
            true,
        )),
    );
}

#[test]
fn the_stamp_of_the_page_counts_where_it_agrees_with_what_was_seen() {
    let mut told = Told {
        after: Some("2026-03-13T09:00:00Z"),
        by: "2026-03-16T09:00:00Z",
        stamp: Some("2026-03-13T19:40:00Z"),
        day: None,
    };
    let published =
        "Published on a Friday after 15:00 (Fri 13 March 2026, 19:40 by the page’s own clock).";
    assert_eq!(said(&told), Some((published.to_owned(), true)));
    told.stamp = Some("2026-03-12T19:40:00Z");
    assert_eq!(said(&told), None, "the old text still stood then");
}

#[test]
fn the_day_of_the_page_counts_as_a_day() {
    let told = Told {
        after: Some("2016-07-04T09:00:00Z"),
        by: "2016-07-08T09:00:00Z",
        stamp: None,
        day: Some("2016-07-06"),
    };
    let published =
        "Published on the day of the Iraq Inquiry report (Wed 6 July 2016 by the page’s own date).";
    assert_eq!(said(&told), Some((published.to_owned(), true)));
}

#[test]
fn recess_and_the_last_days_before_it_are_known() {
    between(
        "2016-08-10T10:00:00Z",
        "2016-08-10T11:00:00Z",
        Some((
            "Changed while the Commons were in recess, from 22 July to 4 September 2016 (Wed 10 August 2016, 11:00 to 12:00).",
            true,
        )),
    );
    between(
        "2016-07-19T10:00:00Z",
        "2016-07-20T11:00:00Z",
        Some((
            "Changed in the last 3 days of sitting before the recess of 22 July 2016 (Tue 19 July 2016, 11:00 to Wed 20 July 2016, 12:00).",
            true,
        )),
    );
    between(
        "2016-07-18T10:00:00Z",
        "2016-07-20T11:00:00Z",
        Some((
            "First seen in the last 3 days of sitting before the recess of 22 July 2016 (Wed 20 July 2016, 12:00).",
            false,
        )),
    );
}

#[test]
fn the_eve_of_a_bank_holiday_is_its_last_working_day() {
    between(
        "2026-12-24T10:00:00Z",
        "2026-12-24T11:00:00Z",
        Some((
            "Changed on the last working day before the bank holiday of Friday 25 December (Thu 24 December 2026, 10:00 to 11:00).",
            true,
        )),
    );
}

#[test]
fn a_page_never_seen_before_has_no_beginning() {
    let told = Told {
        after: None,
        by: "2026-03-14T12:00:00Z",
        stamp: None,
        day: None,
    };
    let seen = "First seen at a weekend (Sat 14 March 2026, 12:00).";
    assert_eq!(said(&told), Some((seen.to_owned(), false)));
}

#[test]
fn a_seen_moment_names_its_source() {
    let at = time("2026-03-14T12:00:00Z").naive_utc();
    let moment = Moment {
        from: at,
        to: at,
        source: Source::Seen,
    };
    assert_eq!(moment.day(), Some(at.date()));
}
