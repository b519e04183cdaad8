//! Pages that answer 404 or 410.

use smallprint::model::{ChangeKind, FailureKind, Outcome, Span};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, rules};

const TEXT: [&str; 2] = ["GP practices share data.", "Read on."];

fn failed(report: &smallprint::model::VisitReport) -> bool {
    report.outcome == Outcome::Failed && report.entry.is_none() && report.alerts == 0
}

async fn missing() -> Scene {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.plays(PAGE, Answer::status(404));
    scene
}

#[tokio::test]
async fn a_page_missing_twice_an_hour_apart_has_vanished_where_its_host_is_well() {
    let scene = missing().await;
    let last = scene.now();
    let first = scene.look_after(30).await;
    let first_missing = scene.now();
    assert!(failed(&first), "once may be an accident");
    assert_eq!(first.failure.expect("why").kind, FailureKind::NotFound);
    assert!(
        failed(&scene.look_after(30).await),
        "twice within the hour too"
    );
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Vanished));
    assert_eq!(report.change, Some(Span { from: 1, to: 0 }));
    assert!(rules(&report).contains(&"gone"), "{:?}", rules(&report));
    assert!(report.alerts > 0);
    let bounds = scene.landed(&report).await.bounds;
    assert_eq!((bounds.after, bounds.by), (Some(last), first_missing));
    let state = scene.state("page").await;
    assert!(state.away && state.current.is_some());
    assert_eq!(state.last_visit, Some(scene.now()));
    for _ in 0..3 {
        assert!(failed(&scene.look_after(60).await), "it vanishes once");
    }
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_page_is_not_gone_while_its_host_is_not_well() {
    let scene = missing().await;
    scene.site.replay("/", Answer::status(503));
    for _ in 0..3 {
        assert!(failed(&scene.look_after(90).await));
    }
    assert!(!scene.state("page").await.away);
    scene.site.replay(
        "/",
        Answer::html("<h1>The front</h1><p>All is well again.</p>"),
    );
    assert_eq!(scene.look_after(90).await.kind, Some(ChangeKind::Vanished));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn other_trouble_between_two_looks_begins_the_hour_anew() {
    let scene = missing().await;
    assert!(failed(&scene.look_after(30).await));
    scene.plays(PAGE, Answer::status(503));
    assert!(failed(&scene.look_after(30).await));
    scene.plays(PAGE, Answer::status(410));
    assert!(failed(&scene.look_after(30).await));
    assert_eq!(scene.look_after(60).await.kind, Some(ChangeKind::Vanished));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_vanished_page_that_is_there_again_has_returned() {
    let scene = missing().await;
    scene.look_after(30).await;
    scene.look_after(60).await;
    assert!(scene.state("page").await.away);
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(60).await;
    assert_eq!(report.kind, Some(ChangeKind::Returned));
    assert_eq!(report.change, Some(Span { from: 0, to: 2 }));
    assert_eq!(scene.versions("page").await[1].same_text_as, Some(1));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_is_missing_once_and_back_has_not_changed() {
    let scene = missing().await;
    scene.look_after(30).await;
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(60).await;
    assert_eq!(report.outcome, Outcome::Unchanged);
    assert_eq!(scene.state("page").await.failing, None);
    scene.is_found_again().await;
    scene.end().await;
}
