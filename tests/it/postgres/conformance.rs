//! Whatever the tests ask of the embedded store is asked of the one in PostgreSQL too: the same tests, run once more.

use std::process::Command;

use crate::postgres::{DATABASE, Server};

/// Tests of all that a store does and of what is built on nothing but it.
const ASKED: [&str; 3] = ["store::", "searching::", "held::"];
#[test]
fn what_is_asked_of_the_embedded_store_is_asked_of_postgresql_too() {
    if crate::postgres::asked_for().is_some() {
        return;
    }
    let Some(server) = Server::start() else {
        return;
    };
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again
        .env(DATABASE, server.address())
        .env("RUST_BACKTRACE", "0")
        .args(ASKED)
        .args(["--skip", "faults::"])
        // What it makes up cannot come about there: sealing looks and forgetting them is one transaction.
        .args(["--skip", "looks_left_between_sealing_and_forgetting"]);
    let done = again.output().expect("run");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}");
    let passed = said.lines().find_map(|line| {
        let passed = line.strip_prefix("test result: ok. ")?.split(' ').next()?;
        passed.parse::<u32>().ok()
    });
    assert!(passed.is_some_and(|passed| passed > 60), "{said}");
}
