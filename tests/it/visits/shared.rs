//! What pages of one host share, and what is said when it changes on all of them.

use smallprint::answers::{self, Request, Response};
use smallprint::deliver::Patience;
use smallprint::model::{Outcome, Severity, VisitReport};
use tokio::sync::mpsc;

use crate::visits::scene::{Scene, rules, watch};

const ROUTE: &str = "[[route]]\nto = \"terminal\"\nmin_severity = 1\n";
const PAGES: [&str; 5] = ["one", "two", "three", "four", "five"];
const OLD: &str = "For more about this work write to the enquiries team in Leeds by post.";
const NEW: &str = "For more about this work write to the contact centre in York by post.";
const SAFE: &str = "Data will never leave the practice without consent.";

fn address(id: &str) -> String {
    match id {
        "elsewhere" => "gov.example/elsewhere".to_owned(),
        _ => format!("nhs.example/{id}"),
    }
}

/// A page with words of its own around what all of them share.
fn shows(scene: &Scene, id: &str, own: &[&str], shared: &[&str]) {
    let first = format!("This is page {id} of a site about records.");
    let last = format!("Page {id} ends here.");
    let mut lines = vec![first.as_str()];
    lines.extend(own);
    lines.push("What follows stands on many pages.");
    lines.extend(shared);
    lines.push(last.as_str());
    scene.shows(&address(id), &lines);
}

async fn scene(settings: &str, ids: &[&str], own: &[&str], shared: &[&str]) -> Scene {
    let watches: String = ids.iter().map(|id| watch(id, &address(id), "")).collect();
    let scene = Scene::open(&format!("{settings}{watches}")).await;
    for id in ids {
        shows(&scene, id, own, shared);
        scene.visit(id).await;
    }
    scene
}

/// Why nothing was said of a change.
async fn silence(scene: &Scene, report: &VisitReport) -> String {
    assert_eq!(
        (report.outcome, report.alerts),
        (Outcome::Changed, 0),
        "{report:?}"
    );
    assert_eq!(report.version, Some(2), "it is kept all the same");
    assert_eq!(report.severity, Some(Severity::RECORD));
    let landed = scene.landed(report).await;
    landed.silence.expect("a reason")
}

/// What was said since somebody listened last.
async fn told(scene: &Scene) -> String {
    let paid = scene.house.pay(Patience::COMMAND).await;
    paid.expect("the archive is well");
    let mut said = scene.said.lock().expect("not poisoned");
    std::mem::take(&mut *said).concat()
}

#[tokio::test]
async fn what_changes_alike_on_the_pages_of_a_host_is_said_once() {
    let scene = scene(ROUTE, &PAGES, &[SAFE], &[OLD]).await;
    scene.pass(30);
    for (at, id) in PAGES.into_iter().enumerate() {
        shows(&scene, id, &[SAFE], &[NEW]);
        let report = scene.visit(id).await;
        if at == 0 {
            assert_eq!(report.alerts, 1, "{report:?}");
            continue;
        }
        let silence = silence(&scene, &report).await;
        let expected = "the same change was said of “Sharing data” (one 1..2) on ";
        assert!(silence.starts_with(expected), "{silence}");
        scene.pass(7);
    }
    let (heard, _) = mpsc::channel(1);
    let request = Request::Noise { id: "five".into() };
    let answer = answers::answer(&scene.house, request, heard).await;
    let Ok(Response::Noise(quiet)) = answer else {
        panic!("no answer");
    };
    let reason = quiet.silent[0].silence.as_deref().expect("a reason");
    assert!(reason.contains("(one 1..2)"), "{reason}");
    scene.end().await;
}

