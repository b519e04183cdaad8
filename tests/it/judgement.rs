//! Judges the story of care.data and labelled sentences, where the shared folder is at hand.

#![allow(
    clippy::print_stdout,
    reason = "what was skipped and what was found is read by eye"
)]

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::findings::{self, Step};
use smallprint::model::{
    Block, BlockKind, Bounds, Capture, ChangeKind, Diff, Digest, Document, Facts, Finding, First,
    Hop, ReaderId, Reading, Severity, Stated, Watch, WatchId, When,
};
use smallprint::{diff, extract};
use url::Url;

/// The folder of the domain report, where it exists.
fn shared(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared/domain", "../../shared/domain"]
        .iter()
        .map(|near| root.join(near).join(name))
        .find(|path| path.exists());
    if found.is_none() {
        println!("skipped: shared/domain/{name} is not here");
    }
    found
}

fn watch(id: &str, url: &str) -> Watch {
    let reading = |select: &str, drop: &[&str], stated: &[&str], history: &[&str]| {
        let strings = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        Reading {
            select: strings(&[select]),
            drop: strings(drop),
            stated: strings(stated),
            history: strings(history),
            ..Reading::default()
        }
    };
    let reading = match url {
        _ if url.contains("england.example") => {
            reading("#main-content", &[".ratings", ".comment-area"], &[], &[])
        }
        _ if url.contains("gov.example") => reading(
            "main#content",
            &[".gem-c-feedback"],
            &[".gem-c-metadata", ".gem-c-published-dates"],
            &["#full-history .gem-c-published-dates__change-item"],
        ),
        _ if url.contains("digital.example") => reading(
            "main#main-content",
            &[".merger-banner"],
            &["#last-edited"],
            &[],
        ),
        _ => reading("#content", &[], &[], &[]),
    };
    Watch {
        id: WatchId(id.to_owned()),
        url: Url::parse(url).expect("an address"),
        title: None,
        publisher: None,
        topics: Vec::new(),
        when: When::Every(3600),
        reading,
        terms: Vec::new(),
        first: First::Baseline,
        was: Vec::new(),
        ignore_robots: false,
        enabled: true,
    }
}

fn capture(url: &Url, body: &[u8], at: DateTime<Utc>) -> Capture {
    Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url: url.clone(),
            status: 200,
            headers: vec![(
                "content-type".to_owned(),
                "text/html; charset=utf-8".to_owned(),
            )],
            address: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
    }
}

fn empty() -> Document {
    Document {
        reader: ReaderId("empty".to_owned()),
        title: String::new(),
        lang: None,
        stated: Stated::default(),
        blocks: Vec::new(),
        attachments: Vec::new(),
        surroundings: Vec::new(),
    }
}

/// A replay of the story: what stood where, and every name seen so far.
#[derive(Default)]
struct Replay {
    last: std::collections::BTreeMap<String, (Document, DateTime<Utc>)>,
    facts: Facts,
}

impl Replay {
    /// The findings of one fetch; `None` for a baseline or where nothing changed.
    fn fetch(&mut self, folder: &Path, version: &Value) -> Option<Vec<Finding>> {
        let text = |key: &str| version[key].as_str().expect("text").to_owned();
        let watch = watch(&text("page"), &text("url"));
        let at: DateTime<Utc> = text("fetched_at").parse().expect("a time");
        self.facts.since.get_or_insert(at);
        let news = [12, 13, 20, 24].contains(&version["n"].as_i64().expect("a number"));
        let before = self.last.get(&watch.id.0).cloned();
        let bounds = Bounds {
            after: before.as_ref().map(|(_, seen)| *seen),
            by: at,
        };
        let mut step = Step {
            watch: &watch,
            kind: ChangeKind::Edited,
            before: before.as_ref().map(|(document, _)| document),
            after: None,
            diff: &Diff::default(),
            redirected_to: None,
            stood_at: None,
            same_text_as: None,
            bounds,
            zone: chrono_tz::Europe::London,
            known: &[],
            watches: &[],
        };
        let Some(file) = version["file"].as_str() else {
            let target = Url::parse(&text("location")).expect("an address");
            step.kind = ChangeKind::Redirected;
            step.redirected_to = Some(&target);
            return Some(self.judged(&step, at));
        };
        let body = std::fs::read(folder.join(file)).expect("a page");
        let document = extract::read(&capture(&watch.url, &body, at), &body, &watch.reading)
            .expect("a document");
        let nothing = empty();
        let changes = diff::between(step.before.unwrap_or(&nothing), &document);
        step.diff = &changes;
        step.after = Some(&document);
        let findings = match &before {
            None if !news => None,
            Some((old, _)) if old.text_digest() == document.text_digest() => None,
            Some(_) => Some(self.judged(&step, at)),
            None => {
                step.kind = ChangeKind::Appeared;
                Some(self.judged(&step, at))
            }
        };
        self.facts.pages = self.facts.pages.max(self.last.len() + 1);
        for (canonical, name) in findings::names(&document) {
            let sighting = smallprint::model::Sighting {
                name,
                watch: watch.id.clone(),
                at,
            };
            self.facts.seen.entry(canonical).or_insert(sighting);
        }
        self.last.insert(watch.id.0.clone(), (document, at));
        findings
    }

