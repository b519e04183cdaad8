//! robots.txt is asked first, and heeded.

use smallprint::fetch::Fetched;
use smallprint::model::{FailureKind, Watch};

use crate::fetch::{Visitor, trail, watch};
use crate::site::{Answer, Site};

#[tokio::test]
async fn robots_txt_is_heeded_and_read_once_a_day() {
    let site = Site::start();
    let robots = "User-agent: *\nDisallow: /\n\nUser-agent: smallprint\nDisallow: /private\n";
    site.play("/robots.txt", Answer::text(robots).gzip());
    site.play("/public", Answer::html("public"));
    site.play("/private/a", Answer::html("private"));
    let visitor = Visitor::new();
    visitor.page(&site.url("/public")).await;
    let failure = visitor.failure(&site.url("/private/a")).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    assert!(failure.why.contains("ignore_robots"), "{}", failure.why);
    assert!(site.asked_for("/private/a").is_empty());
    visitor.later(24 * 60 - 1);
    visitor.page(&site.url("/public")).await;
    assert_eq!(site.asked_for("/robots.txt").len(), 1);
    visitor.later(1);
    visitor.page(&site.url("/public")).await;
    assert_eq!(site.asked_for("/robots.txt").len(), 2);
}

#[tokio::test]
async fn a_watch_may_ignore_robots_txt() {
    let site = Site::start();
    site.play("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    site.play("/a", Answer::html("a"));
    let url = site.url("/a");
    let bold = Watch {
        ignore_robots: true,
        ..watch(&url)
    };
    let fetched = Visitor::new().fetcher.fetch(&bold, &url, None).await;
    assert!(matches!(fetched, Fetched::Served(..)), "{fetched:?}");
    assert!(site.asked_for("/robots.txt").is_empty());
}

#[tokio::test]
async fn a_robots_txt_that_is_refused_allows_and_one_in_trouble_forbids() {
    for (status, allows) in [
        (401, true),
        (403, true),
        (404, true),
        (410, true),
        (500, false),
        (503, false),
    ] {
        let site = Site::start();
        site.play("/robots.txt", Answer::status(status));
        site.play("/a", Answer::html("a"));
        match Visitor::new().fetch(&site.url("/a")).await {
            Fetched::Served(..) => assert!(allows, "{status}"),
            Fetched::Failed(failure) => {
                assert!(!allows, "{status}");
                assert_eq!(failure.kind, FailureKind::Robots);
                assert!(failure.why.contains(&status.to_string()), "{}", failure.why);
            }
            Fetched::NotModified(_) => panic!("nobody asked"),
        }
    }
}

#[tokio::test]
async fn a_robots_txt_in_trouble_is_tried_again_after_five_minutes() {
    let site = Site::start();
    site.play("/robots.txt", Answer::status(500));
    site.play("/robots.txt", Answer::text(""));
    site.play("/a", Answer::html("a"));
    let visitor = Visitor::new();
    visitor.failure(&site.url("/a")).await;
    visitor.failure(&site.url("/a")).await;
    assert_eq!(site.asked().len(), 1);
    visitor.later(5);
    visitor.page(&site.url("/a")).await;
}

#[tokio::test]
async fn a_robots_txt_is_followed_through_five_redirects() {
    let (site, other) = (Site::start(), Site::start_on("127.0.0.2"));
    site.play("/a", Answer::html("a"));
    let far = other.url("/5");
    site.play("/robots.txt", Answer::redirect(301, far.as_str()));
    for n in 2..=5 {
        let next = format!("/{}", n - 1);
        other.play(&format!("/{n}"), Answer::redirect(301, &next));
    }
    other.play("/1", Answer::text("User-agent: *\nDisallow: /\n"));
    let failure = Visitor::new().failure(&site.url("/a")).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    // One more, and there is none.
    let next = other.url("/6");
    site.replay("/robots.txt", Answer::redirect(301, next.as_str()));
    other.play("/6", Answer::redirect(301, "/5"));
    Visitor::new().page(&site.url("/a")).await;
}

#[tokio::test]
async fn a_redirect_heeds_the_robots_txt_of_where_it_leads() {
    let (site, other) = (Site::start(), Site::start_on("127.0.0.2"));
    other.play(
        "/robots.txt",
        Answer::text("User-agent: *\nDisallow: /no\n"),
    );
    let far = other.url("/no");
    site.play("/a", Answer::redirect(302, far.as_str()));
    let failure = Visitor::new().failure(&site.url("/a")).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    assert_eq!(trail(&failure.hops), [(302, "/a".to_owned())]);
    assert!(other.asked_for("/no").is_empty());
}

#[tokio::test]
async fn a_robots_txt_is_not_followed_to_a_private_address() {
    let (site, inside) = (Site::start(), Site::start_on("::1"));
    let secret = inside.url("/secret");
    site.play("/robots.txt", Answer::redirect(302, secret.as_str()));
    site.play("/a", Answer::html("a"));
    let failure = Visitor::new().failure(&site.url("/a")).await;
    assert_eq!(failure.kind, FailureKind::Robots);
    assert!(failure.why.contains("loopback"), "{}", failure.why);
    assert_eq!(inside.connections(), 0);
    assert!(site.asked_for("/a").is_empty());
}
