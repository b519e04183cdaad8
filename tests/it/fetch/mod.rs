//! Pages are fetched politely, within limits, and what came of it is a fact.

mod addresses;
mod bodies;
mod conditional;
mod failures;
mod pace;
mod redirects;
mod robots;

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::clock::Clock;
use smallprint::fetch::{Fetched, Fetcher};
use smallprint::model::{Capture, Failure, Hop, Watch};
use smallprint::watchlist::Settings;
use smallprint::wire::Names;
use url::Url;

use crate::site::{Answer, Site};

fn noon() -> DateTime<Utc> {
    "2016-07-06T12:00:00Z".parse().expect("a time")
}

/// Manners for loopback: no delay, short patience.
fn settings() -> Settings {
    Settings {
        timezone: chrono_tz::Europe::London,
        store: None,
        lease_ms: 20_000,
        contact: Some("editor@example.org".to_owned()),
        min_delay_ms: 0,
        max_body: 1_000_000,
        allow_private: vec!["127.0.0.0/8".parse().expect("a network")],
        visits_at_once: 16,
        jitter_seconds: 0,
        timeouts: (5, 10, 20),
        public_url: None,
        browser: None,
        follow_budget: 50,
    }
}

fn watch(url: &Url) -> Watch {
    Watch::bare("care-data", url.clone())
}

/// A fetcher with its clock, at noon.
struct Visitor {
    fetcher: Fetcher,
    clock: Clock,
}

impl Visitor {
    fn new() -> Visitor {
        Visitor::with(&settings())
    }

    fn with(settings: &Settings) -> Visitor {
        Visitor::told(settings, Names::System)
    }

    fn told(settings: &Settings, names: Names) -> Visitor {
        let clock = Clock::at(noon());
        let fetcher = Fetcher::with_names(settings, clock.clone(), names);
        Visitor { fetcher, clock }
    }

    async fn fetch(&self, url: &Url) -> Fetched {
        self.fetcher.fetch(&watch(url), url, None).await
    }

    async fn page(&self, url: &Url) -> (Capture, Vec<u8>) {
        match self.fetch(url).await {
            Fetched::Served(capture, body) => (capture, body),
            other => panic!("{url} brought {other:?}"),
        }
    }

    async fn failure(&self, url: &Url) -> Failure {
        match self.fetch(url).await {
            Fetched::Failed(failure) => failure,
            other => panic!("{url} brought {other:?}"),
        }
    }

    fn later(&self, minutes: i64) {
        self.clock
            .set(self.clock.now() + TimeDelta::minutes(minutes));
    }
}

fn trail(hops: &[Hop]) -> Vec<(u16, String)> {
    (hops.iter())
        .map(|hop| (hop.status, hop.url.path().to_owned()))
        .collect()
}

#[tokio::test]
async fn a_visitor_says_who_it_is_and_keeps_no_cookies() {
    let site = Site::start();
    site.play("/a", Answer::html("a").header("set-cookie", "id=1"));
    let visitor = Visitor::new();
    visitor.page(&site.url("/a")).await;
    visitor.page(&site.url("/a")).await;
    for asked in site.asked() {
        let agent = asked.header("user-agent").expect("it says who it is");
        assert!(agent.starts_with("smallprint/"), "{agent}");
        assert!(agent.ends_with("(+contact: editor@example.org)"), "{agent}");
        assert_eq!(asked.method, "GET");
        assert_eq!(asked.header("accept-encoding"), Some("gzip, br, zstd"));
        assert_eq!(asked.header("cookie"), None);
        assert_eq!(asked.header("referer"), None);
    }
}

#[tokio::test]
async fn the_front_page_shows_whether_a_host_answers() {
    let site = Site::start();
    let visitor = Visitor::new();
    let page = site.url("/deep/page?x=1");
    assert!(!visitor.fetcher.host_answers(&page).await);
    site.play("/", Answer::redirect(302, "/home"));
    site.play("/home", Answer::html("home"));
    assert!(visitor.fetcher.host_answers(&page).await);
    site.replay("/home", Answer::status(503));
    assert!(!visitor.fetcher.host_answers(&page).await);
    assert!(site.asked_for("/deep/page?x=1").is_empty());
}
