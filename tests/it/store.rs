//! The archive as its callers meet it: with a real sled, closed, opened, damaged and put in order again.

mod beneath;
mod bodies;
mod damage;
mod history;
mod looks;
mod names;
mod opening;
mod order;
mod outbox;
mod past;
mod places;
mod renames;

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::{
    AlertId, Block, BlockKind, Bounds, Composed, DeliveryOutcome, Destination, Digest, Document,
    EntryNo, Fact, FailureKind, Finding, Landed, Look, LookOutcome, Owed, Questions, ReaderId,
    SecondLook, Severity, Validators, WatchId,
};
use smallprint::store::{ChangeFilter, Store};

use beneath::raw;

use crate::{bare, postgres};

/// So many minutes after nine on 6 July 2026.
pub fn at(minutes: i64) -> DateTime<Utc> {
    let nine: DateTime<Utc> = "2026-07-06T09:00:00Z".parse().expect("a time");
    nine + TimeDelta::minutes(minutes)
}

pub fn watch(id: &str) -> WatchId {
    id.into()
}

/// A page of policy-like sentences; `edition` changes one of them.
pub fn page(watch: &str, edition: u32, sentences: u32) -> String {
    let subjects = [
        "The data",
        "Each request",
        "A patient",
        "The register",
        "An extract",
    ];
    let verbs = [
        "is reviewed by",
        "may be refused by",
        "is published by",
        "will be sent to",
    ];
    let bodies = [
        "the board",
        "NHS England",
        "an approved researcher",
        "the GP practice",
        "a panel",
    ];
    let mut seed = u64::from(Digest::of(watch.as_bytes()).0[0]) + 1;
    let mut text = String::new();
    for line in 0..sentences {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pick = |shift: u32, of: usize| (seed >> shift) as usize % of;
        let (subject, verb) = (subjects[pick(20, 5)], verbs[pick(30, 4)]);
        let number = if line == sentences / 2 {
            edition
        } else {
            pick(50, 900) as u32
        };
        let body = bodies[pick(40, 5)];
        text += &format!(
            "<p>{subject} under section {number} {verb} {body} within {} days.</p>\n",
            pick(10, 90)
        );
    }
    text
}

pub fn document(text: &str) -> Document {
    let block = |line: &str| Block {
        kind: BlockKind::Paragraph,
        text: line
            .trim_start_matches("<p>")
            .trim_end_matches("</p>")
            .to_owned(),
        links: Vec::new(),
    };
    Document {
        blocks: text.lines().map(block).collect(),
        ..Document::empty(ReaderId("plain-1".into()), "A policy")
    }
}

/// Keeps the bodies of a visit that brought this text, and says what it brought.
pub async fn landed(store: &Store, id: &str, no: u32, minutes: i64, text: &str) -> Landed {
    let state = store.state(&watch(id)).await.expect("a state");
    let current = state.current.as_ref();
    let document = document(text);
    let json = serde_json::to_vec(&document).expect("json");
    let keep = async |bytes: Vec<u8>, like| store.keep(bytes, like).await.expect("kept");
    let capture = keep(format!("hops of {id} {no}").into_bytes(), None).await;
    let url = format!("https://example.org/{id}");
    let bounds = Bounds {
        after: state.last_seen,
        by: at(minutes),
    };
    Landed {
        title: format!("{id} in its edition {no}"),
        body: Some(keep(text.into(), current.map(|version| version.body)).await),
        document: Some(keep(json, current.map(|version| version.document)).await),
        text: Some(document.text_digest()),
        validators: Validators {
            etag: Some(format!("\"{no}\"")),
            last_modified: None,
            of: None,
        },
        severity: Severity(2),
        sentence: format!("{id} changed"),
        ..bare::landed(id, url.parse().expect("an address"), no, bounds, capture)
    }
}

/// Appends a version of a page and says which entry holds it.
pub async fn publish(store: &Store, id: &str, no: u32, minutes: i64) -> EntryNo {
    let landed = landed(store, id, no, minutes, &page(id, no, 40)).await;
    append(store, landed, minutes).await
}

pub async fn append(store: &Store, landed: Landed, minutes: i64) -> EntryNo {
    let after = store.state(&landed.watch).await.expect("a state").entry;
    let fact = Fact::Landed(Box::new(landed));
    store
        .append(fact, at(minutes), after)
        .await
        .expect("appended")
}

pub fn unchanged(id: &str, minutes: i64) -> Look {
    let outcome = LookOutcome::Unchanged {
        body: None,
        validators: Validators::default(),
    };
    Look {
        watch: watch(id),
        at: at(minutes),
        outcome,
        collector: None,
        served: None,
    }
}

