//! The git repository of an export, walked with git itself.

use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::exporting::{export, furnished};
use crate::program::Program;

/// What git says of the repository, which must be no complaint.
fn git(program: &Program, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("--git-dir")
        .arg(program.path("out/history.git"))
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("LC_ALL", "C")
        .output()
        .expect("git is installed");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {err}");
    String::from_utf8(output.stdout).expect("text")
}

/// The commits, the first one first.
pub fn commits(program: &Program) -> Vec<String> {
    let log = git(program, &["rev-list", "--reverse", "main"]);
    log.lines().map(str::to_owned).collect()
}

/// Whether git finds nothing wrong with it.
pub fn is_sound(program: &Program) {
    let output = Command::new("git")
        .arg("--git-dir")
        .arg(program.path("out/history.git"))
        .args(["fsck", "--strict", "--full", "--no-progress"])
        .output()
        .expect("git is installed");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.is_empty(), "{said}");
    let packs = git(program, &["count-objects", "-v"]);
    assert!(
        packs.contains("garbage: 0") && packs.contains("packs: 1"),
        "{packs}"
    );
}

/// The words of a file of Markdown, a line each for title, blocks, cells.
fn words(markdown: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) | Event::Code(text) => line.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => panic!("markup of a page: {html}"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("a picture: {dest_url}"),
            Event::End(
                TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell,
            ) => lines.push(std::mem::take(&mut line)),
            _ => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

#[test]
fn every_change_is_a_commit_with_the_text_of_its_version() {
    let program = furnished();
    let said = export(&program, "--format git");
    is_sound(&program);
    let told: Vec<Value> = program
        .expect("--json changes", 0)
        .json()
        .into_iter()
        .rev()
        .collect();
    let commits = commits(&program);
    assert_eq!(commits.len(), told.len());
    for (commit, change) in commits.iter().zip(&told) {
        let message = git(&program, &["show", "-s", "--format=%B", commit]);
        let text = |field: &str| change[field].as_str().unwrap_or_default().to_owned();
        let (watch, span) = (text("watch"), text("change"));
        for part in [
            text("sentence"),
            format!("Change: {watch} {span} ({})", text("kind")),
            format!("Severity: {}", change["severity"]),
            format!("Entry: {}", change["entry"]),
        ] {
            assert!(message.contains(&part), "no “{part}” in {message}");
        }
        for finding in change["findings"].as_array().expect("findings") {
            assert!(
                message.contains(finding["rule"].as_str().expect("a rule")),
                "{message}"
            );
        }
        let dates = git(&program, &["show", "-s", "--format=%aI %cI", commit]);
        let by = chrono::DateTime::parse_from_rfc3339(&text("by")).expect("a time");
        for date in dates.split_whitespace() {
            assert_eq!(
                chrono::DateTime::parse_from_rfc3339(date).expect("a date"),
                by
            );
        }
        let (_, no) = span.split_once("..").expect("a span");
        let file = match watch.as_str() {
            "con" => "con_.md",
            _ => "page.md",
        };
        let markdown = git(&program, &["show", &format!("{commit}:{file}")]);
        let shown = program
            .expect(&format!("--json show {watch}@{no}"), 0)
            .json()
            .remove(0);
        let document = &shown["document"];
        let blocks = document["blocks"].as_array().expect("blocks").iter();
        let mut expected = vec![document["title"].as_str().expect("a title").to_owned()];
        expected.extend(blocks.map(|block| block["text"].as_str().expect("a text").to_owned()));
        assert_eq!(words(&markdown), expected, "{watch}@{no}");
        assert!(message.contains(&format!(
            "Capture: {}",
            shown["version"]["capture"].as_str().expect("a digest")
        )));
    }
    let head = git(&program, &["rev-parse", "HEAD"]);
    assert_eq!(head.trim(), commits.last().expect("a commit"));
    let made = said["files"].as_array().expect("files");
    let pack = made.iter().find(|made| {
        made["path"]
            .as_str()
            .is_some_and(|path| path.ends_with(".pack"))
    });
    assert_eq!(pack.expect("a pack")["records"], commits.len());
    // Whoever wants to work with it clones it.
    let clone = program.path("clone");
    git(
        &program,
        &[
            "clone",
            "--quiet",
            "--no-hardlinks",
            &program.path("out/history.git").display().to_string(),
            &clone.display().to_string(),
        ],
    );
    assert!(clone.join("page.md").exists() && clone.join("con_.md").exists());
}

#[test]
fn the_same_archive_gives_the_same_commits() {
    let program = furnished();
    export(&program, "--format git");
    let first = commits(&program);
    std::fs::remove_dir_all(program.path("out")).expect("removed");
    export(&program, "--format csv,git");
    assert_eq!(commits(&program), first);
}

#[test]
fn a_history_that_begins_later_begins_with_what_stood_there() {
    let program = furnished();
    export(&program, "--format git --watch page --from 2026-03-04");
    is_sound(&program);
    let log = git(&program, &["log", "--reverse", "--format=%s"]);
    let log: Vec<&str> = log.lines().collect();
    assert_eq!(log.len(), 2);
    assert_eq!(
        log[0],
        "page: version 2, as it stood before what is exported"
    );
    // Nothing but the words that changed is told.
    let changed = git(&program, &["diff", "--numstat", "main~1", "main"]);
    assert_eq!(
        changed.split_whitespace().collect::<Vec<_>>(),
        ["1", "1", "page.md"]
    );
}

#[test]
fn a_page_that_is_gone_is_a_file_that_is_gone() {
    let program = Program::with_page("Patients can opt out at any time.");
    let front = crate::program::page("Welcome to this site.");
    program.site.play("/", crate::site::Answer::html(&front));
    program.expect("--at 2026-03-02T09:00:00Z visit page", 0);
    program
        .site
        .replay("/page", crate::site::Answer::status(404));
    program.run("--at 2026-03-02T10:00:00Z visit page");
    program.run("--at 2026-03-02T12:00:00Z visit page");
    export(&program, "--format git,csv,warc");
    is_sound(&program);
    crate::exporting::tables::are_sound(&program);
    crate::exporting::warc::is_sound(&program);
    assert_eq!(git(&program, &["ls-tree", "--name-only", "main"]), "");
    assert_eq!(
        git(&program, &["ls-tree", "--name-only", "main~1"]),
        "page.md\n"
    );
}
