//! Old captures read with the rules of today: quietly, in order, and from where it was stopped.

use serde_json::Value;

use crate::program::Program;
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page_watch};
use smallprint::model::{Became, ChangeKind, Fact};

/// A page of two parts, of which a selector may take one.
fn parts(one: &str, two: &str) -> Answer {
    Answer::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <div class=\"one\"><p>{one}</p></div><div class=\"two\"><p>{two}</p></div></main></body></html>"
    ))
}

const MONTH: &str = "GP practices share data once a month.";
const WEEK: &str = "GP practices share data once a week.";

/// A program with this many versions of one page: the first part changes with every third of them.
fn with_versions(count: usize) -> Program {
    let mut program = Program::new();
    program.watch("page", "/page", "");
    program.site.play("/page", parts("Part 0.", "Other 0."));
    program.expect("visit page", 0);
    for no in 1..count {
        let (one, two) = (format!("Part {}.", no / 3), format!("Other {no}."));
        program.site.replay("/page", parts(&one, &two));
        program.expect("visit page", 1);
    }
    program
}

/// The same page, read by other rules from now on.
fn select_one(program: &mut Program) {
    program.forget_watches();
    program.watch("page", "/page", "select = \".one\"");
}

fn outcomes(rows: &[Value]) -> Vec<String> {
    let word = |row: &Value| row["outcome"].as_str().map(str::to_owned);
    rows.iter().filter_map(word).collect()
}

#[test]
fn new_rules_read_every_version_again_and_alert_nobody() {
    let mut program = with_versions(4);
    let before = program.expect("--json changes", 0).json();
    let nothing = program.expect("--json reread", 0).json();
    assert_eq!(nothing.len(), 1, "all stand as today's rules read them");
    assert_eq!(
        (&nothing[0]["versions"], &nothing[0]["reread"]),
        (&4.into(), &0.into())
    );
    select_one(&mut program);
    let tried = program.expect("--json reread --check", 0).json();
    let again = program.expect("--json reread --check", 0).json();
    assert_eq!(tried, again, "what is only tried is not stored");
    let done = program.expect("--json reread page", 0).json();
    assert_eq!(tried, done, "what was tried is what is done");
    assert_eq!(
        outcomes(&done),
        ["differs", "vanishes", "vanishes", "differs"]
    );
    assert_eq!(
        (&done[1]["same_as"], &done[2]["same_as"]),
        (&1.into(), &2.into())
    );
    let sum = &done[4];
    assert_eq!((&sum["differs"], &sum["vanishes"]), (&2.into(), &2.into()));
    assert_eq!(
        program.expect("--json changes", 0).json(),
        before,
        "no version, no change"
    );
    let said = program.expect("reread", 0).text();
    assert!(
        said.contains("all stand as the rules of today read them"),
        "{said}"
    );
    let history = program.expect("history page", 0).text();
    assert_eq!(
        history.matches("the text differs technically").count(),
        4,
        "{history}"
    );
    assert!(
        history.contains("vanishes under today's reading: same as version 2"),
        "{history}"
    );
    let shown = program.expect("show page@2", 0).text();
    assert!(
        shown.contains("same as version 1") && !shown.contains("Other"),
        "{shown}"
    );
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
    program.expect("visit page", 0);
}

#[test]
fn what_todays_rules_cannot_read_stands_as_it_was_read_and_is_tried_once() {
    let mut program = with_versions(2);
    program.forget_watches();
    program.watch("page", "/page", "select = \".nowhere\"");
    let rows = program.expect("--json reread", 0).json();
    assert_eq!(outcomes(&rows), ["unreadable", "unreadable"]);
    assert!(
        rows[0]["why"]
            .as_str()
            .is_some_and(|why| why.contains(".nowhere")),
        "{}",
        rows[0]
    );
    let rows = program.expect("--json reread", 0).json();
    assert_eq!(rows.len(), 1, "it is not tried again");
    assert!(program.expect("show page@1", 0).text().contains("Other 0."));
    let history = program.expect("history page", 0).text();
    assert!(
        history.contains("today's rules cannot read it"),
        "{history}"
    );
}

