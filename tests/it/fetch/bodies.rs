//! A body is kept whole and plain, or not at all.

use std::net::IpAddr;

use smallprint::model::{Digest, FailureKind};

use crate::fetch::{Visitor, noon};
use crate::site::{Answer, Site};

#[tokio::test]
async fn a_page_is_kept_as_it_was_served() {
    let site = Site::start();
    let page = Answer::html("<p>Patients can opt out at any time.</p>")
        .header("X-Served-By", "caf\u{e9}")
        .header("Set-Cookie", "a=1")
        .header("Set-Cookie", "b=2");
    site.play("/gpdpr?v=2", page);
    let url = site.url("/gpdpr?v=2#part");
    let (capture, body) = Visitor::new().page(&url).await;
    assert_eq!(body, b"<p>Patients can opt out at any time.</p>");
    assert_eq!(capture.url, url);
    assert_eq!(capture.at, noon());
    assert_eq!(capture.body, Digest::of(&body));
    assert_eq!(capture.length, body.len() as u64);
    assert_eq!(capture.hops.len(), 1);
    let hop = capture.answer();
    assert_eq!(hop.url, site.url("/gpdpr?v=2"));
    assert_eq!(hop.address, Some(IpAddr::from([127, 0, 0, 1])));
    assert_eq!(hop.header("x-served-by"), Some("caf\u{e9}"));
    let names: Vec<&str> = hop.headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "content-type",
        "x-served-by",
        "set-cookie",
        "set-cookie",
        "content-length",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_compressed_body_is_kept_plain_and_its_header_as_served() {
    let site = Site::start();
    let text = "Patients can opt out at any time. ".repeat(2_000);
    site.play("/gzip", Answer::html(&text).gzip());
    site.play("/br", Answer::html(&text).brotli());
    site.play("/zstd", Answer::html(&text).zstd());
    let visitor = Visitor::new();
    for coding in ["gzip", "br", "zstd"] {
        let (capture, body) = visitor.page(&site.url(&format!("/{coding}"))).await;
        assert_eq!(body, text.as_bytes());
        assert_eq!(capture.body, Digest::of(&body));
        assert_eq!(capture.answer().header("content-encoding"), Some(coding));
    }
}

#[tokio::test]
async fn a_body_is_never_longer_than_allowed() {
    let site = Site::start();
    let zeros = vec![0; 1_000_001];
    let page = || Answer::html("").body(&zeros);
    site.play("/plain", page());
    site.play("/gzip", page().gzip());
    site.play("/br", page().brotli());
    site.play("/zstd", page().zstd());
    site.play("/endless", Answer::html("").endless());
    site.play(
        "/promised",
        Answer::html("")
            .header("content-length", "99999999999")
            .cut_after(0),
    );
    site.play("/just", Answer::html("").body(&zeros[1..]).gzip());
    let visitor = Visitor::new();
    for path in ["/plain", "/gzip", "/br", "/zstd", "/endless", "/promised"] {
        let failure = visitor.failure(&site.url(path)).await;
        assert_eq!(failure.kind, FailureKind::TooLarge, "{path}");
        assert_eq!(failure.status, Some(200));
        assert_eq!(failure.hops.len(), 1);
        assert!(failure.why.contains("max_body"), "{}", failure.why);
    }
    let (capture, _) = visitor.page(&site.url("/just")).await;
    assert_eq!(capture.length, 1_000_000);
}

#[tokio::test]
async fn a_body_that_cannot_be_decoded_is_unreadable() {
    let site = Site::start();
    let says = |coding: &str| Answer::html("plain after all").header("content-encoding", coding);
    let visitor = Visitor::new();
    for coding in ["gzip", "br", "zstd", "compress"] {
        let path = format!("/{coding}");
        site.play(&path, says(coding));
        let failure = visitor.failure(&site.url(&path)).await;
        assert_eq!(failure.kind, FailureKind::Unreadable, "{coding}");
        assert_eq!(failure.hops.len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_page() {
    let site = Site::start();
    site.play("/cut", Answer::html("half of the page").cut_after(7));
    site.play(
        "/lie",
        Answer::html("short")
            .header("content-length", "500")
            .cut_after(5),
    );
    site.play("/nothing", Answer::raw(b""));
    site.play("/odd", Answer::raw(b"220 smtp.example ESMTP\r\n"));
    site.play("/header", Answer::html("").endless_header());
    for path in ["/cut", "/lie", "/nothing", "/odd", "/header"] {
        let failure = Visitor::new().failure(&site.url(path)).await;
        assert_eq!(
            failure.kind,
            FailureKind::Connect,
            "{path}: {}",
            failure.why
        );
        let answered = matches!(path, "/cut" | "/lie");
        assert_eq!(failure.hops.len(), usize::from(answered), "{path}");
        assert_eq!(failure.status, answered.then_some(200), "{path}");
    }
}

#[tokio::test]
async fn more_than_the_promised_length_is_not_read_into_the_next_answer() {
    let site = Site::start();
    site.play(
        "/a",
        Answer::html("short, and more").header("content-length", "5"),
    );
    site.play("/b", Answer::html("b"));
    let visitor = Visitor::new();
    let (_, body) = visitor.page(&site.url("/a")).await;
    assert_eq!(body, b"short");
    let (_, body) = visitor.page(&site.url("/b")).await;
    assert_eq!(body, b"b");
}
