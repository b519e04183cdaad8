//! Other words at the same address.

use smallprint::model::{ChangeKind, Destination, Outcome, Severity, Span};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_minor, page, page_watch, rules};

const OLD: [&str; 3] = [
    "GP practices share data once a month.",
    "Patients can ask their practice about it.",
    "Read the leaflet.",
];
const NEW: [&str; 3] = [
    "GP practices share data once a week.",
    "Patients can ask their practice about it.",
    "Read the leaflet.",
];

#[tokio::test]
async fn a_change_lies_between_the_last_look_at_the_old_text_and_the_first_at_the_new() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    scene.look_after(30).await;
    let last = scene.now();
    scene.plays(PAGE, Answer::status(503));
    scene.look_after(30).await;
    scene.shows(PAGE, &NEW);
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Changed);
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Edited), Some(2))
    );
    assert_eq!(report.change, Some(Span { from: 1, to: 2 }));
    let bounds = scene.landed(&report).await.bounds;
    assert_eq!((bounds.after, bounds.by), (Some(last), scene.now()));
    let versions = scene.versions("page").await;
    assert_eq!(versions[0].last_seen, last);
    assert_eq!(
        (versions[1].at, versions[1].after),
        (scene.now(), Some(last))
    );
    scene.end().await;
}

#[tokio::test]
async fn a_return_to_an_earlier_text_is_a_new_version_with_the_same_text() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    scene.shows(PAGE, &NEW);
    scene.look_after(30).await;
    scene.shows(PAGE, &OLD);
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Reverted));
    assert_eq!(report.change, Some(Span { from: 2, to: 3 }));
    assert!(rules(&report).contains(&"reverted"), "{:?}", rules(&report));
    assert_eq!(scene.versions("page").await[2].same_text_as, Some(1));
    let sentence = report.sentence.expect("a sentence");
    assert!(
        sentence.contains("Sharing data"),
        "the page's own title: {sentence}"
    );
    assert!(
        sentence.contains("reads again as version 1 did"),
        "{sentence}"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_text_that_flips_to_and_fro_gets_a_number_each_time() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    for turn in 0..4 {
        let text = if turn % 2 == 0 { &NEW } else { &OLD };
        scene.shows(PAGE, text);
        let report = scene.look_after(30).await;
        assert_eq!(report.version, Some(turn + 2));
    }
    let same: Vec<_> = scene
        .versions("page")
        .await
        .iter()
        .map(|v| v.same_text_as)
        .collect();
    assert_eq!(same, [None, None, Some(1), Some(2), Some(3)]);
    scene.end().await;
}

#[tokio::test]
async fn a_notice_of_withdrawal_is_a_withdrawal() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    let notice = "<main><div class=\"gem-c-notice govuk-withdrawal-notice\">\
                  <h2>This guidance was withdrawn on 12 May 2026</h2><p>It is out of date.</p></div>";
    let withdrawn = page("Sharing data", &OLD).replace("<main>", notice);
    scene.plays(PAGE, Answer::html(&withdrawn));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Withdrawn));
    assert!(
        rules(&report).contains(&"withdrawn"),
        "{:?}",
        rules(&report)
    );
    assert!(report.alerts > 0);
    scene.end().await;
}

#[tokio::test]
async fn another_document_at_the_same_address_is_a_replacement() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    let other = page(
        "Parking at the hospital",
        &[
            "Our car park opens at seven.",
            "Tickets cost two pounds an hour.",
            "Blue badge holders park free.",
        ],
    );
    scene.plays(PAGE, Answer::html(&other));
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Replaced));
    assert!(rules(&report).contains(&"replaced"), "{:?}", rules(&report));
    scene.end().await;
}

#[tokio::test]
async fn markup_alone_alerts_nobody() {
    let scene = Scene::with_page("", &OLD).await;
    scene.look().await;
    let dressed = page("Sharing data", &OLD)
        .replace("<p>", "<p class=\"lead\">\n  <span>")
        .replace("</p>", "</span></p>")
        .replace("once", "<strong>once</strong>");
    scene.plays(PAGE, Answer::html(&dressed));
    let report = scene.look_after(30).await;
    assert_eq!((report.outcome, report.alerts), (Outcome::Unchanged, 0));
    scene.end().await;
}

#[tokio::test]
async fn alerts_are_owed_to_each_route_by_topic_and_severity() {
    let routes = r#"
[topics]
gp-data = "GP data"
other = "Other"
[[route]]
to = "discord:1"
topics = ["gp-data"]
min_severity = 3
loud_from = 5
[[route]]
to = "discord:2"
min_severity = 5
[[route]]
to = "discord:3"
topics = ["other"]
min_severity = 1
[[route]]
to = "terminal"
min_severity = 2
loud_from = 2
"#;
    let lines = "topics = [\"gp-data\"]\nterms = [\"opt-out\"]";
    let scene = Scene::open(&format!("{}{routes}", page_watch(PAGE, lines))).await;
    let front = scene.house.in_force();
    assert_eq!(front.watchlist.routes.len(), 4);
    scene.shows(PAGE, &OLD);
    scene.look().await;
    scene.shows(
        PAGE,
        &[OLD[0], OLD[1], OLD[2], "A new opt-out is described here."],
    );
    let report = scene.look_after(30).await;
    let severity = report.severity.expect("a severity");
    let owed: Vec<(String, bool)> = scene
        .owed()
        .await
        .iter()
        .map(|a| (a.owed.to.to_string(), a.owed.loud))
        .collect();
    let mut expected = Vec::new();
    if severity >= Severity(3) {
        expected.push((Destination::Discord(1).to_string(), severity >= Severity(5)));
    }
    if severity >= Severity(5) {
        expected.push((Destination::Discord(2).to_string(), true));
    }
    expected.push(("terminal".to_owned(), true));
    assert!(severity >= Severity(2), "{:?}", rules(&report));
    assert_eq!(owed, expected);
    scene.end().await;
}

#[tokio::test]
async fn what_no_route_takes_is_kept_with_the_reason_for_its_silence() {
    let route = "[[route]]\nto = \"terminal\"\nmin_severity = 4\n";
    let scene = Scene::open(&format!("{}{route}", page_watch(PAGE, ""))).await;
    scene.shows(PAGE, &OLD);
    scene.look().await;
    scene.shows(PAGE, &NEW);
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Changed);
    assert!(
        is_minor(&report) || report.severity < Some(Severity(4)),
        "{:?}",
        rules(&report)
    );
    assert_eq!(report.alerts, 0);
    let silence = scene.landed(&report).await.silence.expect("a reason");
    assert!(silence.contains("severity"), "{silence}");
    scene.end().await;
}