#[test]
fn a_watch_that_is_not_there_is_named() {
    let program = with_versions(1);
    let said = program.expect("reread pag", 2);
    assert!(said.err.contains("Did you mean “page”?"), "{}", said.err);
}

#[test]
fn a_running_program_reads_again_for_whoever_asks() {
    let mut program = with_versions(3);
    select_one(&mut program);
    let running = program.start();
    let rows = program.expect("--json reread", 0).json();
    assert!(rows.len() >= 2, "{rows:?}");
    running.stop();
    let rows = program.expect("--json reread", 0).json();
    assert_eq!(rows.len(), 1, "{rows:?}");
}

#[test]
fn a_kill_loses_nothing_that_was_told_of() {
    let mut program = with_versions(12);
    select_one(&mut program);
    let mut done = 0;
    for kill in 0..3 {
        let mut running = program.start_with(&["--json", "reread"]);
        let told = running.until("\"outcome\"");
        assert!(told.contains("page"), "{told}");
        running.signal("KILL");
        running.gone();
        let left = outcomes(&program.expect("--json reread --check", 0).json()).len();
        assert!(12 - left > done, "kill {kill}: what it told of was kept");
        done = 12 - left;
        if left == 0 {
            break;
        }
    }
    let rows = program.expect("--json reread", 0).json();
    assert_eq!(
        outcomes(&rows).len(),
        12 - done,
        "only what was not done is done"
    );
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
    assert_eq!(program.expect("--json reread", 0).json().len(), 1);
}

#[test]
fn whoever_stops_it_is_told_how_it_goes_on() {
    let mut program = with_versions(12);
    select_one(&mut program);
    let mut running = program.start_with(&["--json", "reread"]);
    running.until("\"outcome\"");
    running.signal("INT");
    let (code, said) = running.ended();
    if code != Some(0) {
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("goes on from there"), "{said}");
    }
    program.expect("reread", 0);
    assert_eq!(program.expect("--json reread", 0).json().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_back_is_known_by_what_todays_rules_made_of_the_versions() {
    let scene = Scene::open(&page_watch(PAGE, "select = \".one\"")).await;
    scene.plays(PAGE, parts(MONTH, "Old."));
    scene.look().await;
    scene.plays(PAGE, parts(WEEK, "Old."));
    scene.look_after(30).await;
    // By the rules of today the first version holds more than what stands there now.
    scene.rewrite(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, parts(MONTH, "New."));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Edited), "{report:?}");
    scene.plays(PAGE, parts(MONTH, "Old."));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Reverted), "{report:?}");
    assert_eq!(scene.versions("page").await[3].same_text_as, Some(1));
    scene.end().await;
}

#[tokio::test]
async fn a_version_that_stands_is_compared_as_it_was_read_again() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, parts(MONTH, "Old."));
    scene.look().await;
    scene.rewrite(&page_watch(PAGE, "select = \".one\"")).await;
    assert!(is_a_look(&scene.look_after(30).await));
    let version = scene.versions("page").await.remove(0);
    let reread = version.reread.clone().expect("it was read again");
    assert_eq!(reread.became, Some(Became::Differs));
    assert_eq!(version.compared(), reread.text);
    assert_ne!(version.text, reread.text);
    assert_eq!(scene.state("page").await.current, Some(version));
    scene.plays(PAGE, parts(MONTH, "New."));
    assert!(is_a_look(&scene.look_after(30).await));
    let facts = scene.facts().await;
    let rereads = facts
        .iter()
        .filter(|fact| matches!(fact, Fact::Reread { .. }));
    assert_eq!(rereads.count(), 1);
    scene.end().await;
}