    fn judged(&self, step: &Step, at: DateTime<Utc>) -> Vec<Finding> {
        let asked = findings::questions(step);
        let mut facts = self.facts.clone();
        facts.seen.retain(|name, _| asked.names.contains(name));
        findings::judge(step, &facts, at)
    }
}

/// Whether one of the findings is the expected one.
fn meets(expected: &Value, findings: &[Finding]) -> bool {
    let severity = Severity(expected["severity"].as_u64().expect("a severity") as u8);
    let texts = |key: &str| -> Vec<String> {
        match &expected[key] {
            Value::String(text) => text.split("; ").map(str::to_owned).collect(),
            Value::Array(texts) => texts
                .iter()
                .map(|text| text.as_str().expect("text").to_owned())
                .collect(),
            _ => Vec::new(),
        }
    };
    let holds = |side: Option<&str>, text: &str| {
        side.is_some_and(|side| side.to_lowercase().contains(&text.to_lowercase()))
    };
    findings
        .iter()
        .filter(|finding| {
            finding.rule == expected["rule"].as_str().expect("a rule")
                && finding.severity >= severity
        })
        .any(|finding| {
            let named = |name: &String| {
                finding
                    .names
                    .iter()
                    .any(|had| findings::fold(had) == findings::fold(name))
            };
            texts("names").iter().chain(&texts("places")).all(named)
                && texts("old")
                    .iter()
                    .chain(&texts("removed"))
                    .all(|text| holds(finding.before.as_deref(), text))
                && texts("new")
                    .iter()
                    .all(|text| text == "none" || holds(finding.after.as_deref(), text))
                && texts("to")
                    .iter()
                    .all(|target| finding.names.contains(target))
                && texts("link").iter().all(|link| {
                    finding
                        .names
                        .iter()
                        .any(|name| name.ends_with(link.as_str()))
                })
                && texts("why").iter().all(|why| {
                    finding
                        .why
                        .contains(why.trim_start_matches("big-news-day: "))
                })
                && texts("what").iter().all(|what| {
                    let said = format!("{} {:?} {:?}", finding.why, finding.before, finding.after);
                    said.contains(what.as_str())
                })
        })
}

#[test]
fn the_story_of_care_data_is_found_as_it_is_written_down() {
    let Some(folder) = shared("timeline") else {
        return;
    };
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let mut replay = Replay::default();
    let mut missing = Vec::new();
    for version in manifest["versions"].as_array().expect("versions") {
        let found = replay.fetch(&folder, version);
        let expected: Vec<&Value> = version["expect"]
            .as_array()
            .expect("expectations")
            .iter()
            .filter(|expected| expected["rule"] != "baseline")
            .collect();
        if expected.is_empty() {
            assert_eq!(found, None, "{}", version["n"]);
            continue;
        }
        let found = found.unwrap_or_default();
        println!(
            "#{} {} — {}",
            version["n"],
            version["page"],
            findings::severity(&found)
        );
        for finding in &found {
            let asked = expected
                .iter()
                .any(|e| e["rule"].as_str() == Some(&finding.rule));
            println!(
                "  {} {} {}: {} {:?}\n      before {:?}\n      after  {:?}",
                if asked { "=" } else { "+" },
                finding.severity,
                finding.rule,
                finding.why,
                finding.names,
                finding.before,
                finding.after
            );
        }
        let unmet = expected
            .into_iter()
            .filter(|expected| !meets(expected, &found));
        missing.extend(unmet.map(|expected| format!("#{}: {expected}", version["n"])));
        assert_only_facts(&found);
    }
    assert!(missing.is_empty(), "not found:\n{}", missing.join("\n"));
}

/// Nothing said speaks of motive, and no quote is longer than it may be.
fn assert_only_facts(found: &[Finding]) {
    for finding in found {
        let said = finding.why.to_lowercase();
        for word in [
            "buried", "sneaked", "quietly", "stealth", "silent", "admit", "scandal",
        ] {
            assert!(!said.contains(word), "{}", finding.why);
        }
        for quote in finding.before.iter().chain(&finding.after) {
            assert!(quote.chars().count() <= 400, "{quote}");
        }
    }
}

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
        bounds: Bounds {
            after: Some(at),
            by: at,
        },
        zone: chrono_tz::Europe::London,
        known: &[],
        watches: &[],
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
