//! Replays the seeds of the fuzz targets, as they are and altered: what these hold reading to is held here too.
//!
//! `SMALLPRINT_FUZZ` says for how many seconds each reader is tried with altered seeds; a few times where it is not set.

pub mod alter;
mod apart;
mod outside;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use alter::{Trial, kept};

#[path = "../../fuzz/contract.rs"]
mod contract;

/// Gives every seed of a target to what the target holds, whole and cut short; then altered ones.
fn replay(target: &str, hold: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let found = fs::read_dir(folder.join(target)).expect("the seeds");
    let mut paths: Vec<_> = found.map(|seed| seed.expect("a seed").path()).collect();
    paths.sort();
    let mut seeds = Vec::new();
    for path in paths {
        let bytes = fs::read(&path).expect("a seed");
        // The test says which seed it was by the last line it prints.
        println!("{}", path.display());
        for end in [bytes.len(), bytes.len() / 2, bytes.len() / 3] {
            hold(&bytes[..end]);
        }
        seeds.push(bytes);
    }
    assert!(
        seeds.len() >= 3,
        "there are {} seeds of {target}",
        seeds.len()
    );
    let mut trial = Trial::of(20);
    while trial.goes_on() {
        let bytes = trial.altered(&seeds);
        let held = catch_unwind(AssertUnwindSafe(|| hold(&bytes)));
        assert!(held.is_ok(), "{}", kept(target, &bytes));
    }
    trial.say(target);
}

#[test]
fn pages_are_read_as_promised() {
    replay("html", contract::html);
}

#[test]
fn what_passes_between_processes_is_understood_as_promised() {
    replay("worker", contract::worker);
}

#[test]
fn registers_are_read_as_promised() {
    replay("table", contract::table);
}

#[test]
fn feeds_and_data_are_read_as_promised() {
    replay("feed", contract::feed);
}

#[test]
fn watchlists_are_read_as_promised() {
    replay("watchlist", contract::watchlist);
}

#[test]
fn lists_of_archives_are_read_as_promised() {
    replay("copies", contract::copies);
}

#[test]
fn what_vouches_for_something_is_read_as_promised() {
    replay("proof", contract::proof);
}

#[test]
fn what_other_machines_send_is_read_as_promised() {
    replay("sent", contract::sent);
}
