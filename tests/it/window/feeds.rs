//! Feeds, read as strictly as their standards are written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::house::{Asked, Open, changed};
use crate::program::Program;

/// An element of XML.
#[derive(Default, Debug)]
struct Element {
    name: String,
    fields: BTreeMap<String, String>,
    text: String,
    inside: Vec<Element>,
}

impl Element {
    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> {
        let name = name.to_owned();
        self.inside.iter().filter(move |one| one.name == name)
    }

    #[track_caller]
    fn one(&self, name: &str) -> &Element {
        let found: Vec<&Element> = self.all(name).collect();
        assert_eq!(found.len(), 1, "{name} in {}", self.name);
        found[0]
    }
}

/// Reads XML and takes nothing that is not well-formed.
#[track_caller]
fn read(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.expand_empty_elements = true;
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                let fields = start.attributes().map(|field| {
                    let field = field.expect("an attribute");
                    let value = field
                        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                        .expect("a value");
                    let name = field.key.0.to_owned();
                    (name, value.into_owned())
                });
                open.push(Element {
                    name: start.name().0.to_owned(),
                    fields: fields.collect(),
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let done = open.pop().expect("an element");
                open.last_mut().expect("a parent").inside.push(done);
            }
            Event::Text(text) => {
                open.last_mut().expect("a parent").text.push_str(&text);
            }
            Event::GeneralRef(entity) => {
                let text = quick_xml::escape::resolve_predefined_entity(&entity);
                let text = text.unwrap_or_else(|| panic!("&{};", &*entity));
                open.last_mut().expect("a parent").text.push_str(text);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} has no place in a feed of ours"),
        }
    }
    assert_eq!(open.len(), 1, "something is not closed");
    let mut root = open.pop().expect("the root");
    assert_eq!(root.inside.len(), 1, "one root");
    root.inside.pop().expect("the root")
}

#[track_caller]
fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("a time of RFC 3339")
        .to_utc()
}

/// Holds a feed to RFC 4287, sections 4.1.1 and 4.1.2.
#[track_caller]
fn held(feed: &Element) {
    assert_eq!(feed.name, "feed");
    assert_eq!(feed.fields["xmlns"], "http://www.w3.org/2005/Atom");
    let known = [
        "id",
        "title",
        "updated",
        "link",
        "author",
        "generator",
        "entry",
    ];
    assert!(
        feed.inside
            .iter()
            .all(|one| known.contains(&one.name.as_str()))
    );
    assert!(feed.one("id").text.starts_with("tag:"));
    assert!(!feed.one("title").text.is_empty());
    assert!(!feed.one("author").one("name").text.is_empty());
    let updated = time(&feed.one("updated").text);
    let own: Vec<&Element> = feed
        .all("link")
        .filter(|link| link.fields["rel"] == "self")
        .collect();
    assert_eq!(own.len(), 1);
    let mut ids = Vec::new();
    for entry in feed.all("entry") {
        let known = [
            "id",
            "title",
            "published",
            "updated",
            "link",
            "category",
            "content",
        ];
        assert!(
            entry
                .inside
                .iter()
                .all(|one| known.contains(&one.name.as_str()))
        );
        let id = &entry.one("id").text;
        assert!(!ids.contains(id), "{id} stands twice");
        ids.push(id.clone());
        assert!(!entry.one("title").text.is_empty());
        let (published, changed) = (
            time(&entry.one("published").text),
            time(&entry.one("updated").text),
        );
        assert!(published <= changed && changed <= updated);
        let link = entry.one("link");
        assert_eq!(link.fields["rel"], "alternate");
        url::Url::parse(&link.fields["href"]).expect("an address");
        assert_eq!(entry.one("content").fields["type"], "html");
    }
}

#[test]
fn what_changed_is_an_atom_feed() {
    let open = Open::with_a_change();
    let answer = open.get("/feed.atom?topic=gp-data&kind=edited");
    assert_eq!(
        answer.field("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let feed = read(&answer.text);
    held(&feed);
    let entries: Vec<&Element> = feed.all("entry").collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0].one("link").fields["href"],
        format!("{}/d/page/1..2", open.base)
    );
    let known = feed_rs::parser::parse(answer.text.as_bytes()).expect("a feed");
    assert_eq!(known.entries.len(), 1);
    held(&read(&open.get("/feed.atom").text));
    held(&read(&open.get("/d/page/feed.atom").text));
    held(&read(&open.get("/feed.atom?severity=5&kind=moved").text));
}

