//! Visits to a site that tells of its pages through an interface.

use serde_json::{Value, json};
use smallprint::model::{
    BesideKind, Capture, ChangeKind, Document, Failure, FailureKind, Outcome, VisitReport,
};

use crate::site::Answer;
use crate::visits::scene::{Scene, is_a_look, page, page_watch, rules};

const HOST: &str = "gov.example/guidance/sharing";
const TOLD: &str = "gov.example/api/content/guidance/sharing";
const PATH: &str = "/guidance/sharing";
const API: &str = "/api/content/guidance/sharing";

const OLD: [&str; 3] = [
    "GP practices share data once a month.",
    "Read on to learn how we handle your records.",
    "You can opt out at any time.",
];
const NEW: [&str; 3] = [
    "GP practices share data once a week.",
    "Read on to learn how we handle your records.",
    "You can opt out at any time.",
];

const PROFILE: &str = "[profile.gov]\nhosts = [\"gov.example\"]\ninterface = \"govuk\"\n";

/// A guide of these paragraphs, as the interface tells it.
fn guide(paragraphs: &[&str]) -> Value {
    let body: Vec<String> = paragraphs
        .iter()
        .map(|text| format!("<p>{text}</p>"))
        .collect();
    json!({
        "base_path": "/guidance/sharing",
        "content_id": "5d6f9583-991f-413d-ae83-be7274e5eae4",
        "title": "Sharing data",
        "schema_name": "detailed_guide",
        "document_type": "detailed_guide",
        "locale": "en",
        "public_updated_at": "2026-05-01T09:00:00Z",
        "details": { "body": format!("<div class=\"govspeak\">{}</div>", body.join("\n")) },
    })
}

fn answer(item: &Value) -> Answer {
    Answer::status(200)
        .header("content-type", "application/json; charset=utf-8")
        .body(item.to_string())
}

/// The page of these paragraphs, with a trail of its own that the interface knows nothing of.
fn shown(paragraphs: &[&str]) -> Answer {
    let paragraphs = [&["By the Department"], paragraphs].concat();
    Answer::html(&page("Sharing data", &paragraphs)).etag("\"page\"")
}

/// The same text on both.
fn says(scene: &Scene, paragraphs: &[&str]) {
    scene.plays(TOLD, answer(&guide(paragraphs)));
    scene.plays(HOST, shown(paragraphs));
}

async fn scene() -> Scene {
    let scene = Scene::open(&format!("{PROFILE}{}", page_watch(HOST, ""))).await;
    scene.site.play(
        "/",
        Answer::html(&page("The front", &["Welcome to this site."])),
    );
    scene
}

/// A scene in which the guide was read once.
async fn begun() -> Scene {
    let scene = scene().await;
    says(&scene, &OLD);
    let report = scene.look().await;
    assert_eq!((report.outcome, report.alerts), (Outcome::Appeared, 0));
    scene
}

/// How often the interface and the page were asked.
fn asked(scene: &Scene) -> (usize, usize) {
    (
        scene.site.asked_for(API).len(),
        scene.site.asked_for(PATH).len(),
    )
}

async fn capture(scene: &Scene, report: &VisitReport) -> Capture {
    let landed = scene.landed(report).await;
    let capture = scene
        .house
        .store
        .body(landed.capture)
        .await
        .expect("a capture");
    serde_json::from_slice(&capture).expect("a capture")
}

async fn document(scene: &Scene) -> Document {
    let state = scene.state("page").await;
    let version = state.current.expect("a version");
    scene
        .house
        .store
        .document(&version)
        .await
        .expect("a document")
}

fn is_edit(report: &VisitReport, version: u32) -> bool {
    (report.kind, report.version) == (Some(ChangeKind::Edited), Some(version))
}

