//! What a plan must hold: recorded next times, clock changes, jitter, and sentences for what is wrong.

use chrono_tz::Europe::London;
use serde_json::Value;

use super::*;

fn cron(expressions: &[&str], zone: Tz) -> Plan {
    let list = expressions.iter().map(|text| (*text).to_owned()).collect();
    Plan::of(&When::Cron(list), zone).expect("a plan")
}

fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

/// The next times of a plan, as London's clocks show them.
fn nexts(plan: &Plan, after: &str, count: usize) -> Vec<String> {
    let mut at = time(after);
    let mut shown = Vec::new();
    for _ in 0..count {
        at = plan.next(at).expect("a next time");
        shown.push(at.with_timezone(&London).to_rfc3339());
    }
    shown
}

#[track_caller]
fn case(expression: &str, after: &str, expected: &[&str]) {
    let plan = cron(&[expression], London);
    assert_eq!(
        nexts(&plan, after, expected.len()),
        expected,
        "{expression}"
    );
}

#[track_caller]
fn refused(expression: &str, saying: &str) {
    let when = When::Cron(vec!["@daily".to_owned(), expression.to_owned()]);
    let wrong = Plan::of(&when, London).expect_err(expression);
    let [(1, why)] = wrong.as_slice() else {
        panic!("{expression}: {wrong:?}");
    };
    assert!(why.contains(saying), "{expression}: {why}");
}

#[test]
fn recorded_next_times_of_five_fields_hold() {
    let text = include_str!("../../tests/data/cron/unix.json");
    let rows: Vec<Value> = serde_json::from_str(text).expect("rows");
    let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    let mut held = 0;
    for row in rows.iter().filter(|row| row["disputed"] != true) {
        let zone: Tz = text(row, "tz").parse().expect("a zone");
        let plan = cron(&[&text(row, "expr")], zone);
        let mut at = time(&text(row, "after"));
        for next in row["next"].as_array().expect("times") {
            at = plan.next(at).expect("a next time");
            assert_eq!(at, time(next.as_str().expect("a time")), "{row}");
        }
        held += 1;
    }
    assert_eq!(held, 136);
}

#[test]
fn disputed_times_come_once() {
    let text = include_str!("../../tests/data/cron/unix.json");
    let rows: Vec<Value> = serde_json::from_str(text).expect("rows");
    for row in rows.iter().filter(|row| row["disputed"] == true) {
        let plan = cron(&[row["expr"].as_str().expect("text")], London);
        let shown = nexts(&plan, row["after"].as_str().expect("text"), 6);
        assert_eq!(Value::from(shown), row["next_cronsim"]);
    }
}

#[test]
fn recorded_next_times_of_six_fields_hold() {
    let text = include_str!("../../tests/data/cron/robfig.json");
    let rows: Vec<Value> = serde_json::from_str(text).expect("rows");
    for row in &rows {
        let when = When::Cron(vec![row["expr"].as_str().expect("text").to_owned()]);
        let Some(next) = row["next"].as_str() else {
            assert!(Plan::of(&when, Tz::UTC).is_err(), "{row}");
            continue;
        };
        let after = row["after"].as_str().expect("text");
        let after = ["%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M %Y"]
            .iter()
            .find_map(|form| chrono::NaiveDateTime::parse_from_str(after, form).ok())
            .expect("a time");
        let plan = Plan::of(&when, Tz::UTC).expect("a plan");
        assert_eq!(
            plan.next(after.and_utc()),
            Some(time(&format!("{next}Z"))),
            "{row}"
        );
    }
    assert_eq!(rows.len(), 13);
}

