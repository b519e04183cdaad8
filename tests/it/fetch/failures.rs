//! Every failure has its kind, and shows what was answered.

use std::time::Duration;

use smallprint::model::FailureKind;
use smallprint::watchlist::Settings;
use smallprint::wire::{Book, Names};
use url::Url;

use crate::fetch::{Visitor, settings};
use crate::site::{Answer, Site};

#[tokio::test]
async fn a_server_that_is_too_slow_is_given_up() {
    let hasty = Settings {
        timeouts: (1, 1, 1),
        ..settings()
    };
    let site = Site::start();
    site.play("/silent", Answer::silence());
    site.play(
        "/drip",
        Answer::html("drop by drop").drip(Duration::from_secs(1)),
    );
    let (silent, drip) = (Visitor::with(&hasty), Visitor::with(&hasty));
    let (silent_url, drip_url) = (site.url("/silent"), site.url("/drip"));
    let (silent, drip) = tokio::join!(silent.failure(&silent_url), drip.failure(&drip_url));
    assert_eq!(silent.kind, FailureKind::Timeout);
    assert!(silent.hops.is_empty());
    assert_eq!(drip.kind, FailureKind::Timeout);
    assert_eq!(drip.status, Some(200));
    assert_eq!(drip.hops.len(), 1);
}

#[tokio::test]
async fn every_failure_to_connect_has_its_kind() {
    let gone = Site::start();
    let nobody = gone.url("/");
    drop(gone);
    let plain = Site::start();
    let tls = Url::parse(&format!("https://127.0.0.1:{}/", plain.port())).expect("a URL");
    let nameless = Url::parse("http://nobody.example/").expect("a URL");
    let visitor = Visitor::told(&settings(), Names::Told(Book::default()));
    let cases = [
        (&nobody, FailureKind::Connect, "could not be reached"),
        (&tls, FailureKind::Tls, "no trusted connection"),
        (&nameless, FailureKind::Dns, "nobody.example has no address"),
    ];
    for (url, kind, says) in cases {
        let failure = visitor.failure(url).await;
        assert_eq!(failure.kind, kind, "{}", failure.why);
        assert!(failure.why.contains(says), "{}", failure.why);
        assert_eq!((failure.status, failure.hops.len()), (None, 0));
    }
}

#[tokio::test]
async fn a_status_that_is_no_page_is_a_failure_with_its_answer() {
    let site = Site::start();
    let cases = [
        (403, FailureKind::Blocked),
        (404, FailureKind::NotFound),
        (410, FailureKind::NotFound),
        (500, FailureKind::Unavailable),
        (204, FailureKind::HttpStatus),
        (206, FailureKind::HttpStatus),
        (300, FailureKind::HttpStatus),
    ];
    let visitor = Visitor::new();
    for (status, kind) in cases {
        let path = format!("/{status}");
        site.play(&path, Answer::status(status).header("x-why", "so"));
        let failure = visitor.failure(&site.url(&path)).await;
        assert_eq!(failure.kind, kind, "{status}");
        assert_eq!(failure.status, Some(status));
        assert_eq!(failure.hops[0].header("x-why"), Some("so"));
    }
    site.play("/empty", Answer::status(200));
    let (capture, _) = visitor.page(&site.url("/empty")).await;
    assert_eq!(capture.length, 0);
    let challenge = Answer::html("Just a moment").header("cf-mitigated", "challenge");
    site.play("/challenge", challenge);
    let failure = visitor.failure(&site.url("/challenge")).await;
    assert_eq!(failure.kind, FailureKind::Blocked);
}
