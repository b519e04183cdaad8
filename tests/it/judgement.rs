//! Judges the story of care.data, where the shared folder is at hand.

mod labelled;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::findings::{self, Step};
use smallprint::model::{
    Bounds, Capture, ChangeKind, Diff, Digest, Document, Facts, Finding, Hop, Kind, Provenance,
    ReaderId, Reading, Severity, Watch,
};
use smallprint::rulebook::Book;
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
        reading,
        ..Watch::bare(id, Url::parse(url).expect("an address"))
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
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

fn empty() -> Document {
    Document::empty(ReaderId("empty".to_owned()), "")
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
        let mut watch = watch(&text("page"), &text("url"));
        // As in the watchlist of the story.
        if ["nhse-news", "nhsd-directions"].contains(&watch.id.0.as_str()) {
            watch.reading.kind = Kind::Index;
        }
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
            watches: &[],
            bounds,
            zone: chrono_tz::Europe::London,
            book: &Book::shipped(),
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
        for named in findings::names(&document).names {
            let sighting = |of: Option<&str>| smallprint::model::Sighting {
                name: named.text.clone(),
                watch: watch.id.clone(),
                at,
                of: of.map(str::to_owned),
            };
            for alias in &named.aliases {
                let alias = findings::canonical(alias);
                let of = sighting(Some(&named.canonical));
                self.facts.seen.entry(alias).or_insert(of);
            }
            let own = sighting(None);
            self.facts
                .seen
                .entry(named.canonical.clone())
                .or_insert(own);
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

/// Words of motive that nothing said may hold.
pub const MOTIVE: [&str; 7] = [
    "buried", "sneak", "quiet", "stealth", "silent", "admit", "scandal",
];

/// Nothing said speaks of motive, and no quote is longer than it may be.
fn assert_only_facts(found: &[Finding]) {
    for finding in found {
        let said = finding.why.to_lowercase();
        for word in MOTIVE {
            assert!(!said.contains(word), "{}", finding.why);
        }
        for quote in finding.before.iter().chain(&finding.after) {
            assert!(quote.chars().count() <= 400, "{quote}");
        }
    }
}
