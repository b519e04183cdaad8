//! A collector brings captures from another machine: the real `run` with `[collect]`, the real `collect`, a local site.

mod between;
mod letters;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Program, Running, Said, page};
use crate::site::{Answer, Gate};
use between::Between;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";
/// What the collector and the archive share.
const SECRET: &str = "collect-secret-9f8e7d6c5b4a";

/// An archive whose one watch, `page`, is brought by a collector.
fn archive() -> Program {
    let mut program = Program::new();
    program.settle("[collect]\nlisten = \"127.0.0.1:0\"\ncollected = [\"127.0.0.1\"]");
    program.watch("page", "/page", "every = \"1s\"");
    program.set("SMALLPRINT_COLLECT_SECRET", SECRET);
    program.say(FIRST);
    program
}

/// Starts the archive; it, and where it hears collectors.
fn listen(program: &Program) -> (Running, String) {
    let mut running = program.start();
    let line = running.until("collectors are heard on");
    let at = line.rsplit(' ').next().expect("an address");
    (running, format!("http://{at}"))
}

fn arguments(to: &str) -> Vec<String> {
    let text = format!(
        "--json collect --to {to} --host 127.0.0.1 --once --name home --spool the-spool --allow-private 127.0.0.0/8"
    );
    text.split(' ').map(str::to_owned).collect()
}

/// One round of the collector.
fn collect(program: &Program, to: &str) -> Said {
    program.run(&arguments(to).join(" "))
}

#[track_caller]
fn expect(program: &Program, to: &str, code: i32) -> Vec<Value> {
    let said = collect(program, to);
    assert_eq!(said.code, code, "{}{}", said.text(), said.err);
    said.json()
}

fn spooled(program: &Program) -> Vec<PathBuf> {
    let folder = fs::read_dir(program.path("the-spool"));
    let files = folder.into_iter().flatten().flatten();
    files.map(|file| file.path()).collect()
}

/// Waits until the watch is due again: a second after its last visit.
fn due(program: &Program, to: &str) -> Vec<Value> {
    loop {
        let rows = expect(program, to, 0);
        if !rows.is_empty() {
            return rows;
        }
    }
}

fn history(program: &Program) -> Vec<Value> {
    program.expect("--json history page", 0).json()
}

#[test]
fn what_a_collector_brings_lands_as_a_visit_does_and_says_who_brought_it() {
    let program = archive();
    let (mut running, to) = listen(&program);
    let rows = expect(&program, &to, 0);
    assert_eq!(rows[0]["reply"]["came"], "landed", "{rows:?}");
    assert_eq!(rows[0]["reply"]["report"]["outcome"], "appeared");
    assert!(spooled(&program).is_empty());
    program.say(SECOND);
    let rows = due(&program, &to);
    assert_eq!(rows[0]["reply"]["report"]["outcome"], "changed", "{rows:?}");
    running.until("┃ Before");
    let said = running.stop();
    assert_eq!(said.matches("┃ Before").count(), 1, "told once: {said}");
    assert!(!said.contains(SECRET));
    assert_eq!(history(&program).len(), 2);
    let text = program.expect("history page", 0).text();
    assert_eq!(
        text.matches("brought by collector home, seen there")
            .count(),
        2,
        "{text}"
    );
    let shown = program.expect("show --headers page", 0).text();
    assert!(shown.contains("brought by collector home"), "{shown}");
    let capture = &program.expect("--json show --headers page", 0).json()[0]["capture"];
    assert_eq!(capture["provenance"]["by"], "collected");
    assert!(
        program
            .expect("deliver", 0)
            .text()
            .starts_with("0 sent, 0 given up, 0 waiting")
    );
    let verified = program.expect("--json verify", 0).json();
    assert!(verified[0]["broken"].is_null());
}

#[test]
fn what_is_only_collected_is_not_visited_from_here() {
    let program = archive();
    let (running, _) = listen(&program);
    let said = program.expect("visit page", 2);
    assert!(said.err.contains("not visited from here"), "{}", said.err);
    program.expect("visit --all", 0);
    program.expect("visit --due", 0);
    running.stop();
    assert!(program.site.asked().is_empty());
    assert_eq!(program.expect("--json list", 0).json()[0]["visits"], 0);
}

#[test]
fn a_page_that_did_not_change_is_asked_for_with_what_its_server_gave() {
    let program = archive();
    program
        .site
        .replay("/page", Answer::html(&page(FIRST)).etag("\"one\""));
    let (running, to) = listen(&program);
    expect(&program, &to, 0);
    let rows = due(&program, &to);
    assert_eq!(rows[0]["brought"], "not-modified");
    assert_eq!(rows[0]["reply"]["report"]["outcome"], "unchanged");
    running.stop();
    let row = &program.expect("--json list", 0).json()[0];
    assert_eq!((&row["visits"], &row["version"]), (&2.into(), &1.into()));
}

#[test]
fn a_page_that_refuses_the_collector_too_is_a_failed_look() {
    let program = archive();
    program.site.replay("/page", Answer::status(403));
    let (running, to) = listen(&program);
    let rows = expect(&program, &to, 2);
    assert_eq!(rows[0]["brought"], "failed");
    assert_eq!(rows[0]["reply"]["came"], "landed");
    running.stop();
    let row = &program.expect("--json list", 0).json()[0];
    assert_eq!(row["failing"]["kind"], "blocked");
    assert_eq!(row["visits"], 1);
}

