//! What every command answers, and how it ends.

use std::fs;

use crate::program::Program;
use crate::site::Answer;

const AT: &str = "--at 2026-03-02T09:00:00Z";
const LATER: &str = "--at 2026-03-02T11:00:00Z";
const SAFE: &str = "Patients can opt out at any time by telling their practice.";
const GONE: &str = "Data is collected from practices every month.";

#[test]
fn a_visit_ends_with_what_it_found() {
    let mut program = Program::with_page(SAFE);
    program.expect(&format!("{AT} visit page"), 0);
    program.expect(&format!("{AT} visit page"), 0);
    program.say(GONE);
    let said = program.expect(&format!("{LATER} visit page"), 1);
    assert!(said.text().contains("opt out"), "{}", said.text());
    assert!(said.text().contains("1 changed"), "{}", said.text());
    program.watch("missing", "/missing", "");
    program.expect(&format!("{LATER} visit missing"), 2);
    program.expect(&format!("{LATER} visit --all"), 2);
    program.say("Nothing is collected.");
    let said = program.expect(&format!("{LATER} visit --all"), 1);
    assert!(said.text().contains("1 failed"), "changed wins over failed");
}

#[test]
fn a_first_version_that_is_news_counts_as_a_change() {
    let mut program = Program::new();
    program.watch("page", "/page", "first = \"news\"");
    program.say("The Cohort and Imaging Explorer Dataset will hold a copy of every GP record.");
    program.expect("visit --all", 1);
}

#[test]
fn a_visit_answers_in_lines_of_json() {
    let mut program = Program::with_page(SAFE);
    program.watch("missing", "/missing", "");
    let rows = program
        .expect(&format!("{AT} --json visit --all"), 2)
        .json();
    assert_eq!(rows.len(), 2);
    let row = |id: &str| rows.iter().find(|row| row["watch"] == id).expect("a row");
    assert_eq!(row("page")["outcome"], "appeared");
    assert_eq!(row("page")["version"], 1);
    assert_eq!(row("page")["change"], "0..1");
    assert_eq!(row("missing")["outcome"], "failed");
    assert_eq!(row("missing")["failure"]["status"], 404);
    assert!(row("missing")["version"].is_null());
    program.say(GONE);
    let rows = program
        .expect(&format!("{LATER} --json visit page"), 1)
        .json();
    let row = &rows[0];
    assert_eq!(
        (&row["outcome"], &row["change"]),
        (&"changed".into(), &"1..2".into())
    );
    assert_eq!(row["at"], "2026-03-02T11:00:00Z");
    let findings = row["findings"].as_array().expect("findings");
    let highest = findings
        .iter()
        .filter_map(|finding| finding["severity"].as_u64())
        .max();
    assert_eq!(row["severity"].as_u64(), highest);
    let about = |finding: &&serde_json::Value| {
        finding["before"]
            .as_str()
            .is_some_and(|text| text.contains("opt out"))
    };
    let finding = findings
        .iter()
        .find(about)
        .expect("a finding with the words before");
    assert!(finding["rule"].is_string() && finding["names"].is_array());
    assert!(
        finding["why"]
            .as_str()
            .is_some_and(|why| why.ends_with('.'))
    );
    let rows = program
        .expect(&format!("{LATER} --json visit page"), 0)
        .json();
    assert_eq!(rows[0]["outcome"], "unchanged");
}

#[test]
fn every_command_that_answers_does_so_in_json() {
    let program = Program::with_page(SAFE);
    program.expect(&format!("{AT} visit page"), 0);
    program.say(GONE);
    program.expect(&format!("{LATER} visit page"), 1);
    let one = |command: &str| {
        let rows = program
            .expect(&format!("{LATER} --json {command}"), 0)
            .json();
        assert!(!rows.is_empty(), "{command} says nothing");
        rows
    };
    assert_eq!(one("list")[0]["standing"], "read");
    let history = one("history page");
    assert_eq!(history.len(), 2);
    assert_eq!(history[1]["after"], "2026-03-02T09:00:00Z");
    assert_eq!(history[1]["by"], "2026-03-02T11:00:00Z");
    assert_eq!(one("show page")[0]["version"]["no"], 2);
    assert!(one("show page@1 --headers")[0]["capture"]["hops"].is_array());
    assert_eq!(one("diff page")[0]["change"], "1..2");
    assert_eq!(one("diff page --format json"), one("diff page"));
    assert_eq!(one("changes")[0]["watch"], "page");
    assert!(one("deliver")[0]["sent"].is_array());
    assert_eq!(one("check")[0]["watches"], 1);
    assert!(one("verify")[0]["broken"].is_null());
    assert_eq!(one("rebuild")[0]["rebuilt"], true);
    assert_eq!(one("check --live")[1]["watch"], "page");
}

