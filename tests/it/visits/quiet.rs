//! What is said once and then kept quiet: counters, pages that go back and forth, failures that go on.

use smallprint::answers::{self, Quiet, Request, Response};
use smallprint::model::{ChangeKind, Outcome, Span};
use smallprint::visit::Wanted;
use tokio::sync::mpsc;

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page_watch, rules, watch};

const SAFE: &str = "Data will never leave the practice without consent.";
const ROUTE: &str = "[[route]]\nto = \"terminal\"\nmin_severity = 1\n";

/// A page that says each time how often it was seen, from this number on, so many times.
async fn count(scene: &Scene, visits: std::ops::Range<u32>, last: &str) {
    for visit in visits {
        let counter = format!("This page was seen {visit} times so far by people like you");
        scene.shows(PAGE, &[SAFE, &counter, last]);
        scene.look_after(30).await;
    }
}

async fn counted() -> Scene {
    let scene = Scene::open(&format!("{ROUTE}{}", page_watch(PAGE, ""))).await;
    count(&scene, 0..9, "Read on.").await;
    scene
}

async fn quiet(scene: &Scene) -> Quiet {
    let (heard, _) = mpsc::channel(1);
    let request = Request::Noise { id: "page".into() };
    match answers::answer(&scene.house, request, heard).await {
        Ok(Response::Noise(quiet)) => *quiet,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_changes_on_every_visit_is_stored_and_no_longer_said() {
    let scene = counted().await;
    scene.shows(
        PAGE,
        &[
            SAFE,
            "This page was seen 99 times so far by people like you",
            "Read on.",
        ],
    );
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.outcome, report.version, report.alerts),
        (Outcome::Changed, Some(10), 0)
    );
    let landed = scene.landed(&report).await;
    let silence = landed.silence.expect("a reason");
    assert!(silence.contains("on nearly every visit"), "{silence}");
    let quiet = quiet(&scene).await;
    assert_eq!(quiet.volatile.len(), 1, "{quiet:?}");
    assert!(quiet.volatile[0].sample.contains("99 times"), "{quiet:?}");
    assert!(
        quiet
            .silent
            .iter()
            .any(|change| change.span == Span { from: 9, to: 10 }),
        "{quiet:?}"
    );
    scene.end().await;
}

#[tokio::test]
async fn what_changes_beside_it_is_said() {
    let scene = counted().await;
    scene.shows(
        PAGE,
        &[
            SAFE,
            "This page was seen 99 times so far by people like you",
            "Do not read on.",
        ],
    );
    let report = scene.look_after(30).await;
    assert!(report.alerts > 0, "{report:?}");
    scene.shows(
        PAGE,
        &[
            "This page was seen 100 times so far by people like you",
            "Do not read on.",
        ],
    );
    let report = scene.look_after(30).await;
    assert!(
        rules(&report).contains(&"safeguard-removed"),
        "{:?}",
        rules(&report)
    );
    assert!(report.alerts > 0, "{report:?}");
    scene.end().await;
}

