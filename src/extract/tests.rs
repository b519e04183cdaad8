//! What every reader has in common.

use super::*;
use crate::model::Hop;

/// What a server sent, with the header fields given.
pub fn served(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Capture {
    let at = chrono::DateTime::UNIX_EPOCH;
    let url = url::Url::parse(url).expect("an address");
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: headers.iter().map(own).collect(),
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: crate::model::Provenance::Fetched,
        beside: Vec::new(),
    }
}

/// Reads a page of www.gov.uk.
pub fn read_page(html: &str, reading: &Reading) -> Result<Document, Failure> {
    let headers = [("content-type", "text/html; charset=utf-8")];
    let capture = served(
        "https://www.gov.uk/guidance/page",
        &headers,
        html.as_bytes(),
    );
    read(&capture, html.as_bytes(), reading)
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn a_file_is_its_name_and_its_bytes() {
    let reading = Reading::default();
    let read = |body: &[u8]| {
        let headers = [("content-type", "application/x-7z-compressed")];
        let capture = served("https://a.uk/files/data%20review.7z?v=1", &headers, body);
        read(&capture, body, &reading).expect("a document")
    };
    let (before, after) = (
        read(b"7z\xbc\xaf\x27\x1c old"),
        read(b"7z\xbc\xaf\x27\x1c new"),
    );
    assert_eq!(before.title, "data review.7z");
    assert!(before.blocks.is_empty());
    let facts = before.attachments[0].facts.as_deref().expect("facts");
    assert!(
        facts.starts_with("7z archive, 10 bytes, sha256 "),
        "{facts}"
    );
    assert_ne!(before.text_digest(), after.text_digest());
}

#[test]
fn the_reader_is_named_by_its_rules_and_not_by_its_profile() {
    let plain = Reading::default();
    let named = Reading {
        profile: Some("govuk".to_owned()),
        interface: Some(Interface::Govuk),
        ..Reading::default()
    };
    let ruled = Reading {
        drop: list(&[".x"]),
        ..Reading::default()
    };
    assert_eq!(reader(&plain), reader(&named));
    assert_ne!(reader(&plain), reader(&ruled));
    let document = read_page("<p>Some words</p>", &ruled).expect("a document");
    assert_eq!(document.reader, reader(&ruled));
    assert!(is_of_today(&document.reader, &ruled));
    assert!(!is_of_today(&document.reader, &plain));
}

#[test]
fn selectors_are_tried_in_order_until_one_has_text() {
    let html = "<main><p>All</p><div class=a></div><div class=b><p>One</p></div><div class=b><p>Two</p></div></main>";
    let reading = Reading {
        select: list(&[".none", ".a", ".b", "main"]),
        ..Reading::default()
    };
    let document = read_page(html, &reading).expect("a document");
    assert_eq!(document.plain(), "\nOne\nTwo");
}

#[test]
fn a_selector_that_selects_nothing_is_a_failure() {
    let reading = Reading {
        select: list(&["#gone"]),
        ..Reading::default()
    };
    let failure = read_page("<main><p>Text</p></main>", &reading).expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::Unreadable);
    assert_eq!(
        failure.why,
        "the selector “#gone” selects nothing on https://www.gov.uk/guidance/page"
    );
    assert_eq!((failure.status, failure.hops.len()), (Some(200), 1));
}

#[test]
fn what_the_rules_drop_or_set_apart_is_not_compared() {
    let reading = Reading {
        drop: list(&[".promo"]),
        drop_lines: list(&["^Current chapter"]),
        drop_params: list(&["key"]),
        stated: list(&[".when"]),
        history: list(&[".log li"]),
        notices: list(&[".flag"]),
        ..Reading::default()
    };
    let html = "<main><h1>Title</h1><p class=promo>Buy</p><p>Current chapter 3</p>\
        <p>Read <a href='/a?key=1&q=2'>this</a>.</p><p class=when>Last edited: 12 May 2021 12:17 pm</p>\
        <ul class=log><li>8 June 2021: Dates changed</li><li>12 May 2021: First published</li></ul>\
        <div class=flag>This page was withdrawn on 3 May 2022.</div></main>";
    let document = read_page(html, &reading).expect("a document");
    assert_eq!(document.plain(), "Title\nTitle\nRead this.");
    assert_eq!(document.blocks[1].links[0].url, "https://www.gov.uk/a?q=2");
    let stated = &document.stated;
    assert_eq!(stated.lines, ["Last edited: 12 May 2021 12:17 pm"]);
    assert_eq!(stated.updated, "2021-05-12".parse().ok());
    assert_eq!(
        stated.withdrawn.as_deref(),
        Some("This page was withdrawn on 3 May 2022.")
    );
    let notes: Vec<_> = stated
        .history
        .iter()
        .map(|n| (n.at.as_str(), n.note.as_str()))
        .collect();
    assert_eq!(
        notes,
        [
            ("8 June 2021", "Dates changed"),
            ("12 May 2021", "First published")
        ]
    );
}

#[test]
fn a_wrong_selector_is_said_in_a_sentence() {
    assert!(check_selector("main > p:not(.x), #a").is_ok());
    let sentence = check_selector("main >> p[").expect_err("a mistake");
    assert_eq!(sentence, "“main >> p[” is not a CSS selector");
}

#[test]
fn an_error_page_where_a_register_was_is_no_version_of_it() {
    let html = b"<!doctype html><title>Our site</title><main><h1>Moved</h1><p>We have put all our files in a better place for you.</p></main>";
    let capture = served("https://a.uk/files/register.csv", &[], html);
    let register = Reading {
        kind: Kind::Register,
        ..Reading::default()
    };
    let failure = read(&capture, html, &register).expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::Unreadable);
    let why = "https://a.uk/files/register.csv answered with a page, not with the file it names";
    assert_eq!(failure.why, why);
    assert!(read(&capture, html, &Reading::default()).is_ok());
    let table =
        b"<!doctype html><main><table><tr><th>Ref</th></tr><tr><td>1</td></tr></table></main>";
    assert!(read(&capture, table, &register).is_ok());
}

#[test]
fn a_key_that_selects_nothing_is_a_failure() {
    let json = b"{\"result\": []}";
    let capture = served("https://a.uk/api", &[], json);
    let reading = Reading {
        keys: list(&["/result/*/ref", "/gone"]),
        ..Reading::default()
    };
    let failure = read(&capture, json, &reading).expect_err("a failure");
    let why = "https://a.uk/api has nothing where the key “/gone” selects";
    assert_eq!(
        (failure.kind, failure.why.as_str()),
        (FailureKind::Unreadable, why)
    );
}

#[test]
fn nothing_is_nothing() {
    let failure = read_page(" \n", &Reading::default()).expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::Unreadable);
}

#[test]
fn a_page_nested_without_end_is_read() {
    let html = "<div>".repeat(100_000) + "<p>Some words at the bottom</p>";
    let document = read_page(&html, &Reading::default()).expect("a document");
    assert_eq!(document.words(), 5);
}
