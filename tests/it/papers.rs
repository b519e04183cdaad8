//! The papers beside the README name versions, files and commands that are there.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::program::Program;

const PAPERS: [&str; 5] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "docs/releasing.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_changelog_tells_of_this_version() {
    let heading = format!("\n## {}", env!("CARGO_PKG_VERSION"));
    assert!(
        read("CHANGELOG.md").contains(&heading),
        "no heading {heading}"
    );
}

#[test]
fn every_file_of_the_project_that_they_name_is_there() {
    let link = Regex::new(r"\]\(([^)#:\s]+)\)").expect("a pattern");
    let named = Regex::new(
        r"`((?:src|tests|docs|packaging|\.ci)/[A-Za-z0-9_./-]+|[A-Z]+\.md|[a-z]+\.toml)`",
    )
    .expect("a pattern");
    // A user's own.
    let theirs = ["calendar.toml", "dossiers.toml", "rules.toml"];
    let mut count = 0;
    for paper in PAPERS {
        let text = read(paper);
        let folder = root().join(paper);
        let folder = folder.parent().expect("a folder");
        for found in link.captures_iter(&text) {
            assert!(
                folder.join(&found[1]).exists(),
                "{paper} leads to {}",
                &found[1]
            );
            count += 1;
        }
        for found in named.captures_iter(&text) {
            let there = root().join(&found[1]).exists() || theirs.contains(&&found[1]);
            assert!(there, "{paper} names {}", &found[1]);
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_command_that_they_give_is_one() {
    let program = Program::new();
    let help = program.expect("--help", 0).text();
    let given = Regex::new(r"(?:`|/)smallprint ([a-z]+)").expect("a pattern");
    for paper in PAPERS {
        for found in given.captures_iter(&read(paper)) {
            let listed = format!("\n  {}  ", &found[1]);
            assert!(help.contains(&listed), "{paper} gives {}", &found[1]);
        }
    }
}

#[test]
fn who_reports_something_is_sent_to_no_mailbox() {
    let text = read("SECURITY.md");
    assert!(text.contains("private security advisories"));
    assert!(!text.contains('@'), "a mailbox must be somebody's");
}
