//! `import` under `kill -9`: the same command takes in what is left, each record once, and the archive is whole at any time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

use crate::program::{Program, Said};
use crate::taking::git::{PATH, repository_of};
use crate::taking::of;
use crate::taking::warc::{Warc, unvisited};

/// How many captures are taken in.
const CAPTURES: usize = 48;
/// How long the name of a record is: so few lines of the log fill a pipe that nobody reads.
const LONG: usize = 4000;

/// The program while it takes something in. It is held up by whoever does not listen.
struct Taking {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Taking {
    fn start(program: &Program, arguments: &[&str]) -> Taking {
        let mut command = program.command(arguments);
        command.env("SMALLPRINT_LOG", "smallprint=debug");
        let mut child = (command.stdout(Stdio::null()).stderr(Stdio::piped()))
            .spawn()
            .expect("the program runs");
        let log = child.stderr.take().expect("its log");
        let log = BufReader::with_capacity(64, log);
        Taking { child, log }
    }

    /// Listens until this was said so many times. As nobody listens from then on, it stands still before long.
    fn until(&mut self, part: &str, times: usize) {
        let mut heard = String::new();
        for _ in 0..times {
            loop {
                let begun = heard.len();
                let read = self.log.read_line(&mut heard).expect("text");
                assert!(read > 0, "it never said “{part}”, but:\n{heard}");
                if heard[begun..].contains(part) {
                    break;
                }
            }
        }
    }

    fn kill(mut self) {
        self.child.kill().expect("it lives");
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), None, "it ended before it could be killed");
    }
}

/// Captures of one page, each with words of its own.
fn captures(url: &str) -> Vec<u8> {
    let mut warc = Warc::default();
    for number in 0..CAPTURES {
        let (month, day) = (1 + number / 28, 1 + number % 28);
        let at = format!("2019-{month:02}-{day:02}T12:00:00Z");
        let id = format!("{number:0LONG$}");
        warc.page(
            &id,
            url,
            &at,
            &format!("Rule {number} of the practice holds."),
        );
    }
    warc.packed()
}

/// Where each version and each text of the past came from, and what it says: the same whoever was killed on the way.
fn held(program: &Program) -> Vec<Value> {
    let rows = program.expect("--json history page", 0).json();
    rows.iter()
        .map(|row| {
            let version = &row["version"];
            serde_json::json!([
                row["change"],
                row["by"],
                version["body"],
                version["imported"]["record"]
            ])
        })
        .collect()
}

#[track_caller]
fn is_whole(program: &Program) {
    let found = program.expect("--json verify", 0).json().remove(0);
    assert!(found["broken"].is_null(), "{found}");
}

/// The same command once more, and once more after that.
#[track_caller]
fn goes_on(program: &Program, arguments: &[&str], until: (u64, u64)) -> u64 {
    let run = || {
        let said = Said::from(program.command(arguments).output().expect("it runs"));
        assert_eq!(said.code, 0, "{}{}", said.text(), said.err);
        of(&said.json().remove(0), "page").clone()
    };
    let taken = run();
    let (known, new) = (&taken["known"], &taken["versions"]);
    let (known, new) = (
        known.as_u64().expect("a count"),
        new.as_u64().expect("a count"),
    );
    let (least, all) = until;
    assert_eq!(known + new, all, "{taken}");
    assert!(
        (least..all).contains(&known),
        "{known} of {all} were taken in when it was killed"
    );
    let again = run();
    assert_eq!(
        (&again["known"], &again["versions"]),
        (&all.into(), &0.into())
    );
    is_whole(program);
    known
}

#[test]
fn wherever_the_taking_of_files_is_killed_the_next_one_takes_what_is_left_each_record_once() {
    let (whole, url) = unvisited();
    let file = captures(&url);
    let folder = |program: &Program| {
        fs::create_dir(program.path("crawls")).expect("a folder");
        fs::write(program.path("crawls/one.warc.gz"), &file).expect("a file");
    };
    folder(&whole);
    let arguments = ["--json", "import", "crawls"];
    whole.expect("--json import crawls", 0);
    let held_by_whole = held(&whole);
    assert_eq!(held_by_whole.len(), CAPTURES);
    let mut reached = Vec::new();
    for (part, times) in [
        ("captures in these files", 1),
        ("has its turn behind it", 1),
        ("has its turn behind it", CAPTURES / 3),
        ("has its turn behind it", CAPTURES / 2),
    ] {
        let program = whole.beside();
        folder(&program);
        let mut taking = Taking::start(&program, &arguments);
        taking.until(part, times);
        taking.kill();
        is_whole(&program);
        let least = u64::from(part.starts_with("has")) * times as u64;
        reached.push(goes_on(&program, &arguments, (least, CAPTURES as u64)));
        assert_eq!(
            held(&program),
            held_by_whole,
            "after {times} times “{part}”"
        );
    }
    println!("killed when of {CAPTURES} captures were taken in: {reached:?}");
}

/// A git that hands out so many files, tells of it when it is asked for one more, and says nothing from then on.
fn halting_git(program: &Program, after: usize) -> String {
    let folder = program.path("halting");
    fs::create_dir_all(&folder).expect("a folder");
    let path = std::env::var("PATH").expect("a PATH");
    let halted = program.path("halted");
    let script = format!(
        "#!/bin/sh\nPATH='{path}'\ncase \"$*\" in *cat-file*) ;; *) exec git \"$@\" ;; esac\n\
         {{ i=0; while [ $i -lt {after} ] && read -r line; do echo \"$line\"; i=$((i+1)); done\n\
         read -r line; echo halted > '{}'; cat > /dev/null; }} | git \"$@\"\n",
        halted.display()
    );
    let git = folder.join("git");
    fs::write(&git, script).expect("a file");
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).expect("it may be run");
    // Whoever reads a pipe with a name waits until somebody writes.
    fs::remove_file(&halted).ok();
    let made = Command::new("mkfifo")
        .arg(&halted)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    format!("{}:{path}", folder.display())
}

fn is_halted(program: &Program) {
    let said = fs::read_to_string(program.path("halted")).expect("it says so");
    assert_eq!(said, "halted\n");
}

#[test]
fn wherever_the_taking_of_a_history_in_git_is_killed_the_next_one_takes_what_is_left() {
    const COMMITS: usize = 5;
    let (whole, _) = unvisited();
    repository_of(&whole.path("snapshots"), COMMITS);
    let arguments = [
        "--json",
        "import",
        "git",
        "snapshots",
        PATH,
        "--watch",
        "page",
    ];
    let run = |program: &Program| {
        let said = Said::from(program.command(&arguments).output().expect("it runs"));
        assert_eq!(said.code, 0, "{}", said.err);
    };
    run(&whole);
    let held_by_whole = held(&whole);
    assert_eq!(held_by_whole.len(), COMMITS);
    for after in [0, 1, 3, COMMITS - 1] {
        let program = whole.beside();
        copy(&whole.path("snapshots"), &program.path("snapshots"));
        let path = halting_git(&program, after);
        let mut command = program.command(&arguments);
        command
            .env("PATH", path)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        is_halted(&program);
        child.kill().expect("it lives");
        child.wait().expect("it ends");
        is_whole(&program);
        let known = goes_on(&program, &arguments, (after as u64, COMMITS as u64));
        assert_eq!(
            known, after as u64,
            "what was handed out was taken in, and no more"
        );
        assert_eq!(held(&program), held_by_whole, "after {after}");
    }
}

/// The same repository, with the same names of commits.
fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(done.expect("cp runs").success());
}
