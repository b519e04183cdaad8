//! Names: said once, known ever after, listed with their places, and decided on.

use serde_json::Value;

use crate::program::{Program, Said, page};
use crate::site::Answer;

const SLEEP: &str = "Practices must submit the Primary Care Sleep Data Set (PCSDS) every month.";

/// Runs it with arguments that may hold spaces.
#[track_caller]
fn said(program: &Program, arguments: &[&str], code: i32) -> Said {
    let output = program
        .command(arguments)
        .output()
        .expect("the program runs");
    let said = Said::from(output);
    assert_eq!(
        said.code,
        code,
        "{arguments:?}\n{}{}",
        said.text(),
        said.err
    );
    said
}

/// Two pages, of which the first names a dataset from the second visit on.
fn told() -> Program {
    let mut program = Program::with_page("Practices send data every month.");
    program.watch("other", "/other", "");
    program.site.play(
        "/other",
        Answer::html(&page("Nothing is collected here yet.")),
    );
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 0);
    program.say(SLEEP);
    let report = &program
        .expect("--at 2026-03-02T11:00:00Z --json visit page", 1)
        .json()[0];
    assert_eq!(new_names(report), ["Primary Care Sleep Data Set"]);
    program
}

fn new_names(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    let new = findings.filter(|finding| finding["rule"] == "new-dataset");
    let names = new.flat_map(|finding| finding["names"].as_array().cloned().unwrap_or_default());
    names
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect()
}

fn says(program: &Program, at: &str, sentence: &str) -> Vec<String> {
    program.site.replay("/other", Answer::html(&page(sentence)));
    let said = program.run(&format!("--at {at} --json visit other"));
    assert_eq!(said.code, 1, "{}", said.err);
    new_names(&said.json()[0])
}

