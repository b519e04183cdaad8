//! Whole archives that are taken in: WARC and WACZ files, histories in git, and what this program itself wrote.

mod git;
mod killed;
mod round;
pub mod warc;
mod word;

use serde_json::Value;

use crate::program::Program;

/// The directory of the archive and what is to be taken: what it answers.
#[track_caller]
fn take(program: &Program, what: &str, code: i32) -> Value {
    let said = program.expect(&format!("--json import {what}"), code);
    assert!(code != 0 || said.err.is_empty(), "{}", said.err);
    said.json().remove(0)
}

/// What became of the records of a watch: each count by its name.
#[track_caller]
pub fn of<'a>(taken: &'a Value, watch: &str) -> &'a Value {
    let watches = taken["watches"].as_array().expect("watches");
    let found = watches.iter().find(|of| of["watch"] == watch);
    found.unwrap_or_else(|| panic!("nothing of {watch} in {taken}"))
}

/// How many records were passed over for this reason.
fn passed(taken: &Value, reason: &str) -> u64 {
    let passed = taken["passed"].as_array().expect("passed").iter();
    let mut found = passed.filter(|one| {
        one["which"]
            .as_str()
            .is_some_and(|which| which.contains(reason))
    });
    found
        .next()
        .map_or(0, |one| one["count"].as_u64().expect("a count"))
}

/// Nobody is told of anything that a page said.
#[track_caller]
fn untold(program: &Program) {
    let rows = program.expect("--json outbox --all", 0).json();
    let alerts: Vec<&Value> = rows.iter().filter(|row| row["watch"].is_string()).collect();
    assert!(alerts.is_empty(), "{alerts:?}");
}
