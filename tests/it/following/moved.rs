//! Pages that moved keep their id, and their old addresses stay known.

use smallprint::model::{ChangeKind, Fact, Outcome};
use smallprint::visit::Wanted;

use crate::following::{alerts, next};
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page, watch};

const TEXT: [&str; 2] = ["We share data with practices.", "You may object to it."];

#[tokio::test]
async fn a_page_that_moved_is_visited_where_it_went_once_the_old_address_is_silent() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.round(Wanted::All).await;
    scene.plays(PAGE, Answer::redirect(301, "/new-place"));
    scene.shows("nhs.example/new-place", &TEXT);
    scene.plays("/robots.txt", Answer::status(404));
    assert_eq!(scene.look_after(30).await.kind, Some(ChangeKind::Moved));
    scene.plays(PAGE, Answer::status(404));
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Unchanged);
    scene.plays(
        "nhs.example/new-place",
        Answer::html(&page("Sharing data", &["We share it.", TEXT[1]])),
    );
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Edited));
    let versions = scene.versions("page").await;
    let paths: Vec<&str> = versions.iter().map(|version| version.url.path()).collect();
    assert_eq!(paths, ["/page", "/new-place", "/new-place"]);
    next(&scene).await;
    scene.end().await;
}

/// The messages that tell of hosts that moved.
async fn moves(scene: &Scene) -> Vec<String> {
    let mut moves = Vec::new();
    for (no, fact) in (1..).zip(scene.facts().await) {
        if matches!(fact, Fact::HostMoved { .. }) {
            moves.push(scene.house.store.notice_text(no).await.expect("a text"));
        }
    }
    moves
}

#[tokio::test]
async fn a_host_that_moved_is_one_message_not_seven() {
    let ids: Vec<String> = (1..=7).map(|n| format!("page-{n}")).collect();
    let watches = ids
        .iter()
        .map(|id| watch(id, &format!("nhs.example/{id}"), ""))
        .collect::<String>();
    let scene = Scene::open(&watches).await;
    let words = |id: &str| format!("This is {id}, on the sharing of data with practices.");
    for id in &ids {
        scene.shows(&format!("nhs.example/{id}"), &[&words(id)]);
    }
    scene.round(Wanted::All).await;
    for id in &ids {
        let port = scene.site.port();
        let there = format!("http://new.example:{port}/archive/{id}");
        scene.plays(&format!("nhs.example/{id}"), Answer::redirect(301, &there));
        scene.shows(&format!("/archive/{id}"), &[&words(id)]);
    }
    scene.pass(30);
    let round = scene.round(Wanted::Due).await;
    assert_eq!((round.changed, round.alerts), (7, 1));
    assert_eq!(alerts(&scene).await, 0, "no page by itself");
    let told = moves(&scene).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("7 pages of nhs.example moved to new.example: “Sharing data” (page-"),
        "{told:?}"
    );
    assert!(told[0].contains("and 2 more"), "{told:?}");
    next(&scene).await;
    assert_eq!(moves(&scene).await.len(), 1, "it is told once");
    scene.end().await;
}

/// A page whose publisher keeps it under an id.
fn kept_as(id: &str, paragraphs: &[&str]) -> Answer {
    let page = page("Sharing data", paragraphs);
    let meta = format!("<head><meta name=\"govuk:content-id\" content=\"{id}\">");
    Answer::html(&page.replacen("<head>", &meta, 1))
}

#[tokio::test]
async fn a_page_with_the_same_id_elsewhere_is_the_same_page_however_much_it_was_rewritten() {
    let scene = Scene::with_page("", &[]).await;
    scene.plays(PAGE, kept_as("5f5c1a", &TEXT));
    scene.look().await;
    let rewritten = [
        "Buses leave the square at noon.",
        "Tickets cost two pounds.",
    ];
    scene.plays(PAGE, Answer::redirect(301, "/rewritten"));
    scene.plays("nhs.example/rewritten", kept_as("5f5c1a", &rewritten));
    let report = scene.look_after(30).await;
    let kind = report.kind.expect("a change");
    assert!(
        !matches!(kind, ChangeKind::Redirected | ChangeKind::Moved),
        "{kind:?}"
    );
    assert_eq!(report.version, Some(2));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_is_gone_is_found_under_its_id_where_another_watch_reads_it() {
    let watches = [watch("page", PAGE, ""), watch("new", "nhs.example/new", "")].concat();
    let scene = Scene::open(&watches).await;
    scene.plays(PAGE, kept_as("5f5c1a", &TEXT));
    scene.shows("nhs.example/", &["Welcome."]);
    scene.look().await;
    scene.plays("nhs.example/new", kept_as("5f5c1a", &TEXT));
    scene.visit("new").await;
    scene.plays(PAGE, Answer::status(404));
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Failed);
    let report = scene.look_after(61).await;
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Moved), Some(2))
    );
    let landed = scene.landed(&report).await;
    assert_eq!(landed.url.path(), "/new");
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Unchanged);
    scene.end().await;
}

#[tokio::test]
async fn pages_that_moved_one_by_one_before_a_stop_are_told_of_after_it() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    let there = format!("http://new.example:{}/there", scene.site.port());
    scene.plays(PAGE, Answer::redirect(301, &there));
    scene.shows("new.example/there", &TEXT);
    let report = scene.look_after(30).await;
    assert_eq!((report.kind, report.alerts), (Some(ChangeKind::Moved), 0));
    let scene = scene.cut_off().await;
    assert!(moves(&scene).await.is_empty());
    next(&scene).await;
    let told = moves(&scene).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("1 page of nhs.example moved to new.example: "),
        "{told:?}"
    );
    scene.end().await;
}
