//! Editions of one register at an address with the month in it.

use smallprint::answers::{self, Request, Response};
use smallprint::model::{ChangeKind, FailureKind, Outcome};
use tokio::sync::mpsc;

use crate::site::Answer;
use crate::visits::scene::{Scene, is_a_look, rules, watch};

const MAY: &str = "nhs.example/files/register_may2026.csv";
const JUNE: &str = "nhs.example/files/register_june2026.csv";
const ROWS: [&str; 4] = [
    "Reference,Organisation,Dataset,Opt outs applied",
    "DARS-NIC-1,Leeds,HES,Yes",
    "DARS-NIC-2,York,ECDS,Yes",
    "DARS-NIC-3,Hull,HES,No",
];
/// From the middle of May to the middle of June, in minutes.
const A_MONTH: i64 = 31 * 24 * 60;

fn edition(rows: &[&str]) -> Answer {
    Answer::text(&rows.join("\n")).header("content-type", "text/csv")
}

async fn register() -> Scene {
    let address = "nhs.example/files/register_{month}{year}.csv";
    let scene = Scene::open(&watch("page", address, "kind = \"register\"")).await;
    scene.plays(
        "nhs.example/",
        Answer::html("<h1>The front</h1><p>Welcome.</p>"),
    );
    scene.plays(JUNE, Answer::status(404));
    scene.plays(MAY, edition(&ROWS));
    assert_eq!(scene.look().await.outcome, Outcome::Appeared);
    scene
}

#[tokio::test]
async fn the_next_edition_is_an_edit_of_the_same_register() {
    let scene = register().await;
    let [a, b, c, d] = ROWS;
    let flipped = c.replace("Yes", "No");
    scene.plays(
        JUNE,
        edition(&[a, d, b, &flipped, "DARS-NIC-4,Acme Ltd,HES,Yes"]),
    );
    let report = scene.look_after(A_MONTH).await;
    assert_eq!(report.kind, Some(ChangeKind::Edited));
    let found = rules(&report);
    for rule in ["opt-out-flipped", "register-recipient"] {
        assert!(found.contains(&rule), "{found:?}");
    }
    for rule in ["title-changed", "moved", "replaced", "rows-removed"] {
        assert!(!found.contains(&rule), "{found:?}");
    }
    let version = scene.versions("page").await.pop().expect("a version");
    assert_eq!(version.url.as_str(), format!("http://{JUNE}"));
    assert!(is_a_look(&scene.look_after(30).await));
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn the_same_rows_under_the_next_months_name_are_no_change() {
    let scene = register().await;
    scene.plays(JUNE, edition(&ROWS));
    let report = scene.look_after(A_MONTH).await;
    assert!(is_a_look(&report), "{:?} {:?}", report.kind, report.failure);
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn before_the_next_edition_is_there_the_last_one_stands() {
    let scene = register().await;
    for minutes in [A_MONTH, 60, 60] {
        assert!(is_a_look(&scene.look_after(minutes).await));
    }
    assert!(!scene.state("page").await.away);
    let [a, b, c, _] = ROWS;
    scene.plays(MAY, edition(&[a, b, c]));
    let report = scene.look_after(60).await;
    assert_eq!(
        report.kind,
        Some(ChangeKind::Edited),
        "the last one may still be edited"
    );
    assert!(
        rules(&report).contains(&"rows-removed"),
        "{:?}",
        rules(&report)
    );
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn its_history_is_headed_by_the_address_of_today() {
    let scene = register().await;
    scene.pass(A_MONTH);
    let (heard, _) = mpsc::channel(1);
    let request = Request::History { id: "page".into() };
    let answer = answers::answer(&scene.house, request, heard).await;
    let Ok(Response::History(timeline)) = answer else {
        panic!("{answer:?}");
    };
    assert!(
        timeline.url.ends_with("/files/register_june2026.csv"),
        "{}",
        timeline.url
    );
    scene.is_found_again().await;
    scene.end().await;
}

#[tokio::test]
async fn a_register_is_gone_when_its_last_edition_is_gone_too() {
    let scene = register().await;
    scene.plays(MAY, Answer::status(404));
    let report = scene.look_after(A_MONTH).await;
    assert_eq!(
        report.failure.map(|failure| failure.kind),
        Some(FailureKind::NotFound)
    );
    assert_eq!(scene.look_after(90).await.kind, Some(ChangeKind::Vanished));
    scene.plays(JUNE, edition(&ROWS));
    assert_eq!(scene.look_after(90).await.kind, Some(ChangeKind::Returned));
    scene.is_found_again().await;
    scene.end().await;
}
