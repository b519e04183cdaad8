//! Promises whose day passes while nothing is there.

use smallprint::model::Fact;
use smallprint::visit::Wanted;

use crate::visits::scene::{Scene, watch};

const ROUTE: &str = "[[route]]\nto = \"terminal\"\nmin_severity = 2\n";

/// The texts of all notices that tell of promises.
async fn reminders(scene: &Scene) -> Vec<String> {
    let mut texts = Vec::new();
    for (no, fact) in (1..).zip(scene.facts().await) {
        if matches!(&fact, Fact::Notice { promises, .. } if !promises.is_empty()) {
            texts.push(scene.house.store.notice_text(no).await.expect("a text"));
        }
    }
    texts
}

#[tokio::test]
async fn a_promise_is_said_once_when_its_day_has_passed() {
    let text = format!("{ROUTE}{}", watch("plans", "nhs.example/plans", ""));
    let scene = Scene::open(&text).await;
    let year = scene.house.clock.now().format("%Y").to_string();
    let promise = format!("We will publish the full assessment by {year}.");
    scene.shows("nhs.example/plans", &["Our plans are below.", &promise]);
    scene.round(Wanted::All).await;
    scene.pass(60 * 24);
    scene.round(Wanted::All).await;
    assert_eq!(reminders(&scene).await, [""; 0], "its day is to come");
    scene.pass(60 * 24 * 366);
    scene.round(Wanted::All).await;
    let said = reminders(&scene).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].contains(&promise), "{}", said[0]);
    assert!(
        said[0].contains(&format!("by 31 December {year} at the latest")),
        "{}",
        said[0]
    );
    scene.pass(60 * 24 * 2);
    scene.round(Wanted::All).await;
    assert_eq!(reminders(&scene).await.len(), 1, "it is said once");
    scene.end().await;
}

#[tokio::test]
async fn a_promise_that_was_broken_before_anybody_watched_is_not_said() {
    let text = format!("{ROUTE}{}", watch("plans", "nhs.example/plans", ""));
    let scene = Scene::open(&text).await;
    scene.shows(
        "nhs.example/plans",
        &["We will publish the full assessment by 2014."],
    );
    scene.round(Wanted::All).await;
    scene.pass(60 * 24 * 2);
    scene.round(Wanted::All).await;
    assert_eq!(reminders(&scene).await, [""; 0]);
    scene.end().await;
}
