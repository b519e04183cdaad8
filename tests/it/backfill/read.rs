//! What was brought is read beside what was seen here, and never mixed up with it.

use chrono::{DateTime, Utc};

use crate::backfill::archive::{Copy, Lists, at, copy_path, holds, of, page, weekly};
use crate::backfill::program;
use crate::program::Program;

const DATASET: &str =
    "The Cohort and Imaging Explorer Dataset will hold a copy of every GP record.";

/// A page that named a dataset for some weeks, long before it was watched.
pub fn stage() -> Program {
    let mut copies = weekly(6, &[4]);
    for copy in &mut copies[1..3] {
        copy.html = page(DATASET);
    }
    let program = program(&copies, Lists::Digests);
    program.expect("backfill page", 0);
    program
}

#[test]
fn a_backfilled_text_is_shown_with_its_archive_and_compared_with_any_other() {
    let program = stage();
    let said = program.expect("show page@b1", 0).text();
    assert!(said.contains("page b1, backfilled"), "{said}");
    assert!(said.contains("the word of the archive “one”"), "{said}");
    let raw = program.expect("show page@b1 --raw", 0).text();
    assert_eq!(raw, weekly(1, &[])[0].html);
    let headers = program.expect("show page@b1 --headers", 0).text();
    let path = copy_path("one", at(0), &of(&program, "/page"));
    assert!(
        headers.contains(&path) && headers.contains("memento-datetime"),
        "{headers}"
    );
    let shown = program.expect("--json show page@b1", 0).json().remove(0);
    assert_eq!(shown["version"]["backfilled"]["point"], "b1");
    // On a day before it was watched the last copy from before is what is known.
    let then = program.expect("show page@2016-01-25", 0).text();
    assert!(then.contains("backfilled"), "{then}");
    program.expect("show page@2015-01-01", 2);
    program.expect("show page@b99", 2);
    let said = program.expect("diff page b1..1 --format text", 0).text();
    assert!(said.contains("page b1, copied by one"), "{said}");
    assert!(said.contains("page version 1, first seen"), "{said}");
    let json = program
        .expect("--json diff page b2..b1", 0)
        .json()
        .remove(0);
    assert_eq!(json["change"], "b2..b1");
    assert!(json["found"].is_null());
    program.expect("diff page b1..b99", 2);
    let error = program.expect("diff page b1-1", 2).err;
    assert!(error.contains("b2..1"), "{error}");
}