#[tokio::test]
async fn the_first_visit_reads_the_interface_and_keeps_the_page_beside_it() {
    let scene = scene().await;
    says(&scene, &OLD);
    let report = scene.look().await;
    assert_eq!(asked(&scene), (1, 1));
    let sort = scene.site.asked_for(API)[0]
        .header("accept")
        .map(str::to_owned);
    assert_eq!(sort.as_deref(), Some("application/json"));
    let capture = capture(&scene, &report).await;
    assert_eq!(capture.answer().url.path(), API);
    assert_eq!(capture.landed().path(), PATH, "readers are led to the page");
    assert_eq!(capture.beside[0].what, BesideKind::Page);
    let landed = scene.landed(&report).await;
    assert_eq!(landed.beside, [capture.beside[0].body]);
    let page = scene
        .house
        .store
        .body(landed.beside[0])
        .await
        .expect("the page");
    assert!(page.starts_with(b"<!doctype html>"));
    let document = document(&scene).await;
    assert!(
        document.reader.0.starts_with("govuk-1:"),
        "{}",
        document.reader
    );
    assert_eq!(document.blocks.len(), OLD.len());
    assert!(document.stated.content_id.is_some());
    scene.end().await;
}

#[tokio::test]
async fn an_unchanged_interface_costs_one_request() {
    let scene = begun().await;
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(asked(&scene), (2, 1), "the same bytes");
    let mut item = guide(&OLD);
    item["updated_at"] = json!("2026-05-13T09:10:00Z");
    scene.plays(TOLD, answer(&item).etag("\"told\""));
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(asked(&scene), (3, 1), "other bytes, the same text");
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(asked(&scene), (4, 1), "not modified");
    let last = scene.site.asked_for(API).pop().expect("asked");
    assert_eq!(last.header("if-none-match"), Some("\"told\""));
    scene.end().await;
}

