//! Completions and manual pages: every command is in them, and the programs they are made for can read them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::program::Program;

/// The names of all pages there should be, read off what `--help` lists.
fn pages(program: &Program, command: &[&str]) -> BTreeSet<String> {
    let help = program.expect(&[command, &["--help"]].concat().join(" "), 0);
    let help = help.text();
    let mut pages = BTreeSet::from([[&["smallprint"], command].concat().join("-") + ".1"]);
    let Some((_, rest)) = help.split_once("\nCommands:\n") else {
        return pages;
    };
    let listed = rest.split("\n\n").next().unwrap_or_default();
    let name = Regex::new(r"(?m)^  ([a-z-]+)(?:  |$)").expect("a pattern");
    for found in name.captures_iter(listed) {
        if &found[1] != "help" {
            pages.extend(self::pages(program, &[command, &[&found[1]]].concat()));
        }
    }
    pages
}

/// Whether there is such a program. Where everything must be tested it is said aloud when there is none.
fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if !there {
        println!("SKIPPED: there is no {name}, so it was not asked");
    }
    there
}

#[track_caller]
fn accepts(program: &str, arguments: &[&str], file: &Path) {
    if !is_there(program) {
        return;
    }
    let mut command = Command::new(program);
    command.args(arguments).arg(file).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        output.status.success(),
        "{program} on {}: {said}",
        file.display()
    );
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let program = Program::new();
    let dir = program.path("manual");
    program.expect("man manual", 0);
    let written = fs::read_dir(&dir)
        .expect("the folder")
        .map(|file| file.expect("a file"));
    let names: BTreeSet<String> = written
        .map(|file| file.file_name().into_string().expect("a name"))
        .collect();
    let wanted = pages(&program, &[]);
    assert!(wanted.len() > 50, "{wanted:?}");
    assert_eq!(names, wanted);
    assert!(
        !names.contains("smallprint-read-apart.1"),
        "what nobody calls by hand is not in it"
    );
    let visit = fs::read_to_string(dir.join("smallprint-visit.1")).expect("a page");
    assert!(visit.contains("Go and look now"), "{visit}");
    assert!(visit.contains("\\-\\-all"), "{visit}");
    for name in names {
        accepts("mandoc", &["-Tlint", "-Werror"], &dir.join(name));
    }
}

#[test]
fn the_first_page_is_printed_where_no_directory_is_named() {
    let program = Program::new();
    let page = program.expect("man", 0).text();
    assert!(page.contains(".TH smallprint 1"), "{page}");
    assert!(
        page.contains("the archive cannot be opened, or is damaged"),
        "its exit codes are in it"
    );
    let json = program.expect("--json man manual", 0).json().remove(0);
    assert!(json["pages"].as_u64() > Some(50), "{json}");
    assert_eq!(json["dir"], "manual");
    program.expect("man watchlist.toml", 2);
}

#[test]
fn shells_accept_their_completions() {
    let program = Program::new();
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let script = program.expect(&format!("completions {shell}"), 0).text();
        for word in ["backfill", "outbox", "min-severity"] {
            assert_eq!(script.contains(word), word != "{shell}: {word}");
        }
        let file = program.path(shell);
        fs::write(&file, script).expect("written");
        accepts(shell, &[check], &file);
    }
    program.expect("completions tcsh", 2);
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let program = Program::new();
    let script = program.path("completions");
    fs::write(&script, program.expect("completions bash", 0).out).expect("written");
    let complete = |words: &str, at: usize| {
        let line = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD={at}; _smallprint smallprint \"${{COMP_WORDS[{at}]}}\" \
             \"${{COMP_WORDS[{}]}}\"; echo \"${{COMPREPLY[@]}}\"",
            script.display(),
            at - 1
        );
        let output = Command::new("bash").args(["--norc", "-c", &line]).output();
        let output = output.expect("bash runs");
        String::from_utf8(output.stdout)
            .expect("text")
            .trim()
            .to_owned()
    };
    assert_eq!(complete("smallprint doc", 1), "doctor");
    assert_eq!(complete("smallprint doctor --run", 2), "--running");
}