#[test]
fn history_tells_the_past_before_our_own_and_keeps_it_apart() {
    let program = stage();
    let said = program.expect("history page", 0).text();
    let past = said.find("Before our first version").expect("the past");
    let own = said.find("0..1  appeared").expect("our own");
    assert!(past < own, "{said}");
    let rows = program.expect("--json history page", 0).json();
    let kinds: Vec<_> = rows
        .iter()
        .map(|row| row["kind"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(kinds[0], "appeared");
    assert_eq!(&kinds[1..], ["backfilled"; 4]);
    assert_eq!(
        rows.last().expect("a row")["change"]
            .as_str()
            .map(|change| change.ends_with("..1")),
        Some(true)
    );
}

#[test]
fn phrases_and_names_reach_back_apart_from_what_was_seen_here() {
    let program = stage();
    let rows = program.expect("--json phrase explorer", 0).json();
    let before = rows
        .iter()
        .find(|row| row["backfilled"].is_array())
        .expect("a row");
    let interval = &before["backfilled"][0];
    let time = |text: &serde_json::Value| {
        text.as_str()
            .and_then(|text| text.parse::<DateTime<Utc>>().ok())
    };
    assert_eq!(time(&interval["from"]), Some(at(1)));
    assert_eq!(time(&interval["after"]), Some(at(0)));
    assert_eq!(time(&interval["gone_by"]), Some(at(3)));
    assert_eq!(
        rows.last().expect("the sum")["pages"],
        0,
        "what archives say is not counted"
    );
    let said = program.expect("phrase explorer", 0).text();
    assert!(said.contains("by the word of archives"), "{said}");
    // A name that only archives have is not known here: it would be news.
    let names = program.expect("--json names Explorer", 0).json();
    assert!(names.is_empty(), "{names:?}");
    program.say(DATASET);
    program.expect("--at 2020-07-03T09:00:00Z visit page", 1);
    let names = program.expect("--json names Explorer", 0).json();
    assert_eq!(names[0]["first"]["version"], 2, "{names:?}");
    let name = names[0]["canonical"].as_str().expect("a name").to_owned();
    let output = program
        .command(&["--json", "names", &name])
        .output()
        .expect("it runs");
    let one: serde_json::Value = serde_json::from_slice(
        output
            .stdout
            .split(|byte| *byte == b'\n')
            .next()
            .expect("a line"),
    )
    .expect("JSON");
    assert_eq!(time(&one["before"]["at"]), Some(at(1)), "{one}");
}

#[test]
fn copies_from_our_own_time_agree_with_a_change_or_disagree_loudly() {
    let program = program(&weekly(3, &[]), Lists::Links);
    let address = of(&program, "/page");
    let words = |sentence: &str, day: &str| Copy {
        at: format!("{day}T12:00:00Z").parse().expect("a time"),
        html: page(sentence),
    };
    program.say("Data is collected every month.");
    program.expect("--at 2020-07-03T09:00:00Z visit page", 1);
    program.expect("--at 2020-07-09T09:00:00Z visit page", 0);
    let stands = |program: &Program| {
        let row = program
            .expect("--json explain page 1..2", 0)
            .json()
            .remove(0);
        row["corroboration"]["stands"]
            .as_str()
            .expect("a word")
            .to_owned()
    };
    assert_eq!(stands(&program), "ours-only");
    let same = words("Data is collected every month.", "2020-07-05");
    holds(&program, "one", &address, &[same], Lists::Links);
    program.expect(
        "--at 2020-07-10T09:00:00Z backfill page --every --to 2020-07-09",
        0,
    );
    assert_eq!(stands(&program), "one-archive");
    let history = program.expect("--json history page", 0).json();
    assert_eq!(
        history[1]["corroboration"]["stands"], "one-archive",
        "{history:?}"
    );
    let other = words("Data is collected every day.", "2020-07-06");
    holds(&program, "one", &address, &[other], Lists::Links);
    program.expect(
        "--at 2020-07-20T09:00:00Z backfill page --every --to 2020-07-09",
        0,
    );
    assert_eq!(stands(&program), "disputed");
    let said = program.expect("explain page 1..2", 0).text();
    assert!(said.contains("AN INDEPENDENT COPY DISAGREES"), "{said}");
    let said = program.expect("history page", 0).text();
    assert!(said.contains("AN INDEPENDENT COPY DISAGREES"), "{said}");
}

#[test]
fn a_search_of_the_past_finds_backfilled_passages_and_no_other_search_does() {
    let program = stage();
    for within in ["", " --history", " --added", " --removed"] {
        let sum = program
            .expect(&format!("--json search explorer{within}"), 0)
            .json();
        assert_eq!(sum[0]["count"], 0, "{within}");
    }
    let time = |value: &serde_json::Value| {
        let text = value.as_str().expect("a time");
        text.parse::<DateTime<Utc>>().expect("a time")
    };
    let look = || program.expect("--json search explorer --past", 0).json();
    let rows = look();
    let [found, sum] = rows.as_slice() else {
        panic!("{rows:#?}")
    };
    assert_eq!((&sum["count"], &sum["pages"]), (&1.into(), &1.into()));
    let stood = &found["stood"][0];
    assert_eq!(
        (time(&stood["from"]), time(&stood["until"])),
        (at(1), at(2))
    );
    assert_eq!(
        (time(&stood["after"]), time(&stood["gone_by"])),
        (at(0), at(3))
    );
    assert_eq!(stood["archive"], "one");
    let first = stood["first"].as_str().expect("a point");
    let shown = program.expect(&format!("show page@{first}"), 0).text();
    assert!(shown.contains("Explorer"), "{shown}");
    let told = program.expect("search explorer --past", 0).text();
    assert!(
        told.contains(&format!("backfilled {first} to")) && told.contains("by the archive “one”"),
        "{told}"
    );
    // The index follows from the journal: made afresh it says the same.
    program.expect("rebuild", 0);
    assert_eq!(look()[0], *found);
    // Filters hold as everywhere, and a text of our own is not among them.
    for nothing in ["--until 2016-01-01", "--from 2019-01-01", "--in other"] {
        let said = program.run(&format!("--json search explorer --past {nothing}"));
        let said = said.text();
        assert!(!said.contains("stood\":["), "{nothing}: {said}");
    }
    program.say("The Explorer is here.");
    program.expect("--at 2020-07-03T09:00:00Z visit page", 1);
    assert_eq!(look()[0], *found);
}

#[test]
fn new_rules_read_backfilled_texts_again_under_the_same_numbers_and_tell_nobody() {
    let mut program = stage();
    let texts = |program: &Program| {
        let past = program.expect("--json export --format csv out", 0);
        assert_eq!(past.err, "");
        let table = std::fs::read_to_string(program.path("out/past.csv")).expect("a table");
        let rows = table
            .lines()
            .map(|row| row.split(',').take(7).collect::<Vec<_>>().join(","));
        rows.collect::<Vec<_>>()
    };
    let (before, told) = (
        texts(&program),
        program.expect("--json outbox --all", 0).json(),
    );
    let raw = program.expect("show page@b2 --raw", 0).out;
    assert_eq!(
        program
            .expect("--json search explorer --past", 0)
            .json()
            .len(),
        2
    );
    // By these rules the sentence is none of the text.
    program.forget_watches();
    program.watch("page", "/page", "drop_lines = [\"Explorer\"]");
    let rows = program.expect("--json reread page", 0).json();
    let mut again: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["backfilled"].as_str())
        .collect();
    again.sort_unstable();
    assert_eq!(again, ["b1", "b2", "b3"], "{rows:?}");
    let differs = rows.iter().filter(|row| row["outcome"] == "differs");
    let differs: Vec<_> = differs.map(|row| &row["backfilled"]).collect();
    assert_eq!(differs.len(), 1, "{rows:?}");
    let rows = program.expect("--json search explorer --past", 0).json();
    assert_eq!(rows[0]["count"], 0, "{rows:?}");
    assert_eq!(program.expect("show page@b2 --raw", 0).out, raw);
    assert_eq!(texts(&program), before, "numbers and provenance stay");
    assert_eq!(program.expect("--json outbox --all", 0).json(), told);
    // It is done, and what follows from it can be made afresh.
    let rows = program.expect("--json reread page", 0).json();
    assert_eq!(rows[0]["reread"], 0, "{rows:?}");
    program.expect("rebuild", 0);
    let rows = program.expect("--json search explorer --past", 0).json();
    assert_eq!(rows[0]["count"], 0, "{rows:?}");
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
}
