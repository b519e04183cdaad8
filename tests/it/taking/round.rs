//! The round trip: what is exported, taken in by an empty archive and exported again is the same.

use std::fs;
use std::path::Path;

use serde_json::Value;
use smallprint::model::Digest;

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

/// Exports, takes in, and exports again: the same records, and the same history of each of these pages.
fn goes_round(program: &Program, pages: &[&str]) -> Vec<Record> {
    let first = exported(program, "smallprint-data", "first");
    let taken = take(
        program,
        "--data second-data --at 2026-05-01T09:00:00Z first",
        0,
    );
    assert_eq!(taken["broken"], Value::Array(Vec::new()));
    same(&first, &exported(program, "second-data", "second"));
    for page in pages {
        assert_eq!(
            history(program, "smallprint-data", page),
            history(program, "second-data", page),
            "{page}"
        );
    }
    program.expect("--data second-data verify", 0);
    first
}

#[test]
fn what_an_interface_told_of_a_page_goes_round_with_the_page_beside_it() {
    let mut program = Program::new();
    program.settle("[profile.gov]\nhosts = [\"127.0.0.1\"]\ninterface = \"govuk\"");
    program.watch("guide", "/guidance/sharing", "");
    let says = |words: &str, updated: &str| {
        let item = serde_json::json!({
            "base_path": "/guidance/sharing",
            "content_id": "5d6f9583-991f-413d-ae83-be7274e5eae4",
            "title": "Sharing data",
            "schema_name": "detailed_guide",
            "document_type": "detailed_guide",
            "locale": "en",
            "public_updated_at": updated,
            "details": { "body": format!("<div class=\"govspeak\"><p>{words}</p></div>") },
        });
        let told = Answer::text(&item.to_string()).header("content-type", "application/json");
        program.site.replay("/api/content/guidance/sharing", told);
        let page = Answer::html(&crate::program::page(words));
        program.site.replay("/guidance/sharing", page);
    };
    says(
        "GP practices share data once a month.",
        "2026-05-01T09:00:00Z",
    );
    program.expect("--at 2026-04-01T09:00:00Z visit guide", 0);
    says(
        "GP practices share data once a week.",
        "2026-05-01T09:00:00Z",
    );
    program.expect("--at 2026-04-02T09:00:00Z visit guide", 1);
    let records = goes_round(&program, &["guide"]);
    let of = |address: &str| {
        let uri = |record: &&Record| {
            let uri = record.field("WARC-Target-URI");
            uri.is_some_and(|uri| uri.ends_with(address))
        };
        records.iter().filter(uri).count()
    };
    assert!(of("/api/content/guidance/sharing") >= 2);
    assert!(of("/guidance/sharing") > of("/api/content/guidance/sharing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_built_goes_round_with_what_was_served() {
    let Some((chromium, _alone)) = crate::browser::chromium().await else {
        return;
    };
    let mut program = Program::new();
    program.settle_in_settings(&format!("browser = \"{}\"", chromium.display()));
    program.watch("app", "/app", "render = \"browser\"");
    let scripted = "<!doctype html><html><head><title>Sharing</title><link rel=\"icon\" href=\"data:,\"></head>\
                    <body><main id=\"root\"></main><script>fetch('/words').then(answer => answer.text()).then(words => {\
                    document.getElementById('root').innerHTML = '<h1>Sharing</h1><p>' + words + '</p>';\
                    });</script></body></html>";
    program.site.replay("/app", Answer::html(scripted));
    for (day, words, code) in [
        (1, "The data are held for two years and then destroyed.", 0),
        (2, "The data are held for ten years and then destroyed.", 1),
    ] {
        program.site.replay("/words", Answer::text(words));
        program.expect(&format!("--at 2026-04-0{day}T09:00:00Z visit app"), code);
    }
    let records = goes_round(&program, &["app"]);
    let built =
        |record: &Record| String::from_utf8_lossy(&record.block).contains("held for ten years");
    assert!(
        records.iter().any(built),
        "what was built is in the records"
    );
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

/// The same records in one file, each answer with the fingerprint of a certificate beside its address.
fn over_tls(first: &Record, records: &[Record]) -> (Vec<u8>, Vec<Record>) {
    let certified = |record: &Record| {
        let mut fields = record.fields.clone();
        let at = fields
            .iter()
            .position(|(name, _)| name == "WARC-IP-Address");
        if let Some(at) = at {
            let shown = Digest::of(record.field("WARC-Record-ID").expect("a name").as_bytes());
            let field = (
                "Smallprint-Certificate".to_owned(),
                format!("sha256:{shown}"),
            );
            fields.insert(at + 1, field);
        }
        let block = record.block.clone();
        Record { fields, block }
    };
    let records: Vec<Record> = records.iter().map(certified).collect();
    let mut file = Vec::new();
    for record in std::iter::once(first).chain(&records) {
        file.extend(b"WARC/1.1\r\n");
        for (name, value) in &record.fields {
            file.extend(format!("{name}: {value}\r\n").bytes());
        }
        file.extend(b"\r\n");
        file.extend(&record.block);
        file.extend(b"\r\n\r\n");
    }
    (file, records)
}

#[test]
fn the_fingerprint_of_a_certificate_is_in_the_records_and_comes_back_out_of_them() {
    let program = full();
    let records = exported(&program, "smallprint-data", "first");
    let file = fs::read(program.path("first/warc/smallprint-00001.warc.gz")).expect("a file");
    let first = read(&file).remove(0);
    let (file, records) = over_tls(&first, &records);
    fs::write(program.path("tls.warc"), &file).expect("a file");
    take(
        &program,
        "--data second-data --at 2026-05-01T09:00:00Z tls.warc",
        0,
    );
    let second = exported(&program, "second-data", "second");
    same(&records, &second);
    let certified = |record: &&Record| record.field("Smallprint-Certificate").is_some();
    assert!(second.iter().filter(certified).count() > 5);
    // Another program cannot say so: what it writes in that field is none of ours.
    let text =
        String::from_utf8_lossy(&first.block).replace("software: Smallprint", "software: Someone");
    let first = Record {
        block: text.into_bytes(),
        fields: first.fields.clone(),
    };
    let mut fields = first.fields;
    fields.retain(|(name, _)| name != "Content-Length" && name != "WARC-Block-Digest");
    fields.push(("Content-Length".to_owned(), first.block.len().to_string()));
    let first = Record { fields, ..first };
    let (file, _) = over_tls(&first, &exported(&program, "smallprint-data", "again"));
    fs::write(program.path("other.warc"), &file).expect("a file");
    take(
        &program,
        "--data third-data --at 2026-05-01T09:00:00Z other.warc",
        0,
    );
    let third = exported(&program, "third-data", "third");
    assert!(third.len() > 5);
    assert_eq!(third.iter().filter(certified).count(), 0);
}
