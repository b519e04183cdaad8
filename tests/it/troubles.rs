//! What is said when something cannot be done, with what to do instead.

use std::fs;

use crate::program::Program;

const AT: &str = "--at 2026-03-02T09:00:00Z";
const LATER: &str = "--at 2026-03-02T11:00:00Z";
const SAFE: &str = "Patients can opt out at any time by telling their practice.";
const GONE: &str = "Data is collected from practices every month.";

#[test]
fn what_cannot_be_done_is_said_with_what_to_do_instead() {
    let program = Program::with_page(SAFE);
    program.expect("visit page", 0);
    for (command, parts) in [
        ("history pages", &["“pages”", "“page”"][..]),
        ("visit pge", &["“pge”", "“page”"]),
        ("show paeg", &["“page”"]),
        ("diff nothing-like-it", &["smallprint list"]),
        ("changes --topic gp-dta", &["gp-data"]),
        ("changes --min-severity 9", &["9"]),
        ("changes --since yesterday", &["2016-07-06"]),
        ("diff page 1-2", &["A..B"]),
        ("diff page 1..7", &["version 7", "version 1"]),
        ("diff page --format word", &["markdown"]),
        ("show page@x", &["ID@3"]),
        ("show page@9", &["version 9"]),
        ("show page@1999-01-01T00:00:00Z", &["1999"]),
        ("--at yesterday list", &["RFC 3339"]),
        ("--at 2026-03-02T09:00:00Z run", &["--at"]),
        (
            "--watchlist nowhere.toml list",
            &["nowhere.toml", "--watchlist"],
        ),
        ("visit", &["--all"]),
        ("histry page", &["history"]),
    ] {
        let said = program.expect(command, 2);
        assert!(said.out.is_empty(), "{command}: {}", said.text());
        assert!(said.err.starts_with("error: "), "{command}: {}", said.err);
        for part in parts {
            assert!(
                said.err.contains(part),
                "{command} does not say {part}: {}",
                said.err
            );
        }
        let rows = program.expect(&format!("--json {command}"), 2).json();
        assert!(rows[0]["error"].is_string(), "{command}");
    }
}

#[test]
fn every_mistake_of_the_watchlist_is_shown_in_its_line() {
    let mut program = Program::with_page(SAFE);
    program.watch("other", "/other", "selct = \"main\"\nschedul = \"work\"");
    for command in ["check", "list", "visit --all", "run"] {
        let said = program.expect(command, 2);
        assert!(said.out.is_empty());
        for part in [
            "selct",
            "did you mean `select`?",
            "schedul",
            "watchlist.toml:",
            "──",
        ] {
            assert!(
                said.err.contains(part),
                "{command} does not say {part}: {}",
                said.err
            );
        }
    }
    let rows = program.expect("--json check", 2).json();
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .all(|row| row["line"].is_u64() && row["suggestion"].is_string())
    );
    let rows = program.expect("--json list", 2).json();
    assert!(
        rows[0]["error"]
            .as_str()
            .is_some_and(|error| error.contains("2 mistakes"))
    );
}

#[test]
fn an_archive_that_cannot_be_read_ends_with_3() {
    let program = Program::with_page(SAFE);
    program.expect("visit page", 0);
    fs::write(program.data().join("format"), "99\n").expect("written");
    for command in ["list", "visit page", "verify", "run"] {
        let said = program.expect(command, 3);
        assert!(
            said.err.contains("format 99") && said.err.contains("newer"),
            "{}",
            said.err
        );
    }
    let rows = program.expect("--json history page", 3).json();
    assert!(rows[0]["error"].is_string());
}

#[test]
fn reading_makes_no_archive_where_there_is_none() {
    let program = Program::with_page(SAFE);
    let said = program.expect("list", 0);
    assert!(said.text().contains("never read"), "{}", said.text());
    for command in [
        "history page",
        "show page",
        "diff page",
        "changes",
        "deliver",
        "verify",
        "rebuild",
    ] {
        let said = program.expect(command, 2);
        assert!(
            said.err.contains("no archive at smallprint-data"),
            "{command}: {}",
            said.err
        );
        assert!(
            said.err.contains("smallprint visit"),
            "{command}: {}",
            said.err
        );
    }
    program.expect("check", 0);
    program.expect("check --live", 0);
    let mut left: Vec<_> = fs::read_dir(program.path(""))
        .expect("a folder")
        .flatten()
        .collect();
    left.retain(|entry| entry.file_name() != "watchlist.toml");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_damaged_archive_is_named_and_ends_with_3() {
    let program = Program::with_page(SAFE);
    program.expect(&format!("{AT} visit page"), 0);
    program.say(GONE);
    program.expect(&format!("{LATER} visit page"), 1);
    let database = program.data().join("sled/db");
    let mut bytes = fs::read(&database).expect("a database");
    for at in (0..bytes.len()).step_by(97) {
        bytes[at] ^= 0x55;
    }
    fs::write(&database, bytes).expect("written");
    for command in ["verify", "--json verify", "list"] {
        let said = program.expect(command, 3);
        assert!(
            said.err.starts_with("error: The archive smallprint-data"),
            "{}",
            said.err
        );
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}

#[test]
fn a_channel_that_cannot_be_reached_is_named() {
    let mut program = Program::with_page(SAFE);
    program.settle("[[route]]\nto = \"discord:111222333\"\nmin_severity = 3");
    program.expect(&format!("{AT} visit page"), 0);
    let said = program.expect("deliver", 2);
    assert!(said.text().contains("discord:111222333"), "{}", said.text());
    assert!(said.text().contains("DISCORD_TOKEN"), "{}", said.text());
}

#[test]
fn a_full_disk_under_the_answer_is_no_success() {
    let program = Program::with_page(SAFE);
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        println!("skipped: this machine has no /dev/full");
        return;
    };
    let output = program
        .command(&["list"])
        .stdout(full)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.starts_with("error: The answer cannot be written"),
        "{told}"
    );
}
