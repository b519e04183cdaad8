//! Addresses that are not public are refused, wherever they come from.

use std::net::IpAddr;

use smallprint::model::FailureKind;
use smallprint::watchlist::Settings;
use smallprint::wire::{Book, Names};
use url::Url;

use crate::fetch::{Visitor, settings, trail};
use crate::site::{Answer, Site};

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_without_a_connection() {
    let site = Site::start();
    let inside = Site::start_on("::1");
    let visitor = Visitor::new();
    let targets = [
        inside.url("/secret").to_string(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "https://[::ffff:192.168.0.1]/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1:25/".to_owned(),
        "http://user:password@127.0.0.1/".to_owned(),
    ];
    for target in targets {
        site.replay("/a", Answer::redirect(302, &target));
        let failure = visitor.failure(&site.url("/a")).await;
        assert_eq!(failure.kind, FailureKind::RefusedAddress, "{target}");
        assert_eq!(trail(&failure.hops), [(302, "/a".to_owned())]);
        assert_eq!(failure.status, Some(302));
        assert!(failure.why.contains("/a redirects on"), "{}", failure.why);
        assert!(!failure.why.contains("password@"), "{}", failure.why);
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn an_address_in_disguise_is_refused_without_a_connection() {
    let site = Site::start();
    site.play("/", Answer::html("secret"));
    let strict = Settings {
        allow_private: Vec::new(),
        ..settings()
    };
    let visitor = Visitor::with(&strict);
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
    ];
    for host in hosts {
        let url = Url::parse(&format!("http://{host}:{}/", site.port())).expect("a URL");
        let failure = visitor.failure(&url).await;
        assert_eq!(
            failure.kind,
            FailureKind::RefusedAddress,
            "{host}: {failure:?}"
        );
        assert!(failure.why.contains("allow_private"), "{}", failure.why);
    }
    assert_eq!(site.connections(), 0);
}

/// `tests/pages/ssrf` has the corpus with its notice.
#[tokio::test]
async fn the_corpus_of_forged_addresses_is_refused() {
    let cases: serde_json::Value =
        serde_json::from_str(include_str!("../../pages/ssrf/must-refuse.json")).expect("JSON");
    let book = Book::default();
    let loopback = [IpAddr::from([127, 0, 0, 1])];
    book.enter("localhost", &loopback);
    book.enter(
        "customer1.app.localhost.my.company.127.0.0.1.nip.io",
        &loopback,
    );
    let strict = Settings {
        allow_private: Vec::new(),
        ..settings()
    };
    let visitor = Visitor::told(&strict, Names::Told(book));
    let mut refused = 0;
    for case in cases.as_array().expect("a list") {
        let Ok(url) = Url::parse(case["url"].as_str().expect("a text")) else {
            continue;
        };
        let failure = visitor.failure(&url).await;
        assert_eq!(failure.kind, FailureKind::RefusedAddress, "{url}");
        assert!(failure.hops.is_empty());
        refused += 1;
    }
    assert_eq!(refused, 17);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_connection_goes_there() {
    let site = Site::start();
    let book = Book::default();
    let loopback = IpAddr::from([127, 0, 0, 1]);
    // The first answer is allowed, what comes after it would not be.
    book.enter("rebind.example", &[loopback]);
    book.enter("rebind.example", &[IpAddr::from([10, 0, 0, 1])]);
    site.play("/a", Answer::html("a").header("connection", "close"));
    let visitor = Visitor::told(&settings(), Names::Told(book.clone()));
    let url = site.url_as("rebind.example", "/a");
    let (capture, _) = visitor.page(&url).await;
    assert_eq!(capture.answer().address, Some(loopback));
    assert_eq!(book.asked(), ["rebind.example"]);
    // The connection is gone, so the name is looked up again, and is refused now.
    let failure = visitor.failure(&url).await;
    assert_eq!(failure.kind, FailureKind::RefusedAddress);
    assert!(
        failure
            .why
            .contains("rebind.example leads to 10.0.0.1, a private address"),
        "{}",
        failure.why
    );
    assert_eq!(site.connections(), 1);
}

#[tokio::test]
async fn of_several_addresses_only_those_allowed_are_tried() {
    let site = Site::start();
    site.play("/a", Answer::html("a"));
    let book = Book::default();
    let addresses = [[10, 0, 0, 1], [127, 0, 0, 1], [192, 168, 0, 1]];
    book.enter("mixed.example", &addresses.map(IpAddr::from));
    let visitor = Visitor::told(&settings(), Names::Told(book));
    let (capture, _) = visitor.page(&site.url_as("mixed.example", "/a")).await;
    assert_eq!(capture.answer().address, Some(IpAddr::from([127, 0, 0, 1])));
}
