//! What changes alike on many pages of any host, what remains of each of them, and what spreads.

use smallprint::answers::{self, Group, Request, Response, What};
use smallprint::deliver::Patience;
use smallprint::model::{Outcome, Severity, VisitReport};
use tokio::sync::mpsc;

use crate::site::Answer;
use crate::visits::scene::{Scene, rules, watch};

const ROUTE: &str = "[[route]]\nto = \"terminal\"\nmin_severity = 1\n";
const SAFE: &str = "Data will never leave the practice without consent.";
const NAME: &str =
    "The Cohort and Imaging Explorer Dataset will hold a copy of every GP record from now on.";
/// Sentences that have nothing in common but a name.
const SENTENCES: [&str; 12] = [
    "Questions about the archive go to {} in the first place.",
    "The yearly report was written by {} with help from many.",
    "When {} has read a letter it sends an answer by post.",
    "Two rooms of the building are used by {} for its meetings.",
    "The calendar is kept by {} and printed in the spring.",
    "It was {} that first put the tables into this order.",
    "Photographs on these pages were taken by {} some time ago.",
    "A copy of the map can be had from {} for the asking.",
    "The minutes of the board of {} are printed below.",
    "What {} pays for paper stands in the third table.",
    "Visitors to {} find the entrance behind the library.",
    "The history of {} is told in a book by its librarian.",
];

fn id(at: usize) -> String {
    format!("page-{at}")
}

/// Every third page stands on another host.
fn address(at: usize) -> String {
    let host = match at % 3 {
        2 => "gov.example",
        _ => "nhs.example",
    };
    format!("{host}/page-{at}")
}

fn shows(scene: &Scene, at: usize, lines: &[&str]) {
    let first = format!("This is page {at} of a site about records.");
    let last = format!("Page {at} ends here.");
    let mut all = vec![first.as_str()];
    all.extend(lines);
    all.push(last.as_str());
    scene.shows(&address(at), &all);
}

fn said_by(at: usize, who: &str) -> String {
    SENTENCES[at].replace("{}", who)
}

