//! Histories of real pages, replayed through the whole pipeline from a server on this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::model::{Outcome, Severity, VisitReport};

use crate::site::Answer;
use crate::visits::scene::{Scene, watch};

/// One document of a corpus, and the captures of it.
struct History {
    name: String,
    steps: Vec<Step>,
}

struct Step {
    file: String,
    label: String,
    at: DateTime<Utc>,
    body: Vec<u8>,
    /// The words that a reader was shown; 0 for a placeholder.
    shown: u64,
}

/// How many of one label there were, and what came of them.
#[derive(Default)]
struct Row {
    steps: usize,
    versions: usize,
    alerts: usize,
    failed: usize,
}

/// Where a corpus is, if it is there.
fn corpus(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places =
        ["../shared", "../../shared"].map(|place| root.join(place).join("corpora").join(name));
    let found = places.into_iter().find(|place| place.is_dir());
    if found.is_none() {
        println!("SKIPPED: there is no ../shared/corpora/{name} to replay");
    }
    found
}

/// The histories of pages in a corpus.
fn histories(corpus: &Path) -> Vec<History> {
    let folders = std::fs::read_dir(corpus).expect("a corpus");
    let mut folders: Vec<PathBuf> = folders
        .map(|folder| folder.expect("a folder").path())
        .collect();
    folders.sort();
    folders
        .iter()
        .filter_map(|folder| history(folder))
        .collect()
}

fn history(folder: &Path) -> Option<History> {
    let text = std::fs::read_to_string(folder.join("history.json")).ok()?;
    let history: Value = serde_json::from_str(&text).expect("JSON");
    let steps: Vec<Step> = history["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter_map(|entry| step(folder, entry))
        .collect();
    let name = folder
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    (!steps.is_empty()).then_some(History { name, steps })
}

fn step(folder: &Path, entry: &Value) -> Option<Step> {
    let file = entry["file"].as_str()?.to_owned();
    let times = ["fetched_at", "date", "at", "committed_at", "captured_at"];
    let time = times.iter().find_map(|key| entry[*key].as_str())?;
    Some(Step {
        label: entry["label"].as_str().unwrap_or("first").to_owned(),
        at: (time.parse())
            .or_else(|_| format!("{time}T12:00:00Z").parse())
            .expect("a time or a day"),
        body: std::fs::read(folder.join(&file))
            .ok()
            .filter(|_| file.ends_with(".html"))?,
        shown: entry["visible_chars"].as_u64().unwrap_or(1),
        file,
    })
}

/// Visits every capture of a document in turn; each report with its step.
async fn replay(history: &History) -> Vec<VisitReport> {
    let scene = Scene::open(&watch("page", "nhs.example/page", "")).await;
    scene
        .site
        .play("/", Answer::html("<h1>The front</h1><p>All is well.</p>"));
    let mut reports = Vec::new();
    for step in &history.steps {
        scene.house.clock.set(step.at);
        let answer = Answer::status(200)
            .header("content-type", "text/html")
            .body(&step.body);
        scene.plays("nhs.example/page", answer);
        reports.push(scene.look().await);
    }
    scene.end().await;
    reports
}

/// Prints what was said of a step, for whoever reads along.
fn print(step: &Step, report: &VisitReport) {
    println!(
        "  {} {} {:?} {} severity {}: {}",
        step.file,
        step.label,
        report.outcome,
        report.kind.map_or("", |kind| kind.word()),
        report.severity.map_or(0, |severity| severity.0),
        report.sentence.as_deref().unwrap_or_default()
    );
    for finding in &report.findings {
        println!(
            "      {} {}: {}",
            finding.severity, finding.rule, finding.why
        );
        for (side, words) in [("-", &finding.before), ("+", &finding.after)] {
            if let Some(words) = words {
                println!("          {side} {words}");
            }
        }
    }
}

#[tokio::test]
async fn histories_replayed_without_selectors_miss_no_change_and_cry_no_wolf() {
    let Some(corpus) = corpus("histories-html") else {
        return;
    };
    let aloud = std::env::var_os("SHOW").is_some();
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut missed = Vec::new();
    for history in histories(&corpus) {
        let reports = replay(&history).await;
        for (step, report) in history.steps.iter().zip(&reports) {
            let row = table.entry(step.label.clone()).or_default();
            row.steps += 1;
            row.versions += usize::from(report.change.is_some_and(|span| span.to != 0));
            row.alerts += report.alerts;
            row.failed += usize::from(report.outcome == Outcome::Failed);
            if step.label == "change" && report.outcome != Outcome::Changed {
                missed.push(format!("{} {}", history.name, step.file));
            }
            assert_eq!(
                report.outcome == Outcome::Failed,
                step.shown == 0,
                "{} {}",
                history.name,
                step.file
            );
            if aloud && report.outcome != Outcome::Unchanged {
                println!("{}", history.name);
                print(step, report);
            }
        }
    }
    println!("label | steps | versions | alerts | failed");
    for (label, row) in &table {
        println!(
            "{label} | {} | {} | {} | {}",
            row.steps, row.versions, row.alerts, row.failed
        );
    }
    assert_eq!(missed, Vec::<String>::new(), "changes that were missed");
    let noise = &table["noise"];
    assert!(
        noise.alerts * 100 <= noise.steps,
        "more than 1 % of the noise alerts"
    );
}

#[tokio::test]
async fn histories_of_public_bodies_are_replayed() {
    for name in ["histories-gov-html", "histories-nhs"] {
        let Some(corpus) = corpus(name) else {
            continue;
        };
        let aloud = std::env::var_os("SHOW").is_some();
        for history in histories(&corpus) {
            let reports = replay(&history).await;
            let changed: Vec<&VisitReport> = reports
                .iter()
                .filter(|report| report.change.is_some())
                .collect();
            let at_once = changed
                .iter()
                .filter(|report| report.severity >= Some(Severity(4)));
            println!(
                "{}: {} captures, {} versions, {} alerts, {} of severity 4 or 5",
                history.name,
                reports.len(),
                changed.len(),
                changed.iter().map(|report| report.alerts).sum::<usize>(),
                at_once.count()
            );
            for (step, report) in history.steps.iter().zip(&reports).filter(|_| aloud) {
                print(step, report);
            }
        }
    }
}
