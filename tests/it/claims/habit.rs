//! Which sites can be held to their dates: that is learned, or told by a profile.

use smallprint::model::{Claim, Severity, Unclaimed};

use crate::claims::{MONTHLY, WEEKLY, claim, finding, shows};
use crate::visits::scene::{Scene, rules, watch};

const NAMES: [&str; 4] = ["one", "two", "three", "four"];

fn address(name: &str) -> String {
    format!("nhs.example/{name}")
}

fn watches(lines: &str) -> String {
    NAMES
        .map(|name| watch(name, &address(name), lines))
        .concat()
}

/// The claim of a first edit on the fourth page of a host, after each of the others was edited under these dates.
async fn fourth(scene: &Scene, after: &str) -> (Option<Claim>, Option<Severity>) {
    for name in NAMES {
        shows(scene, &address(name), &["Updated 1 April 2026"], MONTHLY);
        scene.visit(name).await;
    }
    scene.pass(60);
    for name in &NAMES[..3] {
        shows(scene, &address(name), &[after], WEEKLY);
        scene.visit(name).await;
    }
    shows(scene, &address("four"), &["Updated 1 April 2026"], WEEKLY);
    let report = scene.visit("four").await;
    // What the host does later tells nothing of what could be said then.
    scene.pass(60);
    for name in &NAMES[..3] {
        shows(scene, &address(name), &["Updated 1 June 2026"], MONTHLY);
        scene.visit(name).await;
    }
    assert_eq!(scene.is_found_again().await, 7);
    let silent = finding(&report, "silent-edit");
    if silent.is_some_and(|found| found.severity < Severity(4)) {
        assert_eq!(silent.map(|found| found.weighed.len()), Some(1));
    }
    (
        claim(scene, &report).await,
        silent.map(|found| found.severity),
    )
}

#[tokio::test]
async fn a_host_that_moves_its_dates_is_held_to_them() {
    let scene = Scene::open(&watches("")).await;
    let (claimed, severity) = fourth(&scene, "Updated 13 May 2026").await;
    assert_eq!(claimed, Some(Claim::Unannounced));
    assert_eq!(severity, Some(Severity(4)));
    scene.end().await;
}

#[tokio::test]
async fn a_host_that_was_never_seen_to_move_its_dates_is_not() {
    let scene = Scene::open(&watches("")).await;
    let (claimed, severity) = fourth(&scene, "Updated 1 April 2026").await;
    let why = Unclaimed::NotKnown;
    assert_eq!(claimed, Some(Claim::NotPossible { why }));
    assert_eq!(severity, Some(Severity(2)));
    scene.end().await;
}

#[tokio::test]
async fn a_profile_may_say_that_dates_move() {
    let profile = "[profile.ours]\nhosts = [\"nhs.example\"]\ndates = \"move\"\n";
    let scene = Scene::open(&format!("{profile}{}", watches(""))).await;
    let (claimed, severity) = fourth(&scene, "Updated 1 April 2026").await;
    assert_eq!(claimed, Some(Claim::Unannounced));
    assert_eq!(severity, Some(Severity(4)));
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_moved_its_date_once_is_held_to_it() {
    let scene = Scene::open(&watches("")).await;
    let address = address("one");
    shows(&scene, &address, &["Updated 1 April 2026"], MONTHLY);
    scene.visit("one").await;
    scene.pass(60);
    shows(&scene, &address, &["Updated 13 May 2026"], WEEKLY);
    let report = scene.visit("one").await;
    assert!(matches!(
        claim(&scene, &report).await,
        Some(Claim::Announced { .. })
    ));
    scene.pass(48 * 60);
    scene.visit("one").await;
    shows(&scene, &address, &["Updated 13 May 2026"], MONTHLY);
    scene.pass(60);
    let report = scene.visit("one").await;
    assert_eq!(claim(&scene, &report).await, Some(Claim::Unannounced));
    scene.end().await;
}

#[tokio::test]
async fn a_date_of_publication_alone_need_not_move() {
    let scene = Scene::open(&watches("")).await;
    let address = address("one");
    shows(&scene, &address, &["Published 1 April 2026"], MONTHLY);
    scene.visit("one").await;
    scene.pass(60);
    shows(&scene, &address, &["Published 1 April 2026"], WEEKLY);
    let report = scene.visit("one").await;
    let why = Unclaimed::NotKnown;
    assert_eq!(
        claim(&scene, &report).await,
        Some(Claim::NotPossible { why })
    );
    assert!(!rules(&report).contains(&"silent-edit"));
    scene.end().await;
}