fn named(program: &Program, arguments: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["--json", "names"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    said(program, &all, 0).json()
}

#[test]
fn an_acronym_of_a_known_name_is_not_new_and_both_are_one() {
    let program = told();
    let again = "Submissions to the PCSDS data set begin in the month of May.";
    assert!(says(&program, "2026-03-03T09:00:00Z", again).is_empty());
    let rows = named(&program, &["sleep"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!(row["name"], "Primary Care Sleep Data Set");
    assert_eq!(row["kind"], "dataset");
    assert_eq!(row["aliases"][0], "PCSDS");
    assert_eq!(row["now"], 2);
    assert_eq!(row["first"]["watch"], "page");
    assert_eq!(row["first"]["version"], 2);
    assert_eq!(row["first"]["bounds"]["after"], "2026-03-02T09:00:00Z");
    assert_eq!(row["first"]["bounds"]["by"], "2026-03-02T11:00:00Z");
    assert_eq!(row["last"]["watch"], "other");
    assert_eq!(row["places"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_name_that_is_spelled_out_later_is_linked_and_not_said_twice() {
    let program = told();
    let short = "Submissions to the HWLD dataset begin in the month of May.";
    assert_eq!(
        says(&program, "2026-03-03T09:00:00Z", short),
        ["HWLD dataset"]
    );
    let long = "Submissions to the Hospital Waits Linked Dataset (HWLD) begin in the month of May.";
    assert!(says(&program, "2026-03-03T10:00:00Z", long).is_empty());
    let rows = named(&program, &["HWLD"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["name"], "Hospital Waits Linked Dataset");
    assert_eq!(rows[0]["first"]["version"], 2);
    // Another thing with the same acronym is another thing.
    let other = "Submissions to the Homes With Lead Database (HWLD) begin in the month of May.";
    let found = says(&program, "2026-03-03T11:00:00Z", other);
    assert_eq!(found, ["Homes With Lead Database"]);
}

#[test]
fn a_name_that_is_gone_keeps_its_first_and_last_mention() {
    let program = told();
    program.say("Practices send data every week.");
    program.expect("--at 2026-03-04T09:00:00Z visit page", 1);
    let row = &named(&program, &["Primary Care Sleep Data Set"])[0];
    assert_eq!(row["now"], 0);
    let place = &row["places"][0];
    assert_eq!(place["now"], false);
    assert_eq!(place["gone"]["by"], "2026-03-04T09:00:00Z");
    let shown = said(&program, &["names", "sleep"], 0).text();
    for part in [
        "PCSDS",
        "first in page version 2",
        "last in page version 2",
        "gone",
    ] {
        assert!(shown.contains(part), "no “{part}” in {shown}");
    }
}

#[test]
fn names_are_listed_by_time_kind_and_text() {
    let program = told();
    let programme = "Data on patients will be shared through the Elective Access Improvement Programme and the \
                     Northern Sleep Registry, under the Sleep Services Directions 2026.";
    says(&program, "2026-03-05T09:00:00Z", programme);
    let kinds: Vec<String> = named(&program, &["--new-since", "2026-03-05"])
        .iter()
        .map(|row| {
            format!(
                "{}: {}",
                row["kind"].as_str().unwrap_or(""),
                row["name"].as_str().unwrap_or("")
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "programme: Elective Access Improvement Programme",
            "register: Northern Sleep Registry",
            "direction: Sleep Services Directions 2026",
        ]
    );
    let registers = named(&program, &["--kind", "register"]);
    assert_eq!(registers.len(), 1, "{registers:?}");
    let told = said(&program, &["names", "--kind", "registre"], 2);
    assert!(told.err.contains("is no kind of name"), "{}", told.err);
    let none = said(&program, &["names", "no such name at all"], 0).text();
    assert!(none.contains("No such name"), "{none}");
}

#[test]
fn a_whole_name_shows_what_resembles_it() {
    let program = told();
    says(
        &program,
        "2026-03-05T09:00:00Z",
        "Hospitals must submit the National Sleep Register and the Stroke Waits Register every month.",
    );
    let row = &named(&program, &["Primary Care Sleep Data Set"])[0];
    assert_eq!(
        row["resembles"],
        serde_json::json!(["National Sleep Register"])
    );
}

#[test]
fn a_dismissed_name_is_listed_apart_and_can_be_restored() {
    let program = told();
    let dismiss = [
        "--at",
        "2026-03-04T09:00:00Z",
        "names",
        "dismiss",
        "PCSDS",
        "--why",
        "it is an example",
        "--by",
        "the desk",
    ];
    let told = said(&program, &dismiss, 0).text();
    assert!(told.contains("is dismissed"), "{told}");
    assert!(named(&program, &["--kind", "dataset"]).is_empty());
    let row = &named(&program, &["--dismissed"])[0];
    assert_eq!(row["ruling"]["decided"]["decided"], "dismissed");
    assert_eq!(row["ruling"]["by"], "the desk");
    assert_eq!(row["ruling"]["why"], "it is an example");
    assert_eq!(row["ruling"]["at"], "2026-03-04T09:00:00Z");
    // It is a fact of the journal: views made afresh know it.
    program.expect("rebuild", 0);
    assert_eq!(named(&program, &["--dismissed"]).len(), 1);
    let swap = "Practices must submit the Primary Care Snore Data Set every month.";
    program.say(swap);
    let report = &program
        .expect("--at 2026-03-05T11:00:00Z --json visit page", 1)
        .json()[0];
    assert!(!report.to_string().contains("\"renamed\""), "{report}");
    said(
        &program,
        &["names", "restore", "Primary Care Sleep Data Set"],
        0,
    );
    assert!(named(&program, &["--dismissed"]).is_empty());
    let again = said(
        &program,
        &["names", "restore", "Primary Care Sleep Data Set"],
        2,
    );
    assert!(again.err.contains("Nothing was decided"), "{}", again.err);
    program.expect("verify", 0);
}

#[test]
fn names_are_merged_over_the_socket_and_parted_again() {
    let mut program = told();
    program.watch("third", "/third", "");
    program.site.play(
        "/third",
        Answer::html(&page("Nothing is collected here yet.")),
    );
    let extract = "Practices must submit the Sleep Clinic Extract every month.";
    assert_eq!(
        says(&program, "2026-03-03T09:00:00Z", extract),
        ["Sleep Clinic Extract"]
    );
    let running = program.start();
    let merge = [
        "names",
        "merge",
        "Sleep Clinic Extract",
        "PCSDS",
        "--why",
        "the notice says so",
    ];
    let told = said(&program, &merge, 0).text();
    assert!(
        told.contains("is told as “Primary Care Sleep Data Set”"),
        "{told}"
    );
    let rows = named(&program, &["sleep"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        rows[0]["aliases"],
        serde_json::json!(["PCSDS", "Sleep Clinic Extract"])
    );
    assert_eq!(rows[0]["places"].as_array().map(Vec::len), Some(2));
    said(&program, &["names", "restore", "Sleep Clinic Extract"], 0);
    assert_eq!(named(&program, &["sleep"]).len(), 2);
    let wrong = said(
        &program,
        &["names", "merge", "Sleep Clinic Extrakt", "PCSDS"],
        2,
    );
    assert!(
        wrong.err.contains("Did you mean “Sleep Clinic Extract”"),
        "{}",
        wrong.err
    );
    running.stop();
}
