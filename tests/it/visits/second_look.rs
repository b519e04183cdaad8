//! What is no longer on a page is looked at a second time.

use chrono::TimeDelta;
use smallprint::model::{
    Alert, AlertId, Change, ChangeKind, FailureKind, Outcome, Severity, Span, Verdict, VisitReport,
};
use smallprint::visit::Wanted;

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, rules};

const PROMISE: &str = "Your confidential data will never be sold to anyone.";
const OLD: [&str; 3] = [
    "GP practices share data once a month.",
    PROMISE,
    "Read the leaflet.",
];
const NEW: [&str; 2] = ["GP practices share data once a month.", "Read the leaflet."];

/// A page from which a promise has just gone.
async fn removal() -> (Scene, VisitReport) {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    scene.shows(PAGE, &NEW);
    let report = scene.look_after(30).await;
    assert!(
        rules(&report).contains(&"safeguard-removed"),
        "{:?}",
        rules(&report)
    );
    assert!(report.severity >= Some(Severity(4)));
    assert_eq!(report.alerts, 1);
    (scene, report)
}

async fn change(scene: &Scene, from: u32, to: u32) -> Change {
    let span = Span { from, to };
    scene
        .house
        .store
        .change(&"page".into(), span)
        .await
        .expect("a change")
}

/// What the second look at the first edit found; `None` while it is due.
async fn verdict(scene: &Scene) -> Option<Verdict> {
    let look = change(scene, 1, 2).await.second_look;
    look.expect("a second look was due").verdict
}

/// The alert that the removal owed, and what is owed beside it.
async fn owed(scene: &Scene, report: &VisitReport) -> (Alert, Vec<Alert>) {
    let mut owed = scene.owed().await;
    let post = owed.remove(0);
    let entry = report.entry.expect("an entry");
    assert_eq!(post.id, AlertId { entry, index: 0 });
    (post, owed)
}

#[tokio::test]
async fn an_important_removal_asks_for_a_second_look_five_minutes_later() {
    let (scene, report) = removal().await;
    let due = scene.now() + TimeDelta::minutes(5);
    assert_eq!(
        scene.state("page").await.second_look,
        Some((report.entry.expect("an entry"), due))
    );
    assert_eq!(verdict(&scene).await, None);
    scene.pass(4);
    assert_eq!(scene.round(Wanted::Due).await.visits, 0);
    scene.pass(1);
    let round = scene.round(Wanted::Due).await;
    assert_eq!((round.visits, round.changed), (1, 0));
    scene.end().await;
}

#[tokio::test]
async fn words_still_gone_are_said_to_be_so_in_the_same_message() {
    let (scene, report) = removal().await;
    scene.plays(
        PAGE,
        Answer::html(&crate::visits::scene::page("Sharing data", &NEW)).etag("\"n\""),
    );
    let second = scene.look_after(5).await;
    assert_eq!(
        (second.outcome, second.change, second.version),
        (Outcome::Unchanged, None, Some(2))
    );
    let look = change(&scene, 1, 2)
        .await
        .second_look
        .expect("it was looked at");
    assert_eq!(
        (look.verdict, look.at),
        (Some(Verdict::StillSo), scene.now())
    );
    let (post, more) = owed(&scene, &report).await;
    assert_eq!(more.len(), 1);
    assert_eq!(
        (more[0].owed.edits, &more[0].owed.to, more[0].owed.loud),
        (Some(post.id), &post.owed.to, false)
    );
    assert_eq!(scene.state("page").await.second_look, None);
    scene.look_after(30).await;
    assert_eq!(scene.owed().await.len(), 2, "it is said once");
    scene.end().await;
}

#[tokio::test]
async fn words_that_were_back_correct_the_message_and_make_no_other() {
    let (scene, report) = removal().await;
    scene.shows(PAGE, &OLD);
    let second = scene.look_after(5).await;
    assert_eq!(
        (second.kind, second.version),
        (Some(ChangeKind::Reverted), Some(3))
    );
    let look = change(&scene, 1, 2)
        .await
        .second_look
        .expect("it was looked at");
    assert_eq!(
        (look.verdict, look.at),
        (Some(Verdict::WasBack), scene.now())
    );
    let (post, more) = owed(&scene, &report).await;
    assert_eq!(
        more.iter()
            .map(|alert| alert.owed.edits)
            .collect::<Vec<_>>(),
        [Some(post.id)]
    );
    assert!(change(&scene, 2, 3).await.silence.is_some());
    assert_eq!(scene.state("page").await.second_look, None);
    scene.end().await;
}