async fn scene(route: &str, pages: usize, lines: impl Fn(usize) -> Vec<String>) -> Scene {
    let watches: String = (0..pages)
        .map(|at| watch(&id(at), &address(at), ""))
        .collect();
    let scene = Scene::open(&format!("{route}{watches}")).await;
    for at in 0..pages {
        let lines = lines(at);
        shows(
            &scene,
            at,
            &lines.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        scene.visit(&id(at)).await;
    }
    scene
}

async fn groups(scene: &Scene) -> Vec<Group> {
    let (heard, _) = mpsc::channel(1);
    let request = Request::Groups {
        id: None,
        since: None,
    };
    match answers::answer(&scene.house, request, heard).await {
        Ok(Response::Groups(groups)) => groups,
        other => panic!("no answer: {other:?}"),
    }
}

/// What was said since somebody listened last.
async fn told(scene: &Scene) -> String {
    let paid = scene.house.pay(Patience::COMMAND).await;
    paid.expect("the archive is well");
    let mut said = scene.said.lock().expect("not poisoned");
    std::mem::take(&mut *said).concat()
}

async fn silence(scene: &Scene, report: &VisitReport) -> String {
    assert_eq!(
        (report.outcome, report.alerts),
        (Outcome::Changed, 0),
        "{report:?}"
    );
    scene.landed(report).await.silence.expect("a reason")
}

#[tokio::test]
async fn a_substitution_on_twelve_pages_is_said_once_and_what_remains_is_judged_by_itself() {
    let before = |at: usize| vec![said_by(at, "NHS Digital"), SAFE.to_owned()];
    let scene = scene(ROUTE, 12, before).await;
    scene.pass(60);
    let mut alerts = Vec::new();
    for at in 0..12 {
        let now = said_by(at, "NHS England");
        let lines: &[&str] = match at {
            5 => &[now.as_str()],
            8 => &[now.as_str(), SAFE, NAME],
            _ => &[now.as_str(), SAFE],
        };
        shows(&scene, at, lines);
        scene.pass(90);
        let report = scene.visit(&id(at)).await;
        let message = told(&scene).await;
        if report.alerts > 0 {
            alerts.push(at);
        }
        match at {
            0 => assert!(message.contains("NHS England"), "{message}"),
            5 => {
                assert!(rules(&report).contains(&"safeguard-removed"), "{report:?}");
                let words = serde_json::to_string(&report.findings).expect("findings");
                assert!(!words.contains("NHS England"), "{words}");
                assert!(message.contains("never leave the practice"), "{message}");
                assert!(!message.contains("NHS England"), "{message}");
                let landed = scene.landed(&report).await;
                assert_eq!(landed.silence, None);
                let aside = landed.aside.expect("what was left out");
                assert!(
                    aside.contains("the same substitution as on 5 other pages"),
                    "{aside}"
                );
            }
            8 => {
                assert!(rules(&report).contains(&"new-dataset"), "{report:?}");
                assert!(!message.contains("NHS England"), "{message}");
            }
            _ => {
                let silence = silence(&scene, &report).await;
                assert!(
                    silence.starts_with("the same substitution as on ")
                        && silence.contains("“NHS England” for “NHS Digital”")
                        && silence.contains("(page-0 1..2)"),
                    "{silence}"
                );
                assert_eq!(report.severity, Some(Severity::RECORD));
            }
        }
    }
    assert_eq!(alerts, [0, 5, 8]);
    let groups = groups(&scene).await;
    let [group] = groups.as_slice() else {
        panic!("one group: {groups:?}");
    };
    assert_eq!(
        group.what,
        What::Substitution {
            old: "NHS Digital".to_owned(),
            new: "NHS England".to_owned(),
        }
    );
    assert_eq!((group.pages, group.members.len()), (12, 12));
    assert_eq!(group.hosts, ["gov.example", "nhs.example"]);
    let counted: usize = group.curve.iter().map(|(_, pages)| pages).sum();
    assert_eq!((counted, group.curve.len()), (12, 2));
    let quiet = group.members.iter().filter(|one| one.silence.is_some());
    assert_eq!(quiet.count(), 11, "the first alone was said whole");
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_changed_promise_is_said_however_often_the_words_were_swapped() {
    let before = |at: usize| vec![said_by(at, "NHS Digital"), SAFE.to_owned()];
    let scene = scene(ROUTE, 5, before).await;
    scene.pass(60);
    for at in 0..4 {
        let now = said_by(at, "NHS England");
        shows(&scene, at, &[now.as_str(), SAFE]);
        scene.visit(&id(at)).await;
    }
    let now = said_by(4, "NHS England");
    let weak = "Data may leave the practice without consent.";
    shows(&scene, 4, &[now.as_str(), weak]);
    let report = scene.visit(&id(4)).await;
    assert_eq!(report.alerts, 1, "{report:?}");
    assert!(report.severity >= Some(Severity(4)), "{report:?}");
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn two_pages_are_no_group_where_no_other_has_the_words() {
    let before = |at: usize| match at {
        0 | 1 => vec![said_by(at, "NHS Digital")],
        _ => vec![said_by(at, "the library")],
    };
    let scene = scene(ROUTE, 3, before).await;
    scene.pass(60);
    for at in 0..2 {
        let now = said_by(at, "NHS England");
        shows(&scene, at, &[now.as_str()]);
        assert_eq!(scene.visit(&id(at)).await.alerts, 1);
    }
    assert!(groups(&scene).await.is_empty());
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_substitution_nobody_heard_of_hides_nothing() {
    let route = "[[route]]\nto = \"terminal\"\nmin_severity = 4\n";
    let before = |at: usize| vec![said_by(at, "NHS Digital"), SAFE.to_owned()];
    let scene = scene(route, 4, before).await;
    scene.pass(60);
    for at in 0..3 {
        let now = said_by(at, "NHS England");
        shows(&scene, at, &[now.as_str(), SAFE]);
        assert_eq!(scene.visit(&id(at)).await.alerts, 0);
    }
    let now = said_by(3, "NHS England");
    shows(&scene, 3, &[now.as_str()]);
    let report = scene.visit(&id(3)).await;
    assert_eq!(report.alerts, 1, "{report:?}");
    let groups = groups(&scene).await;
    assert_eq!(groups.len(), 1, "it is a group all the same");
    scene.is_found_again().await;
    scene.end().await;
}

const PLACES: [&str; 5] = ["Kent", "Leeds", "Somerset", "Oakhollow", "Kent and Medway"];

fn pilot(place: &str) -> String {
    format!(
        "As part of the pilot, practices in {place} will send the records of their patients to the planning platform every night."
    )
}

#[tokio::test]
async fn a_paragraph_that_comes_to_one_place_after_another_is_one_group_that_is_never_silent() {
    let before = |at: usize| vec![said_by(at, "the library")];
    let scene = scene(ROUTE, 5, before).await;
    let mut severities = Vec::new();
    for (at, place) in PLACES.into_iter().enumerate() {
        scene.pass(60 * 24 * 3);
        let (old, new) = (said_by(at, "the library"), pilot(place));
        shows(&scene, at, &[old.as_str(), new.as_str()]);
        let report = scene.visit(&id(at)).await;
        assert_eq!(report.alerts, 1, "{report:?}");
        severities.push(report.severity.map_or(0, |severity| severity.0));
        let spreads = rules(&report).contains(&"spreading");
        assert_eq!(spreads, at >= 2, "{report:?}");
        if at == 3 {
            let why = &report
                .findings
                .iter()
                .find(|finding| finding.rule == "spreading")
                .expect("it spreads")
                .why;
            assert!(
                why.contains("3 other pages") && why.contains("Leeds (page-1)"),
                "{why}"
            );
        }
    }
    assert!(severities[0] >= 4, "{severities:?}");
    assert_eq!(severities[2..], [3, 3, 3]);
    let groups = groups(&scene).await;
    let [group] = groups.as_slice() else {
        panic!("one group: {groups:?}");
    };
    assert_eq!(group.what.word(), "spreading");
    assert_eq!((group.pages, group.curve.len()), (5, 5));
    let places: Vec<&str> = group
        .members
        .iter()
        .flat_map(|one| &one.places)
        .map(String::as_str)
        .collect();
    assert_eq!(places, PLACES);
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_is_itself_new_joins_a_paragraph_that_spreads() {
    let news = (3..5).map(|at| watch(&id(at), &address(at), "first = \"news\""));
    let old = (0..3).map(|at| watch(&id(at), &address(at), ""));
    let watches: String = old.chain(news).collect();
    let scene = Scene::open(&format!("{ROUTE}{watches}")).await;
    for at in 0..3 {
        shows(&scene, at, &[said_by(at, "the library").as_str()]);
        scene.visit(&id(at)).await;
    }
    for (at, place) in PLACES.into_iter().enumerate() {
        scene.pass(60 * 24 * 3);
        let (own, new) = (said_by(at, "the library"), pilot(place));
        // The last page is new too, and has nothing of it.
        let lines: &[&str] = match at {
            4 => &[&own],
            _ => &[&own, &new],
        };
        shows(&scene, at, lines);
        let report = scene.visit(&id(at)).await;
        let found = rules(&report);
        assert_eq!(
            found.contains(&"spreading"),
            at == 2 || at == 3,
            "{report:?}"
        );
        assert_eq!(found.contains(&"new-document"), at >= 3, "{report:?}");
        if at == 3 {
            assert_eq!(report.severity, Some(Severity(3)), "{report:?}");
        }
    }
    let groups = groups(&scene).await;
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!((groups[0].pages, groups[0].curve.len()), (4, 4));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn what_else_comes_with_a_spreading_paragraph_matters_as_it_does() {
    let before = |at: usize| vec![said_by(at, "the library"), SAFE.to_owned()];
    let scene = scene(ROUTE, 4, before).await;
    for (at, place) in PLACES.into_iter().take(4).enumerate() {
        scene.pass(60 * 24 * 3);
        let (old, new) = (said_by(at, "the library"), pilot(place));
        let lines: &[&str] = match at {
            3 => &[&old, &new],
            _ => &[&old, SAFE, &new],
        };
        shows(&scene, at, lines);
        let report = scene.visit(&id(at)).await;
        if at == 2 {
            assert_eq!(report.severity, Some(Severity(3)), "{report:?}");
        }
        if at == 3 {
            assert!(report.severity >= Some(Severity(4)), "{report:?}");
            assert!(rules(&report).contains(&"safeguard-removed"), "{report:?}");
        }
    }
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_common_paragraph_that_matters_to_nobody_is_not_made_to_matter() {
    let before = |at: usize| vec![said_by(at, "the library"), SAFE.to_owned()];
    let scene = scene(ROUTE, 4, before).await;
    let new = "The reading room has a new door and a new lamp beside it since the work in the yard is done.";
    for at in 0..4 {
        scene.pass(60 * 24 * 3);
        let old = said_by(at, "the library");
        // Where it came first, something else mattered.
        let lines: &[&str] = match at {
            0 => &[&old, new],
            _ => &[&old, SAFE, new],
        };
        shows(&scene, at, lines);
        let report = scene.visit(&id(at)).await;
        assert_eq!(at == 0, report.severity > Some(Severity(2)), "{report:?}");
        assert!(!rules(&report).contains(&"spreading"), "{report:?}");
    }
    let groups = groups(&scene).await;
    assert_eq!(groups[0].what.word(), "spreading");
    assert_eq!(groups[0].pages, 4);
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn pages_that_move_with_their_host_are_one_group() {
    let lines = |at: usize| vec![said_by(at, "the library"), SAFE.to_owned()];
    let scene = scene(ROUTE, 4, lines).await;
    scene.pass(60);
    // Both stand on one host.
    for at in [0, 3] {
        let (text, first) = (said_by(at, "the library"), address(at));
        let new = format!("new.example/page-{at}");
        scene.plays(&first, Answer::redirect(301, &format!("http://{new}")));
        let opens = format!("This is page {at} of a site about records.");
        let ends = format!("Page {at} ends here.");
        scene.shows(&new, &[&opens, &text, SAFE, &ends]);
        scene.visit(&id(at)).await;
    }
    let groups = groups(&scene).await;
    let [group] = groups.as_slice() else {
        panic!("one group: {groups:?}");
    };
    assert_eq!(
        group.what,
        What::HostMove {
            old: "nhs.example".to_owned(),
            new: "new.example".to_owned(),
        }
    );
    assert_eq!(group.pages, 2);
    let quiet = |one: &smallprint::answers::Joined| {
        let why = one.silence.as_deref();
        why.is_some_and(|why| why.contains("one message tells of all pages"))
    };
    assert!(group.members.iter().all(quiet), "{group:?}");
    scene.is_found_again().await;
    scene.end().await;
}
