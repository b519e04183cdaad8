//! What was tried on the program: faults of the disk, the clock, the network and the channels, each by a test.

mod clock;
pub mod network;
mod rows;
mod shim;
mod store;

use std::fs;
use std::path::{Path, PathBuf};

use rows::TRIED;

const HOUSE: &str = env!("CARGO_MANIFEST_DIR");

/// The file of a module of these tests, such as `faults::store`.
fn file(module: &str) -> PathBuf {
    let path = Path::new(HOUSE)
        .join("tests/it")
        .join(module.replace("::", "/"));
    let beside = path.with_extension("rs");
    match beside.exists() {
        true => beside,
        false => path.join("mod.rs"),
    }
}

#[test]
fn every_row_of_what_was_tried_names_tests_that_are_there() {
    for row in TRIED {
        assert!(!row.tests.is_empty(), "{}", row.done);
        for test in row.tests {
            let (module, name) = test.rsplit_once("::").expect("a module");
            let text = fs::read_to_string(file(module)).expect(test);
            let begins = format!("fn {name}(");
            let at = text
                .find(&begins)
                .unwrap_or_else(|| panic!("{test} is not there"));
            let before: Vec<&str> = text[..at].lines().rev().take(3).collect();
            assert!(
                before.iter().any(|line| line.contains("test")),
                "{test} is no test"
            );
        }
    }
}

#[test]
fn the_readme_says_what_was_tried_and_nothing_else() {
    let readme = fs::read_to_string(Path::new(HOUSE).join("README.md")).expect("the README");
    let (_, after) = readme
        .split_once("\n| where | what was done | what is seen |\n")
        .expect("the table");
    let told: Vec<&str> = after
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let tried = TRIED
        .iter()
        .map(|row| format!("| {} | {} | {} |", row.at, row.done, row.seen));
    let tried: Vec<String> = tried.collect();
    assert_eq!(told, tried, "the table should be\n{}", tried.join("\n"));
}
