//! A clock that jumps: no visit is missed or doubled, nothing stands in a wrong order, and it is on record.

use std::fs;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::London;
use smallprint::store::{Store, StoreError};
use tokio::runtime::Runtime;

use crate::faults::shim;
use crate::program::{Program, page};
use crate::site::Answer;

const DAY: i64 = 24 * 60 * 60;

/// How many entries of the journal say that the clock went back.
fn went_back(program: &Program) -> usize {
    Runtime::new().expect("a runtime").block_on(async {
        let store = Store::open(&program.data()).await.expect("open");
        let mut count = 0;
        for no in 1.. {
            match store.entry(no).await {
                Ok(entry) => count += usize::from(entry.clock_went_back),
                Err(StoreError::Missing(_)) => break,
                Err(error) => panic!("{error}"),
            }
        }
        count
    })
}

#[test]
fn visits_by_a_clock_that_jumps_are_all_kept_in_their_order_and_marked() {
    let program = Program::with_page("Rule 0 of the practice holds.");
    let times = [
        "2026-03-02T09:00:00Z",
        "2026-03-02T12:00:00Z",
        // Back by two hours, far ahead, and set right.
        "2026-03-02T10:00:00Z",
        "2031-01-01T00:00:00Z",
        "2026-03-02T13:00:00Z",
    ];
    for (no, at) in times.iter().enumerate() {
        program.say(&format!("Rule {no} of the practice holds."));
        program.expect(&format!("--at {at} visit page"), i32::from(no > 0));
    }
    let rows = program.expect("--json history page", 0).json();
    let changes: Vec<String> = rows.iter().map(|row| row["change"].to_string()).collect();
    let wanted: Vec<String> = (0..5).map(|no| format!("\"{no}..{}\"", no + 1)).collect();
    assert_eq!(changes, wanted);
    let listed = program.expect("--json list", 0).json().remove(0);
    assert_eq!(listed["visits"], 5);
    assert!(
        went_back(&program) >= 2,
        "it is on record that it went back"
    );
    let found = program.expect("--json verify", 0).json().remove(0);
    assert!(found["broken"].is_null(), "{found}");
    // Nobody waits for 2031.
    for (at, visits) in [("13:30", 0), ("14:00", 1), ("14:01", 0), ("15:00", 1)] {
        let asked = program.site.asked_for("/page").len();
        program.expect(&format!("--at 2026-03-02T{at}:00Z visit --due"), 0);
        let more = program.site.asked_for("/page").len() - asked;
        assert_eq!(more, visits, "at {at}");
    }
}

#[test]
fn a_machine_whose_clock_jumps_a_day_ahead_and_back_visits_each_page_once_for_each() {
    let Some(library) = shim::library() else {
        return;
    };
    let mut program = Program::new();
    let clock = program.path("clock");
    for (name, value) in shim::wrong_clock(library, &clock) {
        program.set(name, &value);
    }
    program.watch("page", "/page", "every = \"1h\"");
    program.watch("tick", "/tick", "every = \"1s\"");
    for path in ["/page", "/tick"] {
        let text = page("Data is collected from practices every month.");
        program.site.play(path, Answer::html(&text));
    }
    let asked = || program.site.asked_for("/page").len();
    let mut running = program.start();
    running.until("the first round is done");
    // A new file in one step: what is half written would be another time.
    let set = |seconds: i64| {
        fs::write(program.path("clock.new"), seconds.to_string()).expect("written");
        fs::rename(program.path("clock.new"), &clock).expect("set");
    };
    let mut expected = 1;
    for seconds in [DAY, 0, -400 * DAY, 0] {
        running.until("tick: unchanged");
        assert_eq!(asked(), expected, "before it is {seconds} s wrong");
        set(seconds);
        running.until("page: unchanged");
        expected += 1;
        for _ in 0..3 {
            running.until("tick: unchanged");
        }
    }
    assert_eq!(asked(), expected, "once a jump");
    running.stop();
    fs::remove_file(&clock).expect("removed");
    let found = program.expect("--json verify", 0).json().remove(0);
    assert!(found["broken"].is_null(), "{found}");
    let listed = program.expect("--json list", 0).json();
    let visits =
        |id: &str| listed.iter().find(|row| row["watch"] == id).expect("a row")["visits"].clone();
    let made = |path: &str| program.site.asked_for(path).len();
    assert_eq!(visits("page"), made("/page"));
    assert_eq!(visits("tick"), made("/tick"));
}

/// When a page was visited on three days, by London's clocks, if somebody looked at these times of each day.
fn visited(schedule: &str, first: &str, minutes: [i64; 4]) -> Vec<String> {
    let mut program = Program::new();
    program.settle_in_settings("timezone = \"Europe/London\"");
    program.watch(
        "page",
        "/page",
        &format!("schedule = \"{schedule}\" # every"),
    );
    let text = page("Data is collected from practices every month.");
    program.site.play("/page", Answer::html(&text));
    let first: NaiveDate = first.parse().expect("a day");
    let noon: DateTime<Utc> = first.and_hms_opt(12, 0, 0).expect("a time").and_utc();
    program.expect(&format!("--at {} visit page", noon.to_rfc3339()), 0);
    let mut visited = Vec::new();
    for day in 1..=3 {
        for minutes in minutes {
            let at =
                noon + TimeDelta::days(day) - TimeDelta::hours(12) + TimeDelta::minutes(minutes);
            let asked = program.site.asked_for("/page").len();
            let due = format!("--at {} visit --due", at.format("%FT%TZ"));
            program.expect(&due, 0);
            let more = program.site.asked_for("/page").len() - asked;
            let shown = at.with_timezone(&London).format("%d %H:%M").to_string();
            visited.extend(std::iter::repeat_n(shown, more));
        }
    }
    visited
}

#[test]
fn when_the_clocks_change_a_daily_visit_is_made_once_a_day_at_its_hour() {
    let (nine, looked) = ("0 9 * * *", [450, 480, 540, 600]);
    assert_eq!(
        visited(nine, "2026-03-27", looked),
        ["28 09:00", "29 09:00", "30 09:00"]
    );
    assert_eq!(
        visited(nine, "2026-10-23", looked),
        ["24 09:00", "25 09:00", "26 09:00"]
    );
    // An hour that is not there in spring, and there twice in autumn.
    let (night, looked) = ("30 1 * * *", [30, 60, 90, 120]);
    assert_eq!(
        visited(night, "2026-03-27", looked),
        ["28 01:30", "29 02:00", "30 01:30"]
    );
    assert_eq!(
        visited(night, "2026-10-23", looked),
        ["24 01:30", "25 01:30", "26 01:30"]
    );
}