#[test]
fn every_option_can_stand_in_the_environment() {
    let mut program = Program::with_page(SAFE);
    fs::rename(program.path("watchlist.toml"), program.path("mine.toml")).expect("renamed");
    program.set("SMALLPRINT_WATCHLIST", "mine.toml");
    program.set("SMALLPRINT_DATA", "archive");
    program.set("SMALLPRINT_AT", "2026-03-02T09:00:00Z");
    program.set("SMALLPRINT_ALL", "1");
    program.set("SMALLPRINT_JSON", "1");
    let rows = program.expect("visit", 0).json();
    assert_eq!(rows[0]["at"], "2026-03-02T09:00:00Z");
    assert!(program.path("archive").is_dir() && !program.data().exists());
    program.set("SMALLPRINT_ALL", "");
    program.set("SMALLPRINT_DUE", "true");
    assert!(
        program.expect("visit", 0).json().is_empty(),
        "nothing is due yet"
    );
    program.set("SMALLPRINT_LIVE", "1");
    assert_eq!(program.expect("check", 0).json().len(), 2);
    program.set("SMALLPRINT_SINCE", "2026-03-03");
    assert!(program.expect("changes", 0).json().is_empty());
    program.set("SMALLPRINT_SINCE", "2026-03-01");
    assert_eq!(program.expect("changes", 0).json().len(), 1);
    program.set("SMALLPRINT_MIN_SEVERITY", "5");
    assert!(program.expect("changes", 0).json().is_empty());
    program.set("SMALLPRINT_TOPIC", "gp-dta");
    program.expect("changes", 2);
    program.set("SMALLPRINT_JSON", "0");
    program.set("SMALLPRINT_RAW", "yes");
    assert!(
        program
            .expect("show page", 0)
            .text()
            .starts_with("<!doctype html>")
    );
    program.set("SMALLPRINT_RAW", "no");
    program.set("SMALLPRINT_HEADERS", "yes");
    assert!(
        program
            .expect("show page", 0)
            .text()
            .contains("content-type: text/html")
    );
    program.set("SMALLPRINT_FORMAT", "html");
    assert!(
        program
            .expect("diff page 0..1", 0)
            .text()
            .starts_with("<!doctype html>")
    );
}

#[test]
fn a_page_cannot_write_on_the_terminal() {
    let mut program = Program::new();
    program.watch("page", "/page", "first = \"news\"");
    let body = crate::program::page(
        "The Cohort&#27;]0;owned&#7; Dataset will&#27;[2J hold every GP record.",
    );
    program.site.play(
        "/page",
        Answer::html(&body.replace("<title>", "<title>&#27;[31m")),
    );
    for command in [
        "check --live",
        "visit page",
        "list",
        "history page",
        "show page",
        "diff page",
        "changes",
        "deliver",
    ] {
        let said = program.run(command);
        let text = said.text() + &said.err;
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{7}'),
            "{command}: {text:?}"
        );
    }
}

#[test]
fn alerts_for_the_terminal_do_not_get_among_the_json() {
    let mut program = Program::with_page(SAFE);
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 3");
    program.expect(&format!("{AT} visit page"), 0);
    let said = program.expect("--json deliver", 0);
    assert_eq!(said.json()[0]["sent"].as_array().map(Vec::len), Some(1));
    assert!(said.err.contains("Watching 1 page"), "{}", said.err);
    program.say(GONE);
    program.expect(&format!("{LATER} visit page"), 1);
    let text = program.expect("deliver", 0).text();
    assert!(
        text.contains("┃ Before") && text.ends_with("1 sent, 0 given up, 0 waiting.\n"),
        "{text}"
    );
    assert_eq!(
        program.expect("deliver", 0).text(),
        "0 sent, 0 given up, 0 waiting.\n"
    );
}