#[tokio::test]
async fn an_edit_is_found_in_the_interface_and_the_page_kept_again() {
    let scene = begun().await;
    says(&scene, &NEW);
    let report = scene.look_after(30).await;
    assert!(is_edit(&report, 2), "{report:?}");
    assert_eq!(asked(&scene), (2, 2));
    assert_eq!(capture(&scene, &report).await.beside.len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn an_interface_that_fails_and_comes_back_is_no_change() {
    let scene = begun().await;
    scene.plays(TOLD, Answer::status(503));
    for _ in 0..2 {
        let report = scene.look_after(30).await;
        assert!(is_a_look(&report), "{:?}", rules(&report));
    }
    assert_eq!(scene.state("page").await.failing, None);
    let page = scene.site.asked_for(PATH);
    let conditional: Vec<_> = page
        .iter()
        .map(|asked| asked.header("if-none-match"))
        .collect();
    assert_eq!(conditional, [None, None, Some("\"page\"")]);
    scene.plays(TOLD, answer(&guide(&OLD)).etag("\"told\""));
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", rules(&report));
    assert!(is_a_look(&scene.look_after(30).await));
    let told = scene.site.asked_for(API);
    let tags: Vec<_> = told
        .iter()
        .map(|asked| asked.header("if-none-match"))
        .collect();
    assert_eq!(
        tags,
        [None, None, None, None, Some("\"told\"")],
        "each is asked with its own"
    );
    assert_eq!(scene.versions("page").await.len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn an_edit_while_the_interface_fails_is_found_once() {
    let scene = begun().await;
    scene.plays(TOLD, Answer::status(503));
    scene.plays(HOST, shown(&NEW));
    let report = scene.look_after(30).await;
    assert!(is_edit(&report, 2), "{report:?}");
    assert!(document(&scene).await.reader.0.starts_with("page-2:"));
    says(&scene, &NEW);
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", rules(&report));
    let before = asked(&scene);
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(asked(&scene), (before.0 + 1, before.1), "one request again");
    says(&scene, &OLD);
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Reverted), Some(3))
    );
    assert!(document(&scene).await.reader.0.starts_with("govuk-1:"));
    scene.end().await;
}

#[tokio::test]
async fn an_archive_of_pages_goes_over_to_the_interface_without_a_word() {
    let scene = Scene::open(&page_watch(HOST, "")).await;
    says(&scene, &OLD);
    scene.look().await;
    assert_eq!(asked(&scene), (0, 1));
    scene
        .rewrite(&format!("{PROFILE}{}", page_watch(HOST, "")))
        .await;
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", rules(&report));
    assert_eq!(asked(&scene), (1, 2));
    assert_eq!(scene.site.asked_for(API)[0].header("if-none-match"), None);
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(asked(&scene), (2, 2));
    assert_eq!(scene.versions("page").await.len(), 1);
    says(&scene, &NEW);
    assert!(is_edit(&scene.look_after(30).await, 2));
    assert!(document(&scene).await.reader.0.starts_with("govuk-1:"));
    scene.rewrite(&page_watch(HOST, "")).await;
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "and back: {:?}", rules(&report));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_does_not_come_leaves_the_comparison_for_the_next_visit() {
    let scene = Scene::open(&page_watch(HOST, "")).await;
    says(&scene, &OLD);
    scene.look().await;
    scene
        .rewrite(&format!("{PROFILE}{}", page_watch(HOST, "")))
        .await;
    scene.plays(TOLD, answer(&guide(&NEW)));
    scene.plays(HOST, Answer::status(503));
    let report = scene.look_after(30).await;
    assert_eq!(report.failure.expect("why").kind, FailureKind::Unavailable);
    scene.plays(HOST, shown(&NEW));
    assert!(is_edit(&scene.look_after(30).await, 2));
    scene.end().await;
}

#[tokio::test]
async fn where_no_page_was_kept_the_page_begins_again_quietly() {
    let scene = scene().await;
    scene.plays(TOLD, answer(&guide(&OLD)));
    scene.plays(HOST, Answer::status(503));
    assert_eq!(scene.look().await.outcome, Outcome::Appeared);
    scene.plays(TOLD, Answer::status(503));
    scene.plays(HOST, shown(&NEW));
    let report = scene.look_after(30).await;
    assert_eq!((report.version, report.alerts), (Some(2), 0));
    assert_eq!(rules(&report), ["baseline"]);
    scene.end().await;
}

#[tokio::test]
async fn a_page_the_interface_does_not_know_is_read_and_the_interface_asked_once_a_day() {
    let scene = scene().await;
    scene.plays(HOST, shown(&OLD));
    assert_eq!(scene.look().await.outcome, Outcome::Appeared);
    for _ in 0..3 {
        assert!(is_a_look(&scene.look_after(60).await));
    }
    assert_eq!(asked(&scene), (1, 4));
    let last = scene.site.asked_for(PATH).pop().expect("asked");
    assert_eq!(last.header("if-none-match"), Some("\"page\""));
    scene.look_after(24 * 60).await;
    assert_eq!(asked(&scene).0, 2);
    scene.end().await;
}

#[tokio::test]
async fn a_page_put_together_from_elsewhere_and_what_is_no_item_are_read_as_pages() {
    let mut finder = guide(&OLD);
    finder["schema_name"] = json!("finder");
    let mut other = guide(&OLD);
    other["base_path"] = json!("/guidance/other");
    let elsewhere = [
        answer(&finder),
        answer(&other),
        Answer::html("<p>Welcome</p>"),
        answer(&json!([1, 2])),
        answer(&json!({ "links": { "organisations": ["8b19c238-54e3-4e27-b0d7-60f8e2a677c9"] } })),
        Answer::redirect(303, "/api/content/guidance"),
    ];
    for told in elsewhere {
        let scene = scene().await;
        scene
            .site
            .play("/api/content/guidance", answer(&guide(&OLD)));
        scene.plays(TOLD, told);
        scene.plays(HOST, shown(&OLD));
        assert_eq!(scene.look().await.outcome, Outcome::Appeared);
        assert!(document(&scene).await.reader.0.starts_with("page-2:"));
        scene.end().await;
    }
}

#[tokio::test]
async fn robots_that_close_the_interface_leave_the_page() {
    let scene = scene().await;
    scene.site.play(
        "/robots.txt",
        Answer::text("User-agent: *\nDisallow: /api/\n"),
    );
    says(&scene, &OLD);
    assert_eq!(scene.look().await.outcome, Outcome::Appeared);
    assert_eq!(asked(&scene), (0, 1));
    assert!(is_a_look(&scene.look_after(30).await));
    scene.end().await;
}

#[tokio::test]
async fn a_withdrawal_is_a_change_of_its_own() {
    let scene = begun().await;
    let mut item = guide(&OLD);
    item["withdrawn_notice"] = json!({
        "explanation": "<div class=\"govspeak\"><p>The programme has closed.</p></div>",
        "withdrawn_at": "2026-05-13T09:20:00Z",
    });
    scene.plays(TOLD, answer(&item));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Withdrawn));
    assert_eq!(
        document(&scene).await.stated.withdrawn.as_deref(),
        Some("This was withdrawn on 13 May 2026: The programme has closed.")
    );
    scene.end().await;
}

