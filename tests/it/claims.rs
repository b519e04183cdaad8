//! What pages say of their own edits, held against them: whole visits to pages played on this machine.

mod announced;
mod backdated;
mod govuk;
mod habit;
mod history;

use smallprint::model::{Claim, Finding, Severity, Unclaimed, VisitReport};

use crate::visits::scene::{PAGE, Scene, rules};

/// Two paragraphs that stay as they are.
const STAYS: [&str; 2] = [
    "Patients can ask their practice about it.",
    "Read the leaflet, which every practice has.",
];

/// A page that states these lines and has these words.
fn shows(scene: &Scene, address: &str, stated: &[&str], words: &str) {
    scene.shows(address, &[stated, &[words], &STAYS].concat());
}

/// What the page claims of the change that a visit found.
async fn claim(scene: &Scene, report: &VisitReport) -> Option<Claim> {
    scene.landed(report).await.claim
}

fn finding<'a>(report: &'a VisitReport, rule: &str) -> Option<&'a Finding> {
    report.findings.iter().find(|finding| finding.rule == rule)
}

const MONTHLY: &str = "GP practices share data once a month.";
const WEEKLY: &str = "GP practices share data once a week.";

#[tokio::test]
async fn a_policy_that_is_rewritten_under_its_old_date_is_unannounced() {
    let scene = Scene::with_page("", &[]).await;
    let stated = ["Published 6 May 2026", "Updated 7 May 2026"];
    let said = "The department expects every practice to answer a request within two days.";
    let says = "The department hopes that practices will answer requests.";
    shows(&scene, PAGE, &stated, said);
    scene.look().await;
    scene.look_after(30).await;
    shows(&scene, PAGE, &stated, says);
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Unannounced));
    let found = finding(&report, "silent-edit").expect("it is said");
    assert_eq!(found.severity, Severity(4));
    assert_eq!(
        found.why,
        "The page still says it was last updated on 7 May 2026; the text changed between Wed 13 May 2026, 10:30 and \
         Wed 13 May 2026, 11:00."
    );
    assert_eq!(found.before.as_deref(), Some(said));
    assert_eq!(found.after.as_deref(), Some(says));
    assert_eq!(
        (found.stands.before.len(), found.stands.after.len()),
        (1, 1)
    );
    assert!(found.weighed.is_empty());
    scene.end().await;
}

#[tokio::test]
async fn spelling_punctuation_and_white_space_are_never_unannounced() {
    let scene = Scene::with_page("", &[]).await;
    let stated = ["Published 6 May 2026", "Updated 7 May 2026"];
    shows(
        &scene,
        PAGE,
        &stated,
        "We recieve the data of GP practices once a month, by letter.",
    );
    scene.look().await;
    for words in [
        "We receive the data of GP practices once a month, by letter.",
        "We receive the data of GP practices – once a month – by letter.",
        "We receive the data of GP-practices: once a month by letter",
    ] {
        shows(&scene, PAGE, &stated, words);
        let report = scene.look_after(30).await;
        assert_eq!(claim(&scene, &report).await, Some(Claim::Slight), "{words}");
        assert!(!rules(&report).contains(&"silent-edit"), "{words}");
    }
    shows(
        &scene,
        PAGE,
        &stated,
        "We receive the data of GP practices: twice a month by letter",
    );
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Unannounced));
    scene.end().await;
}

#[tokio::test]
async fn of_a_page_that_shows_no_date_no_claim_is_possible() {
    let scene = Scene::with_page("", &[]).await;
    shows(&scene, PAGE, &[], MONTHLY);
    scene.look().await;
    shows(&scene, PAGE, &[], WEEKLY);
    let report = scene.look_after(30).await;
    let why = Unclaimed::NothingStated;
    assert_eq!(
        claim(&scene, &report).await,
        Some(Claim::NotPossible { why })
    );
    assert!(!rules(&report).contains(&"silent-edit"));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_gives_the_day_of_its_edit_may_have_said_so() {
    let scene = Scene::with_page("", &[]).await;
    let stated = ["Published 6 May 2026", "Updated 13 May 2026"];
    shows(&scene, PAGE, &stated, MONTHLY);
    scene.look().await;
    shows(&scene, PAGE, &stated, WEEKLY);
    let report = scene.look_after(24 * 60).await;
    let why = Unclaimed::SameDay;
    assert_eq!(
        claim(&scene, &report).await,
        Some(Claim::NotPossible { why })
    );
    shows(&scene, PAGE, &stated, MONTHLY);
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Unannounced));
    scene.end().await;
}

#[tokio::test]
async fn an_edit_is_held_against_what_the_page_stated_last() {
    let scene = Scene::with_page("", &[]).await;
    shows(
        &scene,
        PAGE,
        &["Published 6 April 2026", "Updated 7 April 2026"],
        MONTHLY,
    );
    scene.look().await;
    let stated = ["Published 6 April 2026", "Updated 12 May 2026"];
    shows(&scene, PAGE, &stated, MONTHLY);
    let report = scene.look_after(30).await;
    assert_eq!(
        claim(&scene, &report).await,
        Some(Claim::DateOnly { note: None })
    );
    assert_eq!((rules(&report), report.alerts), (vec!["date-only"], 0));
    let sentence = report.sentence.as_deref().unwrap_or_default();
    assert!(sentence.ends_with("gives another date of its last change; its words are the same."));
    shows(&scene, PAGE, &stated, WEEKLY);
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Unannounced));
    let why = &finding(&report, "silent-edit").expect("it is said").why;
    assert!(
        why.contains("still says it was last updated on 12 May 2026"),
        "{why}"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_gives_another_date_every_day_has_few_versions_for_that() {
    for (behind, expected) in [(0, 1..=1), (1, 3..=6)] {
        let scene = Scene::with_page("", &[]).await;
        for day in 13..29 {
            let stated = format!("Updated {} May 2026", day - behind);
            shows(&scene, PAGE, &[&stated], MONTHLY);
            scene.look().await;
            scene.pass(24 * 60);
        }
        let versions = scene.versions("page").await.len();
        assert!(
            expected.contains(&versions),
            "{versions} where it is {behind} days behind"
        );
        scene.end().await;
    }
}

#[test]
fn what_was_stored_without_a_claim_is_read() {
    let look = r#"{"watch":"a","at":"2026-05-13T09:00:00Z","outcome":{"outcome":"failed","kind":"dns","status":null,
        "why":"It has no address."}}"#;
    let look: smallprint::model::Look = serde_json::from_str(look).expect("a look of old");
    assert_eq!(look.served, None);
    let digest = "0".repeat(64);
    let landed = serde_json::json!({
        "watch": "a", "url": "https://nhs.example/", "title": "A", "kind": "edited", "span": "1..2",
        "bounds": { "after": null, "by": "2026-05-13T09:00:00Z" }, "capture": digest, "body": null,
        "document": null, "text": null, "validators": {}, "same_text_as": null, "findings": null, "names": null,
        "severity": 1, "sentence": "", "silence": null, "owed": [], "second_look": null, "answers": null,
    });
    let landed: smallprint::model::Landed =
        serde_json::from_value(landed).expect("an entry of old");
    assert_eq!(landed.claim, None);
}
