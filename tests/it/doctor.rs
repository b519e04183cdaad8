//! `doctor` says of each thing that the program needs whether it is there, and what to do where it is not.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::browser::chromium;
use crate::discord::{Discord, TOKEN};
use crate::program::{Program, Said};
use crate::site::Answer;

const HERE: u64 = 123_456_789_012_345_678;
/// What is looked at on every machine.
const ALWAYS: [&str; 15] = [
    "watchlist",
    "archive",
    "clock",
    "disk",
    "writing",
    "temporary folder",
    "permissions",
    "secrets",
    "open files",
    "dns",
    "hosts",
    "tls",
    "browser",
    "helpers",
    "workers",
];

/// The rows by what they are of.
fn rows(said: &Said) -> BTreeMap<String, Value> {
    let rows = said.json().into_iter();
    rows.map(|row| (row["of"].as_str().expect("a name").to_owned(), row))
        .collect()
}

#[track_caller]
fn standing(said: &Said, of: &str) -> String {
    let rows = rows(said);
    let row = rows
        .get(of)
        .unwrap_or_else(|| panic!("no {of} in {rows:#?}"));
    row["standing"].as_str().expect("a word").to_owned()
}

#[track_caller]
fn says(said: &Said, of: &str, standing: &str, part: &str) {
    let rows = rows(said);
    let row = rows
        .get(of)
        .unwrap_or_else(|| panic!("no {of} in {rows:#?}"));
    assert_eq!(row["standing"], standing, "{row}");
    assert!(row.to_string().contains(part), "{row}");
    assert_eq!(row["remedy"].is_string(), standing != "ok", "{row}");
}

#[test]
fn a_bare_machine_is_told_what_to_do() {
    let program = Program::new();
    fs::remove_file(program.path("watchlist.toml")).expect("it was there");
    let said = program.expect("--json doctor", 2);
    says(&said, "watchlist", "wrong", "--watchlist FILE");
    says(&said, "archive", "warning", "There is no archive");
    says(&said, "clock", "ok", "no host could be asked");
    says(&said, "workers", "ok", "A PDF");
    says(&said, "channels", "warning", "No token");
    // Where it is run is said, not only what it is called there.
    says(&said, "writing", "ok", &program.data().to_string_lossy());
    let found = rows(&said);
    for of in ALWAYS {
        assert!(found.contains_key(of), "nothing of {of}");
    }
    assert!(!program.data().exists(), "nothing is made");
    let left: Vec<_> = fs::read_dir(program.path(""))
        .expect("the folder")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn with_all_in_place_nothing_is_wrong() {
    let program = Program::with_page("Patients can opt out at any time.");
    program.expect("visit page", 0);
    let said = program.expect("--json doctor", 0);
    says(&said, "watchlist", "ok", "1 watch, 1 of them enabled");
    says(&said, "archive", "ok", "entries, the newest of ");
    says(&said, "hosts", "ok", "127.0.0.1");
    says(&said, "channels", "ok", "the terminal");
    for (of, row) in rows(&said) {
        assert_ne!(row["standing"], "wrong", "{of}: {row}");
    }
    assert_eq!(
        program.site.asked_for("/page").len(),
        1,
        "no page is visited"
    );
    let text = program.expect("doctor", 0).text();
    assert!(
        text.lines()
            .last()
            .expect("a line")
            .starts_with("Nothing is wrong."),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "no colour where nobody watches");
}

#[test]
fn mistakes_of_the_watchlist_are_wrong_and_the_rest_is_looked_at_all_the_same() {
    let mut program = Program::with_page("Patients can opt out at any time.");
    program.settle("[discord]\ntoken_file = \"not-there\"");
    let said = program.expect("--json doctor", 2);
    says(&said, "watchlist", "wrong", "not-there cannot be read");
    says(&said, "hosts", "ok", "127.0.0.1");
    program.settle("nonsense = true");
    let said = program.expect("--json doctor", 2);
    says(&said, "watchlist", "wrong", "smallprint check");
    assert_eq!(standing(&said, "disk"), "ok");
}

#[test]
fn a_clock_is_held_against_a_host_that_is_watched_and_against_the_archive() {
    let program = Program::with_page("Patients can opt out at any time.");
    let dated = Answer::text("").header("date", "Fri, 20 Nov 2026 12:00:00 GMT");
    program.site.play("/robots.txt", dated);
    let at = |time: &str, code| program.expect(&format!("--json --at {time} doctor"), code);
    says(
        &at("2026-11-20T12:00:30Z", 0),
        "clock",
        "ok",
        "127.0.0.1 agrees",
    );
    says(
        &at("2026-11-20T11:55:00Z", 0),
        "clock",
        "warning",
        "5 minutes behind",
    );
    says(
        &at("2026-11-21T13:00:00Z", 2),
        "clock",
        "wrong",
        "1 day ahead of",
    );
    program.expect("--at 2026-11-25T12:00:00Z visit page", 0);
    says(
        &at("2026-11-20T12:00:30Z", 2),
        "clock",
        "wrong",
        "before the newest entry",
    );
}

#[test]
fn a_running_program_is_found_and_is_no_trouble() {
    let program = Program::with_page("Patients can opt out at any time.");
    says(
        &program.expect("--json doctor --running", 2),
        "running",
        "wrong",
        "smallprint run",
    );
    let running = program.start();
    says(
        &program.expect("--json doctor", 0),
        "archive",
        "ok",
        "a running smallprint holds it",
    );
    says(
        &program.expect("--json doctor --running", 0),
        "running",
        "ok",
        "answers",
    );
    running.stop();
    program.expect("doctor --running", 2);
}

#[test]
fn a_damaged_archive_is_wrong_with_the_exit_code_of_one() {
    let program = Program::with_page("Patients can opt out at any time.");
    program.expect("visit page", 0);
    fs::write(program.data().join("format"), "999\n").expect("written");
    let said = program.run("--json doctor");
    assert_eq!(said.code, 3, "{}", said.text());
    assert_eq!(rows(&said)["archive"]["standing"], "wrong");
    assert_eq!(standing(&said, "disk"), "ok");
}

#[test]
fn a_secret_that_anybody_can_read_is_named_and_not_told() {
    let mut program = Program::with_page("Patients can opt out at any time.");
    program.settle("[discord]\ntoken_file = \"token\"");
    let file = program.path("token");
    fs::write(&file, "a-secret-of-the-tests").expect("written");
    let open = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
    // Whoever cannot enter the folder cannot read what is in it.
    open(0o644);
    let folder = program.path("");
    let enter =
        |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).expect("a mode");
    enter(0o700);
    program.expect("doctor", 0);
    enter(0o755);
    let said = program.expect("--json doctor", 2);
    says(&said, "secrets", "wrong", "chmod 600");
    assert!(!said.text().contains("a-secret-of-the-tests"));
    open(0o600);
    assert_eq!(
        standing(&program.expect("--json doctor", 0), "secrets"),
        "ok"
    );
}

