//! Watches taken out of the watchlist, put back and renamed.

use smallprint::model::{ChangeKind, Outcome, WatchId};

use crate::visits::scene::{PAGE, Scene, is_a_look, watch};

const TEXT: [&str; 2] = ["GP practices share data.", "Read on."];
const OTHER: &str = "nhs.example/other";

#[tokio::test]
async fn a_watch_taken_out_is_retired_and_its_history_stays() {
    let both = [watch("page", PAGE, ""), watch("other", OTHER, "")].concat();
    let scene = Scene::open(&both).await;
    scene.shows(PAGE, &TEXT);
    scene.shows(OTHER, &TEXT);
    scene.look().await;
    scene.visit("other").await;
    scene.rewrite(&watch("other", OTHER, "")).await;
    assert!(scene.state("page").await.retired);
    assert!(!scene.state("other").await.retired);
    assert_eq!(scene.versions("page").await.len(), 1);
    assert!(!scene.state("page").await.away, "it has not vanished");
    scene.pass(60);
    scene.rewrite(&both).await;
    assert!(is_a_look(&scene.look().await), "its history goes on");
    assert!(!scene.state("page").await.retired);
    scene.end().await;
}

#[tokio::test]
async fn a_renamed_watch_carries_its_history_on() {
    let scene = Scene::open(&watch("page", PAGE, "")).await;
    scene.shows(PAGE, &TEXT);
    scene.look().await;
    scene
        .rewrite(&watch("sharing", PAGE, "was = [\"page\"]"))
        .await;
    assert!(!scene.state("sharing").await.retired);
    scene.pass(30);
    assert!(is_a_look(&scene.visit("sharing").await));
    scene.shows(PAGE, &TEXT[..1]);
    scene.pass(30);
    let report = scene.visit("sharing").await;
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Edited), Some(2))
    );
    let versions = scene.versions("page").await;
    assert_eq!(versions.len(), 2, "the old id still finds it");
    let watches = scene.house.store.watches().await.expect("watches");
    assert_eq!(watches, [WatchId::from("sharing")]);
    scene
        .rewrite(&watch(
            "sharing",
            PAGE,
            "was = [\"page\"]\ntitle = \"Sharing\"",
        ))
        .await;
    assert!(
        !scene.state("sharing").await.retired,
        "the old id is not retired later"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_watch_that_is_not_enabled_is_visited_only_when_it_is_named() {
    use smallprint::visit::Wanted;
    let scene = Scene::open(&watch("page", PAGE, "enabled = false")).await;
    scene.shows(PAGE, &TEXT);
    assert_eq!(scene.round(Wanted::All).await.visits, 0);
    assert_eq!(scene.round(Wanted::Due).await.visits, 0);
    assert_eq!(
        scene.round(Wanted::These(vec!["page".into()])).await.visits,
        1
    );
    assert_eq!(scene.look().await.outcome, Outcome::Unchanged);
    scene.end().await;
}