#[tokio::test]
async fn what_goes_besides_is_said_and_nothing_but_that() {
    let scene = scene(ROUTE, &PAGES, &[SAFE], &[OLD]).await;
    scene.pass(30);
    shows(&scene, "one", &[SAFE], &[NEW]);
    scene.visit("one").await;
    let first = told(&scene).await;
    assert!(first.contains("York"), "{first}");
    shows(&scene, "two", &[], &[NEW]);
    let report = scene.visit("two").await;
    assert_eq!(report.alerts, 1, "{report:?}");
    assert!(rules(&report).contains(&"safeguard-removed"), "{report:?}");
    let sentence = report.sentence.as_deref().expect("a sentence");
    assert!(sentence.contains("never leave the practice"), "{sentence}");
    let words = serde_json::to_string(&report.findings).expect("findings");
    assert!(!words.contains("contact centre"), "{words}");
    let landed = scene.landed(&report).await;
    assert_eq!((landed.edits.len(), landed.told.len()), (2, 1));
    assert_eq!(landed.silence, None);
    let message = told(&scene).await;
    assert!(message.contains("never leave the practice"), "{message}");
    assert!(!message.contains("York"), "{message}");
    scene.end().await;
}

#[tokio::test]
async fn a_safeguard_that_goes_from_all_pages_at_once_is_one_message() {
    let scene = scene(ROUTE, &PAGES, &[], &[SAFE]).await;
    scene.pass(30);
    let mut alerts = Vec::new();
    for id in PAGES {
        shows(&scene, id, &[], &[]);
        alerts.push(scene.visit(id).await.alerts);
    }
    assert_eq!(alerts, [1, 0, 0, 0, 0]);
    scene.end().await;
}

#[tokio::test]
async fn a_safeguard_that_stands_on_two_pages_is_missed_on_both() {
    let scene = scene(ROUTE, &PAGES[..2], &[], &[SAFE]).await;
    scene.pass(30);
    for id in &PAGES[..2] {
        shows(&scene, id, &[], &[]);
        let report = scene.visit(id).await;
        assert!(report.alerts == 1 && rules(&report).contains(&"safeguard-removed"));
    }
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_changes_days_later_changed_by_itself() {
    let scene = scene(ROUTE, &PAGES, &[SAFE], &[OLD]).await;
    scene.pass(30);
    shows(&scene, "one", &[SAFE], &[NEW]);
    assert_eq!(scene.visit("one").await.alerts, 1);
    scene.pass(3 * 24 * 60);
    assert_eq!(scene.visit("two").await.outcome, Outcome::Unchanged);
    scene.pass(30);
    shows(&scene, "two", &[SAFE], &[NEW]);
    assert_eq!(
        scene.visit("two").await.alerts,
        1,
        "it stood there for days"
    );
    shows(&scene, "three", &[SAFE], &[NEW]);
    assert_eq!(
        scene.visit("three").await.alerts,
        0,
        "it may have changed with the others"
    );
    scene.end().await;
}

#[tokio::test]
async fn another_host_speaks_for_itself() {
    let ids = ["one", "two", "three", "elsewhere"];
    let scene = scene(ROUTE, &ids, &[SAFE], &[OLD]).await;
    scene.pass(30);
    let mut alerts = Vec::new();
    for id in ids {
        shows(&scene, id, &[SAFE], &[NEW]);
        alerts.push(scene.visit(id).await.alerts);
    }
    assert_eq!(alerts, [1, 0, 0, 1]);
    scene.end().await;
}

#[tokio::test]
async fn what_nobody_was_told_is_told_where_somebody_asks_for_it() {
    let routes = "[[route]]\nto = \"terminal\"\nmin_severity = 1\ntopics = [\"loud\"]\n";
    let loud = "topics = [\"loud\"]";
    let watches = watch("one", &address("one"), "")
        + &watch("two", &address("two"), loud)
        + &watch("three", &address("three"), loud);
    let scene = Scene::open(&format!("{routes}{watches}")).await;
    let ids = ["one", "two", "three"];
    for id in ids {
        shows(&scene, id, &[SAFE], &[OLD]);
        scene.visit(id).await;
    }
    scene.pass(30);
    let mut alerts = Vec::new();
    for id in ids {
        shows(&scene, id, &[SAFE], &[NEW]);
        alerts.push(scene.visit(id).await.alerts);
    }
    assert_eq!(alerts, [0, 1, 0]);
    scene.end().await;
}
