//! A backlog of captures that is read again: killed in the middle, visited meanwhile, and never told of.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::model::{Fact, VersionNo, WatchId};
use smallprint::reread::{Heard, Purpose, reread};
use smallprint::store::Store;
use tokio::sync::mpsc;

use crate::program::{Program, page};
use crate::site::Answer;
use crate::visits::scene::{Scene, is_a_look, rules, watch};

/// So many versions are written down together, at most.
const GROUP: usize = 64;
/// More than one group of them, and no more than are read ahead of the first.
const SOME: usize = GROUP + 30;
/// Enough of them for several groups.
const MANY: usize = 3 * GROUP;

/// What a line of `reread --json` tells of.
fn told(line: &str) -> Option<(String, u64)> {
    let row: Value = serde_json::from_str(line).ok()?;
    row.get("outcome")?;
    Some((row["watch"].as_str()?.to_owned(), row["version"].as_u64()?))
}

/// A program with so many pages, of two versions each, that are read by other rules from now on.
fn with_backlog(pages: usize) -> Program {
    let mut program = Program::new();
    let id = |no: usize| format!("page-{no}");
    let path = |no: usize| format!("/{}", id(no));
    for edition in 1..=2 {
        for no in 0..pages {
            if edition == 1 {
                program.watch(&id(no), &path(no), "");
            }
            let sentence =
                format!("Page {no} holds the {edition}. list of those who may see data.");
            let answer = Answer::html(&page(&sentence));
            program.site.replay(&path(no), answer);
        }
        program.expect("visit --all", edition - 1);
    }
    program.forget_watches();
    for no in 0..pages {
        program.watch(&id(no), &path(no), "drop = [\"h2\"]");
    }
    program
}

/// Every version that was read again, in the order of the journal.
async fn reread_in(data: &Path) -> Vec<(WatchId, VersionNo)> {
    let store = Store::open(data).await.expect("it opens after a kill");
    let verified = store.verify(|_, _| ()).await.expect("a walk");
    assert_eq!(verified.broken, None);
    let mut found = Vec::new();
    for no in 1..=verified.entries {
        if let Fact::Reread { watch, version, .. } = store.entry(no).await.expect("an entry").fact {
            found.push((watch, version));
        }
    }
    store.close(DateTime::UNIX_EPOCH).await.expect("it closes");
    found
}

#[tokio::test]
async fn a_backlog_that_is_killed_again_and_again_loses_nothing_told_and_doubles_nothing() {
    let mut program = with_backlog(60);
    program.set("SMALLPRINT_LOG", "warn");
    let mut known = BTreeSet::new();
    let mut kills = 0;
    for wanted in [1, 7, 40] {
        let mut running = program.start_with(&["--json", "reread"]);
        let mut lines = vec![running.until("\"outcome\"")];
        lines.extend((1..wanted).map(|_| running.until("\"outcome\"")));
        running.signal("KILL");
        let (code, said) = running.ended();
        kills += usize::from(code.is_none());
        let said: Vec<(String, u64)> = said.lines().filter_map(told).collect();
        assert!(said.len() >= wanted);
        for (watch, version) in said {
            let version = u32::try_from(version).expect("a small number");
            let first = known.insert((WatchId(watch.clone()), version));
            assert!(first, "version {version} of {watch} was told of before");
        }
        let found = reread_in(&program.data()).await;
        let kept: BTreeSet<_> = found.iter().cloned().collect();
        assert_eq!(kept.len(), found.len(), "nothing is read again twice");
        assert!(known.is_subset(&kept), "what was told of is kept");
        // What was kept and not told of is passed by the next time.
        known = kept;
    }
    assert!(kills > 0, "it ended before it could be killed");
    let rows = program.expect("--json reread", 0).text();
    for (watch, version) in rows.lines().filter_map(told) {
        let version = u32::try_from(version).expect("a small number");
        assert!(
            known.insert((WatchId(watch), version)),
            "it goes on from there"
        );
    }
    assert_eq!(known.len(), 120);
    let found = reread_in(&program.data()).await;
    assert_eq!(found.len(), 120, "each of them once");
    assert_eq!(program.expect("--json reread", 0).json().len(), 1);
}

/// A house with so many versions of one page and one of another.
async fn with_versions(count: usize) -> Scene {
    let watchlist = two_watches("");
    let scene = Scene::open(&watchlist).await;
    for no in 0..count {
        scene.shows(
            "nhs.example/old",
            &["About this list.", &format!("There are {no} of them.")],
        );
        scene.pass(60);
        scene.visit("old").await;
    }
    scene.shows("nhs.example/page", &["Nothing is shared."]);
    scene.visit("page").await;
    assert_eq!(scene.versions("old").await.len(), count);
    scene
}

fn two_watches(rules: &str) -> String {
    let old = watch("old", "nhs.example/old", rules);
    old + &watch("page", "nhs.example/page", "")
}