#[test]
fn a_clock_change_neither_skips_nor_doubles_a_daily_visit() {
    let march = [
        "2026-03-28T01:30:00+00:00",
        "2026-03-29T02:00:00+01:00",
        "2026-03-30T01:30:00+01:00",
    ];
    case("30 1 * * *", "2026-03-27T12:00:00Z", &march);
    case("0 30 1 * * *", "2026-03-27T12:00:00Z", &march);
    let october = [
        "2026-10-24T01:30:00+01:00",
        "2026-10-25T01:30:00+01:00",
        "2026-10-26T01:30:00+00:00",
    ];
    case("30 1 * * *", "2026-10-23T12:00:00Z", &october);
    case("30 1 * * Mon-Sun", "2026-10-23T12:00:00Z", &october);
    case(
        "30 1,13 * * *",
        "2026-10-25T00:00:00Z",
        &["2026-10-25T01:30:00+01:00", "2026-10-25T13:30:00+00:00"],
    );
    case(
        "*/20 1 * * *",
        "2026-03-29T00:00:00Z",
        &["2026-03-29T02:00:00+01:00", "2026-03-30T01:00:00+01:00"],
    );
    case(
        "0 1 * * *",
        "2026-10-25T00:30:00Z",
        &["2026-10-26T01:00:00+00:00"],
    );
}

#[test]
fn a_clock_change_makes_no_hole_and_no_crowd_in_a_steady_pace() {
    for (expression, minutes) in [
        ("0 * * * *", 60),
        ("*/30 * * * *", 30),
        ("0 4/15 * * * *", 15),
        ("5 0-23 * * *", 60),
        ("@hourly", 60),
    ] {
        for from in ["2026-03-28T12:34:56Z", "2026-10-24T12:34:56Z"] {
            let plan = cron(&[expression], London);
            let mut at = plan.next(time(from)).expect("a time");
            for _ in 0..100 {
                let next = plan.next(at).expect("a time");
                assert_eq!(
                    (next - at).num_minutes(),
                    minutes,
                    "{expression} after {at}"
                );
                at = next;
            }
        }
    }
}

#[test]
fn a_place_whose_clock_changes_by_half_an_hour_or_a_day_is_served() {
    let plan = cron(&["15 2 * * *"], Tz::Australia__Lord_Howe);
    let next = plan.next(time("2026-10-03T00:00:00Z")).expect("a time");
    assert_eq!(
        next.with_timezone(&Tz::Australia__Lord_Howe).to_rfc3339(),
        "2026-10-04T02:30:00+11:00"
    );
    let plan = cron(&["0 9 * * *"], Tz::Pacific__Apia);
    let next = plan.next(time("2011-12-30T00:00:00Z")).expect("a time");
    assert_eq!(
        next.with_timezone(&Tz::Pacific__Apia).to_rfc3339(),
        "2011-12-31T00:00:00+14:00"
    );
}

#[test]
fn either_kind_of_day_will_do_in_five_fields_and_both_are_needed_in_six() {
    case(
        "0 9 13 * 5",
        "2026-11-10T00:00:00Z",
        &["2026-11-13T09:00:00+00:00", "2026-11-20T09:00:00+00:00"],
    );
    case(
        "0 0 9 13 * Fri",
        "2026-11-14T00:00:00Z",
        &["2027-08-13T09:00:00+01:00"],
    );
    case(
        "0 9 */2 * 5",
        "2026-11-14T00:00:00Z",
        &["2026-11-27T09:00:00+00:00"],
    );
    case(
        "0 9 31 2 Mon",
        "2026-01-01T00:00:00Z",
        &["2026-02-02T09:00:00+00:00"],
    );
}

#[test]
fn several_expressions_are_one_plan() {
    let plan = cron(
        &[
            "0 11 7-21/2 * * Mon-Fri",
            "31 10,18 * * Sat,Sun",
            "11 21 * * 5",
        ],
        London,
    );
    assert_eq!(
        nexts(&plan, "2026-11-20T18:00:00Z", 5),
        [
            "2026-11-20T19:11:00+00:00",
            "2026-11-20T21:11:00+00:00",
            "2026-11-21T10:31:00+00:00",
            "2026-11-21T18:31:00+00:00",
            "2026-11-22T10:31:00+00:00"
        ]
    );
}

