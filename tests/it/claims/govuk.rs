//! Edits of GOV.UK, which are told through its Content API.

use serde_json::{Value, json};
use smallprint::model::{Claim, Outcome, Severity};

use crate::claims::{MONTHLY, WEEKLY, claim, finding};
use crate::site::Answer;
use crate::visits::scene::{Scene, page, page_watch, rules};

const HOST: &str = "gov.example/guidance/sharing";
const TOLD: &str = "gov.example/api/content/guidance/sharing";
const PROFILE: &str = "[profile.gov]\nhosts = [\"gov.example\"]\ninterface = \"govuk\"\n";

/// A guide with this text as markup, these notes (day, words), updated on the day of the newest.
pub(super) fn guide(body: &str, notes: &[(&str, &str)]) -> Value {
    let history: Vec<Value> = notes
        .iter()
        .map(|(day, note)| json!({ "public_timestamp": format!("{day}T09:00:00Z"), "note": note }))
        .collect();
    json!({
        "base_path": "/guidance/sharing",
        "content_id": "5d6f9583-991f-413d-ae83-be7274e5eae4",
        "title": "Sharing data",
        "schema_name": "detailed_guide",
        "document_type": "detailed_guide",
        "locale": "en",
        "first_published_at": "2026-03-01T09:00:00Z",
        "public_updated_at": format!("{}T09:00:00Z", notes[0].0),
        "details": { "body": format!("<div class=\"govspeak\">{body}</div>"), "change_history": history },
    })
}

pub(super) fn tells(scene: &Scene, item: &Value) {
    let answer = Answer::status(200)
        .header("content-type", "application/json; charset=utf-8")
        .body(item.to_string());
    scene.plays(TOLD, answer);
    scene.plays(
        HOST,
        Answer::html(&page("Sharing data", &["By the Department"])),
    );
}

pub(super) async fn scene() -> Scene {
    Scene::open(&format!("{PROFILE}{}", page_watch(HOST, ""))).await
}

fn body(words: &str) -> String {
    format!("<p>{words}</p><p>Patients can ask their practice about it.</p>")
}

const FIRST: (&str, &str) = ("2026-03-01", "First published.");

#[tokio::test]
async fn a_minor_edit_says_that_govuk_allows_it() {
    let scene = scene().await;
    let notes = [("2026-05-07", "Added the dates of the pilot."), FIRST];
    tells(&scene, &guide(&body(MONTHLY), &notes));
    scene.look().await;
    tells(&scene, &guide(&body(WEEKLY), &notes));
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Minor));
    let found = finding(&report, "silent-edit").expect("it is said");
    assert_eq!(found.severity, Severity(4));
    assert!(found.why.starts_with(
        "The page still says it was last updated on 7 May 2026; the text changed between"
    ));
    assert!(
        found
            .why
            .ends_with(" GOV.UK allows small edits without a note.")
    );
    scene.end().await;
}

#[tokio::test]
async fn a_note_is_asked_whether_it_mentions_what_changed() {
    for (note, mentions) in [
        (
            "Changed how often practices share: weekly, not once a month.",
            vec!["month"],
        ),
        ("Minor changes to the page.", vec![]),
    ] {
        let scene = scene().await;
        tells(&scene, &guide(&body(MONTHLY), &[FIRST]));
        scene.look().await;
        tells(
            &scene,
            &guide(&body(WEEKLY), &[("2026-05-13", note), FIRST]),
        );
        let report = scene.look_after(30).await;
        let claimed = Claim::Announced {
            note: Some(note.to_owned()),
            mentions: mentions
                .iter()
                .map(|word: &&str| word.to_string())
                .collect(),
        };
        assert_eq!(claim(&scene, &report).await, Some(claimed));
        assert!(!rules(&report).contains(&"silent-edit"));
        let found = finding(&report, "announced").expect("it is recorded");
        assert_eq!(
            (found.severity, found.after.as_deref()),
            (Severity(1), Some(note))
        );
        let says = match mentions.is_empty() {
            true => "which mentions none of the words that changed.",
            false => "of the words that changed it mentions “month”.",
        };
        assert!(found.why.ends_with(says), "{}", found.why);
        scene.end().await;
    }
}

#[tokio::test]
async fn a_contact_that_is_kept_elsewhere_is_no_edit_of_the_page() {
    let scene = scene().await;
    let contact = |telephone: &str| {
        format!(
            "{}<div class=\"contact\"><p>Data office</p><p>Telephone: {telephone}</p></div>",
            body(MONTHLY)
        )
    };
    tells(&scene, &guide(&contact("020 7946 0001"), &[FIRST]));
    scene.look().await;
    tells(&scene, &guide(&contact("020 7946 0999"), &[FIRST]));
    let report = scene.look_after(30).await;
    assert_eq!(report.outcome, Outcome::Changed, "it is kept");
    assert_eq!(claim(&scene, &report).await, None);
    assert!(!rules(&report).contains(&"silent-edit"));
    tells(
        &scene,
        &guide(&contact("020 7946 0999").replace("month", "week"), &[FIRST]),
    );
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Minor));
    scene.end().await;
}

#[tokio::test]
async fn the_banner_of_an_earlier_government_is_no_edit() {
    let scene = Scene::open(&page_watch(HOST, "profile = \"govuk\"")).await;
    let shown = |banner: &str, words: &str| {
        let html = format!(
            "<!doctype html><html lang=en><head><title>Sharing</title></head><body><main id=content>{banner}\
             <h1>Sharing data</h1><div class=gem-c-published-dates>Published 3 March 2021<br>Last updated 24 July \
             2024</div><p>{words}</p><p>Patients can ask their practice about it.</p></main></body></html>"
        );
        scene.plays(HOST, Answer::html(&html));
    };
    shown("", MONTHLY);
    scene.look().await;
    let banner = "<p class=govuk-notification-banner__heading>This was published under the 2022 to 2024 Sunak \
                  Conservative government</p>";
    shown(banner, MONTHLY);
    let report = scene.look_after(30).await;
    assert!(
        !rules(&report).contains(&"silent-edit"),
        "{:?}",
        rules(&report)
    );
    shown(banner, WEEKLY);
    let report = scene.look_after(30).await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Minor));
    scene.end().await;
}

#[tokio::test]
async fn a_page_of_a_publication_goes_by_the_history_of_its_parent() {
    let scene = scene().await;
    let chapter = |words: &str, notes: &[(&str, &str)]| {
        let mut item = guide(&body(words), notes);
        let history = item["details"]["change_history"].take();
        item["details"]
            .as_object_mut()
            .expect("an object")
            .remove("change_history");
        item["schema_name"] = "html_publication".into();
        item["document_type"] = "html_publication".into();
        item["links"] = json!({ "parent": [{
            "title": "The review", "base_path": "/guidance/review", "details": { "change_history": history },
        }] });
        item
    };
    tells(&scene, &chapter(MONTHLY, &[FIRST]));
    scene.look().await;
    let note = ("2026-05-13", "The month became a week.");
    tells(&scene, &chapter(WEEKLY, &[note, FIRST]));
    let report = scene.look_after(30).await;
    let Some(Claim::Announced { note, mentions }) = claim(&scene, &report).await else {
        panic!("{:?}", report.findings);
    };
    assert_eq!(note.as_deref(), Some("The month became a week."));
    assert_eq!(mentions, ["month", "week"]);
    scene.end().await;
}
