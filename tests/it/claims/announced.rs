//! `smallprint announced`: the share of edits that publishers announced.

use serde_json::Value;

use crate::program::{Program, page};
use crate::site::Answer;

/// Three pages: one that announces one edit of two, one that shows no date, one of nobody in particular.
fn watched() -> Program {
    let mut program = Program::new();
    program.watch("dated", "/dated", "publisher = \"Department of Data\"");
    program.watch("bare", "/bare", "publisher = \"Office of Silence\"");
    program.watch("nobody", "/nobody", "");
    let texts = [
        (
            "Published 1 April 2015. Updated 1 May 2015",
            "once a year",
            "2015-12-30T12:00:00Z",
        ),
        (
            "Published 1 April 2015. Updated 30 December 2015",
            "once a month",
            "2015-12-31T12:00:00Z",
        ),
        (
            "Published 1 April 2015. Updated 30 December 2015",
            "once a week",
            "2016-02-03T12:00:00Z",
        ),
        (
            "Published 1 April 2015. Updated 30 December 2015",
            "once a day",
            "2016-02-04T12:00:00Z",
        ),
    ];
    for (stated, words, at) in texts {
        let sentence = format!("Practices share data {words}.");
        for path in ["/bare", "/nobody"] {
            program.site.replay(path, Answer::html(&page(&sentence)));
        }
        let (published, updated) = stated.split_once(". ").expect("two dates");
        let dated =
            page(&sentence).replace("</h1>", &format!("</h1><p>{published}</p><p>{updated}</p>"));
        assert!(dated.contains(updated));
        program.site.replay("/dated", Answer::html(&dated));
        let said = program.run(&format!("--at {at} visit --all"));
        assert!(said.code < 2, "{}", said.err);
    }
    program
}

fn row<'a>(rows: &'a [Value], key: &str, name: &str, period: Option<&str>) -> &'a Value {
    rows.iter()
        .find(|row| row[key] == name && row["period"].as_str() == period)
        .unwrap_or_else(|| panic!("no row of {name} {period:?}: {rows:#?}"))
}

#[test]
fn the_share_is_told_by_publisher_and_time_with_its_denominator() {
    let program = watched();
    let rows = program.expect("--json announced", 0).json();
    let counts = |row: &Value| {
        ["edits", "announced", "unannounced", "no_claim"].map(|key| row[key].as_u64().unwrap_or(99))
    };
    let of = |period| row(&rows, "publisher", "Department of Data", period);
    assert_eq!(counts(of(None)), [3, 1, 2, 0]);
    assert_eq!(counts(of(Some("2015"))), [1, 1, 0, 0]);
    assert_eq!(counts(of(Some("2016"))), [2, 0, 2, 0]);
    assert_eq!(of(Some("2015"))["share"], 1.0);
    assert_eq!(of(Some("2016"))["share"], 0.0);
    let silent = row(&rows, "publisher", "Office of Silence", None);
    assert_eq!(
        (counts(silent), &silent["share"]),
        ([0, 0, 0, 3], &Value::Null)
    );
    assert_eq!(
        counts(row(&rows, "publisher", "127.0.0.1", None)),
        [0, 0, 0, 3]
    );

    let rows = program.expect(
        "--json announced --by watch --per month --since 2016-01-01",
        0,
    );
    let rows = rows.json();
    assert_eq!(
        counts(row(&rows, "watch", "dated", Some("2016-02"))),
        [2, 0, 2, 0]
    );
    assert!(rows.iter().all(|row| row["period"] != "2015-12"));

    let text = program.expect("announced", 0).text();
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("no “{part}” in {text}"))
    };
    at("1 of 3 edits announced (33 %); 2 unannounced");
    let apart = at("No claim possible");
    assert!(apart < at("Office of Silence: 3 edits"), "{text}");
    assert!(apart > at("Department of Data"), "{text}");
}

#[test]
fn a_running_program_answers_the_same() {
    let program = watched();
    let alone = program.expect("--json announced", 0).text();
    let running = program.start();
    assert_eq!(program.expect("--json announced", 0).text(), alone);
    running.stop();
}

#[test]
fn where_nothing_was_edited_that_is_said_and_a_wrong_word_is_named() {
    let program = Program::with_page("Patients can opt out at any time.");
    program.run("visit --all");
    let text = program.expect("announced", 0).text();
    assert!(text.contains("No edit has been seen"), "{text}");
    let said = program.expect("announced --by author", 2);
    assert!(said.err.contains("publisher, watch"), "{}", said.err);
}

#[test]
fn a_change_carries_its_claim_in_json() {
    let program = watched();
    let rows = program.expect("--json changes", 0).json();
    let of = |span: &str| {
        let mut of_page = rows.iter().filter(|row| row["watch"] == "dated");
        let row = of_page.find(|row| row["change"] == span);
        row.expect("a change")["claim"]["kind"].clone()
    };
    assert_eq!(of("1..2"), "announced");
    assert_eq!(of("2..3"), "unannounced");
    let first = rows.iter().find(|row| row["change"] == "0..1");
    assert_eq!(first.expect("a change")["claim"], Value::Null);
}
