//! Names of data in labelled sentences, found or left alone.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::diff;
use smallprint::findings::{self, Step};
use smallprint::model::{Block, BlockKind, Bounds, ChangeKind, Document, Facts, Finding, Severity};
use smallprint::rulebook::Book;

use crate::judgement::{empty, shared, watch};

/// The names a sentence brings at severity 5 when it is new on a page.
fn new_names(sentence: &str) -> (Vec<String>, Vec<Finding>) {
    let watch = watch("labelled", "https://england.example/page");
    let after = Document {
        title: "Page".to_owned(),
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            text: sentence.to_owned(),
            links: Vec::new(),
        }],
        ..empty()
    };
    let before = Document {
        title: "Page".to_owned(),
        ..empty()
    };
    let changes = diff::between(&before, &after);
    let at: DateTime<Utc> = "2026-11-18T11:00:00Z".parse().expect("a time");
    let step = Step {
        watch: &watch,
        kind: ChangeKind::Edited,
        before: Some(&before),
        after: Some(&after),
        diff: &changes,
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        watches: &[],
        bounds: Bounds {
            after: Some(at),
            by: at,
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
    };
    let found = findings::judge(&step, &Facts::default(), at);
    let sure = found
        .iter()
        .filter(|f| f.rule == "new-dataset" && f.severity >= Severity(5));
    (
        sure.flat_map(|finding| finding.names.clone()).collect(),
        found,
    )
}

/// A name without what the labels do not mind: "data set", case, quotes, hyphens, plural.
fn loosely(name: &str) -> String {
    let folded = findings::fold(name)
        .replace("data-set", "dataset")
        .replace("data set", "dataset");
    folded.trim_start_matches("the ").to_owned()
}

/// Precision and recall over a file of labelled sentences, and what went wrong.
fn measured(path: &Path) -> (f64, f64, Vec<String>) {
    let text = std::fs::read_to_string(path).expect("sentences");
    let (mut right, mut wrong, mut missed) = (0.0, 0.0, 0.0);
    let mut notes = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let label: Value = serde_json::from_str(line).expect("JSON");
        let sentence = label["text"].as_str().expect("a sentence");
        let is_new = label["is_new_dataset"].as_bool().expect("a label");
        let (names, found) = new_names(sentence);
        match (is_new, names.is_empty()) {
            (true, false) => right += 1.0,
            (true, true) => missed += 1.0,
            (false, false) => wrong += 1.0,
            (false, true) => {}
        }
        let expected: Vec<&str> = label["names"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let near = |name: &&str| {
            let name = loosely(name);
            names
                .iter()
                .any(|had| name.contains(&loosely(had)) || loosely(had).contains(&name))
        };
        let exact = |name: &&str| names.iter().any(|had| loosely(had) == loosely(name));
        if is_new && !expected.iter().all(near) || !is_new && !names.is_empty() {
            notes.push(format!(
                "{} {names:?} for {expected:?} in {sentence}",
                label["id"]
            ));
        } else if is_new && (!expected.iter().all(exact) || names.len() != expected.len()) {
            println!("inexact: {} {names:?} for {expected:?}", label["id"]);
        }
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule.as_str()).collect();
        let also: Vec<&str> = label["also"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let other: Vec<&&str> = also.iter().filter(|rule| !rules.contains(rule)).collect();
        let more: Vec<&&str> = rules
            .iter()
            .filter(|rule| !also.contains(rule) && **rule != "new-dataset")
            .collect();
        if !other.is_empty() || !more.is_empty() {
            println!(
                "also: {} lacks {other:?}, has {more:?}: {sentence}",
                label["id"]
            );
        }
    }
    (right / (right + wrong), right / (right + missed), notes)
}

#[test]
fn new_names_are_found_in_prose() {
    let Some(path) = shared("labelled-sentences.jsonl") else {
        return;
    };
    let (precision, recall, notes) = measured(&path);
    println!(
        "precision {precision:.3}, recall {recall:.3}\n{}",
        notes.join("\n")
    );
    assert!(
        precision >= 0.95 && recall >= 0.95 && notes.len() <= 5,
        "{}",
        notes.join("\n")
    );
}
