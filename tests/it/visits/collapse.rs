//! A text that shrinks to next to nothing.

use smallprint::model::{FailureKind, Outcome};

use crate::visits::scene::{PAGE, Scene};

/// A long page.
fn long() -> Vec<String> {
    let sentence = |n| format!("Part {n} tells patients how their records are shared, and why.");
    (0..60).map(sentence).collect()
}

async fn with_long_page() -> Scene {
    let scene = Scene::with_page("", &["."]).await;
    shows_long(&scene);
    scene.look().await;
    scene
}

fn shows_long(scene: &Scene) {
    let texts = long();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    scene.shows(PAGE, &texts);
}

#[tokio::test]
async fn a_placeholder_where_a_long_text_stood_is_a_failure_and_no_version() {
    let scene = with_long_page().await;
    scene.shows(PAGE, &["Something went wrong on our side."]);
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Failed, "{report:?}");
    let failure = report.failure.expect("a failure");
    assert_eq!(failure.kind, FailureKind::Unreadable);
    assert!(failure.why.contains("words where"), "{}", failure.why);
    shows_long(&scene);
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Unchanged);
    assert_eq!(scene.versions("page").await.len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_was_really_emptied_is_believed_an_hour_later() {
    let scene = with_long_page().await;
    scene.shows(PAGE, &["Contents", "Contact"]);
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Failed);
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Failed);
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Changed, "{report:?}");
    assert_eq!(scene.versions("page").await.len(), 2);
    scene.end().await;
}

#[tokio::test]
async fn a_notice_in_plain_words_where_a_long_text_stood_is_said_at_once() {
    let scene = with_long_page().await;
    scene.shows(PAGE, &["The care.data programme closed on 6 July 2016."]);
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Changed);
    scene.end().await;
}
