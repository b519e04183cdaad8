//! Pages that go on elsewhere: their histories are joined, and the first comparison is with what stood before.

use std::collections::BTreeSet;

use smallprint::model::{ChangeKind, Span, VisitReport, WatchId};

use crate::program::{Program, page};
use crate::site::Answer;
use crate::visits::scene::{Scene, rules, watch};

const SAFEGUARD: &str = "Your data will never be sold to anyone.";
const OPT_OUT: &str = "You can opt out at any time by telling your GP practice.";
const MONTH: &str = "GP practices share data once a month.";

fn removed(report: &VisitReport) -> BTreeSet<&str> {
    let findings = report.findings.iter();
    findings
        .filter(|finding| finding.rule != "moved")
        .filter_map(|finding| finding.before.as_deref())
        .collect()
}

fn told(report: &VisitReport) -> &str {
    report.sentence.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn a_page_that_goes_on_elsewhere_is_compared_with_what_stood_there_last() {
    let old = watch("old", "nhs.example/old", "");
    let scene = Scene::open(&old).await;
    scene.shows("nhs.example/old", &[SAFEGUARD, OPT_OUT, MONTH]);
    scene.visit("old").await;
    let new = watch("new", "gov.example/new", "continues = [\"old\"]");
    scene.rewrite(&format!("{old}{new}")).await;
    scene.shows("gov.example/new", &[OPT_OUT, MONTH]);
    scene.pass(60);
    let report = scene.visit("new").await;
    assert_eq!(report.kind, Some(ChangeKind::Moved));
    assert_eq!(report.change, Some(Span { from: 0, to: 1 }));
    assert!(rules(&report).contains(&"safeguard-removed"), "{report:?}");
    assert_eq!(
        removed(&report),
        BTreeSet::from([SAFEGUARD]),
        "only what is gone is gone"
    );
    assert!(
        !rules(&report).contains(&"new-dataset"),
        "{:?}",
        rules(&report)
    );
    assert!(
        told(&report).ends_with("; it continues old (version 1)"),
        "{}",
        told(&report)
    );
    let landed = scene.landed(&report).await;
    let of: Vec<(WatchId, u32)> = landed.continues.expect("a link").of;
    assert_eq!(of, [("old".into(), 1)]);
    assert_eq!(landed.bounds.after, scene.state("old").await.last_seen);
    // From then on it has a history of its own.
    scene.shows("gov.example/new", &[OPT_OUT, MONTH, "And more."]);
    scene.pass(60);
    let report = scene.visit("new").await;
    assert_eq!(report.change, Some(Span { from: 1, to: 2 }));
    scene.end().await;
}

#[tokio::test]
async fn the_same_words_elsewhere_are_said_to_be_the_same() {
    let old = watch("old", "nhs.example/old", "");
    let scene = Scene::open(&old).await;
    scene.shows("nhs.example/old", &[SAFEGUARD, MONTH]);
    scene.visit("old").await;
    let new = watch("new", "gov.example/new", "continues = [\"old\"]");
    // The old page has left the watchlist; the archive knows it still.
    scene.rewrite(&new).await;
    scene.shows("gov.example/new", &[SAFEGUARD, MONTH]);
    let report = scene.visit("new").await;
    assert_eq!(rules(&report), ["moved"]);
    assert!(
        told(&report).ends_with("continues old (version 1), in the same words"),
        "{}",
        told(&report)
    );
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_was_merged_of_several_is_compared_with_all_of_them() {
    let olds = watch("a", "nhs.example/a", "") + &watch("b", "nhs.example/b", "");
    let scene = Scene::open(&olds).await;
    scene.shows("nhs.example/a", &[MONTH, OPT_OUT]);
    scene.shows("nhs.example/b", &[SAFEGUARD]);
    scene.visit("a").await;
    scene.visit("b").await;
    let new = watch(
        "new",
        "gov.example/new",
        "continues = [\"b\", \"a\", \"never-read\"]",
    );
    scene.rewrite(&format!("{olds}{new}")).await;
    scene.shows("gov.example/new", &[MONTH, OPT_OUT]);
    let report = scene.visit("new").await;
    assert_eq!(removed(&report), BTreeSet::from([SAFEGUARD]), "{report:?}");
    assert!(
        told(&report).ends_with("it continues a (version 1) and b (version 1)"),
        "{}",
        told(&report)
    );
    scene.end().await;
}

#[tokio::test]
async fn what_went_to_a_sibling_was_not_removed() {
    let old = watch("old", "nhs.example/old", "");
    let scene = Scene::open(&old).await;
    scene.shows("nhs.example/old", &[SAFEGUARD, MONTH, OPT_OUT]);
    scene.visit("old").await;
    let one = watch("one", "gov.example/one", "continues = [\"old\"]");
    let two = watch("two", "gov.example/two", "continues = [\"old\"]");
    scene.rewrite(&format!("{old}{one}{two}")).await;
    scene.shows("gov.example/one", &[SAFEGUARD]);
    scene.shows("gov.example/two", &[MONTH]);
    scene.visit("one").await;
    let report = scene.visit("two").await;
    assert_eq!(report.kind, Some(ChangeKind::Moved));
    assert!(
        !removed(&report).contains(&SAFEGUARD),
        "it stands on the other page: {report:?}"
    );
    let landed = scene.landed(&report).await;
    let document = landed
        .continues
        .and_then(|went| went.document)
        .expect("a text");
    let before = scene
        .house
        .store
        .read_document(document)
        .await
        .expect("a document");
    assert!(
        before.plain().contains(OPT_OUT),
        "what stands nowhere is gone"
    );
    assert!(!before.plain().contains(SAFEGUARD));
    scene.end().await;
}

#[tokio::test]
async fn pages_that_are_read_by_other_rules_are_read_by_those_of_the_new_one() {
    let old = watch("old", "nhs.example/old", "drop_lines = [\"^GP\"]");
    let scene = Scene::open(&old).await;
    scene.shows("nhs.example/old", &[SAFEGUARD, MONTH]);
    scene.visit("old").await;
    let new = watch("new", "gov.example/new", "continues = [\"old\"]");
    scene.rewrite(&format!("{old}{new}")).await;
    scene.shows("gov.example/new", &[SAFEGUARD, MONTH]);
    let report = scene.visit("new").await;
    assert_eq!(rules(&report), ["moved"], "{report:?}");
    assert_eq!(
        scene.versions("old").await[0].reread,
        None,
        "the old one has rules of its own"
    );
    scene.end().await;
}

#[tokio::test]
async fn where_nothing_of_the_old_page_is_known_it_is_a_first_reading() {
    let scene = Scene::open(&watch("new", "gov.example/new", "continues = [\"old\"]")).await;
    scene.shows("gov.example/new", &[SAFEGUARD]);
    let report = scene.visit("new").await;
    assert_eq!(report.kind, Some(ChangeKind::Appeared));
    assert_eq!(rules(&report), ["baseline"]);
    scene.end().await;
}

#[test]
fn the_commands_say_what_continues_what() {
    let mut program = Program::new();
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 1");
    program.watch("old", "/old", "");
    program.site.play(
        "/old",
        Answer::html(&page("Patients can opt out at any time.")),
    );
    program.expect("visit old", 0);
    program.watch("new", "/new", "continues = [\"old\"]");
    program
        .site
        .play("/new", Answer::html(&page("Data is collected.")));
    program.expect("visit new", 1);
    let said = program.expect("history new", 0).text();
    assert!(
        said.contains("0..1  moved") && said.contains("continues old version 1"),
        "{said}"
    );
    let said = program.expect("history old", 0).text();
    assert!(
        said.contains("It goes on as new, from version 1 on."),
        "{said}"
    );
    let said = program.expect("diff new 0..1 --format text", 0).text();
    assert!(
        said.contains("old version 1") && said.contains("Patients can opt out"),
        "{said}"
    );
    assert!(
        !said.contains("Write to the data access team if you have questions about a direction.\n+")
    );
    let rows = program.expect("--json diff new 0..1", 0).json();
    let hunks = rows[0]["diff"]["hunks"].as_array().map(Vec::len);
    assert_eq!(hunks, Some(1), "only what differs: {}", rows[0]["diff"]);
    let said = program.expect("deliver", 0).text();
    assert!(
        said.contains("Patients can opt out"),
        "the message shows the same difference: {said}"
    );
    assert!(!said.contains("This page lists the directions"), "{said}");
}
