//! Texts that resemble a known scheme, held against what the archive has of it.

use smallprint::model::{Finding, Severity, VisitReport};

use crate::site::Answer;
use crate::visits::scene::{Scene, page, rules, watch};

const OLD: &str = "nhs.example/gpdpr";
const NEW: &str = "nhs.example/insight";

/// What a scheme does, in too few facets to be told by themselves.
const THIN: [&str; 3] = [
    "Details about the diagnoses, medicines and referrals of patients will be sent to us by all general practices in England.",
    "They support planning and research.",
    "Write to insight.scheme@nhs.example for more.",
];

/// The same in many facets.
const THICK: [&str; 6] = [
    "Each day, coded entries are sent by general practices to NHS England.",
    "They support health service planning and research.",
    "Names and addresses are not part of it.",
    "What identifies you is replaced by unique codes before it leaves the practice.",
    "Practices are legally required to take part.",
    "To stop this, hand in a Type 1 opt-out form at your practice.",
];

fn lead(report: &VisitReport) -> Option<&Finding> {
    report.findings.iter().find(|one| one.rule == "lead")
}

/// A page of the scheme with its name, and one about nothing in particular.
async fn scene() -> Scene {
    let watchlist = format!("{}{}", watch("old", OLD, ""), watch("new", NEW, ""));
    let scene = Scene::open(&watchlist).await;
    let old = page("GPDPR: transparency notice", &THIN);
    scene.plays(OLD, Answer::html(&old));
    scene.plays(NEW, Answer::html(&page("Insight", &["A page to come."])));
    scene.plays(
        "nhs.example/",
        Answer::html("<h1>The front</h1><p>Welcome.</p>"),
    );
    for id in ["old", "new"] {
        let report = scene.visit(id).await;
        assert_eq!(lead(&report), None);
    }
    scene.pass(30);
    scene
}

#[tokio::test]
async fn a_text_that_resembles_a_scheme_is_told_once() {
    let scene = scene().await;
    scene.plays(NEW, Answer::html(&page("Insight", &THICK)));
    let report = scene.visit("new").await;
    let found = lead(&report).expect("a resemblance");
    assert_eq!(found.severity, Severity(3));
    assert_eq!(
        found.names[0], "General Practice Data for Planning and Research",
        "{found:#?}"
    );
    assert!(found.why.contains(
        "Resembles “General Practice Data for Planning and Research”; the publisher states no link."
    ));
    // It goes, and comes again in other words.
    scene.pass(30);
    scene.plays(
        NEW,
        Answer::html(&page("Insight", &["A page to come, later."])),
    );
    scene.visit("new").await;
    scene.pass(30);
    let again: Vec<&str> = THICK.iter().rev().copied().collect();
    scene.plays(NEW, Answer::html(&page("Insight", &again)));
    let report = scene.visit("new").await;
    assert_eq!(lead(&report), None, "{:?}", rules(&report));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_text_that_stands_there_at_the_first_reading_is_not_told() {
    let scene = Scene::open(&watch("new", NEW, "")).await;
    scene.plays(NEW, Answer::html(&page("Insight", &THICK)));
    let report = scene.visit("new").await;
    assert_eq!(rules(&report), ["baseline"]);
    scene.pass(30);
    let mut more = THICK.to_vec();
    more.push("It begins in October.");
    scene.plays(NEW, Answer::html(&page("Insight", &more)));
    assert_eq!(lead(&scene.visit("new").await), None);
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn the_words_of_an_earlier_page_of_the_scheme_make_up_for_few_facets() {
    let scene = scene().await;
    // The old page is rewritten; what stood on it is still known.
    let closed = page(
        "A closed programme",
        &["This programme has closed. Thank you for your patience with it."],
    );
    scene.plays(OLD, Answer::html(&closed));
    scene.visit("old").await;
    let sentence = THIN[0];
    scene.plays(
        NEW,
        Answer::html(&page("Insight", &[sentence, THIN[1], "It begins soon."])),
    );
    let report = scene.visit("new").await;
    let found = lead(&report).expect("a resemblance");
    assert_eq!(found.severity, Severity(3));
    assert!(
        found.why.contains(
            "A long sentence of it stood on “GPDPR: transparency notice”, seen on 13 May 2026."
        ),
        "{}",
        found.why
    );
    let words = found.before.as_deref().expect("words of the scheme");
    assert!(words.starts_with(sentence), "{words}");
    let words = found.after.as_deref().expect("words of the text");
    assert!(words.starts_with(sentence), "{words}");
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn the_address_of_a_scheme_that_leads_to_another_page_ties_them() {
    let scene = scene().await;
    scene.plays(OLD, Answer::redirect(301, "/insight"));
    scene.pass(30);
    scene.visit("old").await;
    scene.pass(90);
    scene.visit("old").await;
    let words = [
        "It supports planning and research.",
        "It is sent by general practices.",
        "Names and addresses are not sent.",
    ];
    scene.plays(NEW, Answer::html(&page("Insight", &words)));
    let report = scene.visit("new").await;
    let found = lead(&report).expect("a resemblance");
    assert!(
        found
            .why
            .contains("The address of “GPDPR: transparency notice”, seen on 13 May 2026 led here."),
        "{}",
        found.why
    );
    assert_eq!(found.severity, Severity(3));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_page_no_longer_listed_is_said_to_stand_where_it_does() {
    let watchlist = format!(
        "{}{}",
        watch("list", "nhs.example/list", "kind = \"index\""),
        watch("old", OLD, "")
    );
    let scene = Scene::open(&watchlist).await;
    scene.plays(OLD, Answer::html(&page("A paper", &THIN)));
    let list = |items: &[&str]| {
        let items = items
            .iter()
            .map(|one| format!("<li><a href=\"/{one}\">The paper {one}</a></li>"));
        Answer::html(&format!(
            "<!doctype html><html><head><title>Papers</title></head><body><main><h1>Papers</h1><ul>{}</ul></main></body></html>",
            items.collect::<String>()
        ))
    };
    scene.plays("nhs.example/list", list(&["one", "gpdpr", "two", "three"]));
    for id in ["list", "old"] {
        scene.visit(id).await;
    }
    scene.pass(30);
    scene.plays("nhs.example/list", list(&["one", "two", "three"]));
    let report = scene.visit("list").await;
    let found = report.findings.iter().find(|one| one.rule == "delisted");
    let found = found.expect("it is said");
    assert!(
        found
            .why
            .ends_with("Its page was still there when it was last read, on 13 May 2026."),
        "{}",
        found.why
    );
    scene.is_found_again().await;
    scene.end().await;
}
