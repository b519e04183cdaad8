//! Lists of changes whose past lines do not read as they did.

use smallprint::model::{Claim, Severity};

use crate::claims::govuk::{guide, scene, tells};
use crate::claims::{MONTHLY, claim, finding};

const FIRST: (&str, &str) = ("2026-03-01", "First published.");
const OLD: (&str, &str) = ("2026-05-07", "Removed the right to opt out.");

async fn after(notes: &[(&str, &str)]) -> (Option<Claim>, String, usize) {
    let scene = scene().await;
    let body = format!("<p>{MONTHLY}</p><p>Patients can ask their practice about it.</p>");
    tells(&scene, &guide(&body, &[OLD, FIRST]));
    scene.look().await;
    tells(&scene, &guide(&body, notes));
    let report = scene.look_after(30).await;
    let claimed = match report.entry {
        Some(_) => claim(&scene, &report).await,
        None => None,
    };
    let found = finding(&report, "history-rewritten");
    assert!(found.is_none_or(|found| found.severity == Severity(4) && found.before.is_some()));
    let why = found.map_or(String::new(), |found| found.why.clone());
    let second = scene.look_after(30).await;
    assert_eq!((second.change, second.alerts), (None, 0), "it is said once");
    scene.end().await;
    (claimed, why, report.findings.len())
}

#[tokio::test]
async fn a_past_note_that_is_altered_is_quoted_on_both_sides() {
    let (claimed, why, _) = after(&[("2026-05-07", "Minor update."), FIRST]).await;
    assert_eq!(
        claimed,
        Some(Claim::HistoryRewritten {
            was: "2026-05-07T09:00:00Z: Removed the right to opt out.".to_owned(),
            is: Some("2026-05-07T09:00:00Z: Minor update.".to_owned()),
        })
    );
    assert_eq!(
        why,
        "In the page’s own list of changes the note of 7 May 2026 read “Removed the right to opt out.”; it now reads \
         “Minor update.”."
    );
}

#[tokio::test]
async fn a_past_note_that_is_taken_out_is_quoted() {
    let (claimed, why, _) = after(&[("2026-05-10", "Added a table."), FIRST]).await;
    assert_eq!(
        claimed,
        Some(Claim::HistoryRewritten {
            was: "2026-05-07T09:00:00Z: Removed the right to opt out.".to_owned(),
            is: None,
        })
    );
    assert_eq!(
        why,
        "The page’s own list of changes had the note of 7 May 2026 “Removed the right to opt out.”; it is gone."
    );
}

#[tokio::test]
async fn a_list_that_grows_is_not_rewritten() {
    let (claimed, why, findings) = after(&[("2026-05-12", "Added a table."), OLD, FIRST]).await;
    let note = Some("Added a table.".to_owned());
    assert_eq!(claimed, Some(Claim::DateOnly { note }));
    assert_eq!((why.as_str(), findings), ("", 1));
    // Another note of the same day is a new one.
    let (claimed, why, _) = after(&[("2026-05-07", "Added a table."), OLD, FIRST]).await;
    let note = Some("Added a table.".to_owned());
    assert_eq!(
        (claimed, why.as_str()),
        (Some(Claim::DateOnly { note }), "")
    );
}