/// How many captures were read again, with the times of the entries that say so, and where the last change stands
/// among them.
async fn in_journal(store: &Store) -> (Vec<DateTime<Utc>>, usize) {
    let (mut times, mut landed, mut no) = (Vec::new(), 0, 1);
    while let Ok(entry) = store.entry(no).await {
        no += 1;
        match entry.fact {
            Fact::Reread { .. } => times.push(entry.at),
            Fact::Landed(_) => landed = times.len(),
            _ => {}
        }
    }
    (times, landed)
}

/// Begins to read everything again, and tells of it through a channel with so much room.
async fn begin(scene: &Scene, room: usize) -> (tokio::task::JoinHandle<()>, mpsc::Receiver<Heard>) {
    let (tell, heard) = mpsc::channel(room);
    let house = scene.house.clone();
    let errand = tokio::spawn(async move {
        let watches = house.in_force().watchlist.watches.clone();
        let summary = reread(&house, &watches, Purpose::Keep, tell).await;
        assert!(summary.expect("the archive is well").reread > 0);
    });
    (errand, heard)
}

#[tokio::test]
async fn visits_land_while_a_backlog_is_read_and_the_backlog_goes_on_behind_them() {
    let scene = with_versions(SOME).await;
    scene.rewrite(&two_watches("drop = [\"h1\"]")).await;
    // Nobody listens to more than the first of it: it stands still, and must not keep the lane meanwhile.
    let (errand, mut heard) = begin(&scene, 1).await;
    while !matches!(heard.recv().await.expect("news"), Heard::Read(_)) {}
    scene.shows("nhs.example/page", &["Everything is shared."]);
    let report = scene.visit("page").await;
    assert!(report.entry.is_some(), "{report:?}");
    let (before, _) = in_journal(&scene.house.store).await;
    assert!(!before.is_empty(), "what was told of is kept");
    assert!(before.len() <= GROUP, "a group has {}", before.len());
    // What a visit reads again on its way is not read again behind it.
    let report = scene.visit("old").await;
    assert!(is_a_look(&report), "{report:?}");
    let (after, _) = in_journal(&scene.house.store).await;
    assert_eq!(after.len(), before.len() + 1);
    while heard.recv().await.is_some() {}
    errand.await.expect("it ends well");
    let (all, landed) = in_journal(&scene.house.store).await;
    assert_eq!(all.len(), SOME, "each of them once");
    assert_eq!(landed, before.len(), "the visit stands in the middle of it");
    scene.end().await;
}

#[tokio::test]
async fn whoever_waits_for_the_lane_waits_for_one_group_at_most() {
    let scene = with_versions(MANY).await;
    scene.rewrite(&two_watches("drop = [\"h1\"]")).await;
    let (errand, mut heard) = begin(&scene, 2 * MANY).await;
    while !matches!(heard.recv().await.expect("news"), Heard::Read(_)) {}
    // What is written down from here on bears a later time.
    let asked = scene.pass(1);
    let lane = scene.house.lane().await;
    let (times, _) = in_journal(&scene.house.store).await;
    let since = times.iter().filter(|at| **at >= asked).count();
    assert!(since <= GROUP, "{since} came first");
    assert!(times.len() < MANY, "there is more to come");
    drop(lane);
    errand.await.expect("it ends well");
    assert_eq!(in_journal(&scene.house.store).await.0.len(), MANY);
    scene.end().await;
}

#[tokio::test]
async fn names_that_an_old_capture_turns_out_to_hold_are_known_and_nobody_is_told() {
    const NAMED: &str = "Records are copied into the Single GP Extract Dataset every night.";
    let parts = Answer::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <div class=\"one\"><p>GP practices share data once a month.</p></div><div class=\"two\"><p>{NAMED}</p></div>\
         </main></body></html>"
    ));
    for again in [false, true] {
        let scene = Scene::open(&two_watches("select = \".one\"")).await;
        scene.plays("nhs.example/old", parts.clone());
        scene.visit("old").await;
        let first = scene.now();
        scene.pass(30);
        scene.shows("nhs.example/page", &["Nothing is shared."]);
        scene.visit("page").await;
        if again {
            scene.rewrite(&two_watches("")).await;
            let watches = scene.house.in_force().watchlist.watches.clone();
            let (tell, _) = mpsc::channel(1);
            let summary = reread(&scene.house, &watches, Purpose::Keep, tell).await;
            assert_eq!(summary.expect("the archive is well").differs, 1);
            assert!(scene.owed().await.is_empty(), "nobody is told of the past");
            let versions = scene.versions("old").await;
            assert_eq!((versions.len(), versions[0].at), (1, first));
        }
        scene.pass(30);
        scene.shows("nhs.example/page", &["Nothing is shared.", NAMED]);
        let report = scene.visit("page").await;
        assert!(!is_a_look(&report));
        assert_eq!(
            rules(&report).contains(&"new-dataset"),
            !again,
            "{report:?}"
        );
        scene.end().await;
    }
}
