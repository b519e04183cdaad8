//! The archive under `kill -9`: what was acknowledged is there, whole and once, however often its writer is killed.
//!
//! The test runs its own program again as the writer, reads what that one acknowledges, and kills it in the middle.
//! `SMALLPRINT_KILLS` says how often; 12 times where it is not set.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use smallprint::model::{
    AlertId, DeliveryOutcome, Destination, Digest, EntryNo, Fact, Landed, Owed, WatchId,
};
use smallprint::store::{Store, StoreError};

use crate::store::{answers, append, at, compose, landed, page, settle, unchanged, watch};

const DIRECTORY: &str = "SMALLPRINT_KILL_DIRECTORY";
const LANES: usize = 4;

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let kills = std::env::var("SMALLPRINT_KILLS").ok();
    let kills: usize = kills.and_then(|n| n.parse().ok()).unwrap_or(12);
    let dir = tempfile::tempdir().expect("a directory");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut acknowledged = Vec::new();
    for round in 0..kills {
        acknowledged.extend(write_and_kill(dir.path(), round * 37 % 101));
        runtime.block_on(check(dir.path(), &acknowledged, round % 2 == 0));
    }
    let entries = acknowledged
        .iter()
        .filter(|ack| ack.what == "entry")
        .count();
    say(&format!(
        "{kills} kills, {} acknowledgements, {entries} versions",
        acknowledged.len()
    ));
    assert!(acknowledged.len() > kills, "hardly anything was written");
    runtime.block_on(async {
        let store = Store::open(dir.path()).await.expect("open");
        let before = answers(&store).await;
        let clone = store.clone();
        let rebuilt = tokio::spawn(async move { clone.rebuild(|_, _| ()).await });
        rebuilt.await.expect("no panic").expect("rebuilt");
        assert_eq!(answers(&store).await, before);
    });
}

/// One acknowledgement: which lane, what, and its number (of an entry, or the minute of a look).
struct Ack {
    lane: usize,
    what: String,
    no: u64,
}

/// Starts a writer, waits for so many acknowledgements, kills it, and gives back all it said.
fn write_and_kill(dir: &Path, patience: usize) -> Vec<Ack> {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .args([
            "--exact",
            "store_kill::a_writer_writes_until_it_is_killed",
            "--nocapture",
        ])
        .env(DIRECTORY, dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a writer");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let said = |line: std::io::Result<String>| parse(&line.expect("a line"));
    let mut acks = Vec::new();
    let started = lines
        .by_ref()
        .any(|line| line.expect("a line") == "opening");
    assert!(started, "the writer ended before it began");
    acks.extend(lines.by_ref().filter_map(said).take(patience));
    assert_eq!(acks.len(), patience, "the writer ended by itself");
    child.kill().expect("killed");
    // A line may be cut by the kill, but never an acknowledgement: it is written at once.
    acks.extend(lines.filter_map(said));
    child.wait().expect("gone");
    durable(acks)
}

/// What must be there after the kill: looks only where a later entry of their lane was acknowledged.
fn durable(acks: Vec<Ack>) -> Vec<Ack> {
    let last = |lane| {
        let entry = |ack: &Ack| ack.lane == lane && ack.what != "look";
        acks.iter().rposition(entry)
    };
    let ends: Vec<_> = (0..LANES).map(last).collect();
    let held = |(place, ack): &(usize, Ack)| ends[ack.lane].is_some_and(|end| *place <= end);
    let acks = acks.into_iter().enumerate().filter(held);
    acks.map(|(_, ack)| ack).collect()
}

fn parse(line: &str) -> Option<Ack> {
    let mut words = line.strip_prefix("ack ")?.split(' ');
    let lane = words.next()?.parse().ok()?;
    let what = words.next()?.to_owned();
    let no = words.next()?.parse().ok()?;
    Some(Ack { lane, what, no })
}

pub fn say(line: &str) {
    let line = format!("{line}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).expect("printed");
    out.flush().expect("printed");
}

/// The writer: only at work when the test above started it.
#[test]
fn a_writer_writes_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIRECTORY) else {
        return;
    };
    say("opening");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(Path::new(&dir)).await.expect("open");
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| tokio::spawn(write(store.clone(), lane)))
            .collect();
        for lane in lanes {
            lane.await.expect("a lane goes on until it is killed");
        }
    });
}

async fn write(store: Store, lane: usize) {
    let id = format!("lane-{lane}");
    loop {
        let state = store.state(&watch(&id)).await.expect("a state");
        let no = state.versions + 1;
        // Every visit of a lane has a minute of its own.
        let minute = state.visits as i64;
        let mut landed = landed(&store, &id, no, minute, &text(lane, no)).await;
        landed.owed = vec![Owed::post(Destination::Terminal, false)];
        let entry = append(&store, landed, minute).await;
        say(&format!("ack {lane} entry {entry}"));
        for more in 1..=3 {
            store
                .look(unchanged(&id, minute + more))
                .await
                .expect("noted");
            say(&format!("ack {lane} look {}", minute + more));
        }
        let id = AlertId { entry, index: 0 };
        compose(&store, id, vec![id], minute).await;
        say(&format!("ack {lane} composed {entry}"));
        let sent = DeliveryOutcome::Sent {
            id: format!("m{entry}"),
        };
        settle(&store, id, sent, minute).await;
        say(&format!("ack {lane} settled {entry}"));
    }
}

