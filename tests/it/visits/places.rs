//! Addresses that lead elsewhere, and addresses changed in the watchlist.

use smallprint::model::{ChangeKind, FailureKind, Outcome, Span};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page, page_watch, rules};

const TEXT: [&str; 3] = [
    "GP practices share data once a month.",
    "Patients can ask their practice about it.",
    "Read the leaflet.",
];
const ELSEWHERE: &str = "new.example/sharing";

fn other() -> String {
    page(
        "Parking",
        &[
            "Our car park opens at seven.",
            "Tickets cost two pounds.",
            "Badge holders park free.",
        ],
    )
}

fn leads_to(address: &str) -> Answer {
    Answer::redirect(301, &format!("http://{address}"))
}

#[tokio::test]
async fn a_redirect_to_the_same_text_is_a_move() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.plays(PAGE, leads_to(ELSEWHERE));
    scene.shows(ELSEWHERE, &TEXT);
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Moved));
    assert_eq!(rules(&report), ["moved"]);
    let version = scene.versions("page").await.pop().expect("a version");
    assert_eq!(version.url.as_str(), format!("http://{ELSEWHERE}"));
    assert!(is_a_look(&scene.look_after(30).await), "it moved once");
    scene.shows(ELSEWHERE, &TEXT[..2]);
    assert_eq!(scene.look_after(30).await.kind, Some(ChangeKind::Edited));
    scene.end().await;
}

#[tokio::test]
async fn a_redirect_that_only_changes_the_query_is_no_move() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    for session in ["a", "b"] {
        let elsewhere = format!("nhs.example/page/?session={session}");
        scene.plays(PAGE, leads_to(&elsewhere));
        scene.shows(&elsewhere, &TEXT);
        let report = scene.look_after(30).await;
        assert!(is_a_look(&report), "{:?} {:?}", report.kind, report.failure);
    }
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_leads_to_a_front_page_is_away_until_it_is_back() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    let last = scene.now();
    scene.plays(PAGE, leads_to("nhs.example/"));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Redirected));
    assert_eq!(report.change, Some(Span { from: 1, to: 0 }));
    assert_eq!(
        report.version,
        Some(1),
        "the last good version still stands"
    );
    assert!(
        rules(&report).contains(&"redirected"),
        "{:?}",
        rules(&report)
    );
    let landed = scene.landed(&report).await;
    assert_eq!(landed.bounds.after, Some(last));
    assert_eq!(
        landed.url.as_str(),
        format!("http://{PAGE}"),
        "the message leads to the page"
    );
    assert!(scene.state("page").await.away);
    for _ in 0..3 {
        let report = scene.look_after(60).await;
        let failure = report.failure.expect("no page came");
        assert_eq!(
            (report.outcome, failure.kind),
            (Outcome::Failed, FailureKind::NotFound)
        );
        assert!(failure.why.contains("still leads to"), "{}", failure.why);
        assert_eq!(report.alerts, 0);
    }
    assert_eq!(scene.versions("page").await.len(), 1);
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Returned));
    assert_eq!(report.change, Some(Span { from: 0, to: 2 }));
    assert_eq!(scene.versions("page").await[1].same_text_as, Some(1));
    assert!(!scene.state("page").await.away);
    assert!(is_a_look(&scene.look_after(30).await));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_comes_back_with_other_words_says_which() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.plays(PAGE, leads_to("nhs.example/"));
    scene.look_after(30).await;
    scene.shows(
        PAGE,
        &["GP practices share data once a week.", TEXT[1], TEXT[2]],
    );
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Returned));
    assert_eq!(scene.versions("page").await[1].same_text_as, None);
    scene.end().await;
}

#[tokio::test]
async fn a_failure_before_a_redirect_is_over() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.plays(PAGE, Answer::status(403));
    scene.look_after(30).await;
    assert!(scene.state("page").await.failing.is_some());
    scene.plays(PAGE, leads_to("nhs.example/"));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Redirected));
    assert_eq!(scene.state("page").await.failing, None);
    scene.end().await;
}

#[tokio::test]
async fn a_redirect_to_another_document_is_no_version() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.plays(PAGE, leads_to(ELSEWHERE));
    scene.plays(ELSEWHERE, Answer::html(&other()));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Redirected));
    assert_eq!(report.version, Some(1));
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Failed);
    scene.end().await;
}

#[tokio::test]
async fn an_address_changed_in_the_watchlist_is_a_move_where_the_text_is_the_same() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.shows(ELSEWHERE, &TEXT);
    scene.rewrite(&page_watch(ELSEWHERE, "")).await;
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Moved), Some(2))
    );
    let landed = scene.landed(&report).await;
    assert_eq!(landed.url.as_str(), format!("http://{ELSEWHERE}"));
    let findings = &report.findings;
    let moved = findings.iter().find(|finding| finding.rule == "moved");
    let moved = moved.expect("a move");
    assert_eq!(moved.before, Some(format!("http://{PAGE}")));
    assert_eq!(moved.after, Some(format!("http://{ELSEWHERE}")));
    assert!(moved.why.contains("The watchlist gives"), "{}", moved.why);
    assert!(is_a_look(&scene.look_after(30).await));
    scene.end().await;
}

#[tokio::test]
async fn an_address_changed_in_the_watchlist_is_a_replacement_where_the_text_is_another() {
    let half = [
        "GP practices share data once a month.",
        "Nobody need ask.",
        "The leaflet was pulped.",
    ];
    for text in [page("Sharing data", &half), other()] {
        let scene = Scene::with_page("", &TEXT).await;
        scene.look().await;
        scene.plays(ELSEWHERE, Answer::html(&text));
        scene.rewrite(&page_watch(ELSEWHERE, "")).await;
        let report = scene.look_after(30).await;
        assert_eq!(report.kind, Some(ChangeKind::Replaced));
        scene.end().await;
    }
}
