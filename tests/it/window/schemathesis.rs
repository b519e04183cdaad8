//! The API as a stranger's program finds it, which goes by nothing but its document.

use std::fs;
use std::process::Command;

use super::api::furnished;
use super::house::Open;
use crate::evidence::is_there;

/// What the program cannot know: that a cursor, an entry or a span in the right form need not be one of ours, and that an
/// address may be too long before any part of it is looked at.
const KNOWN: &str = "[checks.positive_data_acceptance]\n\
    expected-statuses = [200, 307, 400, 404]\n\
    [checks.negative_data_rejection]\n\
    expected-statuses = [400, 404, 405, 406, 414]\n";

#[test]
fn schemathesis_finds_nothing_amiss() {
    if !is_there("schemathesis", &["--version"]) {
        return;
    }
    let mut program = furnished();
    program.settle("[window]\nlisten = \"127.0.0.1:0\"\nrequests_a_minute = 1000000");
    let open = Open::of(program);
    let config = open.program.path("schemathesis.toml");
    fs::write(&config, KNOWN).expect("written");
    let said = Command::new("schemathesis")
        .arg("--config-file")
        .arg(&config)
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", open.base))
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--checks", "all", "--max-examples", "12", "--seed", "7"])
        .args(["--generation-database", "none", "--no-color"])
        .current_dir(open.program.path(""))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let short: Vec<String> = text
        .lines()
        .map(|line| line.chars().take(300).collect())
        .collect();
    assert!(said.status.success(), "{}", short.join("\n"));
    assert!(!text.contains("Errored:"), "{}", short.join("\n"));
}
