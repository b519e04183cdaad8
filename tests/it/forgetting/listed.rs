//! Wherever versions are listed, those that were forgotten are marked, with when and why.

use serde_json::Value;

use crate::backfill::archive::{Lists, holds, of, watchlist, weekly};
use crate::forgetting::{forget, furnished};
use crate::program::Program;
use crate::window::house::Open;

/// The rows of a list that programs are given.
fn rows(open: &Open, path: &str) -> Vec<Value> {
    let answer = open.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let list: Value = serde_json::from_str(&answer.text).expect("JSON");
    list["items"].as_array().expect("items").clone()
}

/// What a list of versions says of those that were forgotten, in its order.
fn marks(rows: &[Value]) -> Vec<bool> {
    rows.iter().map(|row| !row["forgotten"].is_null()).collect()
}

#[test]
fn a_forgotten_version_is_marked_wherever_versions_are_listed() {
    let program = furnished();
    let said = program.expect("history page", 0).text();
    assert!(!said.contains("forgotten"), "{said}");
    let done = forget(&program, "page@2 --by Ada");
    let said = program.expect("history page", 0).text();
    let marked: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("forgotten on"))
        .collect();
    assert_eq!(marked.len(), 1, "{said}");
    assert!(marked[0].contains("because: Request"), "{said}");
    for row in program.expect("--json history page", 0).json() {
        let left = &row["version"]["forgotten"];
        match row["version"]["no"].as_u64() {
            Some(2) => {
                assert_eq!(left["why"], "Request", "{row}");
                assert_eq!(left["by"], "Ada");
                assert_eq!(left["entry"], done["entries"][0]);
                assert_eq!(left["body"], row["version"]["document"]);
                assert!(left["at"].is_string(), "{left}");
            }
            _ => assert!(left.is_null(), "{row}"),
        }
    }
    let open = Open::of(program);
    let listed = rows(&open, "/api/v1/documents/page/versions");
    assert_eq!(marks(&listed), [false, true, false, false, false]);
    let left = &listed[1]["forgotten"];
    assert_eq!(
        (&left["why"], &left["entry"]),
        (&"Request".into(), &done["entries"][0])
    );
    assert!(
        left["at"].is_string() && left["demanded_by"].is_null(),
        "{left}"
    );
    assert!(
        left["by"].is_null(),
        "who did it is not for the window: {left}"
    );
    // The single version says the same beside that it is gone.
    let single = open.get("/api/v1/documents/page/versions/2");
    assert_eq!(single.status, 410);
    let single: Value = serde_json::from_str(&single.text).expect("JSON");
    assert_eq!(&single["forgotten"], left);
    let other = open.get("/api/v1/documents/page/versions/3");
    let other: Value = serde_json::from_str(&other.text).expect("JSON");
    assert!(other["version"]["forgotten"].is_null(), "{other}");
    let page = open.get("/d/page").text;
    assert_eq!(page.matches("forgotten on").count(), 1, "{page}");
    let headers = open.get("/d/page/2/headers").text;
    assert!(headers.contains("forgotten on"), "{headers}");
}

#[test]
fn texts_that_go_with_others_are_marked_too_and_so_is_a_page_under_its_new_name() {
    let mut program = furnished();
    // The fourth version has the words of the first.
    forget(&program, "page@1");
    program.forget_watches();
    program.watch("other", "/page", "was = [\"page\"]");
    let rows = program.expect("--json history other", 0).json();
    let marked = rows
        .iter()
        .filter(|row| !row["version"]["forgotten"].is_null());
    let marked: Vec<u64> = marked
        .filter_map(|row| row["version"]["no"].as_u64())
        .collect();
    assert_eq!(marked, [1, 4]);
}

#[test]
fn a_backfilled_text_that_was_forgotten_is_marked_in_the_past_of_its_page() {
    let mut program = Program::with_page("Version 2 of the direction applies to practices.");
    watchlist(&mut program, &["one"]);
    let address = of(&program, "/page");
    let copies = weekly(20, &[5, 15]);
    holds(&program, "one", &address, &copies, Lists::Digests);
    program.expect("--at 2020-07-01T09:00:00Z visit page", 0);
    program.expect("backfill page", 0);
    let before = program.expect("--json history page", 0).json();
    let turn = before
        .iter()
        .find(|row| row["kind"] == "backfilled")
        .expect("a change");
    assert_eq!(turn["forgotten"], serde_json::json!([]));
    let reach = turn["change"].as_str().expect("a reach");
    let first = reach.split("..").next().expect("a text").to_owned();
    forget(&program, &format!("page@{first}"));
    let after = program.expect("--json history page", 0).json();
    let turn = after
        .iter()
        .find(|row| row["change"] == reach)
        .expect("the same");
    assert_eq!(turn["forgotten"][0]["text"], first.as_str(), "{turn}");
    assert_eq!(turn["forgotten"][0]["forgotten"]["why"], "Request");
    let said = program.expect("history page", 0).text();
    assert!(said.contains("because: Request"), "{said}");
    program.expect("export --format csv,jsonl,warc,git out", 0);
    let open = Open::of(program);
    let marked: Vec<Value> = rows(&open, "/api/v1/documents/page/past");
    let marked = marked.iter().filter(|row| !row["forgotten"].is_null());
    let marked: Vec<&Value> = marked.map(|row| &row["id"]).collect();
    assert_eq!(marked, [&Value::from(format!("page@{first}"))]);
    let page = open.get("/d/page").text;
    assert_eq!(page.matches("forgotten on").count(), 1, "{page}");
}