#[test]
fn what_is_no_schedule_is_refused_in_a_sentence() {
    refused("", "not 0");
    refused("0 9 * *", "not 4");
    refused("0 0 9 * * Mon 2027", "not 7");
    refused("61 9 * * *", "“61” is no minute; write 0 to 59");
    refused("0 24 * * *", "“24” is no hour");
    refused("0 9 0 * *", "“0” is no day of the month");
    refused("0 9 * 13 *", "“13” is no month");
    refused("0 9 * * 8", "“8” is no weekday");
    refused("0 9 * * Frid-", "no weekday");
    refused("*/0 * * * *", "“*/0” is no minute");
    refused("99999999999999999999 * * * *", "no minute");
    refused("0 9 L * *", "“L” is no day");
    refused("0 9 é * *", "“é” is no day");
    refused("0 0 9 * * 1-5", "write Mon-Fri instead of 1-5");
    refused("@reboot", "write @hourly, @daily");
    refused("0 9 30 2 *", "this day never comes");
    refused("0 0 9 31 Apr,Jun *", "this day never comes");
    assert!(Plan::of(&When::Cron(vec![]), London).is_err());
    assert!(Plan::of(&When::Every(0), London).is_err());
    assert!(Plan::of(&When::Every(u64::MAX), London).is_err());
}

#[test]
fn every_wrong_expression_is_named_by_its_place() {
    let list = ["x", "@daily", "0 0 9 * * 1"].map(str::to_owned).to_vec();
    let wrong = Plan::of(&When::Cron(list), London).expect_err("two mistakes");
    let places: Vec<usize> = wrong.iter().map(|(index, _)| *index).collect();
    assert_eq!(places, [0, 2]);
}

#[test]
fn an_interval_runs_from_the_last_visit() {
    let plan = Plan::of(&When::Every(1800), London).expect("a plan");
    let after = time("2026-10-25T00:59:59Z");
    assert_eq!(plan.next(after), Some(time("2026-10-25T01:29:59Z")));
    assert_eq!(plan.next_for(&"a".into(), after, 120), plan.next(after));
}

#[test]
fn jitter_is_the_watchs_own_and_loses_no_visit() {
    let plan = cron(&["*/10 7-19 * * *", "0 21 * * *"], London);
    let mut puts_off = std::collections::BTreeSet::new();
    for watch in ["nhse-care-data", "ndo", "fdp-hub", "a", "b", "c"].map(WatchId::from) {
        for jitter in [0, 1, 30, 60, 120, 3600] {
            let (mut tick, mut due) = (time("2026-11-20T06:00:00Z"), time("2026-11-20T06:00:00Z"));
            for _ in 0..200 {
                tick = plan.next(tick).expect("a time");
                let next = plan.next_for(&watch, due, jitter).expect("a time");
                let off = (next - tick).num_seconds();
                assert!(
                    (0..=i64::from(jitter)).contains(&off)
                        && (jitter == 0 || off < i64::from(jitter))
                );
                assert!(
                    next < plan.next(tick).expect("a time"),
                    "{watch} passes the following visit"
                );
                assert_eq!(
                    plan.next_for(&watch, next - TimeDelta::seconds(1), jitter),
                    Some(next)
                );
                due = next;
                puts_off.insert(off);
            }
        }
    }
    assert!(
        puts_off.len() > 10,
        "all watches are put off alike: {puts_off:?}"
    );
}

#[test]
fn a_watch_is_due_when_its_time_has_come_and_once_for_all_it_missed() {
    let (plan, watch) = (cron(&["23 7,19 * * *"], London), WatchId::from("ndo"));
    let now = time("2026-11-20T12:00:00Z");
    assert!(plan.is_due(&watch, None, now, 120));
    assert!(!plan.is_due(&watch, Some(time("2026-11-20T07:26:00Z")), now, 120));
    assert!(plan.is_due(&watch, Some(time("2026-11-01T07:26:00Z")), now, 120));
    assert!(!plan.is_due(&watch, Some(now), now, 120));
    assert!(!plan.is_due(&watch, Some(now), time("2026-11-20T19:22:59Z"), 120));
    assert!(plan.is_due(&watch, Some(now), time("2026-11-20T19:25:00Z"), 120));
}
