//! One holder, everyone served: while `run` holds the archive, other commands answer alike.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};

use crate::program::{Program, Said, page};
use crate::site::Answer;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";

/// An archive with two versions of `page`, and a page in bytes that are no text.
fn furnished() -> Program {
    let mut program = Program::with_page(FIRST);
    program.watch("missing", "/missing", "");
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 2);
    let mut body = page(SECOND).into_bytes();
    body.extend(b"<!-- \x00\xfe\xff\n -->");
    program.site.replay("/page", Answer::html("").body(&body));
    program.expect("--at 2026-03-02T11:00:00Z visit page", 1);
    // Nothing is due for an hour, so that `run` leaves the pages alone.
    program.expect("visit --all", 2);
    program
}

#[test]
fn commands_answer_alike_while_run_holds_the_archive() {
    let program = furnished();
    // A page that fails for long is told of once, which is no answer to the command that found it out.
    program.run("visit missing");
    let reading = [
        "list",
        "--json list",
        "history page",
        "--json history page",
        "show page",
        "show page@1",
        "show page@2026-03-02T10:00:00Z --headers",
        "show page --raw",
        "--json show page",
        "diff page",
        "diff page --format patch",
        "--json diff page",
        "changes",
        "--json changes --topic gp-data --min-severity 2",
        "verify",
        "check",
        "history pgae",
        "--json show page@9",
        "diff page 1..9",
        "visit nothing",
        "rebuild",
    ];
    let acting = ["visit page", "visit missing", "deliver", "--json deliver"];
    let all = || reading.map(|command| program.run(command));
    let running = program.start();
    let held = acting.map(|command| program.run(command));
    let raw = program.run("show page --raw").out;
    assert!(raw.ends_with(b"<!-- \x00\xfe\xff\n -->"));
    running.stop();
    let acted = acting.map(|command| program.run(command));
    for ((command, held), alone) in acting.iter().zip(&held).zip(&acted) {
        alike(command, held, alone);
    }
    let running = program.start();
    let held = all();
    running.stop();
    for ((command, held), alone) in reading.iter().zip(&held).zip(&all()) {
        alike(command, held, alone);
    }
}

#[track_caller]
fn alike(command: &str, held: &Said, alone: &Said) {
    let same = (held.code, &held.err, &held.out) == (alone.code, &alone.err, &alone.out);
    let text = |said: &Said| String::from_utf8_lossy(&said.out).into_owned() + &said.err;
    assert!(same, "{command}\n{}\n{}", text(held), text(alone));
}

#[test]
fn another_clock_or_watchlist_is_refused_while_run_holds_the_archive() {
    let program = furnished();
    fs::copy(program.path("watchlist.toml"), program.path("other.toml")).expect("copied");
    let running = program.start();
    for command in ["list", "visit page", "show page", "verify"] {
        let said = program.expect(&format!("--at 2026-03-02T12:00:00Z {command}"), 2);
        assert!(
            said.err.contains("--at") && said.out.is_empty(),
            "{}",
            said.err
        );
        let said = program.expect(&format!("--watchlist other.toml {command}"), 2);
        assert!(
            said.err.contains("held by a smallprint that reads"),
            "{}",
            said.err
        );
        assert!(said.err.contains("watchlist.toml"), "{}", said.err);
    }
    let absolute = program.path("watchlist.toml").display().to_string();
    program.expect(&format!("--watchlist {absolute} list"), 0);
    running.stop();
}

#[test]
fn a_broken_edit_of_the_watchlist_leaves_the_running_one_to_answer() {
    let program = furnished();
    let running = program.start();
    let list = program.path("watchlist.toml");
    let good = fs::read_to_string(&list).expect("a watchlist");
    fs::write(&list, format!("{good}\n[[watch]\n")).expect("written");
    let said = program.expect("history page", 0);
    assert!(said.text().contains("1..2"), "{}", said.text());
    assert!(said.err.contains("has mistakes"), "{}", said.err);
    program.expect("check", 2);
    fs::write(&list, good).expect("written");
    running.stop();
}

#[test]
fn the_second_run_names_the_first() {
    let program = furnished();
    let running = program.start();
    let said = program.expect("run", 3);
    let holder = format!("in use by pid {}: smallprint run", running.id());
    assert!(said.err.contains(&holder), "{}", said.err);
    running.stop();
}

#[test]
fn only_this_user_may_ask_on_the_socket_and_a_stale_one_is_replaced() {
    let program = furnished();
    let socket = program.data().join("socket");
    drop(UnixListener::bind(&socket).expect("a socket"));
    assert!(socket.exists(), "what a killed program leaves");
    program.expect("list", 0);
    let running = program.start();
    let about = fs::metadata(&socket).expect("a socket");
    assert!(about.file_type().is_socket());
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
    program.expect("list", 0);
    running.stop();
    assert!(!socket.exists(), "it goes with its holder");
}

#[test]
fn a_long_path_to_the_archive_is_no_trouble() {
    let mut program = Program::with_page(FIRST);
    let deep = format!("{}/archive", "a-folder-with-a-long-name/".repeat(6));
    program.set("SMALLPRINT_DATA", &deep);
    program.expect("visit page", 0);
    let running = program.start();
    assert!(program.expect("show page", 0).text().contains(FIRST));
    running.stop();
}

#[test]
fn callers_who_say_nothing_or_nonsense_hold_nobody_up() {
    let program = furnished();
    let running = program.start();
    let socket = program.data().join("socket");
    let _silent = UnixStream::connect(&socket).expect("a caller");
    let mut babbling = UnixStream::connect(&socket).expect("a caller");
    babbling
        .write_all(b"{\"watchlist\":1}\nmore\n")
        .expect("sent");
    let mut half = UnixStream::connect(&socket).expect("a caller");
    half.write_all(b"{\"watch").expect("sent");
    program.expect("list", 0);
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut babbling, &mut answer).expect("an answer");
    assert!(answer.contains("does not understand"), "{answer}");
    running.stop();
}

#[test]
fn a_visit_over_the_socket_is_reported_as_it_goes() {
    let program = furnished();
    let running = program.start();
    program.say("The Secretary of State has given no direction.");
    let rows = program.expect("--json visit page missing", 1).json();
    assert_eq!(rows.len(), 2);
    let changed = rows
        .iter()
        .find(|row| row["watch"] == "page")
        .expect("a row");
    assert_eq!(
        (&changed["outcome"], &changed["change"]),
        (&"changed".into(), &"2..3".into())
    );
    assert_eq!(program.expect("visit page", 0).code, 0);
    running.stop();
    assert_eq!(program.expect("--json history page", 0).json().len(), 3);
}
