//! Histories of files that others keep in git.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{Program, page};
use crate::taking::warc::unvisited;
use crate::taking::{of, passed, untold};

pub const PATH: &str = "Some Service/Privacy Policy.html";

fn git(folder: &Path, at: &str, arguments: &[&str]) {
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    let ended = git
        .args([
            "-c",
            "user.name=Archive",
            "-c",
            "user.email=archive@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_AUTHOR_DATE", at)
        .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// A repository as archives of terms keep theirs: a folder a service, a file a document, a commit a record.
fn repository(program: &Program) {
    let folder = program.path("snapshots");
    fs::create_dir_all(folder.join("Some Service")).expect("a folder");
    git(&folder, "2019-01-01T00:00:00Z", &["init", "-q"]);
    for (day, sentence) in [
        ("2020-01-01", "Data is shared with nobody."),
        ("2021-02-02", "Data is shared with one company."),
        ("2022-03-03", "Data is shared with two companies."),
    ] {
        fs::write(folder.join(PATH), page(sentence)).expect("a file");
        git(&folder, day, &["add", "-A"]);
        git(
            &folder,
            &format!("{day}T06:30:00+02:00"),
            &["commit", "-qm", "Record new changes"],
        );
        fs::write(folder.join("other.txt"), day).expect("a file");
        git(&folder, day, &["add", "-A"]);
        git(
            &folder,
            &format!("{day}T07:00:00Z"),
            &["commit", "-qm", "Something else"],
        );
    }
    fs::remove_file(folder.join(PATH)).expect("removed");
    git(
        &folder,
        "2023-01-01T00:00:00Z",
        &["commit", "-qam", "Remove"],
    );
}

/// A repository in which a file was committed so many times, each time with other words.
pub fn repository_of(folder: &Path, commits: usize) {
    fs::create_dir_all(folder.join("Some Service")).expect("a folder");
    git(folder, "2019-01-01T00:00:00Z", &["init", "-q"]);
    for number in 0..commits {
        let day = format!("2020-01-{:02}T06:30:00Z", number + 1);
        let words = format!("Rule {number} of the practice holds.");
        fs::write(folder.join(PATH), page(&words)).expect("a file");
        git(folder, &day, &["add", "-A"]);
        git(folder, &day, &["commit", "-qm", "Record new changes"]);
    }
}

fn import(program: &Program) -> serde_json::Value {
    let arguments = [
        "--json",
        "import",
        "git",
        "snapshots",
        PATH,
        "--watch",
        "page",
    ];
    let said = program.told(&arguments, "");
    assert_eq!(said.code, 0, "{}{}", said.text(), said.err);
    said.json().remove(0)
}

#[test]
fn each_commit_of_a_file_is_a_capture_of_the_time_its_author_made_it() {
    let (program, _) = unvisited();
    repository(&program);
    let taken = import(&program);
    assert_eq!(
        (&taken["read"], &of(&taken, "page")["versions"]),
        (&4.into(), &3.into()),
        "{taken}"
    );
    assert_eq!(passed(&taken, "take the file away"), 1);
    let history = program.expect("--json history page", 0).json();
    assert_eq!(history[0]["by"], "2020-01-01T04:30:00Z");
    assert_eq!(history[2]["by"], "2022-03-03T04:30:00Z");
    let imported = &history[1]["version"]["imported"];
    assert_eq!(imported["file"], "snapshots");
    let record = imported["record"].as_str().expect("a record");
    assert!(
        record.len() > 41 && record.ends_with(&format!(":{PATH}")),
        "{record}"
    );
    assert!(
        program
            .expect("show page@2", 0)
            .text()
            .contains("one company")
    );
    untold(&program);
    assert_eq!(of(&import(&program), "page")["known"], 3);
}

#[test]
fn a_history_older_than_our_own_stands_before_it() {
    let (program, _) = unvisited();
    program.expect("visit page", 0);
    repository(&program);
    assert_eq!(of(&import(&program), "page")["texts"], 3);
    assert!(
        program
            .expect("show page@b3", 0)
            .text()
            .contains("two companies")
    );
    let status = program
        .expect("--json backfill --status", 0)
        .json()
        .remove(0);
    assert_eq!(status["changes"], 3, "{status}");
    assert_eq!(of(&import(&program), "page")["known"], 3);
}

#[test]
fn nothing_that_a_repository_sets_up_is_run() {
    let (program, _) = unvisited();
    repository(&program);
    let folder = program.path("snapshots");
    let trap = program.path("trap.sh");
    fs::write(&trap, "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\n").expect("a file");
    git(
        &folder,
        "2019-01-01",
        &[
            "config",
            "core.fsmonitor",
            &format!("sh {}", trap.display()),
        ],
    );
    for key in [
        "core.pager",
        "diff.external",
        "gpg.program",
        "core.sshCommand",
        "diff.x.textconv",
        "filter.x.smudge",
    ] {
        git(
            &folder,
            "2019-01-01",
            &["config", key, &format!("sh {}", trap.display())],
        );
    }
    git(
        &folder,
        "2019-01-01",
        &["config", "log.showSignature", "true"],
    );
    fs::write(folder.join(".git/info/attributes"), "* diff=x filter=x\n").expect("a file");
    assert_eq!(of(&import(&program), "page")["versions"], 3);
    assert!(!program.path("sprung").exists());
}

#[test]
fn what_is_no_repository_or_no_file_of_it_is_said_with_what_to_do() {
    let (program, _) = unvisited();
    repository(&program);
    fs::create_dir(program.path("snapshots/inside")).expect("a folder");
    for (arguments, sentence) in [
        (
            [
                "import",
                "git",
                "snapshots",
                "no such file",
                "--watch",
                "page",
            ],
            "No commit of",
        ),
        (
            ["import", "git", "nowhere", PATH, "--watch", "page"],
            "git cannot read",
        ),
        (
            ["import", "git", "snapshots/inside", PATH, "--watch", "page"],
            "git cannot read",
        ),
        (
            [
                "import",
                "git",
                "snapshots",
                "--output=x",
                "--watch",
                "page",
            ],
            "unexpected argument",
        ),
        (
            ["import", "git", "snapshots", PATH, "--watch", "pag"],
            "Did you mean “page”?",
        ),
    ] {
        let said = program.told(&arguments, "");
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.text());
        assert!(said.err.contains(sentence), "{arguments:?}: {}", said.err);
    }
    let mut command = program.command(&["import", "git", "snapshots", PATH, "--watch", "page"]);
    let said =
        crate::program::Said::from(command.env("PATH", "/nowhere").output().expect("it runs"));
    assert!(
        said.err.contains("There is no git on this machine"),
        "{}",
        said.err
    );
}
