//! What pages state of themselves, for every site whose profile knows how.

use smallprint::extract;
use smallprint::model::{Capture, Digest, Hop, Provenance, Stated};
use smallprint::watchlist::{self, Role, Source};
use url::Url;

/// What a page at this address states, read as the profile of its host says.
fn stated(address: &str, main: &str) -> (Stated, String) {
    let watchlist = watchlist::read(&[Source {
        name: "watchlist.toml".to_owned(),
        text: format!("[[watch]]\nid = \"page\"\nurl = \"{address}\"\n"),
        role: Role::default(),
    }]);
    let watchlist = watchlist.expect("a sound watchlist");
    let watch = watchlist.watch(&"page".into()).expect("a watch");
    assert!(watch.reading.profile.is_some(), "{address} has a profile");
    let html = format!(
        "<!doctype html><html lang=en><head><title>Data</title></head><body><main id=content><div id=main-content>\
         <h1>Data</h1><p>GP practices share data once a month.</p>{main}</div></main></body></html>"
    );
    let html = match address.contains("digital.nhs.uk") {
        true => html.replace("<main id=content>", "<main id=main-content>"),
        false => html,
    };
    let url = Url::parse(address).expect("an address");
    let at = chrono::DateTime::UNIX_EPOCH;
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(html.as_bytes()),
        length: html.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    let document = extract::read(&capture, html.as_bytes(), &watch.reading).expect("a document");
    (document.stated.clone(), document.plain())
}

/// The lines stated, the day of the last change, and that none of it is part of the text.
#[track_caller]
fn case(address: &str, main: &str, lines: &[&str], updated: Option<&str>) {
    let (stated, text) = stated(address, main);
    assert_eq!(stated.lines, lines, "{address}");
    let updated = updated.map(|day| day.parse().expect("a day"));
    assert_eq!(stated.updated, updated, "{address}");
    assert_eq!(
        text, "Data\nData\nGP practices share data once a month.",
        "{address}"
    );
}

#[test]
fn every_profile_keeps_what_its_pages_state() {
    case(
        "https://digital.nhs.uk/data",
        "<div id=last-edited>Last edited: 12 May 2021 12:17 pm</div>",
        &["Last edited: 12 May 2021 12:17 pm"],
        Some("2021-05-12"),
    );
    case(
        "https://www.hra.nhs.uk/data",
        "<p>Last updated on 24 Jul 2024</p>",
        &["Last updated on 24 Jul 2024"],
        Some("2024-07-24"),
    );
    case(
        "https://transform.england.nhs.uk/data",
        "<p>Published 3 March 2021</p><p>Last updated on 24 July 2024</p>",
        &["Published 3 March 2021", "Last updated on 24 July 2024"],
        Some("2024-07-24"),
    );
    case(
        "https://www.england.nhs.uk/data",
        "<div class=publishing-meta><dl><dt>Document first published:</dt><dd>3 March 2021</dd>\
         <dt>Page updated:</dt><dd>24 July 2024</dd></dl></div>",
        &[
            "Document first published: 3 March 2021",
            "Page updated: 24 July 2024",
        ],
        Some("2024-07-24"),
    );
    case(
        "https://www.england.nhs.uk/data",
        "<p>Date published: 3 March 2021</p><p>Date last updated: 24 July 2024</p>",
        &[
            "Date published: 3 March 2021",
            "Date last updated: 24 July 2024",
        ],
        Some("2024-07-24"),
    );
    case(
        "https://www.gov.uk/guidance/data",
        "<div class=gem-c-published-dates>Published 3 March 2021<br>Last updated 24 July 2024</div>",
        &["Published 3 March 2021", "Last updated 24 July 2024"],
        Some("2024-07-24"),
    );
    case(
        "https://www.legislation.gov.uk/ukpga/2012/7",
        "<p>Point in time view as at 1 April 2024.</p>\
         <p>Changes to legislation: Data Act is up to date with all changes known to be in force on or before 12 March 2026.</p>",
        &[
            "Point in time view as at 1 April 2024.",
            "Changes to legislation: Data Act is up to date with all changes known to be in force on or before 12 March 2026.",
        ],
        None,
    );
}

#[test]
fn only_the_profile_of_govuk_asks_an_interface() {
    use smallprint::model::Interface;
    for (address, interface) in [
        ("https://www.gov.uk/guidance/data", Some(Interface::Govuk)),
        ("https://digital.nhs.uk/data", None),
        ("https://www.legislation.gov.uk/ukpga/2012/7", None),
    ] {
        let watchlist = watchlist::read(&[Source {
            name: "watchlist.toml".to_owned(),
            text: format!("[[watch]]\nid = \"page\"\nurl = \"{address}\"\n"),
            role: Role::default(),
        }]);
        let watchlist = watchlist.expect("a sound watchlist");
        let watch = watchlist.watch(&"page".into()).expect("a watch");
        assert_eq!(watch.reading.interface, interface, "{address}");
    }
}
