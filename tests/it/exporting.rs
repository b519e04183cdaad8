//! The archive carried out: tables that refer to each other, captures byte for byte, a history that git reads, and nothing
//! half done or of somebody else's.

mod altered;
mod history;
mod past;
mod tables;
pub mod warc;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use smallprint::model;

use crate::program::{Program, Said, page};
use crate::site::Answer;

/// An archive with two pages: one that changed, changed back and is gone, one that was imported and is in Latin letters of
/// another sort; with a correction, a failure and looks.
pub fn furnished() -> Program {
    let mut program =
        Program::with_page("Patients can opt out at any time by telling their practice.");
    program.watch("con", "/old", "publisher = \"=1+1 & Co\"\n");
    program.watch("missing", "/missing", "");
    program.site.play("/old", Answer::redirect(301, "/new"));
    let hostile =
        page("<b>=cmd()</b> | `x` [y](javascript:z) &lt;script&gt;alert(1)&lt;/script&gt;");
    program.site.play("/new", Answer::html(&hostile));
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 2);
    program.expect("--at 2026-03-02T10:00:00Z visit page con", 0);
    program.say("Data is collected from practices every month for the Sleep Data Set.");
    program.expect("--at 2026-03-03T11:00:00Z visit page", 1);
    program.say("Patients can opt out at any time by telling their practice.");
    program.expect("--at 2026-03-04T12:00:00Z visit page", 1);
    let saved = page("A saved page says that records are shared with nobody.");
    fs::write(program.path("saved.html"), saved).expect("a file");
    program.expect("--at 2026-03-05T12:00:00Z import saved.html --watch con", 1);
    program.expect(
        "--at 2026-03-06T12:00:00Z correct page 1..2 --kind our-error --text =Wrong --by Somebody",
        0,
    );
    program
}

/// Exports these formats into the folder `out`; what it answers.
#[track_caller]
pub fn export(program: &Program, more: &str) -> Value {
    let said = program.expect(&format!("--json export {more} out"), 0);
    assert_eq!(said.err, "");
    said.json().remove(0)
}

/// A file of the export.
pub fn file(program: &Program, path: &str) -> Vec<u8> {
    fs::read(program.path("out").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn package(program: &Program) -> Value {
    serde_json::from_slice(&file(program, "datapackage.json")).expect("a description")
}

/// Every file below a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path
                        .strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string();
                    found.insert(name, fs::read(&path).expect("a file"));
                }
            }
        }
    }
    found
}

/// The digest of these bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    model::Digest(Sha256::digest(bytes).into()).to_string()
}

const ALL: &str = "--format csv,jsonl,warc,git";

#[test]
fn every_file_is_described_and_nothing_else_is_there() {
    let program = furnished();
    let said = export(&program, ALL);
    let described = package(&program);
    let mut found = files(&program.path("out"));
    let package_json = found.remove("datapackage.json").expect("the description");
    let seal = found.remove("datapackage.json.sha256").expect("its digest");
    let line = format!("{}  datapackage.json\n", sha256(&package_json));
    assert_eq!(seal, line.as_bytes(), "as `sha256sum -c` reads it");
    let resources = described["resources"].as_array().expect("resources");
    assert_eq!(
        said["files"].as_array().map(Vec::len),
        Some(resources.len())
    );
    for resource in resources {
        let path = resource["path"].as_str().expect("a path");
        let bytes = found
            .remove(path)
            .unwrap_or_else(|| panic!("{path} is missing"));
        assert_eq!(resource["bytes"], bytes.len(), "{path}");
        assert_eq!(
            resource["hash"],
            format!("sha256:{}", sha256(&bytes)),
            "{path}"
        );
        let name = resource["name"].as_str().expect("a name");
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
        );
    }
    assert!(found.is_empty(), "{:?}", found.keys());
    let own = &described["smallprint"];
    assert_eq!(own["entry"], said["entry"]);
    let verified = program.expect("--json verify", 0).json().remove(0);
    assert_eq!(own["head"], verified["head"]);
    assert!(!own["readers"].as_array().expect("readers").is_empty());
}

