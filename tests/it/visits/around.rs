//! What changes around a main text that stays.

use smallprint::model::{ChangeKind, Outcome, Severity, VisitReport};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page, page_watch, rules};

const TEXT: [&str; 3] = [
    "GP practices share data with the national service that plans care.",
    "Every release of data is listed in the register.",
    "Names and addresses will not be collected.",
];

/// A page of these paragraphs in its main text, and this markup after it.
fn beside(paragraphs: &[&str], markup: &str) -> Answer {
    let page = page("Sharing data", paragraphs);
    Answer::html(&page.replace("</main>", &format!("</main>{markup}")))
}

#[track_caller]
fn is_recorded(report: &VisitReport) {
    assert_eq!(report.outcome, Outcome::Changed, "{report:?}");
    assert_eq!(report.kind, Some(ChangeKind::Edited));
    assert_eq!(rules(report), ["around-changed"]);
    assert_eq!(
        (report.severity, report.alerts),
        (Some(Severity::RECORD), 0)
    );
}

#[tokio::test]
async fn a_sentence_around_the_text_that_goes_is_recorded_once_and_not_said() {
    let scene = Scene::with_page("", &TEXT).await;
    let notice = "<div><p>The helpline for patients is open from nine to five.</p></div>";
    scene.plays(PAGE, beside(&TEXT, notice));
    scene.look().await;
    scene.plays(PAGE, beside(&TEXT, ""));
    let report = scene.look_after(30).await;
    is_recorded(&report);
    let landed = scene.landed(&report).await;
    assert_eq!(
        landed.silence.as_deref(),
        Some("only text around the main text changed")
    );
    assert_eq!(landed.same_text_as, Some(1));
    assert!(
        landed.sentence.ends_with("around its main text"),
        "{}",
        landed.sentence
    );
    assert!(is_a_look(&scene.look_after(30).await));
    scene.plays(PAGE, beside(&TEXT, notice));
    let back = scene.look_after(3000).await;
    assert!(
        is_a_look(&back),
        "what stood there before is no news: {back:?}"
    );
    scene.end().await;
}

#[tokio::test]
async fn furniture_that_changes_at_every_visit_makes_no_version_of_every_visit() {
    let scene = Scene::with_page("", &TEXT).await;
    let mut versions = 0;
    for day in 0..48 {
        let word = char::from(b'a' + day % 26)
            .to_string()
            .repeat(usize::from(day) % 7 + 2);
        let teaser =
            format!("<div><p>Read what {word} says about their care at this hospital.</p></div>");
        scene.plays(PAGE, beside(&TEXT, &teaser));
        let report = scene.look_after(6 * 60).await;
        assert_eq!(report.alerts, 0);
        versions += usize::from(report.outcome == Outcome::Changed);
    }
    assert!(
        (1..=6).contains(&versions),
        "{versions} versions in 12 days"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_dataset_that_goes_from_around_the_text_is_seen() {
    let scene = Scene::with_page("", &TEXT).await;
    let list = "<div><table><tr><td>Mental Health Services Data Set<td>record level<td>monthly</table></div>";
    scene.plays(PAGE, beside(&TEXT, list));
    scene.look().await;
    scene.plays(PAGE, beside(&TEXT, ""));
    let report = scene.look_after(30).await;
    assert_eq!(rules(&report), ["reading-suspect"], "{report:?}");
    assert_eq!(report.severity, Some(Severity(2)));
    let quote = report.findings[0].before.as_deref().unwrap_or_default();
    assert!(
        quote.starts_with("Mental Health Services Data Set"),
        "{quote}"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_promise_that_only_left_the_main_text_is_not_said_to_be_gone() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.look().await;
    let moved = "<section><p>Every release of data is listed in the register.</p><p>Names and addresses will not be collected.</p></section>";
    let lead = [
        TEXT[0],
        "Read the details below, where they stand since the page was arranged anew, and where they will stay for now as it seems to us.",
    ];
    scene.plays(PAGE, beside(&lead, moved));
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Changed);
    assert!(rules(&report).contains(&"reading-suspect"), "{report:?}");
    assert!(!rules(&report).contains(&"safeguard-removed"), "{report:?}");
    scene.end().await;
}

#[tokio::test]
async fn what_the_watchlist_says_of_the_rule_holds() {
    let notice = "<div><p>The helpline for patients is open from nine to five.</p></div>";
    for (rule, expected) in [
        ("severity = 4", Some(Severity(4))),
        ("enabled = false", None),
    ] {
        let rule = format!("[[rule]]\nid = \"around-changed\"\n{rule}\n");
        let scene = Scene::open(&format!("{rule}{}", page_watch(PAGE, ""))).await;
        scene.plays(PAGE, beside(&TEXT, notice));
        scene.look().await;
        scene.plays(PAGE, beside(&TEXT, ""));
        let report = scene.look_after(30).await;
        assert_eq!(report.severity, expected, "{report:?}");
        scene.end().await;
    }
}
