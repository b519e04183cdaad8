//! Other rules for reading the same page: it is read again, and nothing is said of the past.

use smallprint::model::{ChangeKind, Fact, Outcome};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page_watch, rules};

/// A page of two parts, of which a selector may take one.
fn parts(one: &str, two: &str) -> Answer {
    Answer::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <div class=\"one\"><p>{one}</p></div><div class=\"two\"><p>{two}</p></div></main></body></html>"
    ))
}

fn rereads(facts: &[Fact]) -> usize {
    facts
        .iter()
        .filter(|fact| matches!(fact, Fact::Reread { .. }))
        .count()
}

const ONE: &str = "GP practices share data once a month.";
const TWO: &str = "Your data will never be sold to anyone.";

#[tokio::test]
async fn a_changed_selector_reads_again_quietly_and_the_next_change_is_compared_by_it() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, parts(ONE, TWO).etag("\"a\""));
    scene.look().await;
    scene.rewrite(&page_watch(PAGE, "select = \".one\"")).await;
    let report = scene.look_after(30).await;
    assert!(
        is_a_look(&report),
        "the words left out are no removal: {:?}",
        rules(&report)
    );
    let facts = scene.facts().await;
    assert_eq!(
        rereads(&facts),
        1,
        "it is read again though not a byte changed"
    );
    assert!(is_a_look(&scene.look_after(30).await));
    assert_eq!(rereads(&scene.facts().await), 1, "once is enough");
    let asked = scene.site.asked_for("/page");
    assert!(
        asked
            .last()
            .expect("asked")
            .header("if-none-match")
            .is_some()
    );
    scene.plays(PAGE, parts(ONE, "Something else altogether."));
    assert!(
        is_a_look(&scene.look_after(30).await),
        "what is not selected is not compared"
    );
    scene.plays(PAGE, parts("GP practices share data once a week.", TWO));
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.outcome, report.version),
        (Outcome::Changed, Some(2))
    );
    assert!(
        !rules(&report).contains(&"safeguard-removed"),
        "{:?}",
        rules(&report)
    );
    scene.end().await;
}

#[tokio::test]
async fn a_return_is_known_though_the_text_was_first_read_by_other_rules() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, parts(ONE, TWO));
    scene.look().await;
    scene.plays(PAGE, parts("GP practices share data once a week.", TWO));
    scene.look_after(30).await;
    scene.rewrite(&page_watch(PAGE, "select = \".one\"")).await;
    scene.plays(PAGE, parts(ONE, "Something else altogether."));
    let report = scene.look_after(30).await;
    assert_eq!(
        report.kind,
        Some(ChangeKind::Reverted),
        "{:?}",
        rules(&report)
    );
    assert_eq!(scene.versions("page").await[2].same_text_as, Some(1));
    scene.end().await;
}

#[tokio::test]
async fn where_the_new_rules_cannot_read_the_version_before_nothing_is_compared() {
    let scene = Scene::with_page("", &[ONE, TWO]).await;
    scene.look().await;
    scene.rewrite(&page_watch(PAGE, "select = \".one\"")).await;
    let report = scene.look_after(30).await;
    assert_eq!(
        report.outcome,
        Outcome::Failed,
        "the selector finds nothing yet"
    );
    scene.plays(PAGE, parts(ONE, "Only one part is read."));
    let report = scene.look_after(30).await;
    assert_eq!((report.version, report.alerts), (Some(2), 0));
    assert_eq!(rules(&report), ["baseline"]);
    scene.plays(PAGE, parts("GP practices share data once a week.", TWO));
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.kind, report.version),
        (Some(ChangeKind::Edited), Some(3))
    );
    scene.end().await;
}