#[tokio::test]
async fn a_page_said_to_be_gone_is_gone_when_it_is() {
    let scene = begun().await;
    let gone = json!({
        "base_path": PATH,
        "document_type": "gone",
        "schema_name": "gone",
        "details": { "explanation": "<p>Published in error.</p>", "alternative_path": "/guidance" },
    });
    scene.plays(TOLD, answer(&gone));
    assert!(
        is_a_look(&scene.look_after(30).await),
        "the page is still there"
    );
    let scene = begun().await;
    scene.plays(TOLD, answer(&gone));
    scene.plays(HOST, Answer::status(410));
    let failure = scene.look_after(30).await.failure.expect("why");
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(
        failure.why.contains("“Published in error.”"),
        "{}",
        failure.why
    );
    let report = scene.look_after(70).await;
    assert_eq!(report.kind, Some(ChangeKind::Vanished));
    let said = "GOV.UK says that http://gov.example/guidance/sharing was taken down: “Published in error.”; it points to \
                http://gov.example/guidance";
    assert_eq!(report.findings[0].rule, "gone");
    assert_eq!(report.findings[0].after.as_deref(), Some(said));
    let kept = scene.landed(&report).await.capture;
    let kept = scene.house.store.body(kept).await.expect("the failure");
    let kept: Failure = serde_json::from_slice(&kept).expect("the failure");
    assert_eq!(kept.said.as_deref(), Some(said), "it is evidence");
    says(&scene, &OLD);
    let report = scene.look_after(25 * 60).await;
    assert_eq!(report.kind, Some(ChangeKind::Returned));
    scene.end().await;
}

#[tokio::test]
async fn a_redirect_told_is_followed_where_the_page_leads() {
    let scene = begun().await;
    let moved = json!({
        "base_path": PATH,
        "document_type": "redirect",
        "schema_name": "redirect",
        "redirects": [{ "path": PATH, "type": "exact", "destination": "/guidance/new" }],
    });
    scene.plays(TOLD, answer(&moved));
    scene.plays(HOST, Answer::redirect(301, "/guidance/new"));
    scene.plays("gov.example/guidance/new", shown(&OLD));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Moved), "{report:?}");
    let version = scene.state("page").await.current.expect("a version");
    assert_eq!(version.url.path(), "/guidance/new");
    scene.end().await;
}

#[tokio::test]
async fn a_collection_gains_a_document() {
    let scene = scene().await;
    let collection = |titles: &[&str]| {
        let path = |title: &str| format!("/government/publications/{}", title.to_lowercase());
        let linked = titles
            .iter()
            .map(|title| json!({ "content_id": title, "title": title, "base_path": path(title) }));
        let mut item = guide(&[]);
        item["schema_name"] = json!("document_collection");
        item["details"] =
            json!({ "collection_groups": [{ "title": "Documents", "documents": titles }] });
        item["links"] = json!({ "documents": linked.collect::<Vec<_>>() });
        item
    };
    scene.plays(TOLD, answer(&collection(&["One", "Two"])));
    scene.plays(HOST, shown(&OLD));
    scene.look().await;
    scene.plays(TOLD, answer(&collection(&["One", "Two", "Three"])));
    assert!(is_edit(&scene.look_after(30).await, 2));
    let document = document(&scene).await;
    let last = document.blocks.last().expect("a block");
    assert_eq!(last.text, "Three");
    assert_eq!(
        last.links[0].url,
        scene_url("/government/publications/three")
    );
    scene.end().await;
}

fn scene_url(path: &str) -> String {
    format!("http://gov.example{path}")
}
