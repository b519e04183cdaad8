//! What was found is listed, promoted and dropped, and a killed program goes on.

use serde_json::Value;

use crate::following::{TELLING, csv, feed, offering, table};
use crate::program::Program;
use crate::site::Gate;

/// A program with a feed that has gained one entry since it was first read.
fn program() -> Program {
    let mut program = Program::new();
    program.watch("feed", "/feed", "follow = [\"entries\"]");
    let at = |path: &str| format!("127.0.0.1:{}{path}", program.site.port());
    let old = ("Minutes of March".to_owned(), at("/march"));
    let new = ("Annual review".to_owned(), at("/review"));
    let pair = |(title, url): &(String, String)| (title.clone(), url.clone());
    let list = |entries: &[(String, String)]| {
        let entries: Vec<(&str, &str)> = entries
            .iter()
            .map(|(title, url)| (title.as_str(), url.as_str()))
            .collect();
        feed(&entries)
    };
    program.site.play("/feed", list(&[pair(&old)]));
    program.expect("visit feed", 0);
    program.site.replay("/feed", list(&[new, old]));
    program
}

fn found(program: &Program) -> Vec<Value> {
    program.expect("--json list --found", 0).json()
}

#[test]
fn what_was_found_is_listed_with_its_reason() {
    let program = program();
    assert!(found(&program).is_empty());
    program
        .site
        .play("/review", offering("Annual review", TELLING, &[]));
    program.expect("visit feed", 1);
    let rows = found(&program);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(
        (row["fate"].as_str(), row["parent"].as_str()),
        (Some("watched"), Some("feed"))
    );
    assert!(
        row["why"]
            .as_str()
            .is_some_and(|why| why.contains("Wheelchair")),
        "{row}"
    );
    let id = row["watch"].as_str().expect("an id");
    assert!(id.starts_with("feed--annual-review-"), "{id}");
    let text = program.expect("list --found", 0).text();
    assert!(text.contains(id) && text.contains("1 watched"), "{text}");
    let list = program.expect("--json list", 0).json();
    assert_eq!(list.len(), 2);
    assert_eq!(list[1]["found_by"], "feed");
    program.expect(&format!("history {id}"), 0);
    program.expect(&format!("visit {id}"), 0);
}

#[test]
fn what_is_dropped_is_visited_no_longer_and_stays_in_the_archive() {
    let program = program();
    program
        .site
        .play("/review", offering("Annual review", TELLING, &[]));
    program.expect("visit feed", 1);
    let id = found(&program)[0]["watch"]
        .as_str()
        .expect("an id")
        .to_owned();
    let said = program.expect(&format!("found drop {id}"), 0).text();
    assert!(said.contains("no longer visited"), "{said}");
    assert_eq!(found(&program)[0]["fate"], "dropped");
    let asked = program.site.asked_for("/review").len();
    program.expect("visit --all", 0);
    assert_eq!(program.site.asked_for("/review").len(), asked);
    let shown = program.expect(&format!("show {id}"), 0).text();
    assert!(shown.contains("Wheelchair"), "{shown}");
    let said = program.expect("found drop nothing", 2);
    assert!(said.err.contains("list --found"), "{}", said.err);
}

#[test]
fn what_is_promoted_goes_on_under_its_id_from_the_watchlist() {
    let mut program = program();
    program
        .site
        .play("/review", offering("Annual review", TELLING, &[]));
    program.expect("visit feed", 1);
    let id = found(&program)[0]["watch"]
        .as_str()
        .expect("an id")
        .to_owned();
    let watch = program.expect(&format!("found promote {id}"), 0).text();
    assert!(watch.contains("every = \"1h\""), "{watch}");
    let asked = program.site.asked_for("/review").len();
    program.expect("visit --all", 0);
    assert!(
        program.site.asked_for("/review").len() > asked,
        "it is visited until it is pasted"
    );
    program.settle(&watch);
    let text = program.expect("check", 0).text();
    assert!(text.contains("2 watches"), "{text}");
    program.expect("visit --all", 0);
    let list = program.expect("--json list", 0).json();
    let row = list
        .iter()
        .find(|row| row["watch"] == id.as_str())
        .expect("its row");
    assert_eq!(
        (&row["found_by"], &row["version"]),
        (&Value::Null, &Value::from(1))
    );
    assert_eq!(found(&program)[0]["fate"], "promoted");
}

#[test]
fn a_running_smallprint_follows_lists_and_drops() {
    let program = program();
    program
        .site
        .play("/review", offering("Annual review", TELLING, &[]));
    program.expect("visit feed", 1);
    let running = program.start();
    let id = found(&program)[0]["watch"]
        .as_str()
        .expect("an id")
        .to_owned();
    program.expect(&format!("found drop {id}"), 0);
    assert_eq!(found(&program)[0]["visited"], false);
    running.stop();
}

#[test]
fn a_program_killed_between_found_and_read_goes_on_and_tells_once() {
    let (program, gate) = (program(), Gate::new());
    let page = offering("Annual review", "Of pens.", &[("Annex", "/annex.csv")]);
    program.site.play("/review", page);
    program
        .site
        .play("/annex.csv", csv(&table(TELLING)).behind(&gate));
    let visit = program.start_with(&["visit", "feed"]);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime starts");
    runtime.block_on(program.site.asked_times("/annex.csv", 1));
    visit.signal("KILL");
    drop(visit);
    gate.open();
    assert_eq!(found(&program)[0]["fate"], "unread");
    program.expect("visit feed", 1);
    let rows = found(&program);
    assert!(
        rows.iter().all(|row| row["fate"] == "watched") && rows.len() == 2,
        "{rows:#?}"
    );
    let paid = program.expect("--json deliver", 0).json();
    let alerts = paid[0]["sent"].as_array().expect("alerts").len();
    program.expect("visit --all", 0);
    let again = program.expect("--json deliver", 0).json();
    assert_eq!(again[0]["sent"].as_array().map(Vec::len), Some(0));
    // The summary of the first round, and the one alert.
    assert_eq!(alerts, 2, "{paid:#?}");
    program.expect("verify", 0);
}
