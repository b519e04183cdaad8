//! What has not changed need not be sent again.

use smallprint::fetch::Fetched;
use smallprint::model::{FailureKind, Validators};

use crate::fetch::{Visitor, trail, watch};
use crate::site::{Answer, Site};

#[tokio::test]
async fn the_validators_make_a_request_conditional() {
    let site = Site::start();
    let date = "Wed, 06 Jul 2016 11:00:00 GMT";
    site.play("/tag", Answer::html("a").etag("W/\"v1\""));
    site.play("/date", Answer::html("a").header("last-modified", date));
    let visitor = Visitor::new();
    for path in ["/tag", "/date"] {
        let url = site.url(path);
        let (capture, _) = visitor.page(&url).await;
        let validators = capture.validators();
        let fetched = (visitor.fetcher)
            .fetch(&watch(&url), &url, Some(&validators))
            .await;
        let Fetched::NotModified(hops) = fetched else {
            panic!("{path} brought {fetched:?}");
        };
        assert_eq!(trail(&hops), [(304, path.to_owned())]);
        let asked = &site.asked_for(path)[1];
        assert_eq!(asked.header("if-none-match"), validators.etag.as_deref());
        let since = asked.header("if-modified-since");
        assert_eq!(since, validators.last_modified.as_deref());
    }
}

#[tokio::test]
async fn only_the_first_request_is_conditional() {
    let site = Site::start();
    site.play("/a", Answer::redirect(302, "/b"));
    site.play("/b", Answer::html("b").etag("\"v1\""));
    let url = site.url("/a");
    let validators = Validators {
        etag: Some("\"v1\"".to_owned()),
        last_modified: None,
        of: None,
    };
    let visitor = Visitor::new();
    let fetched = (visitor.fetcher)
        .fetch(&watch(&url), &url, Some(&validators))
        .await;
    assert!(matches!(fetched, Fetched::Served(..)), "{fetched:?}");
    assert_eq!(site.asked_for("/b")[0].header("if-none-match"), None);
    assert!(site.asked_for("/a")[0].header("if-none-match").is_some());
    assert!(
        site.asked_for("/robots.txt")[0]
            .header("if-none-match")
            .is_none()
    );
}

#[tokio::test]
async fn nobody_may_answer_not_modified_unasked() {
    let site = Site::start();
    site.play("/a", Answer::status(304));
    let failure = Visitor::new().failure(&site.url("/a")).await;
    assert_eq!(failure.kind, FailureKind::HttpStatus);
}