/// The text of a version: one lane has pages of several chunks that do not pack.
fn text(lane: usize, no: u32) -> String {
    let page = page(&format!("lane-{lane}"), no, 60);
    let noise = (0..3_000u32).map(|n| Digest::of(&[n.to_be_bytes(), no.to_be_bytes()].concat()));
    match lane {
        0 => noise.fold(page, |text, digest| text + &format!("<p>{digest}</p>\n")),
        _ => page,
    }
}

/// What the journal holds.
#[derive(Default)]
struct Held {
    landed: BTreeMap<EntryNo, Landed>,
    versions: BTreeSet<(WatchId, u32)>,
    looks: BTreeSet<(WatchId, i64)>,
    composed: BTreeSet<EntryNo>,
    settled: BTreeSet<EntryNo>,
}

async fn check(dir: &Path, acknowledged: &[Ack], close: bool) {
    let store = Store::open(dir).await.expect("open after a kill");
    let verified = store.verify(|_, _| ()).await.expect("verified");
    assert_eq!(verified.broken, None);
    let held = read(&store).await;
    for lane in 0..LANES {
        let acks: Vec<&Ack> = acknowledged.iter().filter(|ack| ack.lane == lane).collect();
        check_lane(&held, lane, &acks);
    }
    check_bodies(&store, &held).await;
    check_views(&store, &held).await;
    if close {
        store.close(at(0)).await.expect("closed");
    }
}

// The journal, entry by entry; nothing in it twice.
async fn read(store: &Store) -> Held {
    let mut held = Held::default();
    for no in 1.. {
        let entry = match store.entry(no).await {
            Ok(entry) => entry,
            Err(StoreError::Missing(_)) => break,
            Err(error) => panic!("{error}"),
        };
        let once = match entry.fact {
            Fact::Landed(landed) => {
                let version = (landed.watch.clone(), landed.span.to);
                held.landed.insert(no, *landed);
                held.versions.insert(version)
            }
            Fact::Looks { looks } => looks.into_iter().all(|look| {
                let minute = (look.at - at(0)).num_minutes();
                held.looks.insert((look.watch, minute))
            }),
            Fact::Composed(composed) => held.composed.insert(composed.id.entry),
            Fact::Delivery { message, .. } => held.settled.insert(message.entry),
            other => panic!("nobody wrote {other:?}"),
        };
        assert!(once, "entry {no} repeats an earlier one");
    }
    held
}

fn check_lane(held: &Held, lane: usize, acks: &[&Ack]) {
    let id = watch(&format!("lane-{lane}"));
    for ack in acks {
        let there = match ack.what.as_str() {
            "entry" => held
                .landed
                .get(&ack.no)
                .is_some_and(|landed| landed.watch == id),
            "composed" => held.composed.contains(&ack.no),
            "settled" => held.settled.contains(&ack.no),
            _ => held.looks.contains(&(id.clone(), ack.no as i64)),
        };
        assert!(
            there,
            "{} {} of {id} was acknowledged and is not there",
            ack.what, ack.no
        );
    }
}

async fn check_bodies(store: &Store, held: &Held) {
    for landed in held.landed.values() {
        let body = store
            .body(landed.body.expect("a body"))
            .await
            .expect("read");
        let lane = landed
            .watch
            .0
            .trim_start_matches("lane-")
            .parse()
            .expect("a lane");
        assert_eq!(body, text(lane, landed.span.to).as_bytes());
    }
}

// The views say what the journal says.
async fn check_views(store: &Store, held: &Held) {
    let owed = store.owed().await.expect("owed");
    let owed: BTreeSet<EntryNo> = owed.into_iter().map(|alert| alert.id.entry).collect();
    for entry in held.landed.keys() {
        assert_ne!(owed.contains(entry), held.settled.contains(entry));
        let alert = AlertId {
            entry: *entry,
            index: 0,
        };
        let receipt = store.receipt(alert).await.expect("receipt");
        let expected = held.settled.contains(entry).then(|| format!("m{entry}"));
        assert_eq!(receipt, expected);
    }
    for (id, state) in store.states().await.expect("states") {
        let versions = store.versions(&id).await.expect("versions");
        let numbers: Vec<u32> = versions.iter().map(|version| version.no).collect();
        let expected: Vec<u32> = (1..=versions.len() as u32).collect();
        assert_eq!(numbers, expected);
        let landed = held
            .versions
            .iter()
            .filter(|(watch, _)| *watch == id)
            .count();
        let looks = held.looks.iter().filter(|(watch, _)| *watch == id).count();
        assert_eq!(versions.len(), landed);
        assert_eq!(state.visits, (landed + looks) as u64, "{id}");
        let covered = store.coverage(&id, None).await.expect("coverage");
        assert_eq!(covered.visits, state.visits);
    }
}
