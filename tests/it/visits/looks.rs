//! Visits that bring nothing new.

use smallprint::model::{ChangeKind, LookOutcome, Outcome};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page, page_watch, rules};

const TEXT: [&str; 2] = ["GP practices share data.", "Read on."];

/// The page with something else about it that nobody reads.
fn dressed(noise: &str) -> Answer {
    let page = page("Sharing data", &TEXT);
    Answer::html(&page.replace(
        "</head>",
        &format!("<meta name=\"csrf\" content=\"{noise}\"></head>"),
    ))
}

#[tokio::test]
async fn the_same_bytes_are_a_look() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    let again = scene.look_after(30).await;
    assert!(is_a_look(&again), "{again:?}");
    let state = scene.state("page").await;
    assert_eq!((state.visits, state.versions), (2, 1));
    assert_eq!(state.last_seen, Some(scene.now()));
    assert_eq!(state.last_change, None);
    scene.end().await;
}

#[tokio::test]
async fn other_bytes_with_the_same_text_are_a_look() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    for noise in ["a", "b"] {
        scene.plays(PAGE, dressed(noise));
        let report = scene.look_after(30).await;
        assert!(is_a_look(&report), "{report:?}");
    }
    let looks = scene
        .house
        .store
        .looks(&"page".into(), 9)
        .await
        .expect("looks");
    let bodies = looks.iter().map(|look| match &look.outcome {
        LookOutcome::Unchanged { body, .. } => *body,
        failed => panic!("{failed:?}"),
    });
    let bodies: std::collections::BTreeSet<_> = bodies.flatten().collect();
    assert_eq!(bodies.len(), 2, "each look says which bytes were served");
    scene.end().await;
}

#[tokio::test]
async fn while_its_gist_stays_a_page_stands_as_it_stood_and_no_change_is_missed() {
    let scene = Scene::with_page("", &TEXT).await;
    let gist = async || {
        let state = scene.state("page").await;
        scene.house.gist(&state.current.expect("a version"))
    };
    scene.plays(PAGE, dressed("0"));
    scene.look().await;
    let first = gist().await.expect("a gist");
    for noise in ["a", "b"] {
        scene.plays(PAGE, dressed(noise));
        assert!(is_a_look(&scene.look_after(30).await));
        assert_eq!(gist().await, Some(first));
    }
    scene.shows(PAGE, &["GP practices will not share data.", TEXT[1]]);
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Changed);
    assert_ne!(gist().await, Some(first));
    // The page is as it was at first, and no longer as it stood last.
    scene.plays(PAGE, dressed("c"));
    let back = scene.look_after(30).await;
    assert_eq!(back.kind, Some(ChangeKind::Reverted));
    assert_eq!(gist().await, Some(first));
    // Who reads otherwise has to read.
    scene.rewrite(&page_watch(PAGE, "drop = [\"p\"]")).await;
    scene.plays(PAGE, dressed("d"));
    assert!(is_a_look(&scene.look_after(30).await));
    assert_ne!(gist().await, Some(first));
    scene.end().await;
}

#[tokio::test]
async fn a_page_not_modified_is_a_look_and_the_bytes_are_asked_for_once_a_week() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.plays(PAGE, dressed("a").etag("\"one\""));
    scene.look().await;
    let served = scene.now();
    let conditional = |scene: &Scene| {
        let asked = scene.site.asked_for("/page");
        asked
            .last()
            .expect("asked")
            .header("if-none-match")
            .map(str::to_owned)
    };
    for _ in 0..6 {
        let report = scene.look_after(24 * 60).await;
        assert!(is_a_look(&report), "{report:?}");
        assert_eq!(conditional(&scene).as_deref(), Some("\"one\""));
        assert_eq!(scene.state("page").await.last_served, Some(served));
    }
    let report = scene.look_after(24 * 60).await;
    assert!(is_a_look(&report), "{report:?}");
    assert_eq!(
        conditional(&scene),
        None,
        "after a week the bytes are wanted anew"
    );
    assert_eq!(scene.state("page").await.last_served, Some(scene.now()));
    scene.look_after(30).await;
    assert!(conditional(&scene).is_some());
    scene.end().await;
}

#[tokio::test]
async fn noise_alone_is_no_change() {
    let noisy = |views: u32, token: &str| {
        let body = page(
            "Sharing data",
            &[
                TEXT[0],
                TEXT[1],
                "Last updated: 1 May 2026",
                &format!("{views} views"),
            ],
        );
        let banner = format!(
            "<body><div class=\"cookie-banner\">We use cookies. Offer {token}.</div><script>var n='{token}'</script>"
        );
        Answer::html(&body.replace("<body>", &banner))
    };
    let scene = Scene::with_page("", &TEXT).await;
    scene.plays(PAGE, noisy(10, "aa11"));
    scene.look().await;
    for (views, token) in [(11, "bb22"), (1_204, "cc33")] {
        scene.plays(PAGE, noisy(views, token));
        let report = scene.look_after(30).await;
        assert!(
            is_a_look(&report),
            "{:?} {:?}",
            report.sentence,
            rules(&report)
        );
    }
    scene.end().await;
}

#[tokio::test]
async fn two_visitors_at_once_see_one_change() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    scene.shows(PAGE, &["GP practices share no data.", TEXT[1]]);
    scene.pass(30);
    let (one, two) = tokio::join!(scene.look(), scene.look());
    let changes = [one, two]
        .iter()
        .filter(|report| report.change.is_some())
        .count();
    assert_eq!(changes, 1);
    assert_eq!(scene.versions("page").await.len(), 2);
    scene.end().await;
}

#[tokio::test]
async fn where_the_clock_went_back_bounds_are_never_the_wrong_way_round() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    let ahead = scene.pass(3 * 24 * 60);
    scene.look().await;
    scene.shows(PAGE, &["GP practices share no data.", TEXT[1]]);
    let back = scene.pass(-2 * 24 * 60);
    let report = scene.look().await;
    let bounds = scene.landed(&report).await.bounds;
    assert_eq!((bounds.after, bounds.by), (Some(back), ahead));
    let state = scene.state("page").await;
    assert_eq!(
        state.last_visit,
        Some(back),
        "the next visit is reckoned from now"
    );
    let later = scene.pass(30);
    assert!(is_a_look(&scene.look().await));
    assert_eq!(scene.state("page").await.last_visit, Some(later));
    scene.shows(PAGE, &TEXT);
    let report = scene.look_after(30).await;
    let bounds = scene.landed(&report).await.bounds;
    assert!(bounds.after <= Some(bounds.by), "{bounds:?}");
    scene.end().await;
}
