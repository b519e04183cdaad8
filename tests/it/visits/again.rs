//! Old changes judged again: with what was known then, the same is found.

use smallprint::model::{Decided, Fact, Finding};
use smallprint::replay::{self, Heard, Judged};
use tokio::sync::mpsc;

use crate::visits::scene::{Scene, watch};

impl Scene {
    /// Every change judged again, in the order of the journal.
    pub async fn judged_again(&self) -> Vec<Judged> {
        let book = self.house.in_force().watchlist.book.clone();
        let (tell, mut told) = mpsc::channel(64);
        let mut judged = Vec::new();
        let hearing = async {
            while let Some(heard) = told.recv().await {
                if let Heard::Judged(again) = heard {
                    judged.push(*again);
                }
            }
        };
        let (walked, ()) = tokio::join!(replay::walk(&self.house, book, None, tell), hearing);
        walked.expect("the archive is well");
        judged
    }

    /// Holds that every change is found again as it was found, by a walk and one by one; gives how many there were.
    pub async fn is_found_again(&self) -> usize {
        let walked = self.judged_again().await;
        for again in &walked {
            let (change, found) = (&again.change, said(&again.findings));
            assert_eq!(found, said(&change.findings), "walked, {}", change.span);
            let book = self.house.in_force().watchlist.book.clone();
            let alone = replay::again(&self.house, change, book).await;
            let alone = alone.expect("the archive is well").expect("it is judged");
            assert_eq!(said(&alone.findings), found, "alone, {}", change.span);
        }
        walked.len()
    }
}

/// What is said by findings, in no order.
fn said(findings: &[Finding]) -> Vec<(&str, u8, &str)> {
    let mut said: Vec<_> = findings
        .iter()
        .map(|one| (one.rule.as_str(), one.severity.0, one.why.as_str()))
        .collect();
    said.sort_unstable();
    said
}

#[tokio::test]
async fn what_became_known_later_was_not_known_then() {
    let addresses = ["nhs.example/one", "nhs.example/two"];
    let watchlist = watch("one", addresses[0], "") + &watch("two", addresses[1], "");
    let scene = Scene::open(&watchlist).await;
    for (id, address) in ["one", "two"].iter().zip(addresses) {
        scene.shows(address, &["Records are kept in one place."]);
        scene.visit(id).await;
    }
    let gone = "We will never share the records with insurers.";
    let named = "We collect the Harbour Care Dataset (HCDS) every month.";
    scene.pass(30);
    scene.shows(addresses[0], &["Records are kept in one place.", gone]);
    scene.visit("one").await;
    scene.pass(30);
    // A dataset is named for the first time, by both its names; a promise goes.
    scene.shows(addresses[0], &["Records are kept in one place.", named]);
    let report = scene.visit("one").await;
    let rules: Vec<&str> = report
        .findings
        .iter()
        .map(|one| one.rule.as_str())
        .collect();
    assert!(rules.contains(&"new-dataset") && rules.contains(&"safeguard-removed"));
    // Later the promise stands on the other page, and somebody dismisses the name.
    scene.pass(30);
    scene.shows(addresses[1], &[named, gone, "The HCDS is large."]);
    scene.visit("two").await;
    scene.pass(30);
    let ruled = Fact::NameRuled {
        name: "harbour care dataset".to_owned(),
        ruled: Decided::Dismissed,
        by: None,
        why: None,
    };
    let store = &scene.house.store;
    let appended = store.append(ruled, scene.now(), None).await;
    appended.expect("the archive is well");
    scene.pass(30);
    scene.shows(addresses[0], &["Records are kept in one place."]);
    scene.visit("one").await;
    assert_eq!(scene.is_found_again().await, 4);
    scene.end().await;
}