#[test]
fn what_changed_is_a_json_feed() {
    let open = Open::with_a_change();
    for path in ["/feed.json", "/d/page/feed.json"] {
        let answer = open.get(path);
        assert_eq!(
            answer.field("content-type"),
            "application/feed+json; charset=utf-8"
        );
        let feed: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(feed["feed_url"], format!("{}{path}", open.base));
        let items = feed["items"].as_array().expect("items");
        assert_eq!(items.len(), 2);
        for item in items {
            assert!(
                item["id"].is_string()
                    && item["url"].is_string()
                    && item["content_html"].is_string()
            );
            time(item["date_published"].as_str().expect("a time"));
            time(item["date_modified"].as_str().expect("a time"));
        }
        let known = feed_rs::parser::parse(answer.text.as_bytes()).expect("a feed");
        assert_eq!(known.entries.len(), 2);
    }
}

#[test]
fn what_is_put_right_is_news_of_the_same_entry() {
    let program = Program::with_page("Nobody is asked.");
    program.expect("--at 2016-07-08T10:00:00Z visit --all", 0);
    program.say("Everybody is asked.");
    program.expect("--at 2016-07-09T10:00:00Z visit --all", 1);
    let open = Open::of(program);
    let entry = |feed: &Element| {
        let entry = feed.all("entry").next().expect("an entry");
        let told = ["id", "updated", "content"].map(|name| entry.one(name).text.clone());
        told.to_vec()
    };
    let before = open.get("/feed.atom");
    open.program.expect(
        "correct page 1..2 --kind our-error --text Withdrawn --by Ada",
        0,
    );
    let after = open.get("/feed.atom");
    assert_ne!(before.field("etag"), after.field("etag"));
    let (before, after) = (read(&before.text), read(&after.text));
    held(&after);
    let (before, after) = (entry(&before), entry(&after));
    assert_eq!(before[0], after[0]);
    assert!(time(&before[1]) < time(&after[1]));
    assert!(
        after[2].contains("Correction, our error") && after[2].contains("Withdrawn"),
        "{}",
        after[2]
    );
    assert!(!after[2].contains("Ada"), "{}", after[2]);
}

#[test]
fn whoever_has_a_feed_is_not_sent_it_again() {
    let open = Open::with_a_change();
    let first = open.get("/feed.atom");
    let (tag, time) = (
        first.field("etag").to_owned(),
        first.field("last-modified").to_owned(),
    );
    for (name, value, status) in [
        ("if-none-match", tag.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", time.as_str(), 304),
        ("if-modified-since", "Thu, 01 Jan 2015 00:00:00 GMT", 200),
        ("if-modified-since", "soon", 200),
    ] {
        let again = open.ask(&Asked::get("/feed.atom").with(name, value));
        assert_eq!(again.status, status, "{name}: {value}");
        assert_eq!(again.text.is_empty(), status == 304);
    }
}

#[test]
fn names_of_entries_stay_where_the_window_has_a_public_address() {
    let mut program = changed();
    program.settle_in_settings("public_url = \"https://changes.example.org/archive/\"");
    let open = Open::of(program);
    let feed = read(&open.get("/feed.atom?limit=1").text);
    let entry = feed.one("entry");
    assert!(
        entry
            .one("id")
            .text
            .starts_with("tag:changes.example.org,20"),
        "{entry:?}"
    );
    assert_eq!(
        entry.one("link").fields["href"],
        "https://changes.example.org/archive/d/page/1..2"
    );
}

#[test]
fn nothing_a_page_says_is_markup_in_a_feed() {
    let program = Program::with_page("Nobody is asked.");
    program.expect("visit --all", 0);
    program.say("You can no longer opt out &lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp;amp; \u{202e}turned.");
    program.expect("visit --all", 1);
    let open = Open::of(program);
    let feed = read(&open.get("/feed.atom").text);
    held(&feed);
    let told: String = feed
        .all("entry")
        .map(|entry| entry.one("content").text.clone())
        .collect();
    assert!(told.contains("opt out"), "{told}");
    assert!(
        !told.contains("<script") && !told.contains('\u{202e}'),
        "{told}"
    );
    let json = open.get("/feed.json").text;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let items = json["items"].as_array().expect("items");
    assert!(!items.is_empty());
    for item in items {
        let told = item["content_html"].as_str().expect("HTML");
        assert!(!told.contains("<script"), "{told}");
    }
}

#[test]
fn what_a_feed_cannot_be_asked_is_said() {
    let open = Open::with_a_change();
    for (path, status) in [
        ("/feed.atom?limit=0", 400),
        ("/feed.atom?cursor=00", 400),
        ("/feed.json?nonsense=1", 400),
        ("/d/nobody/feed.atom", 404),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(answer.field("content-type"), "application/problem+json");
    }
}