#[test]
fn an_export_that_was_cut_off_goes_on_to_the_same_files() {
    let program = furnished();
    // Small files, so that there are several.
    let asked = format!("{ALL} --warc-size 1kB");
    export(&program, &asked);
    let whole = files(&program.path("out"));
    let mut warcs: Vec<&String> = whole.keys().filter(|path| path.ends_with(".gz")).collect();
    warcs.sort();
    assert!(warcs.len() > 2, "{warcs:?}");
    // As a kill after the first WARC file leaves it: what was done is under its name, and what was not is a part.
    let described = package(&program);
    let out = program.path("out");
    let made: BTreeMap<&str, Value> = described["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .filter(|one| one["path"].as_str().is_some_and(|path| path == warcs[0] || path.ends_with(".csv") || path.ends_with(".jsonl")))
        .map(|one| {
            let path = one["path"].as_str().expect("a path");
            let sha256 = one["hash"].as_str().expect("a hash").trim_start_matches("sha256:");
            (path, serde_json::json!({ "path": path, "bytes": one["bytes"], "sha256": sha256, "records": one.get("rows").or(one.get("records")) }))
        })
        .collect();
    let mut state = described["smallprint"].clone();
    state["made"] = serde_json::json!(made);
    state["earlier"] = serde_json::json!({});
    state["warc_from"] = first_entry_after(&whole[warcs[0]]).into();
    for path in whole
        .keys()
        .filter(|path| !made.contains_key(path.as_str()))
    {
        fs::remove_file(out.join(path)).expect("removed");
    }
    fs::write(out.join("unfinished-export.json"), state.to_string()).expect("a state");
    fs::write(out.join("warc/smallprint-00002.warc.gz.part"), "half").expect("a part");
    let stamp = |path: &str| {
        fs::metadata(out.join(path))
            .and_then(|meta| meta.modified())
            .ok()
    };
    let before = (stamp("changes.csv"), stamp(warcs[0]));
    // What came meanwhile is not in it: it goes on as the archive stood.
    program.say("Another sentence that stands there since.");
    program.expect("--at 2026-03-07T12:00:00Z visit page", 1);
    let said = export(&program, &asked);
    assert_eq!(said["continued"], true);
    assert_eq!(
        (stamp("changes.csv"), stamp(warcs[0])),
        before,
        "what was done is left alone"
    );
    let mut again = files(&out);
    let created = |files: &mut BTreeMap<String, Vec<u8>>| {
        let described = files.remove("datapackage.json").expect("the description");
        files.remove("datapackage.json.sha256").expect("its digest");
        let mut described: Value = serde_json::from_slice(&described).expect("JSON");
        described["created"] = Value::Null;
        described
    };
    let mut whole = whole.clone();
    assert_eq!(created(&mut again), created(&mut whole));
    assert!(again == whole, "{:?} {:?}", again.keys(), whole.keys());
}

/// The entry after the last one that a WARC file tells of, from its metadata records and what follows them.
fn first_entry_after(bytes: &[u8]) -> u64 {
    let records = warc::read(bytes);
    let told = records
        .iter()
        .filter(|record| record.field("WARC-Type") == Some("metadata"));
    let entry = told.filter_map(|record| {
        let text = String::from_utf8(record.block.clone()).ok()?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("journal-entry: "))?;
        line.parse::<u64>().ok()
    });
    entry.max().expect("an entry") + 1
}

#[test]
fn the_same_command_makes_an_export_anew() {
    let program = furnished();
    export(&program, "--format csv,git");
    let commits = history::commits(&program);
    program.say("Another sentence that stands there since.");
    program.expect("--at 2026-03-07T12:00:00Z visit page", 1);
    let said = export(&program, "--format csv,git");
    assert_eq!(said["continued"], false);
    let later = history::commits(&program);
    assert_eq!(later[..commits.len()], commits, "the same history goes on");
    assert_eq!(later.len(), commits.len() + 1);
    history::is_sound(&program);
    // Of other formats nothing of the first is left.
    export(&program, "--format jsonl");
    let left = files(&program.path("out"));
    assert!(
        left.keys()
            .all(|path| path.ends_with(".jsonl") || path.starts_with("datapackage.json")),
        "{:?}",
        left.keys()
    );
}

#[track_caller]
fn refused(said: &Said, part: &str) {
    assert!(said.err.contains(part), "no “{part}” in {}", said.err);
}

