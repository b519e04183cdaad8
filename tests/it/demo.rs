//! The demo tells the care.data story: every finding expected of it, silence where nothing changed, an archive to go on with.

use std::fs;
use std::sync::LazyLock;

use serde_json::Value;

use crate::program::{Program, Said};

/// The demo in JSON, told once for all tests here.
static TOLD: LazyLock<Vec<Value>> = LazyLock::new(|| told(&Program::new()));

fn told(program: &Program) -> Vec<Value> {
    let said = program.expect("--json demo story", 0);
    assert!(said.err.is_empty(), "{}", said.err);
    said.json()
}

/// What the demo said of a fetch.
fn fetch(n: u64) -> &'static Value {
    let of = |row: &&Value| row["n"] == n && row["step"] == "fetch";
    let mut rows = TOLD.iter().filter(of);
    let row = rows.next().expect("every fetch has a row");
    assert!(rows.next().is_none(), "one row a fetch");
    row
}

fn story() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/story/manifest.json");
    let text = fs::read_to_string(path).expect("the story");
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    manifest["versions"].as_array().expect("fetches").clone()
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts
        .filter_map(Value::as_str)
        .map(str::to_lowercase)
        .collect()
}

/// What of an expectation is not met by the findings of its fetch.
fn unmet(n: u64, expect: &Value) -> Option<String> {
    let row = fetch(n);
    let rule = expect["rule"].as_str().expect("a rule");
    if rule == "none" {
        let quiet = row["outcome"] == "unchanged" && row["findings"] == serde_json::json!([]);
        return (!quiet).then(|| format!("fetch {n} is not silent: {row}"));
    }
    let found: Vec<&Value> = row["findings"]
        .as_array()?
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .collect();
    let loud = found
        .iter()
        .any(|finding| finding["severity"].as_u64() >= expect["severity"].as_u64());
    if !loud {
        return Some(format!(
            "fetch {n}: no {rule} of severity {}",
            expect["severity"]
        ));
    }
    let names: Vec<String> = found
        .iter()
        .flat_map(|finding| texts(&finding["names"]))
        .collect();
    let missing = texts(&expect["names"])
        .into_iter()
        .find(|name| !names.contains(name));
    missing.map(|name| format!("fetch {n}: {rule} does not name {name}: {names:?}"))
}

#[test]
fn every_finding_the_story_expects_is_made() {
    let mut all = 0;
    let mut faults = Vec::new();
    for told in story() {
        let n = told["n"].as_u64().expect("a number");
        for expect in told["expect"].as_array().expect("expectations") {
            all += 1;
            faults.extend(unmet(n, expect));
        }
    }
    println!(
        "{} of {all} expectations of the story are met",
        all - faults.len()
    );
    assert!(all > 30, "the story was not read");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_else_of_which_somebody_is_told_is_said_of_the_story() {
    let mut all = 0;
    let mut others = Vec::new();
    for told in story() {
        let n = told["n"].as_u64().expect("a number");
        let expected = told["expect"].as_array().expect("expectations");
        let asked = |finding: &Value| expected.iter().any(|one| one["rule"] == finding["rule"]);
        let found = fetch(n)["findings"].as_array().expect("findings");
        let loud = found
            .iter()
            .filter(|finding| finding["severity"].as_u64() > Some(2));
        for finding in loud {
            all += 1;
            if !asked(finding) {
                others.push(format!("fetch {n}: {finding}"));
            }
        }
    }
    assert!(all > 20, "the story was not read");
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn the_fetch_that_brings_only_noise_is_silent() {
    let noise = fetch(5);
    assert_eq!(noise["outcome"], "unchanged");
    assert_eq!(noise["alerts"], serde_json::json!([]));
    assert_eq!(noise["findings"], serde_json::json!([]));
}

#[test]
fn the_sixth_of_july_2016_has_three_alerts_and_the_second_names_the_dataset() {
    let that_day = |row: &&Value| {
        row["at"]
            .as_str()
            .is_some_and(|at| at.starts_with("2016-07-06"))
    };
    let alerts: Vec<&Value> = (TOLD.iter())
        .filter(that_day)
        .filter(|row| row["step"] == "fetch")
        .flat_map(|row| row["alerts"].as_array().expect("alerts"))
        .collect();
    assert_eq!(alerts.len(), 3, "{alerts:#?}");
    let first_line = |alert: &Value| alert["content"].as_str().unwrap_or_default().to_lowercase();
    let named = alerts
        .iter()
        .map(|alert| first_line(alert).contains("single gp dataset"));
    assert_eq!(named.collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn what_it_leaves_answers_the_commands_it_prints() {
    let program = Program::new();
    let said = program.expect("demo", 0);
    assert!(said.err.is_empty(), "{}", said.err);
    let text = said.text();
    assert!(!text.contains('\u{1b}') && !text.contains('\r'));
    for part in [
        "reconstructions",
        "invented",
        "Nothing leaves this machine",
        "6 July 2016: Report of the Iraq Inquiry is published",
        "single GP dataset",
    ] {
        assert!(text.contains(part), "it does not say {part}");
    }
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let headline = "names “single GP dataset” for the first time";
    assert_eq!(flat.matches(headline).count(), 1, "an alert is said once");
    let commands: Vec<&str> = (text.lines())
        .filter_map(|line| line.strip_prefix("  smallprint "))
        .collect();
    assert!(commands.len() >= 5, "{text}");
    for command in commands {
        let said: Said = program.expect(command, 0);
        assert!(said.out.len() > 60, "{command}: {}", said.text());
    }
}

#[test]
fn the_archive_it_leaves_can_be_read_and_verified() {
    let program = Program::new();
    let rows = told(&program);
    let ask = |command: &str| {
        let command = format!("--watchlist story/watchlist.toml --data story/archive {command}");
        program.expect(&command, 0)
    };
    let listed = ask("--json list").json();
    assert_eq!(listed.len(), 10);
    let last = |id: &Value| {
        let of = |row: &&Value| row["watch"] == *id && row["version"].is_u64();
        rows.iter().rfind(of).map(|row| row["version"].clone())
    };
    for watch in &listed {
        assert_eq!(
            Some(&watch["version"]),
            last(&watch["watch"]).as_ref(),
            "{watch}"
        );
    }
    assert!(ask("--json verify").json()[0]["broken"].is_null());
    assert!(
        ask("deliver")
            .text()
            .starts_with("0 sent, 0 given up, 0 waiting")
    );
    assert!(
        ask("show gov-review@2016-07-06T12:00:00+01:00")
            .text()
            .contains("ingle GP dataset")
    );
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let program = Program::new();
    let said = program.expect("demo .", 2);
    assert!(
        said.err.contains("is not empty") && said.out.is_empty(),
        "{}",
        said.err
    );
    fs::write(program.path("file"), "").expect("written");
    let said = program.expect("demo file", 2);
    assert!(said.err.starts_with("error: "), "{}", said.err);
    let rows = program.expect("--json demo .", 2).json();
    assert!(rows[0]["error"].is_string());
}

#[test]
fn its_folder_may_have_any_name() {
    let program = Program::new();
    let output = program
        .command(&["demo", "my story's folder"])
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = text
        .lines()
        .find(|line| line.contains(" verify"))
        .expect("a command");
    let command = line.trim().replacen("smallprint", "\"$0\"", 1);
    let status = std::process::Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_smallprint")])
        .current_dir(program.path(""))
        .output()
        .expect("a shell runs");
    assert!(
        status.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&status.stderr)
    );
}
