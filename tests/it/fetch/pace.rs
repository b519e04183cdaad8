//! A host is asked one thing at a time, and not too often.

use std::time::{Duration, Instant};

use smallprint::fetch::Fetched;
use smallprint::model::FailureKind;
use smallprint::watchlist::Settings;
use url::Url;

use crate::fetch::{Visitor, settings, watch};
use crate::site::{Answer, Gate, Site};

#[tokio::test]
async fn a_host_that_asks_for_it_is_left_alone_until_then() {
    let until = "Wed, 06 Jul 2016 12:10:00 GMT";
    for (status, value, kind) in [
        (429, "600", FailureKind::Blocked),
        (503, "600", FailureKind::Unavailable),
        (503, until, FailureKind::Unavailable),
    ] {
        let site = Site::start();
        site.play("/a", Answer::status(status).header("retry-after", value));
        site.play("/a", Answer::html("a"));
        site.play("/b", Answer::html("b"));
        let visitor = Visitor::new();
        let failure = visitor.failure(&site.url("/a")).await;
        assert_eq!((failure.kind, failure.status), (kind, Some(status)));
        visitor.later(9);
        let failure = visitor.failure(&site.url("/b")).await;
        assert_eq!((failure.kind, failure.status), (kind, None));
        let says = "asked us to wait until 13:10";
        assert!(failure.why.ends_with(says), "{}", failure.why);
        assert!(site.asked_for("/b").is_empty());
        visitor.later(1);
        visitor.page(&site.url("/b")).await;
    }
}

#[tokio::test]
async fn a_host_in_trouble_is_left_alone_for_a_while() {
    let site = Site::start();
    site.play("/a", Answer::status(500));
    site.play("/b", Answer::html("b"));
    let visitor = Visitor::new();
    for _ in 0..2 {
        visitor.failure(&site.url("/a")).await;
    }
    visitor.page(&site.url("/b")).await;
    for _ in 0..3 {
        visitor.failure(&site.url("/a")).await;
    }
    let failure = visitor.failure(&site.url("/b")).await;
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(
        failure.why.contains("failed 3 times in a row"),
        "{}",
        failure.why
    );
    assert_eq!(site.asked_for("/b").len(), 1);
    visitor.later(1);
    visitor.page(&site.url("/b")).await;
}

#[tokio::test]
async fn a_host_is_asked_one_thing_at_a_time_over_one_connection() {
    let site = Site::start();
    let visitor = Visitor::new();
    let mut visits = Vec::new();
    for n in 0..8 {
        let path = format!("/{n}");
        site.play(&path, Answer::html("a").after(Duration::from_millis(5)));
        let (fetcher, url) = (visitor.fetcher.clone(), site.url(&path));
        visits.push(tokio::spawn(async move {
            fetcher.fetch(&watch(&url), &url, None).await
        }));
    }
    for visit in visits {
        let fetched = visit.await.expect("it does not panic");
        assert!(matches!(fetched, Fetched::Served(..)), "{fetched:?}");
    }
    assert_eq!(site.most_at_once(), 1);
    assert_eq!(site.connections(), 1);
    assert_eq!(site.asked_for("/robots.txt").len(), 1);
    assert_eq!(site.asked().len(), 9);
}

#[tokio::test]
async fn the_delay_between_requests_is_kept_and_raised_by_robots_txt() {
    let site = Site::start();
    let robots = "User-agent: *\nCrawl-delay: 0.2\n";
    site.play("/robots.txt", Answer::text(robots));
    site.play("/a", Answer::html("a"));
    site.play("/b", Answer::redirect(302, "/a"));
    let slow = Settings {
        min_delay_ms: 20,
        ..settings()
    };
    let visitor = Visitor::with(&slow);
    let (a, b) = (site.url("/a"), site.url("/b"));
    tokio::join!(visitor.page(&a), visitor.page(&b));
    let asked = site.asked();
    assert_eq!(asked.len(), 4);
    for pair in asked.windows(2) {
        let answered: Instant = pair[0].answered.expect("it was answered");
        let pause = pair[1].at - answered;
        assert!(pause >= Duration::from_millis(199), "{pause:?}");
    }
}

#[tokio::test]
async fn hosts_are_asked_side_by_side() {
    let (site, other) = (Site::start(), Site::start_on("127.0.0.2"));
    let gate = Gate::new();
    site.play("/a", Answer::html("a").behind(&gate));
    other.play("/b", Answer::html("b"));
    let visitor = Visitor::new();
    let (a, b) = (site.url("/a"), other.url("/b"));
    let second = async {
        site.asked_times("/a", 1).await;
        visitor.page(&b).await;
        gate.open();
    };
    tokio::join!(visitor.page(&a), second);
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    let site = Site::start();
    let two = Settings {
        visits_at_once: 2,
        ..settings()
    };
    let visitor = Visitor::with(&two);
    let page = Answer::html("a").after(Duration::from_millis(5));
    site.play("/a", page.clone());
    site.play("/robots.txt", page);
    let mut visits = Vec::new();
    for n in 2..10 {
        let host = site.also_on(&format!("127.0.0.{n}"));
        let url = Url::parse(&format!("http://{host}/a")).expect("a URL");
        let fetcher = visitor.fetcher.clone();
        visits.push(tokio::spawn(async move {
            fetcher.fetch(&watch(&url), &url, None).await
        }));
    }
    for visit in visits {
        let fetched = visit.await.expect("it does not panic");
        assert!(matches!(fetched, Fetched::Served(..)), "{fetched:?}");
    }
    assert_eq!(site.most_at_once(), 2);
    assert_eq!(site.asked().len(), 16);
}

#[tokio::test]
async fn two_hosts_that_redirect_to_each_other_do_not_wait_for_ever() {
    let (site, other) = (Site::start(), Site::start_on("127.0.0.2"));
    let one = Settings {
        visits_at_once: 1,
        ..settings()
    };
    let visitor = Visitor::with(&one);
    let (there, here) = (other.url("/end"), site.url("/end"));
    site.play("/a", Answer::redirect(302, there.as_str()));
    other.play("/b", Answer::redirect(302, here.as_str()));
    site.play("/end", Answer::html("a"));
    other.play("/end", Answer::html("b"));
    let (a, b) = (site.url("/a"), other.url("/b"));
    tokio::join!(visitor.page(&a), visitor.page(&b));
}

#[tokio::test]
async fn a_visit_that_is_given_up_leaves_its_host_free() {
    let site = Site::start();
    site.play("/a", Answer::silence());
    site.play("/b", Answer::html("b"));
    let visitor = Visitor::new();
    let (fetcher, url) = (visitor.fetcher.clone(), site.url("/a"));
    let visit = tokio::spawn(async move { fetcher.fetch(&watch(&url), &url, None).await });
    site.asked_times("/a", 1).await;
    visit.abort();
    visitor.page(&site.url("/b")).await;
}
