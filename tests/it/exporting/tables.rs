//! The tables of an export, read back by their description.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::exporting::{export, file, furnished, package};
use crate::program::Program;

/// A table with its rows, by the names of the fields; cells as text.
type Rows = Vec<BTreeMap<String, String>>;

fn rows(program: &Program, resource: &Value) -> Rows {
    let bytes = file(program, resource["path"].as_str().expect("a path"));
    let fields: Vec<String> = resource["schema"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| field["name"].as_str().expect("a name").to_owned())
        .collect();
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if resource["format"] == "jsonl" {
        let lines = String::from_utf8(bytes).expect("text");
        let row = |line: &str| {
            let row: BTreeMap<String, Value> = serde_json::from_str(line).expect("a line of JSON");
            let told: BTreeSet<&String> = row.keys().collect();
            assert_eq!(told, fields.iter().collect());
            row.iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect()
        };
        return lines.lines().map(row).collect();
    }
    assert!(bytes.ends_with(b"\r\n"), "RFC 4180");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(
        reader.headers().expect("a head").iter().collect::<Vec<_>>(),
        fields
    );
    let row = |record: csv::StringRecord| {
        fields
            .iter()
            .cloned()
            .zip(record.iter().map(str::to_owned))
            .collect()
    };
    reader
        .records()
        .map(|record| row(record.expect("a record")))
        .collect()
}

/// The tables by the names of their resources.
fn tables(program: &Program) -> BTreeMap<String, (Value, Rows)> {
    let described = package(program);
    let resources = described["resources"].as_array().expect("resources").iter();
    let tables = resources.filter(|resource| resource["type"] == "table");
    tables
        .map(|resource| {
            let name = resource["name"].as_str().expect("a name").to_owned();
            (name, (resource.clone(), rows(program, resource)))
        })
        .collect()
}

/// The cells of one field of a table.
pub fn column(program: &Program, table: &str, field: &str) -> Vec<String> {
    tables(program)[table]
        .1
        .iter()
        .map(|row| row[field].clone())
        .collect()
}

/// Holds every table to its description: counts, types, keys that name one row, and references that lead to one.
pub fn are_sound(program: &Program) {
    let tables = tables(program);
    assert!(tables.len() >= 8, "{:?}", tables.keys());
    for (name, (resource, rows)) in &tables {
        assert_eq!(resource["rows"], rows.len(), "{name}");
        let key = |row: &BTreeMap<String, String>, fields: &Value| -> Vec<String> {
            let fields = fields.as_array().expect("fields").iter();
            fields
                .map(|field| row[field.as_str().expect("a name")].clone())
                .collect()
        };
        let own = &resource["schema"]["primaryKey"];
        let keys: BTreeSet<Vec<String>> = rows.iter().map(|row| key(row, own)).collect();
        assert_eq!(keys.len(), rows.len(), "{name}");
        for reference in resource["schema"]["foreignKeys"]
            .as_array()
            .expect("references")
        {
            let other = reference["reference"]["resource"]
                .as_str()
                .expect("a resource");
            let (_, others) = &tables[other];
            let there: BTreeSet<Vec<String>> = others
                .iter()
                .map(|row| key(row, &reference["reference"]["fields"]))
                .collect();
            for row in rows {
                let here = key(row, &reference["fields"]);
                let is_nothing = here.iter().all(String::is_empty);
                assert!(
                    is_nothing || there.contains(&here),
                    "{name}: {here:?} is not in {other}"
                );
            }
        }
        for field in resource["schema"]["fields"].as_array().expect("fields") {
            let (field, kind) = (
                field["name"].as_str().expect("a name"),
                field["type"].as_str(),
            );
            for row in rows
                .iter()
                .map(|row| row[field].as_str())
                .filter(|cell| !cell.is_empty())
            {
                let is_it = match kind.expect("a type") {
                    "integer" => row.parse::<i64>().is_ok(),
                    "boolean" => matches!(row, "true" | "false"),
                    "datetime" => {
                        row.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(row).is_ok()
                    }
                    "date" => row.parse::<chrono::NaiveDate>().is_ok(),
                    "array" => serde_json::from_str::<Vec<Value>>(row).is_ok(),
                    "object" => serde_json::from_str::<serde_json::Map<String, Value>>(row).is_ok(),
                    "string" => true,
                    other => panic!("{other} is no type"),
                };
                assert!(is_it, "{name}.{field}: {row}");
            }
        }
    }
}

#[test]
fn tables_refer_to_rows_that_are_there_and_hold_what_they_say() {
    let program = furnished();
    export(&program, "--format csv,jsonl");
    are_sound(&program);
    let cells = |table: &str, field: &str| column(&program, table, field);
    assert_eq!(cells("documents", "document"), ["con", "missing", "page"]);
    assert_eq!(cells("documents", "publisher"), ["'=1+1 & Co", "", ""]);
    assert_eq!(cells("documents.jsonl", "publisher"), ["=1+1 & Co", "", ""]);
    let mut versions = cells("versions", "version");
    versions.sort();
    assert_eq!(versions, ["con@1", "con@2", "page@1", "page@2", "page@3"]);
    assert_eq!(
        cells("changes", "kind"),
        ["appeared", "appeared", "edited", "reverted", "moved"]
    );
    let at = cells("changes", "version_after")
        .iter()
        .position(|one| one == "page@2");
    let at = at.expect("the change is there");
    assert_eq!(cells("changes", "after")[at], "2026-03-02T10:00:00Z");
    assert_eq!(cells("changes", "by")[at], "2026-03-03T11:00:00Z");
    assert_eq!(
        cells("versions", "same_text_as")
            .iter()
            .filter(|one| *one == "page@1")
            .count(),
        1
    );
    assert!(
        cells("findings", "rule")
            .iter()
            .any(|rule| rule == "new-dataset")
    );
    assert_eq!(cells("corrections", "text"), ["'=Wrong"]);
    assert_eq!(cells("corrections.jsonl", "text"), ["=Wrong"]);
    // Who put it right stays in the archive.
    let everything =
        ["csv", "jsonl"].map(|ending| file(&program, &format!("corrections.{ending}")));
    assert!(
        everything
            .iter()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("Somebody"))
    );
    let outcomes = cells("visits", "outcome");
    let count = |word: &str| outcomes.iter().filter(|outcome| *outcome == word).count();
    assert_eq!(
        (count("changed"), count("unchanged"), count("failed")),
        (4, 2, 1)
    );
    assert_eq!(
        cells("captures", "provenance")
            .iter()
            .filter(|one| *one == "imported")
            .count(),
        1
    );
    assert!(cells("captures", "hops").contains(&"2".to_owned()));
    assert!(
        cells("names", "text")
            .iter()
            .any(|name| name.contains("Sleep Data Set"))
    );
    let told: Vec<Value> = (program.expect("--json changes", 0).json().into_iter().rev())
        .map(|row| row["sentence"].clone())
        .collect();
    assert_eq!(cells("changes.jsonl", "sentence"), told);
}

#[test]
fn texts_are_the_documents_of_the_archive() {
    let program = furnished();
    export(&program, "--format jsonl");
    let texts = String::from_utf8(file(&program, "texts.jsonl")).expect("text");
    assert_eq!(texts.lines().count(), 5);
    for line in texts.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let version = row["version"].as_str().expect("a version");
        let shown = program
            .expect(&format!("--json show {version}"), 0)
            .json()
            .remove(0);
        assert_eq!(row["text"], shown["document"], "{version}");
    }
}
