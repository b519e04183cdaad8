//! The same times as another library tells over ten years.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{Europe::London, Tz};
use croner::Cron;
use croner::parser::{CronParser, Seconds};

use crate::model::When;
use crate::schedule::Plan;

fn new_year(year: i32) -> DateTime<Utc> {
    let time = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0);
    time.single().expect("a time")
}

fn oracle(expression: &str) -> Cron {
    let six = expression.split_whitespace().count() == 6;
    let parser = CronParser::builder()
        .seconds(Seconds::Optional)
        .dom_and_dow(six)
        .build();
    parser.parse(expression).expect("croner reads it too")
}

/// Steps both libraries side by side from one time to another, and says how many times they agreed.
#[track_caller]
fn agree(expression: &str, zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> usize {
    let when = When::Cron(vec![expression.to_owned()]);
    let plan = Plan::of(&when, zone).expect("a plan");
    let oracle = oracle(expression);
    let (mut at, mut agreed) = (from, 0);
    while at < until {
        let next = oracle
            .find_next_occurrence(&at.with_timezone(&zone), false)
            .expect("a next time");
        let ours = plan.next(at).expect("a next time");
        assert_eq!(
            ours.with_timezone(&zone),
            next,
            "{expression} in {zone} after {at}"
        );
        (at, agreed) = (ours, agreed + 1);
    }
    agreed
}

#[test]
fn another_library_agrees_on_every_daily_or_rarer_time_of_ten_years() {
    let expressions = [
        "30 1 * * *",
        "0 1 * * *",
        "59 1 * * *",
        "0 2 * * *",
        "30 0 * * *",
        "0 30 1 * * *",
        "15 30 1 * * Mon-Fri",
        "0 9 * * 1-5",
        "0 0 * * 0",
        "30 1 * * 7",
        "0 12 1,15 * 5",
        "0 0 29 2 *",
        "17 3 13 * Fri",
        "0 51 5 2 * *",
        "0 41 6 * * Mon",
        "30 1 28-31 3,10 *",
        "0 9 * Jan-Mar,oct Sun,3",
        "23 7,19 * * *",
        "0 23 7,19 * * *",
        "45 5 */9 * *",
        "0 0 12 13 * Fri",
    ];
    let (from, until) = (new_year(2025), new_year(2035));
    let agreed: usize = expressions
        .iter()
        .map(|expression| agree(expression, London, from, until))
        .sum();
    assert!(agreed > 30_000, "only {agreed} times were compared");
}

#[test]
fn another_library_agrees_on_a_steady_pace_around_the_clock_changes_of_ten_years() {
    let expressions = [
        "0 * * * *",
        "*/30 * * * *",
        "*/15 * * * *",
        "7-59/13 * * * *",
        "0 4-59/15 * * * *",
        "30 0 0-5 * * *",
        "0 0-23 * * *",
        "0 11 7-21/2 * * Mon-Fri",
        "0 4-59/15 7-19 * * Mon-Fri",
        "0 2-59/10 6-23 * * *",
        "10,30 15-20 * * *",
        "*/10 0-2 * * Sun",
    ];
    for year in 2025..2035 {
        for (month, day) in [(3, 23), (10, 23)] {
            let from = Utc
                .with_ymd_and_hms(year, month, day, 22, 30, 0)
                .single()
                .expect("a time");
            for zone in [London, Tz::America__New_York, Tz::Australia__Lord_Howe] {
                for expression in expressions {
                    let days = if zone == London { 9 } else { 1 };
                    agree(expression, zone, from, from + TimeDelta::days(days));
                }
            }
        }
    }
}
