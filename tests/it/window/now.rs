//! The changes: folded, filtered by what stands in the address, and paged without losing one.

use std::collections::BTreeSet;

use regex::Regex;

use crate::program::Program;
use crate::site::Answer;
use crate::window::house::Open;
use crate::window::town::{HARMLESS, town};

#[test]
fn changes_are_folded_filtered_and_shown_with_what_fails() {
    let open = Open::of(town());
    let now = open.get("/");
    assert_eq!(now.status, 200);
    assert!(now.text.contains("the same on 3 pages"), "{}", now.text);
    assert_eq!(now.text.matches("href=\"/d/one/1..2\"").count(), 1);
    assert!(now.text.contains("Cannot be read"), "{}", now.text);
    now.link("/d/broken");
    assert!(
        now.text
            .contains("The report will be published by 1 March 2016."),
        "{}",
        now.text
    );
    assert!(now.text.contains(HARMLESS), "{}", now.text);
    for markup in ["<script", "<img", "\u{202e}"] {
        assert!(!now.text.contains(markup), "{markup}: {}", now.text);
    }
    let shown = |query: &str| -> BTreeSet<String> {
        let text = open.get(&format!("/?{query}")).text;
        let redline = Regex::new("href=\"/d/([a-z]+)/1..2\"").expect("a pattern");
        redline
            .captures_iter(&text)
            .map(|found| found[1].to_owned())
            .collect()
    };
    let set =
        |ids: &[&str]| -> BTreeSet<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    let all = ["alone", "evil", "one", "register", "three", "two"];
    let shared = ["one", "three", "two"];
    for (query, expected) in [
        ("", all.as_slice()),
        ("topic=gp-data", &all),
        ("topic=fdp", &[]),
        ("publisher=Ministry+of+Pages", &shared),
        ("publisher=Office+%26+Sons", &["alone", "register"]),
        ("q=the+page+three", &["three"]),
        ("q=ALONE", &["alone"]),
        ("q=nothing+of+this+kind", &[]),
        ("since=2020-01-01", &all),
        ("until=2020-01-01", &[]),
        ("severity=4", &["register"]),
        ("claim=not-possible", &all),
        ("claim=announced", &[]),
        (
            "publisher=Office+%26+Sons&q=alone&topic=gp-data&since=2020-01-01&claim=not-possible",
            &["alone"],
        ),
        ("publisher=Ministry+of+Pages&q=alone", &[]),
        ("q=&topic=&publisher=", &all),
    ] {
        assert_eq!(shown(query), set(expected), "{query}");
    }
    for (query, expected) in rules(&open.program) {
        assert_eq!(shown(&query), expected, "{query}");
    }
}

/// For each rule that fired on a change, the address that asks for it and the watches it fired on.
fn rules(program: &Program) -> Vec<(String, BTreeSet<String>)> {
    let rows = program.expect("--json changes", 0).json();
    let mut fired: Vec<(String, BTreeSet<String>)> = Vec::new();
    for row in rows.iter().filter(|row| row["change"] == "1..2") {
        let watch = row["watch"].as_str().expect("a name").to_owned();
        for finding in row["findings"].as_array().expect("findings") {
            let query = format!("rule={}", finding["rule"].as_str().expect("a rule"));
            match fired.iter_mut().find(|(known, _)| *known == query) {
                Some((_, watches)) => drop(watches.insert(watch.clone())),
                None => fired.push((query, BTreeSet::from([watch.clone()]))),
            }
        }
    }
    assert!(!fired.is_empty(), "no rule fired");
    fired
}

#[test]
fn the_command_asks_the_same_as_the_page() {
    let program = town();
    let watches = |options: &str| -> Vec<String> {
        let rows = program
            .expect(&format!("--json changes {options}"), 0)
            .json();
        let rows = rows.iter().filter(|row| row["change"] == "1..2");
        rows.map(|row| row["watch"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(watches("--words alone"), ["alone"]);
    assert_eq!(watches("--claim announced"), [""; 0]);
    assert_eq!(watches("--until 2020-01-01"), [""; 0]);
    let entry = |row: &serde_json::Value| row["entry"].as_u64().expect("a number");
    let all: Vec<u64> = program
        .expect("--json changes", 0)
        .json()
        .iter()
        .map(entry)
        .collect();
    let mut walked = Vec::new();
    let mut before = u64::MAX.to_string();
    loop {
        let page = program
            .expect(&format!("--json changes --limit 4 --before {before}"), 0)
            .json();
        let Some(last) = page.last() else { break };
        before = entry(last).to_string();
        walked.extend(page.iter().map(entry));
    }
    assert_eq!(walked, all);
    let said = program.expect("changes --publisher Nobody", 2);
    assert!(
        said.err
            .contains("No page is watched of a publisher “Nobody”."),
        "{}",
        said.err
    );
    let said = program.expect("changes --claim maybe", 2);
    assert!(
        said.err.contains("It is one of: announced, unannounced,"),
        "{}",
        said.err
    );
}

#[test]
fn paging_walks_all_changes_exactly_once() {
    let mut program = Program::new();
    for number in 0..70 {
        program.watch(
            &format!("p{number}"),
            &format!("/p{number}"),
            "first = \"news\"\n",
        );
        let text = format!(
            "<title>Page {number}</title><main><h1>Page {number}</h1><p>Room {number} holds {} chairs.</p></main>",
            number * 7
        );
        program
            .site
            .play(&format!("/p{number}"), Answer::html(&text));
    }
    program.run("visit --all");
    let open = Open::of(program);
    let redline = Regex::new("href=\"/d/(p[0-9]+)/0..1\"").expect("a pattern");
    let older = Regex::new("rel=\"next\" href=\"([^\"]+)\"").expect("a pattern");
    let (mut walked, mut path, mut pages) = (Vec::new(), "/".to_owned(), 0);
    loop {
        let text = open.get(&path).text;
        walked.extend(
            redline
                .captures_iter(&text)
                .map(|found| found[1].to_owned()),
        );
        pages += 1;
        match older.captures(&text) {
            Some(next) => path = next[1].replace("&amp;", "&"),
            None => break,
        }
    }
    assert_eq!(pages, 2);
    assert_eq!(walked.len(), 70);
    assert_eq!(walked.iter().collect::<BTreeSet<_>>().len(), 70);
}

#[test]
fn what_cannot_be_asked_is_said_in_a_sentence() {
    let open = Open::with_a_change();
    for (path, status, said) in [
        (
            "/?severity=loud",
            400,
            "“loud” is not a severity from 1 to 5.",
        ),
        (
            "/?since=yesterday",
            400,
            "“yesterday” is not a day, such as 2016-07-06.",
        ),
        ("/?before=x", 400, "“x” is not the number of an entry."),
        ("/?topic=nobody", 404, "There is no topic “nobody”."),
        (
            "/?publisher=nobody",
            404,
            "No page is watched of a publisher “nobody”.",
        ),
        ("/?rule=nobody", 404, "There is no rule “nobody”"),
        (
            "/?claim=nobody",
            404,
            "“nobody” is nothing that a page is held to.",
        ),
        ("/?q=nothing+like+this", 200, "No change is like this."),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text.contains(said), "{path}: {}", answer.text);
    }
}
