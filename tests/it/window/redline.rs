//! Redlines, read as a browser reads them.

use super::house::{Answer, Open};
use crate::program::Program;
use crate::site::Answer as Served;

const FIRST: &str = "<h1>Your choice</h1>\
    <p>This page tells you how to opt out of the collection of your records.</p>\
    <h2>How to opt out</h2>\
    <p>Patients can opt out at any time by telling their practice, and nobody is asked twice.</p>\
    <ul><li>Tell your practice in person</li><li>Write to the service</li></ul>\
    <h2>What we collect</h2>\
    <p>We collect diagnoses and referrals. Names and addresses will not be collected.</p>\
    <p>Hospitals publish a list of doctors every spring and every autumn.</p>\
    <h2>Safeguards</h2>\
    <p>Records are kept in England for eight years after discharge.</p>\
    <p>Every request is looked at by a committee before anything is sent.</p>\
    <p>See the <a href=\"https://example.org/form-a\">objection form</a> for more.</p>\
    <h2>History of this page</h2>\
    <p>This is the first paragraph that stays as it is.</p>\
    <p>This is the second paragraph that stays as it is.</p>\
    <p>This is the third paragraph that stays as it is.</p>\
    <p>This is the fourth paragraph that stays as it is.</p>";

fn page(main: &str) -> Served {
    Served::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>Your choice</title></head><body><main>{main}</main></body></html>"
    ))
}

/// A program that saw these texts in order, an hour apart, on 6 July 2020.
pub fn seen(texts: &[&str]) -> Program {
    let mut program = Program::new();
    program.watch("page", "/page", "publisher = \"A department\"\n");
    for (hour, text) in texts.iter().enumerate() {
        match hour {
            0 => program.site.play("/page", page(text)),
            _ => program.site.replay("/page", page(text)),
        }
        let visit = format!("--at 2020-07-06T{:02}:00:00Z visit --all", 9 + hour);
        program.expect(&visit, i32::from(hour > 0));
    }
    program
}

fn edited() -> String {
    FIRST
        .replace("will not be collected", "may be collected")
        .replace("<p>Hospitals publish a list of doctors every spring and every autumn.</p>", "")
        .replace(
            "<p>This is the fourth",
            "<p>Hospitals publish a list of doctors every spring and every autumn.</p><p>This is the fourth",
        )
        .replace("<p>Every request is looked at by a committee before anything is sent.</p>", "")
        .replace("form-a", "form-b")
        .replace("<li>Write to the service</li>", "<li>Write to the service</li><li>Call between nine and noon</li>")
}

fn redline() -> Open {
    Open::of(seen(&[FIRST, &edited()]))
}

/// The place of these words, which must come in this order.
#[track_caller]
fn in_order(page: &Answer, words: &[&str]) {
    let mut from = 0;
    for word in words {
        let at = page.text[from..].find(word);
        from += at.unwrap_or_else(|| panic!("no {word:?} after byte {from} of {}", page.text));
    }
}

#[test]
fn the_whole_text_is_there_with_what_is_gone_in_its_place() {
    let open = redline();
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "<h3 id=\"b0\">Your choice</h3>",
            "<ins>Call between nine and noon</ins>",
            "We collect diagnoses and referrals. Names and addresses <del>will not</del><ins class=\"next\">may</ins> be collected.",
            "Records are kept in England for eight years after discharge.</p>",
            "<del>Every request is looked at by a committee before anything is sent.</del>",
            "See the objection form for more.",
            "This is the first paragraph",
        ],
    );
    // A paragraph that moved is told in both places, each with a link to the other.
    let stands = page
        .text
        .split("Hospitals publish a list of doctors every spring and every autumn.</p>");
    assert_eq!(stands.count(), 2, "{}", page.text);
    in_order(
        &page,
        &[
            "class=\"left\" id=\"o8\"",
            "Moved from here: “Hospitals",
            "class=\"moved\"",
            "href=\"#o8\"",
            "Hospitals publish",
        ],
    );
    let target = page
        .text
        .split("class=\"left\"")
        .nth(1)
        .expect("where it stood");
    let target = target
        .split("href=\"#")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    assert!(
        page.text
            .contains(&format!("id=\"{}\"", target.expect("a link"))),
        "{}",
        page.text
    );
    in_order(
        &page,
        &[
            "Links that lead elsewhere",
            "<del>https://example.org/form-a</del>",
            "<ins>https://example.org/form-b</ins>",
        ],
    );
}