pub fn failed(id: &str, minutes: i64) -> Look {
    let outcome = LookOutcome::Failed {
        kind: FailureKind::Timeout,
        status: None,
        why: "example.org took more than 60 seconds".into(),
    };
    Look {
        watch: watch(id),
        at: at(minutes),
        outcome,
        collector: None,
        served: None,
    }
}

pub fn owed_to_terminal(edits: Option<AlertId>) -> Owed {
    Owed {
        edits,
        ..Owed::post(Destination::Terminal, true)
    }
}

pub async fn open(dir: &Path) -> Store {
    Store::open(dir).await.expect("open")
}

pub async fn reopen(store: Store, dir: &Path, minutes: i64) -> Store {
    store.close(at(minutes)).await.expect("closed");
    open(dir).await
}

pub async fn broken(store: &Store) -> Option<String> {
    let store = store.clone();
    let walk = tokio::spawn(async move { store.verify(|_, _| ()).await });
    let verified = walk.await.expect("no panic").expect("verified");
    verified.broken
}

pub fn temporary() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    if let Some(address) = postgres::asked_for() {
        postgres::place(dir.path(), &address);
    }
    dir
}

/// Everything a reader can ask, as text to be compared.
pub async fn answers(store: &Store) -> String {
    let mut all = String::new();
    for (id, state) in store.states().await.expect("states") {
        let versions = store.versions(&id).await.expect("versions");
        let coverage = store.coverage(&id, None).await.expect("coverage");
        let looks = store.looks(&id, 1000).await.expect("looks");
        all += &format!("{id}\n{state:#?}\n{versions:#?}\n{coverage:#?}\n{looks:#?}\n");
        for version in versions {
            let document = store.document(&version).await.expect("document");
            all += &format!("{}\n", document.text_digest());
        }
    }
    let changes = store
        .changes(&ChangeFilter::default())
        .await
        .expect("changes");
    let owed = store.owed().await.expect("owed");
    let told = store.deliveries(None).await.expect("deliveries");
    let questions = Questions {
        names: vec!["gpdpr".into()],
        ..Questions::default()
    };
    let facts = store
        .facts(&watch("nobody"), &questions)
        .await
        .expect("facts");
    all + &format!("{changes:#?}\n{owed:#?}\n{told:#?}\n{facts:#?}")
}

/// An archive with something of everything.
pub async fn furnish(store: &Store) {
    publish(store, "a", 1, 0).await;
    publish(store, "b", 1, 1).await;
    store.look(unchanged("a", 15)).await.expect("noted");
    store.look(failed("b", 16)).await.expect("noted");
    let mut second = landed(store, "a", 2, 30, &page("a", 2, 40)).await;
    let names = serde_json::to_vec(&[("gpdpr", "GPDPR")]).expect("json");
    second.names = Some(store.keep(names, None).await.expect("kept"));
    let findings = vec![Finding {
        rule: "new-name".into(),
        severity: Severity(4),
        why: "GPDPR was never named before".into(),
        names: vec!["GPDPR".into()],
        before: None,
        after: Some("Data is collected by GPDPR.".into()),
        ..Finding::default()
    }];
    let findings = serde_json::to_vec(&findings).expect("json");
    second.findings = Some(store.keep(findings, None).await.expect("kept"));
    second.severity = Severity(4);
    second.owed = vec![owed_to_terminal(None), owed_to_terminal(None)];
    second.second_look = Some(SecondLook {
        at: at(50),
        verdict: None,
    });
    let no = append(store, second, 30).await;
    pay(
        store,
        AlertId {
            entry: no,
            index: 0,
        },
        31,
    )
    .await;
    store.look(unchanged("a", 45)).await.expect("noted");
}

pub async fn compose(store: &Store, id: AlertId, alerts: Vec<AlertId>, minutes: i64) {
    let payload = store.keep(b"{}".to_vec(), None).await.expect("kept");
    let composed = Composed {
        id,
        alerts,
        to: Destination::Terminal,
        payload,
        nonce: id.to_string(),
    };
    let fact = Fact::Composed(composed);
    store
        .append(fact, at(minutes), None)
        .await
        .expect("composed");
}

pub async fn settle(store: &Store, message: AlertId, outcome: DeliveryOutcome, minutes: i64) {
    let fact = Fact::Delivery { message, outcome };
    store
        .append(fact, at(minutes), None)
        .await
        .expect("settled");
}

pub async fn pay(store: &Store, id: AlertId, minutes: i64) {
    compose(store, id, vec![id], minutes).await;
    let sent = DeliveryOutcome::Sent { id: "m1".into() };
    settle(store, id, sent, minutes).await;
}