#[tokio::test]
async fn other_words_in_the_place_of_a_counter_are_said() {
    let scene = counted().await;
    scene.shows(
        PAGE,
        &[
            SAFE,
            "A single GP dataset will replace care.data.",
            "Read on.",
        ],
    );
    let report = scene.look_after(30).await;
    assert!(report.alerts > 0, "{report:?}");
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_goes_back_and_forth_is_said_once_each_way() {
    let scene = Scene::open(&format!("{ROUTE}{}", page_watch(PAGE, ""))).await;
    let (old, new) = (
        ["Data is shared monthly.", SAFE],
        ["Data is shared weekly.", SAFE],
    );
    scene.shows(PAGE, &old);
    scene.look().await;
    let mut alerts = Vec::new();
    for turn in 0..6 {
        scene.shows(PAGE, if turn % 2 == 0 { &new } else { &old });
        let report = scene.look_after(30).await;
        assert_eq!(report.version, Some(turn + 2), "each is kept");
        alerts.push(report.alerts > 0);
        if turn > 0 {
            assert_eq!(report.kind, Some(ChangeKind::Reverted));
        }
    }
    assert_eq!(alerts, [true, true, false, false, false, false]);
    let silence = quiet(&scene).await.silent[0]
        .silence
        .clone()
        .expect("a reason");
    assert!(
        silence.contains("goes back and forth between versions"),
        "{silence}"
    );
    scene.look_after(31 * 24 * 60).await;
    scene.shows(PAGE, &new);
    assert!(
        scene.look_after(30).await.alerts > 0,
        "after a month it is news again"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_failure_that_goes_on_is_said_once_for_all_pages_of_its_host() {
    let other = watch("other", "nhs.example/other", "");
    let scene = Scene::open(&format!("{ROUTE}{}{other}", page_watch(PAGE, ""))).await;
    scene.shows(PAGE, &[SAFE]);
    scene.shows("nhs.example/other", &[SAFE]);
    scene.round(Wanted::All).await;
    for path in [PAGE, "nhs.example/other"] {
        scene.plays(path, Answer::status(403).body("Access denied"));
    }
    let mut alerts = Vec::new();
    for _ in 0..6 {
        scene.pass(8 * 60);
        alerts.push(scene.round(Wanted::All).await.alerts);
    }
    assert_eq!(alerts, [0, 0, 0, 1, 0, 0]);
    scene.shows(PAGE, &[SAFE]);
    scene.pass(60);
    assert_eq!(scene.round(Wanted::All).await.alerts, 0);
    scene.plays(PAGE, Answer::status(503));
    let mut again = 0;
    for _ in 0..6 {
        scene.pass(8 * 60);
        again += scene.round(Wanted::All).await.alerts;
    }
    assert_eq!(
        again, 1,
        "another failure, after the page was read, is said again, and the other page is not"
    );
    scene.end().await;
}

#[tokio::test]
async fn pages_visited_once_a_day_are_said_to_fail_together_too() {
    let other = watch("other", "nhs.example/other", "");
    let scene = Scene::open(&format!("{ROUTE}{}{other}", page_watch(PAGE, ""))).await;
    for path in [PAGE, "nhs.example/other"] {
        scene.shows(path, &[SAFE]);
    }
    scene.round(Wanted::All).await;
    for path in [PAGE, "nhs.example/other"] {
        scene.plays(path, Answer::status(403).body("Access denied"));
    }
    let mut alerts = Vec::new();
    for _ in 0..4 {
        scene.pass(24 * 60);
        alerts.push(scene.round(Wanted::All).await.alerts);
    }
    assert_eq!(alerts, [0, 0, 1, 0]);
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_is_gone_is_not_said_to_fail_as_well() {
    let scene = Scene::open(&format!("{ROUTE}{}", page_watch(PAGE, ""))).await;
    scene.shows("nhs.example/", &["The front page is well."]);
    scene.shows(PAGE, &[SAFE]);
    scene.round(Wanted::All).await;
    scene.plays(PAGE, Answer::status(404));
    let mut alerts = Vec::new();
    for _ in 0..6 {
        scene.pass(8 * 60);
        alerts.push(scene.round(Wanted::All).await.alerts);
    }
    assert_eq!(alerts, [0, 1, 0, 0, 0, 0]);
    scene.end().await;
}

#[tokio::test]
async fn a_paused_page_that_fails_whenever_somebody_looks_is_said_once_too() {
    let scene = Scene::open(&format!("{ROUTE}{}", page_watch(PAGE, "enabled = false"))).await;
    scene.shows(PAGE, &[SAFE]);
    scene.look().await;
    scene.plays(PAGE, Answer::status(403).body("Access denied"));
    let mut alerts = Vec::new();
    for _ in 0..6 {
        alerts.push(scene.look_after(8 * 60).await.alerts);
    }
    assert_eq!(alerts, [0, 0, 0, 1, 0, 0]);
    scene.end().await;
}
