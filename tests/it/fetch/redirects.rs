//! Redirects are followed by ourselves, and every one is kept.

use std::net::IpAddr;

use smallprint::model::FailureKind;

use crate::fetch::{Visitor, trail};
use crate::site::{Answer, Site};

#[tokio::test]
async fn every_redirect_is_kept_with_its_header() {
    let (site, other) = (Site::start(), Site::start_on("127.0.0.2"));
    let far = other.url("/far#part");
    site.play("/old", Answer::redirect(301, "/new").body("moved"));
    site.play(
        "/new",
        Answer::redirect(302, far.as_str()).header("x-b", "2"),
    );
    other.play("/far", Answer::redirect(308, "there"));
    other.play("/there", Answer::html("here"));
    let (capture, body) = Visitor::new().page(&site.url("/old")).await;
    assert_eq!(body, b"here");
    assert_eq!(capture.url, site.url("/old"));
    assert_eq!(*capture.landed(), other.url("/there"));
    let expected = [(301, "/old"), (302, "/new"), (308, "/far"), (200, "/there")];
    let expected = expected.map(|(status, path)| (status, path.to_owned()));
    assert_eq!(trail(&capture.hops), expected);
    assert_eq!(capture.hops[1].header("location"), Some(far.as_str()));
    assert_eq!(capture.hops[1].header("x-b"), Some("2"));
    assert_eq!(capture.hops[2].address, Some(IpAddr::from([127, 0, 0, 2])));
}

#[tokio::test]
async fn ten_redirects_are_followed_and_no_more() {
    let site = Site::start();
    for n in 0..20 {
        let next = format!("/{}", n + 1);
        site.play(&format!("/{n}"), Answer::redirect(302, &next));
    }
    site.play("/20", Answer::html("the end"));
    let visitor = Visitor::new();
    let (capture, _) = visitor.page(&site.url("/10")).await;
    assert_eq!(capture.hops.len(), 11);
    let failure = visitor.failure(&site.url("/9")).await;
    assert_eq!(failure.kind, FailureKind::RedirectLoop);
    assert!(
        failure.why.ends_with("/9 redirects more than 10 times"),
        "{}",
        failure.why
    );
    assert_eq!(failure.status, Some(302));
    assert_eq!(failure.hops.len(), 11);
}

#[tokio::test]
async fn a_circle_of_redirects_is_noticed() {
    let site = Site::start();
    site.play("/a", Answer::redirect(302, "/b"));
    site.play("/b", Answer::redirect(302, "/a#again"));
    let failure = Visitor::new().failure(&site.url("/a")).await;
    assert_eq!(failure.kind, FailureKind::RedirectLoop);
    assert!(failure.why.contains("circle"), "{}", failure.why);
    assert_eq!(trail(&failure.hops).len(), 2);
    assert_eq!(site.asked_for("/a").len(), 1);
}