#[test]
fn an_answer_that_is_lost_with_the_archive_is_asked_for_again_and_nothing_is_doubled() {
    let program = archive();
    let (mut running, to) = listen(&program);
    let between = Between::start(&to);
    let collector = {
        let mut command = program.command(&[]);
        command.args(arguments(&between.address()));
        std::thread::spawn(move || command.output().expect("it runs"))
    };
    // The archive has landed it and answers; the answer does not get through, and the archive dies.
    between.answered();
    running.signal("KILL");
    running.gone();
    between.cut();
    let output = collector.join().expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(spooled(&program).len(), 1);
    let (running, to) = listen(&program);
    let said = collect(&program, &to);
    assert_eq!(
        said.json()[0]["reply"]["came"],
        "had",
        "{}{}",
        said.text(),
        said.err
    );
    assert!(spooled(&program).is_empty());
    running.stop();
    assert_eq!(history(&program).len(), 1);
}

#[test]
fn what_could_not_be_brought_waits_through_the_death_of_both() {
    let program = archive();
    let (mut running, to) = listen(&program);
    let gate = Gate::new();
    program
        .site
        .replay("/page", Answer::html(&page(FIRST)).behind(&gate));
    let mut arguments = arguments(&to);
    arguments.retain(|argument| argument != "--once");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut collector = program.start_with(&arguments);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(program.site.asked_times("/page", 1));
    // The archive hears and does not answer, so the collector is in the middle of it when it is killed.
    running.signal("STOP");
    gate.open();
    collector.until("kept in the spool");
    collector.signal("KILL");
    collector.gone();
    running.signal("KILL");
    running.gone();
    assert_eq!(spooled(&program).len(), 1);
    let (running, to) = listen(&program);
    let said = collect(&program, &to);
    let first = &said.json()[0]["reply"];
    assert_eq!(first["came"], "landed", "{}{}", said.text(), said.err);
    running.stop();
    assert_eq!(history(&program).len(), 1);
    assert!(spooled(&program).is_empty());
}

#[test]
fn a_page_is_gone_when_the_collector_finds_it_missing_and_its_host_well() {
    let program = archive();
    program.site.play("/", Answer::html(&page("Welcome.")));
    let (running, to) = listen(&program);
    expect(&program, &to, 0);
    program.site.replay("/page", Answer::status(404));
    loop {
        let said = collect(&program, &to);
        if said.code == 2 {
            assert_eq!(
                said.json()[0]["reply"]["report"]["failure"]["kind"],
                "not-found"
            );
            break;
        }
    }
    running.stop();
    assert_eq!(
        history(&program).len(),
        1,
        "not gone at the first sight of it"
    );
    assert!(
        !program.site.asked_for("/").is_empty(),
        "its host was asked"
    );
}

#[test]
fn a_secret_that_is_wrong_is_not_accepted_and_none_is_ever_shown() {
    let mut program = archive();
    let (running, to) = listen(&program);
    program.set("SMALLPRINT_COLLECT_SECRET", "another-secret-of-some-length");
    let said = collect(&program, &to);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("does not accept the secret"),
        "{}",
        said.err
    );
    program.set("SMALLPRINT_COLLECT_SECRET", SECRET);
    expect(&program, &to, 0);
    let log = running.stop();
    assert!(log.contains("does not know the secret"), "{log}");
    for secret in [SECRET, "another-secret-of-some-length"] {
        assert!(!log.contains(secret) && !said.err.contains(secret));
        assert!(
            !stands_in(&program.data(), secret) && !stands_in(&program.path("the-spool"), secret)
        );
    }
    assert!(
        program.site.asked_for("/page").len() == 1,
        "nothing was fetched without it"
    );
}

fn stands_in(folder: &Path, word: &str) -> bool {
    let files = fs::read_dir(folder).expect("a folder").flatten();
    files
        .map(|file| file.path())
        .any(|path| match path.is_dir() {
            true => stands_in(&path, word),
            false => {
                let bytes = fs::read(&path).unwrap_or_default();
                bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes())
            }
        })
}

#[test]
fn a_secret_is_needed_and_a_short_one_is_refused() {
    let mut program = archive();
    program.set("SMALLPRINT_COLLECT_SECRET", "short");
    for command in [
        "check",
        "collect --to http://127.0.0.1:9 --host a.example --once",
    ] {
        let said = program.expect(command, 2);
        assert!(
            said.err.contains("fewer than 16 characters"),
            "{}",
            said.err
        );
    }
    program.set("SMALLPRINT_COLLECT_SECRET", "");
    assert!(
        program
            .expect("check", 0)
            .text()
            .contains("collectors are not heard")
    );
    let mut running = program.start();
    running.until("collectors are not heard");
    running.stop();
    let said = program.expect("collect --to http://127.0.0.1:9 --host a.example --once", 2);
    assert!(said.err.contains("is not given"), "{}", said.err);
    program.set("SMALLPRINT_COLLECT_SECRET", SECRET);
    let said = program.expect(
        "collect --to http://archive.example --host a.example --once",
        2,
    );
    assert!(said.err.contains("unencrypted"), "{}", said.err);
}

#[test]
fn a_host_that_is_not_collected_is_named() {
    let program = archive();
    let (running, to) = listen(&program);
    let said = program.run(&format!(
        "collect --to {to} --host elsewhere.example --once --spool the-spool"
    ));
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("takes no captures of elsewhere.example"),
        "{}",
        said.err
    );
    running.stop();
}
