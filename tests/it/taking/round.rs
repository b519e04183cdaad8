//! The round trip: what is exported, taken in by an empty archive and exported again is the same.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::exporting::furnished;
use crate::exporting::warc::{Record, read};
use crate::program::Program;
use crate::site::Answer;
use crate::taking::take;

/// How the fields begin that say where a capture is held which another archive made.
const HELD: &str = "held-";

/// Exports the captures of an archive, and gives every record but the first of each file, in order.
fn exported(program: &Program, data: &str, out: &str) -> Vec<Record> {
    program.expect(
        &format!("--data {data} export --format warc --warc-size 4KB {out}"),
        0,
    );
    let mut files: Vec<_> = fs::read_dir(program.path(out).join("warc"))
        .expect("files")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut records = Vec::new();
    for file in files {
        let of_file = read(&fs::read(file).expect("a file"));
        assert_eq!(of_file[0].field("WARC-Type"), Some("warcinfo"));
        records.extend(of_file.into_iter().skip(1));
    }
    records
}

/// A record as it is compared: without what says where a capture is held, and the digest and length of that.
fn compared(record: &Record) -> (Vec<(String, String)>, Vec<u8>) {
    let is_told = record.field("WARC-Type") == Some("metadata");
    if !is_told {
        return (record.fields.clone(), record.block.clone());
    }
    let text = String::from_utf8(record.block.clone()).expect("UTF-8");
    let lines = text.split_inclusive("\r\n");
    let lines: String = lines.filter(|line| !line.starts_with(HELD)).collect();
    let fields = record.fields.iter();
    let fields = fields.filter(|(name, _)| name != "WARC-Block-Digest" && name != "Content-Length");
    (fields.cloned().collect(), lines.into_bytes())
}

#[track_caller]
fn same(one: &[Record], other: &[Record]) {
    for (place, (one, other)) in one.iter().zip(other).enumerate() {
        let (one, other) = (compared(one), compared(other));
        assert_eq!(one.0, other.0, "record {place}");
        let text = |block: &[u8]| String::from_utf8_lossy(block).into_owned();
        assert_eq!(text(&one.1), text(&other.1), "record {place}: {:?}", one.0);
    }
    assert_eq!(one.len(), other.len());
}

/// The changes of a page as they are told, without what judging them made of them.
fn history(program: &Program, data: &str, page: &str) -> Vec<Value> {
    let rows = program
        .expect(&format!("--json --data {data} history {page}"), 0)
        .json();
    let told = |row: &Value| {
        serde_json::json!([
            row["change"],
            row["kind"],
            row["by"],
            row["version"]["text"],
            row["version"]["body"]
        ])
    };
    rows.iter().map(told).collect()
}

/// An archive with all that records are made of: redirects, packed bodies, a page that was gone and came back, the same bytes
/// at two pages and at one page again, a file that was saved, a register.
fn full() -> Program {
    let mut program = furnished();
    program.watch("fleeting", "/fleeting", "");
    program.watch("twin", "/twin", "");
    program.watch("sheet", "/sheet", "");
    program.site.play("/", Answer::html("<h1>Front page</h1>"));
    fs::write(
        program.path("list.csv"),
        "recipient,purpose\nOne,research\nTwo,planning\n",
    )
    .expect("a file");
    program.expect("--at 2026-03-20T12:00:00Z import list.csv --watch sheet", 0);
    let body = crate::program::page("Data is shared with one company.");
    for path in ["/fleeting", "/twin"] {
        program.site.play(
            path,
            Answer::html(&body).header("x-latin", "caf\u{e9}").gzip(),
        );
    }
    program.expect("--at 2026-04-01T09:00:00Z visit fleeting twin", 0);
    program.expect("--at 2026-04-01T12:00:00Z visit fleeting", 0);
    program.site.replay("/fleeting", Answer::status(410));
    program.expect("--at 2026-04-02T09:00:00Z visit fleeting", 2);
    program.expect("--at 2026-04-02T12:00:00Z visit fleeting", 1);
    program.site.replay(
        "/fleeting",
        Answer::html(&crate::program::page("Data is shared with two companies.")),
    );
    program.expect("--at 2026-04-03T12:00:00Z visit fleeting", 1);
    program
}

#[test]
fn what_is_exported_taken_in_and_exported_again_is_the_same() {
    let program = full();
    let own = "smallprint-data";
    let first = exported(&program, own, "first");
    assert!(first.len() > 25, "{}", first.len());
    for kind in ["response", "revisit", "resource", "metadata", "conversion"] {
        assert!(
            first
                .iter()
                .any(|record| record.field("WARC-Type") == Some(kind)),
            "no {kind}"
        );
    }
    let gone = |record: &Record| String::from_utf8_lossy(&record.block).contains("kind: vanished");
    assert!(first.iter().any(gone), "the page that was gone is told of");
    let taken = take(
        &program,
        "--data second-data --at 2026-05-01T09:00:00Z first",
        0,
    );
    assert_eq!(taken["broken"], Value::Array(Vec::new()));
    let second = exported(&program, "second-data", "second");
    same(&first, &second);
    for page in ["page", "con", "fleeting", "twin", "sheet"] {
        assert_eq!(
            history(&program, own, page),
            history(&program, "second-data", page),
            "{page}"
        );
    }
    // And a third time, from what was taken in.
    take(
        &program,
        "--data third-data --at 2026-05-02T09:00:00Z second",
        0,
    );
    same(&second, &exported(&program, "third-data", "third"));
    program.expect("--data second-data verify", 0);
    assert!(Path::new(&program.path("second/datapackage.json")).exists());
}

#[test]
fn an_archive_that_takes_its_own_export_in_has_nothing_new() {
    let program = full();
    let before = program.expect("--json history page", 0).json();
    program.expect("export --format warc first", 0);
    let taken = take(&program, "--at 2026-05-01T09:00:00Z first", 0);
    assert_eq!(
        program.expect("--json history page", 0).json().len(),
        before.len(),
        "{taken}"
    );
}