#[test]
fn what_did_not_change_is_folded_and_can_be_opened_without_a_script() {
    let long = |word: &str| {
        let filler: String = (0..30)
            .map(|no| format!("<p>Paragraph number {no} stays as it always was.</p>"))
            .collect();
        format!("<h1>Page</h1><p>It {word} be so.</p>{filler}")
    };
    let open = Open::of(seen(&[&long("will"), &long("may")]));
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "<details class=\"fold\">",
            "<summary>29 unchanged paragraphs</summary>",
            "id=\"b5\">Paragraph number 3",
        ],
    );
    let counted = open.get("/d/page/1..2?view=changes");
    assert!(counted.text.contains("29 unchanged paragraphs"));
    assert!(!counted.text.contains("Paragraph number 9") && !counted.text.contains("<details"));
}

#[test]
fn a_very_long_text_is_linked_to_where_nothing_changed() {
    let long = |word: &str| {
        let words = "of the records that are kept and of those who keep them ".repeat(8);
        let filler: String = (0..700)
            .map(|no| format!("<p>Paragraph {no} {words}</p>"))
            .collect();
        format!("<h1>Page</h1><p>It {word} be so.</p>{filler}")
    };
    let open = Open::of(seen(&[&long("will"), &long("may")]));
    let page = open.get("/d/page/1..2");
    assert!(page.text.len() < 40_000, "{} bytes", page.text.len());
    in_order(
        &page,
        &["699 unchanged paragraphs", "href=\"/d/page/2#b3\""],
    );
    assert!(open.get("/d/page/2").text.contains("id=\"b3\""));
}

#[test]
fn both_texts_stand_side_by_side() {
    let open = redline();
    let page = open.get("/d/page/1..2?view=side");
    in_order(
        &page,
        &[
            "aria-current=\"page\">Side by side",
            "Before: version 1",
            "Now: version 2",
            "Names and addresses <del>will not</del> be collected.",
            "Names and addresses <ins>may</ins> be collected.",
        ],
    );
}

#[test]
fn findings_stand_beside_the_words_that_caused_them() {
    let open = redline();
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "Why it matters",
            "href=\"#f1\"",
            "class=\"noted\"",
            "role=\"note\" id=\"f1\"",
            "severity 5",
            "<del>will not</del>",
        ],
    );
    // The headings lead there and say how much changed under each.
    in_order(
        &page,
        &[
            "class=\"outline\"",
            "href=\"#b7\">What we collect</a>",
            "1 finding",
        ],
    );
}

#[test]
fn rows_of_a_table_are_a_table_with_their_altered_cells_marked() {
    let register = |rows: &[(&str, &str)]| {
        let rows: String = rows
            .iter()
            .map(|(who, out)| {
                format!("<tr><td>{who}</td><td>Planning of services</td><td>{out}</td></tr>")
            })
            .collect();
        format!(
            "<h1>Register</h1><p>Every release of data is listed here.</p><table><tr><th>Organisation</th><th>Purpose</th><th>Opt-outs</th></tr>{rows}</table>"
        )
    };
    let before = register(&[("Leeds", "Yes"), ("York", "Yes"), ("Hull", "Yes")]);
    let after = register(&[("Leeds", "No"), ("Hull", "Yes"), ("Acme", "No")]);
    let open = Open::of(seen(&[&before, &after]));
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "<th scope=\"col\">Organisation</th>",
            "data-is=\"altered\"><td class=\"mark\">altered</td><td>Leeds</td>",
            "<td><del>Yes</del> <ins>No</ins></td>",
            "data-is=\"removed\"><td class=\"mark\">removed</td><td><del>York</del></td>",
            "data-is=\"added\"><td class=\"mark\">added</td><td><ins>Acme</ins></td>",
        ],
    );
}

#[test]
fn the_claim_of_the_page_stands_beside_what_was_seen() {
    let dated = |word: &str| {
        format!(
            "<h1>Page</h1><p>Last updated: 1 July 2020</p><p>Patients {word} be asked before anything is shared.</p><p>Another paragraph with some words in it.</p>"
        )
    };
    let open = Open::of(seen(&[&dated("will"), &dated("may")]));
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "The page says",
            "It says it was last updated on 1 July 2020, as it said before this change.",
            "We saw",
            "The old text from <time datetime=\"2020-07-06T09:00:00Z\">",
            "The new text from <time datetime=\"2020-07-06T10:00:00Z\">",
        ],
    );
}

