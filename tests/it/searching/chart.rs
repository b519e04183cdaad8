//! The counts beside a phrase say of a page what every other answer says of it: there, gone, or not known.

use serde_json::Value;

use crate::program::{Program, page};
use crate::site::Answer;

const WORDS: &str = "Patients can opt out at any time.";

/// The page at these hours of January 2026, as it is then.
fn visit(program: &Program, hours: impl IntoIterator<Item = u32>, answer: &Answer) {
    program.site.replay("/page", answer.clone());
    for hour in hours {
        let at = format!("--at 2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
        let said = program.run(&format!("{at} visit page"));
        assert!(said.code < 3, "{}{}", said.text(), said.err);
    }
}

/// The seconds of January in which the page was there, was gone, and nothing is known of it.
fn spells(program: &Program) -> [f64; 3] {
    let said = program.expect("--at 2026-02-01T00:00:00Z --json coverage page", 0);
    let mut seconds = [0.0; 3];
    for spell in said.json()[0]["spells"].as_array().expect("spells") {
        let time = |field: &str| {
            let text = spell[field].as_str().expect("a time");
            text.parse::<chrono::DateTime<chrono::Utc>>()
                .expect("a time")
        };
        let was = ["present", "absent", "unknown"];
        let place = was.iter().position(|was| spell["was"] == *was);
        let length = time("until") - time("from");
        seconds[place.expect("a word")] += length.num_seconds() as f64;
    }
    seconds
}

/// What the counts say of January: the pages watched at its end, and the share of time in which nothing is known.
fn january(program: &Program) -> (u64, Option<f64>) {
    let said = program.expect("--at 2026-02-01T00:00:00Z --json phrase opt --per month", 0);
    let rows = said.json();
    let counts: Vec<&Value> = rows
        .iter()
        .filter_map(|row| row["counts"].as_array())
        .flatten()
        .collect();
    // Where no page stood at its end, and none before, there is nothing to count.
    let Some(month) = counts.first() else {
        return (0, None);
    };
    assert_eq!(month["period"], "2026-01");
    let watched = month["watched"].as_u64().expect("a number");
    (watched, month["unknown"].as_f64())
}

#[track_caller]
fn agrees(program: &Program) -> [f64; 3] {
    let told = spells(program);
    let [there, _, unknown] = told;
    let share = january(program).1.expect("a share");
    let expected = unknown / (there + unknown);
    // A second at the end, and no more.
    assert!(
        (share - expected).abs() < 1e-5,
        "{share} and not {expected}: {told:?}"
    );
    told
}

#[test]
fn the_share_of_time_of_which_nothing_is_known_is_the_one_that_the_coverage_tells() {
    let program = Program::with_page(WORDS);
    // Its host is well: what is not there is gone.
    program
        .site
        .replay("/", Answer::html(&page("The front page.")));
    let (there, down, gone) = (
        Answer::html(&page(WORDS)),
        Answer::status(503),
        Answer::status(404),
    );
    visit(&program, (0..=96).step_by(12), &there);
    assert_eq!(january(&program).0, 1);
    agrees(&program);
    // It fails for a day, and every other time on the next.
    visit(&program, (108..=132).step_by(12), &down);
    for hour in (138..168).step_by(12) {
        visit(&program, [hour], &there);
        visit(&program, [hour + 6], &down);
    }
    visit(&program, (174..=198).step_by(12), &there);
    agrees(&program);
    // Nobody looks for five days; then it is gone, and comes back as it was.
    visit(&program, (320..=356).step_by(12), &there);
    visit(&program, (368..=440).step_by(12), &gone);
    assert_eq!(january(&program).0, 0, "it is gone at the end");
    assert!(spells(&program)[1] > 0.0, "{:?}", spells(&program));
    visit(&program, (452..=500).step_by(12), &there);
    let [there, away, unknown] = agrees(&program);
    assert!(
        there > 600_000.0 && away > 100_000.0 && unknown > 1_000_000.0,
        "{there} {away} {unknown}"
    );
    assert_eq!(january(&program).0, 1);
    // Views that are made afresh say the same.
    let before = january(&program);
    program.expect("rebuild", 0);
    assert_eq!(january(&program), before);
}