#[test]
fn the_limit_of_open_files_is_looked_at() {
    let program = Program::new();
    for (limit, wanted) in [(200, "wrong"), (512, "warning"), (2048, "ok")] {
        let mut shell = std::process::Command::new("sh");
        let line = format!("ulimit -n {limit} && exec \"$0\" --json doctor");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_smallprint")]);
        shell.current_dir(program.path(""));
        let said = Said::from(shell.output().expect("a shell"));
        says(&said, "open files", wanted, &limit.to_string());
    }
}

#[test]
fn discord_is_asked_as_discord_check_asks_it() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let mut program = Program::with_page("Patients can opt out at any time.");
    program.settle(&format!(
        "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{HERE}\"\n[[route]]\nto = \"ntfy:PHONE\"",
        discord.base
    ));
    let said = program.expect("--json doctor", 2);
    says(&said, "token", "wrong", "DISCORD_TOKEN");
    says(
        &said,
        "ntfy:PHONE",
        "warning",
        "PHONE with its address is not set",
    );
    program.set("DISCORD_TOKEN", "another-token");
    let said = program.expect("--json doctor", 2);
    says(&said, "token", "wrong", "refuses the bot token");
    assert!(!said.text().contains("another-token"));
    program.set("DISCORD_TOKEN", TOKEN);
    let told: Vec<Value> = program.expect("--json discord check", 0).json();
    let said = program.expect("--json doctor", 0);
    assert!(told.len() > 1, "{told:#?}");
    for point in told {
        let of = point["of"].as_str().expect("a name");
        says(&said, of, "ok", point["says"].as_str().expect("a sentence"));
    }
    assert!(!said.text().contains(TOKEN));
}

#[test]
fn a_browser_that_a_watch_needs_and_that_is_not_there_is_wrong() {
    let mut program = Program::new();
    says(
        &program.expect("--json doctor", 0),
        "browser",
        "ok",
        "No watch needs a Chromium",
    );
    program.watch("built", "/built", "render = \"browser\"");
    says(
        &program.expect("--json doctor", 2),
        "browser",
        "wrong",
        "Install Chromium",
    );
}

#[tokio::test]
async fn a_browser_is_tried_on_a_page_of_the_programs_own() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let mut program = Program::new();
    program.watch("built", "/built", "render = \"browser\"");
    program.settle_in_settings(&format!("browser = \"{}\"", chromium.display()));
    says(
        &program.expect("--json doctor", 0),
        "browser",
        "ok",
        "builds pages",
    );
    assert!(program.site.asked_for("/built").is_empty());
}