#[test]
fn what_was_put_right_stands_above_and_errors_can_be_reported() {
    let mut program = seen(&[FIRST, &edited()]);
    program.settle_in_settings("public_url = \"https://window.example/\"");
    program.expect(
        "correct page 1..2 --kind our-error --text <b>wrong</b> --by Bo",
        0,
    );
    program.expect("correct page 1..2 --kind reply --text No.", 0);
    let open = Open::of(program);
    let page = open.get("/d/page/1..2");
    in_order(
        &page,
        &[
            "Reply of A department, in their own words",
            "<p>No.</p>",
            "Correction: our error",
            "&lt;b&gt;wrong&lt;/b&gt;",
            "What differs",
        ],
    );
    assert!(
        !page.text.contains("Bo"),
        "who keeps the archive is nobody’s business"
    );
    in_order(
        &page,
        &[
            "href=\"mailto:editor@example.org?subject=",
            "https%3A%2F%2Fwindow.example%2Fd%2Fpage%2F1..2",
            "Report an error",
        ],
    );
    in_order(
        &page,
        &[
            "property=\"og:description\" content=\"",
            "will not be collected",
            "property=\"og:url\" content=\"https://window.example/d/page/1..2\"",
        ],
    );
    in_order(
        &page,
        &[
            "Cite this",
            "A department",
            "SHA-256 of the bytes served",
            "of the journal. https://window.example/d/page/1..2",
        ],
    );
}

#[test]
fn changes_lead_to_each_other_and_any_two_versions_are_compared() {
    let last = edited().replace("eight years", "twenty years");
    let open = Open::of(seen(&[FIRST, &edited(), &last]));
    let page = open.get("/d/page/1..2");
    page.link("/d/page/2..3");
    page.link("/d/page/0..1");
    let asked = open.get("/d/page/compare?from=1&to=3");
    assert_eq!(
        (asked.status, asked.field("location")),
        (303, "/d/page/1..3")
    );
    let page = open.get("/d/page/1..3");
    in_order(
        &page,
        &[
            "Version 1 compared with version 3",
            "<del>will not</del>",
            "<del>eight</del>",
        ],
    );
    assert_eq!(open.get("/d/page/compare?from=1&to=x").status, 400);
    let gone = open.get("/d/page/3..0");
    in_order(&gone, &["no page there", "<del>Your choice</del>"]);
    let first = open.get("/d/page/0..1");
    assert!(
        first.text.contains("<ins>Names") || first.text.contains("<ins>We collect"),
        "{}",
        first.text
    );
}

#[test]
fn two_documents_are_compared() {
    let mut program = Program::new();
    program.watch("old", "/old", "");
    program.watch("new", "/new", "");
    program.site.play("/old", page(FIRST));
    program.site.play("/new", page(&edited()));
    program.expect("visit --all", 0);
    let open = Open::of(program);
    let page = open.get("/compare?a=old@1&b=new@1");
    in_order(
        &page,
        &[
            "href=\"/d/old/1\"",
            "href=\"/d/new/1\"",
            "<del>will not</del>",
        ],
    );
    page.link("/compare?a=old%401&amp;b=new%401&amp;view=side");
    let side = open.get("/compare?a=old%401&b=new%401&view=side");
    assert!(side.text.contains("data-view=\"side\""));
    let same = open.get("/compare?a=old@0&b=old@1");
    assert_eq!((same.status, same.field("location")), (303, "/d/old/0..1"));
    assert!(open.get("/compare").text.contains("name=\"a\""));
    assert_eq!(open.get("/compare?a=old&b=new@1").status, 400);
    assert_eq!(open.get("/compare?a=old@7&b=new@1").status, 404);
}

#[test]
fn a_redline_is_a_file_in_four_forms() {
    let open = redline();
    for (ending, kind, words) in [
        ("md", "text/markdown; charset=utf-8", "~~will not~~ **may**"),
        ("txt", "text/plain; charset=utf-8", "{+may+}"),
        ("patch", "text/plain; charset=utf-8", "--- page version 1"),
        ("html", "text/html; charset=utf-8", "<del>will not</del>"),
    ] {
        let file = open.get(&format!("/d/page/1..2.{ending}"));
        assert_eq!((file.status, file.field("content-type")), (200, kind));
        assert!(file.text.contains(words), "{ending}: {}", file.text);
        let shown = if ending == "html" {
            "attachment"
        } else {
            "inline"
        };
        let disposition = format!("{shown}; filename=\"page-1-2.{ending}\"");
        assert_eq!(file.field("content-disposition"), disposition);
    }
    assert_eq!(open.get("/d/page/1..2.exe").status, 400);
}
