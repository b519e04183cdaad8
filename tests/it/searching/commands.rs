//! `search` and `phrase` as commands, alone and beside a running program.

use std::path::Path;

use serde_json::json;

use crate::postgres::in_archive;
use crate::program::Program;

const OLD: &str = "Patients can opt out at any time.";
const NEW: &str = "Patients may write to us at any time.";

fn changed() -> Program {
    let program = Program::with_page(OLD);
    program.expect("visit page", 0);
    program.say(NEW);
    program.expect("visit page", 1);
    program
}

#[test]
fn a_search_says_where_words_stood_and_from_when_to_when() {
    let program = changed();
    let said = program.expect("search opt out --history", 0).text();
    assert!(
        said.contains("The page page (page)") && said.contains(OLD),
        "{said}"
    );
    assert!(
        said.contains("version 1 to 1: there at first sight"),
        "{said}"
    );
    let said = program.expect("search opt", 0).text();
    assert!(said.contains("--history looks through"), "{said}");
    let rows = program.expect("--json search may --added", 0).json();
    let [row, sum] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    assert_eq!(
        (&row["text"], &row["first_version"]),
        (&json!(NEW), &json!(2))
    );
    assert_eq!(row["came"]["change"], json!("1..2"));
    assert_eq!(
        (&sum["count"], &sum["within"]),
        (&json!(1), &json!("added"))
    );
    assert_eq!(sum["reached"]["entry"], sum["reached"]["of"]);
}

#[test]
fn a_question_that_cannot_be_read_is_bad_input() {
    let program = changed();
    let said = program.expect("search data topic:", 2);
    assert!(
        said.err.contains("at character 6") && said.err.contains("topic:gp-data"),
        "{}",
        said.err
    );
    let said = program.expect("--json search -- -data", 2);
    assert!(said.json()[0]["remedy"].is_string());
    program.expect("phrase …", 2);
    program.expect("search data --in nowhere", 2);
}

#[test]
fn a_phrase_is_told_for_people_programs_and_tables() {
    let program = changed();
    let said = program.expect("phrase opt|may", 0).text();
    assert!(
        said.contains("“opt”: 1 page, 0 now") && said.contains("“may”: 1 page, 1 now"),
        "{said}"
    );
    let rows = program.expect("--json phrase opt", 0).json();
    assert_eq!(rows[0]["intervals"][0]["went"]["after"], json!(NEW));
    assert_eq!(rows[1]["counts"][0]["watched"], json!(1));
    let table = program.expect("phrase opt --csv", 0).text();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].starts_with("phrase,watch,title") && lines[1].contains(",first-seen,0..1,"));
    assert!(
        lines[2].contains(",went,1..2,") && lines[2].contains(OLD),
        "{table}"
    );
}

#[test]
fn a_running_program_answers_alike() {
    let program = changed();
    let alone = program.expect("--json search may", 0).json();
    let phrase = program.expect("phrase may --csv", 0).text();
    let running = program.start();
    let beside = program.expect("--json search may", 0).json();
    assert_eq!(beside[0]["came"], alone[0]["came"]);
    assert_eq!(program.expect("phrase may --csv", 0).text(), phrase);
    assert!(
        program
            .expect("search may (", 2)
            .err
            .contains("at character 5")
    );
    running.stop();
}

/// Alters the passages in the files of an index.
fn damage(index: &Path) {
    for file in std::fs::read_dir(index).expect("a folder") {
        let path = file.expect("a file").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "store")
        {
            let mut bytes = std::fs::read(&path).expect("bytes");
            bytes[0] ^= 0xff;
            std::fs::remove_file(&path).expect("removed");
            std::fs::write(&path, bytes).expect("written");
        }
    }
}

#[test]
fn verify_finds_a_damaged_index_and_rebuild_makes_it_afresh() {
    let program = changed();
    program.expect("search may", 0);
    let index = program.data().join("search");
    let sound = program.expect("--json verify", 0).json();
    assert_eq!(sound[0]["search"], json!(null));
    if !in_archive(&program.data(), "update search_stays set words = ''") {
        damage(&index);
    }
    let said = program.expect("--json verify", 0).json();
    assert!(
        said[0]["search"]
            .as_str()
            .is_some_and(|why| why.contains("damaged")),
        "{said:?}"
    );
    program.expect("rebuild", 0);
    assert_eq!(program.expect("--json verify", 0).json(), sound);
    assert!(program.expect("search may", 0).text().contains(NEW));
}