#[test]
fn what_is_somebody_elses_is_left_alone() {
    let program = furnished();
    let out = program.path("out");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("thesis.txt"), "years of work").expect("a file");
    refused(
        &program.expect("export --format csv out", 2),
        "is not empty, and holds no export",
    );
    assert_eq!(files(&out).len(), 1);
    fs::remove_file(out.join("thesis.txt")).expect("removed");
    export(&program, "--format csv");
    // A table that somebody worked on.
    fs::write(out.join("changes.csv"), "mine now").expect("a file");
    refused(
        &program.expect("export --format csv out", 2),
        "was altered since it was exported",
    );
    assert_eq!(file(&program, "changes.csv"), b"mine now");
    let other = Program::with_page("Another archive.");
    other.expect("visit page", 0);
    let out = out.display().to_string();
    refused(
        &other.expect(&format!("export --format csv {out}"), 2),
        "another archive",
    );
    // The archive itself is no place for it.
    refused(
        &program.expect("export --format csv smallprint-data", 2),
        "is not empty",
    );
    // A description that leads elsewhere is none of ours.
    let mut described = package(&program);
    described["resources"][0]["path"] = "../watchlist.toml".into();
    fs::write(program.path("out/datapackage.json"), described.to_string()).expect("a file");
    refused(
        &program.expect("export --format csv out", 2),
        "holds no export",
    );
    assert!(program.path("watchlist.toml").exists());
}

#[test]
fn a_description_made_by_somebody_leads_to_no_file_but_its_own() {
    let program = furnished();
    export(&program, "--format csv");
    fs::write(program.path("out/notes.txt"), "my notes").expect("a file");
    export(&program, "--format jsonl");
    assert_eq!(
        file(&program, "notes.txt"),
        b"my notes",
        "what is not ours stays"
    );
}

#[test]
fn an_export_takes_what_was_chosen() {
    let program = furnished();
    for (asked, documents, changes) in [
        ("--watch page", vec!["page"], vec!["0..1", "1..2", "2..3"]),
        (
            "--watch con,page",
            vec!["con", "page"],
            vec!["0..1", "0..1", "1..2", "2..3", "1..2"],
        ),
        ("--publisher =1+1", vec![], vec![]),
        (
            "--topic gp-data --watch page --from 2026-03-03 --until 2026-03-03",
            vec!["page"],
            vec!["1..2"],
        ),
        (
            "--watch page --until 2026-03-02",
            vec!["page"],
            vec!["0..1"],
        ),
        ("--from 2026-03-04 --watch page", vec!["page"], vec!["2..3"]),
    ] {
        fs::remove_dir_all(program.path("out")).ok();
        if documents.is_empty() {
            let said = program.expect(&format!("export --format csv {asked} out"), 2);
            refused(&said, "The publishers are: =1+1 & Co.");
            continue;
        }
        export(&program, &format!("--format csv,jsonl,git {asked}"));
        let column = |table: &str, name: &str| tables::column(&program, table, name);
        let mut found = column("documents", "document");
        found.sort();
        assert_eq!(found, documents, "{asked}");
        assert_eq!(column("changes", "span"), changes, "{asked}");
        tables::are_sound(&program);
        history::is_sound(&program);
    }
    for (asked, part) in [
        ("--watch pgae", "Did you mean “page”?"),
        ("--topic nothing", "The topics are: fdp, gp-data."),
        (
            "--from 2026-03-04 --until 2026-03-03",
            "--until lies before --from",
        ),
        (
            "--watch page --publisher Nobody",
            "No page in the archive is of the publisher",
        ),
    ] {
        refused(
            &program.expect(&format!("export --format csv {asked} elsewhere"), 2),
            part,
        );
        assert!(!program.path("elsewhere").exists(), "{asked}");
    }
}

#[test]
fn an_export_is_made_while_run_holds_the_archive() {
    let program = furnished();
    // Nothing is due for an hour, so that `run` leaves the pages alone.
    program.run("visit --all");
    let running = program.start();
    let said = export(&program, ALL);
    assert_eq!(said["dir"], program.path("out").display().to_string());
    let held = files(&program.path("out"));
    running.stop();
    tables::are_sound(&program);
    history::is_sound(&program);
    warc::is_sound(&program);
    assert!(held.contains_key("history.git/HEAD") && !held.contains_key("export.lock"));
}
