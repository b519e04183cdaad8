//! Rounds over many pages.

use smallprint::deliver::Patience;
use smallprint::model::Fact;
use smallprint::visit::Wanted;

use crate::visits::scene::{Scene, watch};

fn watches(ids: &[&str]) -> String {
    ids.iter()
        .map(|id| watch(id, &format!("nhs.example/{id}"), ""))
        .collect()
}

/// The notices of the journal.
async fn notices(scene: &Scene) -> Vec<String> {
    let mut notices = Vec::new();
    for (no, fact) in (1..).zip(scene.facts().await) {
        if matches!(fact, Fact::Notice { .. }) {
            notices.push(scene.house.store.notice_text(no).await.expect("a text"));
        }
    }
    notices
}

#[tokio::test]
async fn a_first_round_ends_with_one_message() {
    let scene = Scene::open(&watches(&["a", "b", "c", "missing"])).await;
    for id in ["a", "b", "c"] {
        let names = format!("We run the National {id} Wheelchair Users Dataset.");
        scene.shows(&format!("nhs.example/{id}"), &[&names]);
    }
    let round = scene.round(Wanted::All).await;
    assert_eq!(
        (round.visits, round.appeared, round.failed, round.alerts),
        (4, 3, 1, 1)
    );
    let expected =
        "Watching 3 pages, 1 could not be read; text already there will not be reported.";
    assert_eq!(notices(&scene).await, [expected]);
    assert_eq!(scene.owed().await.len(), 1);
    scene
        .house
        .pay(Patience::COMMAND)
        .await
        .expect("the archive is well");
    let said = scene.said.lock().expect("not poisoned").concat();
    assert!(said.contains("Watching 3 pages"), "{said}");
    scene.pass(30);
    let round = scene.round(Wanted::All).await;
    assert_eq!((round.visits, round.alerts), (4, 0));
    assert_eq!(
        notices(&scene).await.len(),
        1,
        "only the first round says so"
    );
    scene.end().await;
}

#[tokio::test]
async fn pages_that_join_later_are_counted_by_themselves() {
    let scene = Scene::open(&watches(&["a", "b"])).await;
    scene.shows("nhs.example/a", &["One."]);
    scene.shows("nhs.example/b", &["Two."]);
    scene.shows("nhs.example/c", &["Three."]);
    scene.round(Wanted::All).await;
    scene.rewrite(&watches(&["a", "b", "c"])).await;
    scene.pass(30);
    scene.round(Wanted::All).await;
    let notices = notices(&scene).await;
    let last = notices.last().expect("a notice");
    assert!(
        last.starts_with("Watching 1 more page, 0 could not be read"),
        "{last}"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_round_of_what_is_due_leaves_the_others() {
    let scene = Scene::open(&watches(&["a", "b"])).await;
    scene.shows("nhs.example/a", &["One."]);
    scene.shows("nhs.example/b", &["Two."]);
    assert_eq!(scene.round(Wanted::Due).await.visits, 2);
    scene.pass(20);
    scene.visit("a").await;
    scene.pass(10);
    assert_eq!(scene.round(Wanted::Due).await.visits, 1, "only b is due");
    assert_eq!(scene.round(Wanted::These(vec!["a".into()])).await.visits, 1);
    scene.end().await;
}

#[tokio::test]
async fn a_clock_that_ran_ahead_keeps_no_page_unvisited() {
    let scene = Scene::open(&watches(&["a"])).await;
    scene.shows("nhs.example/a", &["One."]);
    scene.pass(30 * 24 * 60);
    assert_eq!(scene.round(Wanted::Due).await.visits, 1);
    scene.pass(-30 * 24 * 60);
    assert_eq!(scene.round(Wanted::Due).await.visits, 1);
    scene.pass(10);
    assert_eq!(scene.round(Wanted::Due).await.visits, 0);
    scene.end().await;
}
