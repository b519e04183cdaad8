//! Answers that are no page: never a version, and never in the way of the last good one.

use smallprint::model::{FailureKind, Outcome};

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page};

const TEXT: [&str; 2] = ["GP practices share data.", "Read on."];

#[tokio::test]
async fn no_refusal_and_no_placeholder_becomes_a_version() {
    let refused = page(
        "Access denied",
        &["You don't have permission to access this page on this server."],
    );
    let gate = page(
        "Just a moment...",
        &["Checking your browser before accessing nhs.example."],
    );
    let captcha = page(
        "Human verification",
        &["Please complete the captcha to continue."],
    );
    let maintenance = page(
        "Service unavailable",
        &["The site is temporarily unavailable. Please try again later."],
    );
    let missing = page(
        "Page not found",
        &["Sorry, the page you requested was not found."],
    );
    let answers = [
        (Answer::status(403).body(&refused), FailureKind::Blocked),
        (Answer::status(429), FailureKind::Blocked),
        (Answer::html(&refused), FailureKind::Blocked),
        (Answer::html(&gate), FailureKind::Blocked),
        (Answer::html(&captcha), FailureKind::Blocked),
        (Answer::html(&maintenance), FailureKind::Unavailable),
        (
            Answer::status(503).body(&maintenance),
            FailureKind::Unavailable,
        ),
        (Answer::status(500), FailureKind::Unavailable),
        (Answer::html(&missing), FailureKind::NotFound),
        (
            Answer::html("<html><body></body></html>"),
            FailureKind::Unreadable,
        ),
        (Answer::html(""), FailureKind::Unreadable),
    ];
    for (answer, kind) in answers {
        let scene = Scene::with_page("", &TEXT).await;
        scene.look().await;
        scene.plays(PAGE, answer);
        let report = scene.look_after(30).await;
        assert_eq!(
            report.outcome,
            Outcome::Failed,
            "{kind:?}: {:?}",
            report.sentence
        );
        assert_eq!(
            report.failure.as_ref().map(|why| why.kind),
            Some(kind),
            "{:?}",
            report.failure
        );
        assert_eq!((report.version, report.alerts), (Some(1), 0));
        let state = scene.state("page").await;
        assert_eq!((state.versions, state.away), (1, false));
        assert_eq!(state.failing.map(|failing| failing.kind), Some(kind));
        scene.shows(PAGE, &TEXT);
        let report = scene.look_after(24 * 60).await;
        assert!(
            is_a_look(&report),
            "{kind:?}: {:?} {:?}",
            report.sentence,
            report.failure
        );
        scene.end().await;
    }
}
