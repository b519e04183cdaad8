//! New entries and files are held against known schemes as pages are.

use smallprint::store::ChangeFilter;
use smallprint::visit::Wanted;

use crate::following::{alerts, csv, feed, next, offering};
use crate::site::Answer;
use crate::visits::scene::{Scene, page, watch};

const OLD: (&str, &str) = ("Minutes of March", "nhs.example/march");
const NEW: (&str, &str) = ("Better insight", "nhs.example/insight");

/// What GPDPR does, without its name.
const SAID: [&str; 6] = [
    "Each day, coded entries are sent by general practices to NHS England.",
    "They support health service planning and research.",
    "Names and addresses are not part of it.",
    "What identifies you is replaced by unique codes before it leaves the practice.",
    "Practices are legally required to take part.",
    "To stop this, hand in a Type 1 opt-out form at your practice.",
];

async fn scene() -> Scene {
    let scene = Scene::open(&watch("feed", "nhs.example/feed", "follow = [\"entries\"]")).await;
    scene.plays("nhs.example/feed", feed(&[OLD]));
    scene.round(Wanted::All).await;
    scene.plays("nhs.example/feed", feed(&[NEW, OLD]));
    scene
}

/// The rule and the beginning of each finding of the changes that were told.
async fn told(scene: &Scene) -> Vec<String> {
    let changes = scene.house.store.changes(&ChangeFilter::default()).await;
    let changes = changes.expect("the archive is well");
    let told = changes.iter().filter(|change| change.silence.is_none());
    told.flat_map(|change| {
        change
            .findings
            .iter()
            .map(|one| format!("{}: {}", one.rule, one.why))
    })
    .collect()
}

#[tokio::test]
async fn a_new_entry_that_resembles_a_scheme_is_told() {
    let scene = scene().await;
    let before = alerts(&scene).await;
    scene.plays(
        "nhs.example/insight",
        Answer::html(&page("Better insight", &SAID)),
    );
    next(&scene).await;
    assert_eq!(alerts(&scene).await - before, 1);
    let told = told(&scene).await;
    assert!(
        told.iter().any(|one| one.starts_with("lead: Resembles “")),
        "{told:#?}"
    );
    scene.end().await;
}

#[tokio::test]
async fn so_is_a_file_that_comes_with_it() {
    let scene = scene().await;
    let before = alerts(&scene).await;
    let files = [("Annex A", "/annex-a.csv")];
    scene.plays(
        "nhs.example/insight",
        offering("Better insight", "A page about pens.", &files),
    );
    let row = |(at, said): (usize, &&str)| format!("{at},\"{said}\"\n");
    let rows: String = SAID.iter().enumerate().map(row).collect();
    scene.plays(
        "nhs.example/annex-a.csv",
        csv(&format!("Number,Text\n{rows}")),
    );
    next(&scene).await;
    assert_eq!(alerts(&scene).await - before, 1);
    let told = told(&scene).await;
    let of_file = "lead: In the file “Annex A”";
    assert!(told.iter().any(|one| one.starts_with(of_file)), "{told:#?}");
    scene.end().await;
}
