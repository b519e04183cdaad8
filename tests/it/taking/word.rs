//! A file that somebody had can say anything: it is no independent archive's word for or against a change of our own.

use std::fs;

use serde_json::Value;

use crate::backfill::archive::{Copy, Lists, holds, of as address_of, watchlist};
use crate::program::{Program, page};
use crate::taking::warc::Warc;
use crate::taking::{of, take};

const FIRST: &str = "Data is collected once a year.";
const SECOND: &str = "Data is collected every month.";
const OTHER: &str = "Data is collected every day.";

/// What others say of the change, wherever that is asked.
fn stands(program: &Program) -> Vec<Value> {
    let change = |rows: Vec<Value>| {
        let row = rows.into_iter().find(|row| row["change"] == "1..2");
        row.expect("the change")["corroboration"].clone()
    };
    ["explain page 1..2", "history page"]
        .map(|asked| change(program.expect(&format!("--json {asked}"), 0).json()))
        .to_vec()
}

#[track_caller]
fn all_stand(program: &Program, word: &str) {
    for told in stands(program) {
        assert_eq!(told["stands"], word, "{told}");
    }
}

/// A page that changed, seen again a week later, and an archive that may be asked for it.
fn watched() -> (Program, String) {
    let mut program = Program::with_page(FIRST);
    watchlist(&mut program, &["one"]);
    let address = address_of(&program, "/page");
    program.expect("--at 2020-07-01T09:00:00Z visit page", 0);
    program.say(SECOND);
    program.expect("--at 2020-07-03T09:00:00Z visit page", 1);
    program.expect("--at 2020-07-09T09:00:00Z visit page", 0);
    (program, address)
}

/// Takes a file in that says what the page said at noon of a day.
fn bring(program: &Program, address: &str, name: &str, (day, sentence): (&str, &str)) {
    let mut warc = Warc::default();
    // Who writes such a file may say that it is of anybody.
    warc.put(
        "warcinfo",
        "0",
        &[("WARC-Date", "2020-07-05T12:00:00Z")],
        b"software: Wayback\r\nisPartOf: web.archive.org\r\n",
    );
    warc.page(name, address, &format!("{day}T12:00:00Z"), sentence);
    let file = format!("{name}.warc.gz");
    fs::write(program.path(&file), warc.packed()).expect("a file");
    let taken = take(program, &format!("--at 2020-07-10T09:00:00Z {file}"), 0);
    assert_eq!(of(&taken, "page")["texts"], 1, "{taken}");
}

#[test]
fn a_file_that_somebody_brought_neither_agrees_nor_disagrees_with_what_we_saw() {
    let (program, address) = watched();
    all_stand(&program, "ours-only");
    bring(&program, &address, "same", ("2020-07-05", SECOND));
    all_stand(&program, "ours-only");
    bring(&program, &address, "other", ("2020-07-06", OTHER));
    all_stand(&program, "ours-only");
    for told in stands(&program) {
        assert!(told["agree"].as_array().is_none_or(Vec::is_empty), "{told}");
        assert!(
            told["disagree"].as_array().is_none_or(Vec::is_empty),
            "{told}"
        );
    }
    // They are in the past of the page all the same, as what they are.
    let said = program.expect("show page@b2 --headers", 0).text();
    assert!(said.contains("other.warc.gz"), "{said}");
    // An archive that was asked itself is believed, and nobody else is counted with it.
    let copy = Copy {
        at: "2020-07-07T12:00:00Z".parse().expect("a time"),
        html: page(SECOND),
    };
    holds(&program, "one", &address, &[copy], Lists::Links);
    program.expect(
        "--at 2020-07-11T09:00:00Z backfill page --every --to 2020-07-09",
        0,
    );
    all_stand(&program, "one-archive");
}