#[tokio::test]
async fn another_change_during_the_wait_answers_the_first_and_is_told_of_itself() {
    let (scene, report) = removal().await;
    scene.shows(
        PAGE,
        &[
            NEW[0],
            NEW[1],
            "We run the National Wheelchair Users Dataset for England.",
        ],
    );
    let second = scene.look_after(3).await;
    assert_eq!(
        (second.kind, second.version),
        (Some(ChangeKind::Edited), Some(3))
    );
    assert!(
        rules(&second).contains(&"new-dataset"),
        "{:?}",
        rules(&second)
    );
    let (post, more) = owed(&scene, &report).await;
    let edits: Vec<_> = more.iter().map(|alert| alert.owed.edits).collect();
    assert_eq!(edits, [None, Some(post.id)]);
    assert_eq!(verdict(&scene).await, Some(Verdict::StillSo));
    scene.end().await;
}

#[tokio::test]
async fn words_back_among_others_correct_the_first_message_and_are_told_of() {
    let (scene, report) = removal().await;
    scene.shows(
        PAGE,
        &[
            OLD[0],
            OLD[1],
            OLD[2],
            "We run the National Wheelchair Users Dataset for England.",
        ],
    );
    let second = scene.look_after(5).await;
    assert_eq!(second.kind, Some(ChangeKind::Edited));
    assert_eq!(verdict(&scene).await, Some(Verdict::WasBack));
    let (post, more) = owed(&scene, &report).await;
    let edits: Vec<_> = more.iter().map(|alert| alert.owed.edits).collect();
    assert_eq!(edits, [None, Some(post.id)]);
    scene.end().await;
}

#[tokio::test]
async fn a_second_look_that_fails_is_made_at_the_next_ordinary_visit() {
    let (scene, _) = removal().await;
    scene.plays(PAGE, Answer::status(503));
    scene.pass(5);
    assert_eq!(scene.round(Wanted::Due).await.failed, 1);
    scene.pass(1);
    assert_eq!(
        scene.round(Wanted::Due).await.visits,
        0,
        "not again and again"
    );
    scene.shows(PAGE, &NEW);
    scene.pass(29);
    assert_eq!(scene.round(Wanted::Due).await.visits, 1);
    assert_eq!(verdict(&scene).await, Some(Verdict::StillSo));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_vanishes_during_the_wait_still_lacks_the_words() {
    let (scene, report) = removal().await;
    scene.plays(PAGE, Answer::status(404));
    let failed = scene.look_after(5).await;
    assert_eq!(failed.failure.expect("why").kind, FailureKind::NotFound);
    let second = scene.look_after(60).await;
    assert_eq!(second.kind, Some(ChangeKind::Vanished));
    assert_eq!(scene.state("page").await.second_look, None);
    assert_eq!(verdict(&scene).await, Some(Verdict::StillSo));
    let (_, more) = owed(&scene, &report).await;
    assert_eq!(more.len(), 2);
    scene.end().await;
}

#[tokio::test]
async fn a_long_sentence_that_is_back_is_known_to_be_back() {
    let long = format!(
        "{} will never be sold to anyone.",
        "Your confidential patient data and all that belongs to it "
            .repeat(9)
            .trim()
    );
    let scene = Scene::with_page("", &[OLD[0], &long]).await;
    scene.look().await;
    scene.shows(PAGE, &OLD[..1]);
    let report = scene.look_after(30).await;
    assert!(
        scene.state("page").await.second_look.is_some(),
        "{:?}",
        rules(&report)
    );
    scene.shows(PAGE, &[OLD[0], &long]);
    scene.look_after(5).await;
    assert_eq!(verdict(&scene).await, Some(Verdict::WasBack));
    scene.end().await;
}

/// What the second look finds where all of these sentences but the first went, and `again` stand there then.
async fn looked_again(sentences: &[&str], again: &[&str]) -> Option<Verdict> {
    let scene = Scene::with_page("", sentences).await;
    scene.look().await;
    scene.shows(PAGE, &sentences[..1]);
    scene.look_after(30).await;
    scene.shows(PAGE, again);
    scene.look_after(5).await;
    let verdict = verdict(&scene).await;
    scene.end().await;
    verdict
}

#[tokio::test]
async fn several_sentences_are_back_only_where_all_of_them_are() {
    let other = "We will not share your records with insurers.";
    let all = [OLD[0], PROMISE, other];
    assert_eq!(looked_again(&all, &all).await, Some(Verdict::WasBack));
    assert_eq!(
        looked_again(&all, &[OLD[0], other]).await,
        Some(Verdict::StillSo)
    );
}
