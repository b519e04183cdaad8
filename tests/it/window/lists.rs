//! The lists: documents, names, registers, publishers, promises, corrections, status, about.

use regex::Regex;

use crate::program::Program;
use crate::window::house::Open;
use crate::window::town::{HARMLESS, town};

/// Every page without a place of its own in the archive.
const PAGES: [&str; 9] = [
    "/",
    "/documents",
    "/names",
    "/registers",
    "/promises",
    "/publishers",
    "/corrections",
    "/status",
    "/about",
];

#[test]
fn an_archive_without_a_version_has_a_sentence_on_every_page() {
    let mut program = Program::new();
    program.watch("page", "/page", "");
    program.run("visit page");
    let open = Open::of(program);
    let empty = Regex::new("class=\"empty\">[A-Z][^<]+\\.").expect("a pattern");
    for path in PAGES {
        let page = open.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(
            ["/about", "/documents", "/publishers", "/status"].contains(&path)
                || empty.is_match(&page.text),
            "{path}: {}",
            page.text
        );
        assert!(page.text.contains("aria-current=\"page\""), "{path}");
        for place in PAGES {
            page.link(place);
        }
    }
}

#[test]
fn no_page_is_markup_of_somebody_else_or_has_a_style_of_its_own() {
    let open = Open::of(town());
    let more = [
        "/d/evil",
        "/d/register/table/1",
        "/d/register/row?key=DARS-2",
        "/publishers/Office%20%26%20Sons",
    ];
    for path in PAGES.iter().chain(&more) {
        let text = open.get(path).text;
        for markup in [
            "<script",
            "<img",
            " style=",
            "\u{202e}",
            "onerror=alert(2)>",
        ] {
            let escaped = text.replace("onerror=alert(2)&gt;", "");
            assert!(!escaped.contains(markup), "{path} has {markup}: {text}");
        }
        assert_eq!(text.matches("<h1>").count(), 1, "{path}");
    }
}

#[test]
fn documents_are_filtered_by_words_publisher_topic_and_standing() {
    let open = Open::of(town());
    let shown = |query: &str| -> Vec<String> {
        let text = open.get(&format!("/documents?{query}")).text;
        let row = Regex::new("<th scope=\"row\"><a href=\"/d/([a-z]+)\"").expect("a pattern");
        row.captures_iter(&text)
            .map(|found| found[1].to_owned())
            .collect()
    };
    let all = ["alone", "broken", "evil", "one", "register", "three", "two"];
    for (query, expected) in [
        ("sort=title", all.as_slice()),
        ("sort=title&q=page+three", &["three"]),
        (
            "sort=title&publisher=Ministry+of+Pages",
            &["one", "three", "two"],
        ),
        ("topic=fdp", &[]),
        ("standing=never-read", &["broken"]),
        ("standing=gone", &[]),
        (
            "publisher=Office+%26+Sons&standing=read&q=alone&topic=gp-data",
            &["alone"],
        ),
    ] {
        assert_eq!(shown(query), expected, "{query}");
    }
}

#[test]
fn a_register_is_read_row_by_row_and_taken_as_a_file() {
    let open = Open::of(town());
    let list = open.get("/registers");
    list.link("/d/register/table/1");
    assert!(list.text.contains("29 rows"), "{}", list.text);
    let table = open.get("/d/register/table/1?q=york");
    assert!(table.text.contains("1 row of 29"), "{}", table.text);
    table.link("/d/register/table/1.csv?q=york");
    table.link("/d/register/row?table=1&amp;key=DARS-2");
    let file = open.get("/d/register/table/1.csv?q=york");
    assert_eq!(file.field("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.text,
        "Reference,Organisation,Terms\r\nDARS-2,York,'=1+1\r\n"
    );
    let column = open.get("/d/register/table/1?q=dars-2&column=2");
    assert!(
        column.text.contains("No row is like this."),
        "{}",
        column.text
    );
    let row = open.get("/d/register/row?key=DARS-2");
    assert!(
        row.text.contains("<del>Leeds</del> <ins>York</ins>"),
        "{}",
        row.text
    );
    for (path, status) in [
        ("/d/register/table/9", 404),
        ("/d/register/table/x", 400),
        ("/d/register/row", 400),
        ("/d/nobody/table/1", 404),
    ] {
        assert_eq!(open.get(path).status, status, "{path}");
    }
}

#[test]
fn a_publisher_shows_how_much_it_changes_with_what_it_is_a_share_of() {
    let open = Open::of(town());
    let list = open.get("/publishers");
    list.link("/publishers/Ministry%20of%20Pages");
    assert!(
        list.text.contains("Without a date to be held to"),
        "{}",
        list.text
    );
    assert!(list.text.contains(HARMLESS), "{}", list.text);
    let one = open.get("/publishers/Ministry%20of%20Pages");
    assert!(
        one.text.contains("3 pages watched, 3 changes seen"),
        "{}",
        one.text
    );
    assert!(
        one.text
            .contains("No edit was seen that its pages can be held to."),
        "{}",
        one.text
    );
    assert!(
        one.text
            .contains("<svg role=\"img\" aria-labelledby=\"months-title months-desc\""),
        "{}",
        one.text
    );
    one.link("/?publisher=Ministry%20of%20Pages");
    assert_eq!(open.get("/publishers/Nobody").status, 404);
}

#[test]
fn promises_status_and_corrections_say_what_the_archive_knows() {
    let program = town();
    program.expect(
        "correct alone 1..2 --kind reply --text Never,-we-said. --by Office",
        0,
    );
    let open = Open::of(program);
    let promises = open.get("/promises");
    assert!(promises.text.contains("Overdue"), "{}", promises.text);
    promises.link("/d/alone/2");
    let corrections = open.get("/corrections");
    assert!(
        corrections.text.contains("Never,-we-said."),
        "{}",
        corrections.text
    );
    corrections.link("/d/alone/1..2");
    assert!(open.get("/d/alone").text.contains("Never,-we-said."));
    let status = open.get("/status");
    status.link("/d/broken");
    assert!(
        Regex::new("<code class=\"hash\">[0-9a-f]{64}</code>")
            .expect("a pattern")
            .is_match(&status.text),
        "{}",
        status.text
    );
    assert!(
        status
            .text
            .contains("A page that cannot be read is not gone"),
        "{}",
        status.text
    );
}

#[test]
fn a_name_leads_to_where_it_was_mentioned() {
    let program = Program::with_page("Nobody is asked twice.");
    program.run("visit --all");
    program.say("The new Rural Dentistry Dataset will be collected by NHS England from April.");
    program.run("visit --all");
    let names = program.expect("--json names", 0).json();
    assert!(!names.is_empty(), "no name was found");
    let open = Open::of(program);
    let list = open.get("/names?kind=dataset&q=dentistry");
    let link = Regex::new("href=\"(/names/[^\"]+)\"").expect("a pattern");
    let link = link.captures(&list.text).expect("a name")[1].to_owned();
    let one = open.get(&link);
    assert_eq!(one.status, 200);
    assert!(one.text.contains("Rural Dentistry"), "{}", one.text);
    one.link("/d/page/2");
    assert!(
        open.get("/names?q=nothing-of-this")
            .text
            .contains("No name is like this.")
    );
    assert_eq!(open.get("/names/nobody").status, 404);
    assert_eq!(open.get("/names?kind=nothing").status, 400);
}
