//! The first reading of a page: a baseline, or news.

use smallprint::model::{ChangeKind, Outcome, Severity, Span};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page_watch, rules, watch};

/// A text that would be told of at once if it came.
const TEXT: [&str; 2] = [
    "We run the National Wheelchair Users Dataset for England.",
    "Your data will never be sold.",
];

#[tokio::test]
async fn a_baseline_says_nothing() {
    let scene = Scene::with_page("", &TEXT).await;
    let report = scene.look().await;
    assert_eq!(report.outcome, Outcome::Appeared);
    assert_eq!(report.change, Some(Span { from: 0, to: 1 }));
    assert_eq!(rules(&report), ["baseline"]);
    assert_eq!(report.severity, Some(Severity::RECORD));
    assert_eq!((report.alerts, scene.owed().await.len()), (0, 0));
    let landed = scene.landed(&report).await;
    assert_eq!(landed.bounds.after, None);
    assert!(landed.silence.is_some());
    assert!(landed.names.is_some(), "its names are recorded");
    scene.end().await;
}

#[tokio::test]
async fn a_first_version_that_is_news_is_told_of() {
    let scene = Scene::with_page("first = \"news\"", &TEXT).await;
    let report = scene.look().await;
    assert_eq!(report.kind, Some(ChangeKind::Appeared));
    assert!(
        rules(&report).contains(&"new-dataset"),
        "{:?}",
        rules(&report)
    );
    assert_eq!(report.severity, Some(Severity(5)));
    assert_eq!(scene.owed().await.len(), 1);
    assert_eq!(scene.state("page").await.second_look, None);
    scene.end().await;
}

#[tokio::test]
async fn the_front_page_is_no_baseline_of_a_deep_page_that_leads_there() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.shows("nhs.example/", &TEXT);
    scene.plays(PAGE, Answer::redirect(302, "http://nhs.example/"));
    let report = scene.look().await;
    assert_eq!(
        (report.outcome, report.version),
        (Outcome::Failed, None),
        "{report:?}"
    );
    let why = report.failure.expect("why").why;
    assert!(why.contains("leads to the front page of its site"), "{why}");
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_was_missing_before_its_first_reading_is_news() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    let missing = scene.look().await;
    assert_eq!(missing.outcome, Outcome::Failed);
    assert_eq!(missing.version, None);
    let last_missing = scene.now();
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Appeared);
    assert!(
        rules(&report).contains(&"new-dataset"),
        "{:?}",
        rules(&report)
    );
    assert_eq!(report.alerts, 1);
    let bounds = scene.landed(&report).await.bounds;
    assert_eq!((bounds.after, bounds.by), (Some(last_missing), scene.now()));
    scene.end().await;
}

#[tokio::test]
async fn trouble_between_missing_and_appearing_does_not_hide_the_news() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, Answer::status(410));
    scene.look().await;
    let last_missing = scene.now();
    scene.plays(PAGE, Answer::status(503));
    scene.look_after(30).await;
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(30).await;
    assert_eq!(report.alerts, 1);
    assert_eq!(scene.landed(&report).await.bounds.after, Some(last_missing));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_was_only_refused_before_its_first_reading_is_a_baseline() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, Answer::status(403));
    scene.look().await;
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(60).await;
    assert_eq!((rules(&report), report.alerts), (vec!["baseline"], 0));
    scene.end().await;
}

#[tokio::test]
async fn of_two_pages_that_name_the_same_dataset_at_the_same_moment_one_is_first() {
    let watchlist = [
        watch("one", "nhs.example/one", "first = \"news\""),
        watch("two", "gov.example/two", "first = \"news\""),
    ];
    let scene = Scene::open(&watchlist.concat()).await;
    scene.shows("nhs.example/one", &TEXT);
    scene.shows("gov.example/two", &TEXT);
    let (one, two) = tokio::join!(scene.visit("one"), scene.visit("two"));
    let firsts = [&one, &two].map(|report| rules(report).contains(&"new-dataset"));
    assert_eq!(
        firsts.iter().filter(|first| **first).count(),
        1,
        "{firsts:?}"
    );
    scene.end().await;
}
