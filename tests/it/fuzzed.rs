//! Replays the seeds of the fuzz targets: what these hold reading to is held here too.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/contract.rs"]
mod contract;

/// Gives every seed of a target to what the target holds, whole and cut short.
fn replay(target: &str, hold: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let seeds = fs::read_dir(folder.join(target)).expect("the seeds");
    let mut held = 0;
    for seed in seeds {
        let path = seed.expect("a seed").path();
        let bytes = fs::read(&path).expect("a seed");
        // The test says which seed it was by the last line it prints.
        println!("{}", path.display());
        for end in [bytes.len(), bytes.len() / 2, bytes.len() / 3] {
            hold(&bytes[..end]);
        }
        held += 1;
    }
    assert!(held >= 3, "there are {held} seeds of {target}");
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
