//! Tries what the rows of registers say.

use chrono::DateTime;

use super::*;
use crate::diff;
use crate::findings::registers::days::date;
use crate::model::{Block, BlockKind, Bounds, ChangeKind, ReaderId, Watch};
use crate::rulebook::Book;

fn register(rows: &[&str]) -> Document {
    let row = |(at, text): (usize, &&str)| Block {
        kind: BlockKind::Row(text.split('|').map(str::to_owned).collect(), at == 0),
        text: text.replace('|', " | "),
        links: Vec::new(),
    };
    Document {
        blocks: rows.iter().enumerate().map(row).collect(),
        ..Document::empty(ReaderId("test".into()), "Register")
    }
}

const HEADINGS: &str = "Reference|Organisation|Dataset|Opt outs applied|Date";
const OLD_ROWS: [&str; 4] = [
    HEADINGS,
    "DARS-NIC-1|Leeds|HES|Yes|2014-04-02",
    "DARS-NIC-2|York|ECDS|Yes|01/06/2016",
    "DARS-NIC-3|York|HES|No|2016-06-01",
];

/// The findings as "rule severity: why".
#[track_caller]
fn case(new: &[&str], expected: &[&str]) {
    let (before, after) = (register(&OLD_ROWS), register(new));
    let watch = Watch::bare("page", "https://nhs.example/".parse().expect("an address"));
    let step = Step {
        watch: &watch,
        kind: ChangeKind::Edited,
        before: Some(&before),
        after: Some(&after),
        diff: &diff::between(&before, &after),
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: None,
            by: DateTime::UNIX_EPOCH,
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
        watches: &[],
    };
    let day = NaiveDate::from_ymd_opt(2016, 7, 6).expect("a day");
    let said: Vec<String> = judge(&step, day)
        .iter()
        .map(|finding| format!("{} {}: {}", finding.rule, finding.severity, finding.why))
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn rows_that_come_may_name_somebody_new_or_something_new() {
    let [a, b, c, d] = OLD_ROWS;
    case(&[a, b, c, d, "DARS-NIC-4|Leeds|HES|Yes|2016-07-01"], &[]);
    case(
        &[a, b, c, d, "DARS-NIC-4|Acme Ltd|HES|Yes|2016-07-01"],
        &["register-recipient 4: “Acme Ltd” stands in this table for the first time."],
    );
    case(
        &[a, b, c, d, "DARS-NIC-4|Leeds|ECDS|Yes|2016-07-01"],
        &["register-pair 4: “Leeds” with “ECDS” is new in this table."],
    );
    case(
        &[
            a,
            b,
            c,
            d,
            "DARS-NIC-4|Leeds|ECDS|Yes|2016-07-01",
            "DARS-NIC-5|Leeds|MHSDS|Yes|2016-07-01",
        ],
        &["register-pair 4: “Leeds” with “ECDS” is new in this table. So is 1 other pair."],
    );
}

#[test]
fn an_opt_out_may_turn_either_way() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, b, &c.replace("Yes", "No"), d],
        &["opt-out-flipped 5: “Opt outs applied” of DARS-NIC-2 was “Yes” and is “No”."],
    );
    case(
        &[a, b, c, &d.replace("No|", "Yes|")],
        &["opt-out-flipped 4: “Opt outs applied” of DARS-NIC-3 was “No” and is “Yes”."],
    );
    case(&[a, b, &c.replace("Yes", "Not applicable"), d], &[]);
}

#[test]
fn old_rows_are_not_to_change_and_rows_not_to_go() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, &b.replace("HES", "HES, linked"), c, d],
        &[
            "register-pair 4: “Leeds” with “HES, linked” is new in this table.",
            "row-altered 3: The row DARS-NIC-1 is dated 2 April 2014 and was altered since the last visit.",
        ],
    );
    case(&[a, b, &c.replace("01/06", "02/06"), d], &[]);
    case(
        &[a, c, d],
        &["rows-removed 4: The row DARS-NIC-1 is no longer in this table."],
    );
    let without: Vec<String> = OLD_ROWS
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            [&cells[..3], &cells[4..]].concat().join("|")
        })
        .collect();
    let without: Vec<&str> = without.iter().map(String::as_str).collect();
    case(
        &without,
        &["column-removed 3: The column “Opt outs applied” is no longer in this table."],
    );
    case(&[a, d, c, b], &[]);
}

#[test]
fn a_cell_that_is_a_date_is_read() {
    for (cell, expected) in [
        ("2014-04-02", Some("2014-04-02")),
        ("2014-04-02 00:00:00", Some("2014-04-02")),
        ("02/04/2014", Some("2014-04-02")),
        ("2 April 2014", Some("2014-04-02")),
        ("02-Apr-14", Some("2014-04-02")),
        ("Apr-2014", Some("2014-04-01")),
        ("since 2014-04-02", None),
        ("é2014-04-é2", None),
        ("123456", None),
    ] {
        assert_eq!(
            date(cell).map(|date| date.to_string()).as_deref(),
            expected,
            "{cell}"
        );
    }
}
