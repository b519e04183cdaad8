//! Versions: as they read, as they were served, the way they came, as of a moment, and paragraph by paragraph.

use super::house::{Answer, Open};
use super::redline::seen;
use crate::program::Program;
use crate::site::Answer as Served;

const A: &str = "<p>Patients can opt out at any time by telling their practice.</p>";
const B: &str = "<p>Hospitals publish a list of doctors every spring and autumn.</p>";
const C: &str = "<p>Records are kept in England for eight years after discharge.</p>";

#[track_caller]
fn has(page: &Answer, words: &[&str]) {
    for word in words {
        assert!(page.text.contains(word), "no {word:?} in {}", page.text);
    }
}

#[test]
fn a_version_reads_as_its_page_does() {
    let text = "<h1>Page</h1><p>See the <a href=\"https://a.example/form\">form</a> for more about it.</p>\
        <ul><li>One thing<ul><li>and another in it</li></ul></li><li>Two things</li></ul>\
        <table><tr><th>Who</th><th>What</th></tr><tr><td>Leeds</td><td>Planning</td></tr></table>";
    let open = Open::of(seen(&[text]));
    let page = open.get("/d/page/1");
    has(
        &page,
        &[
            "<a href=\"https://a.example/form\" title=\"https://a.example/form\" rel=\"noopener noreferrer nofollow\">form</a>",
            "<ul><li id=\"b2\">One thing<ul><li id=\"b3\">and another in it</li></ul></li>",
            "<th scope=\"col\">Who</th>",
            "<td>Leeds</td>",
        ],
    );
    page.link("/d/page/1/served");
    page.link("/d/page/1/headers");
    page.link("/d/page/1/blame");
}

#[test]
fn the_source_is_text_and_the_bytes_are_for_keeping() {
    let open = Open::of(seen(&[&format!("<h1>Page</h1>{A}")]));
    let served = open.get("/d/page/1/served");
    has(
        &served,
        &[
            "<span id=\"L1\">&lt;!doctype html&gt;",
            "href=\"/d/page/1/raw\" download",
        ],
    );
    let raw = open.get("/d/page/1/raw");
    assert_eq!(raw.status, 200);
    assert!(raw.text.starts_with("<!doctype html>"), "{}", raw.text);
    assert_eq!(raw.field("content-type"), "application/octet-stream");
    assert_eq!(
        raw.field("content-disposition"),
        "attachment; filename=\"page-1.bin\""
    );
    assert_eq!(
        raw.field("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert_eq!(raw.field("x-content-type-options"), "nosniff");
}

#[test]
fn every_answer_on_the_way_is_shown_with_its_fields() {
    let mut program = Program::new();
    program.watch("page", "/page", "");
    program.site.play("/page", Served::redirect(301, "/other"));
    let text = format!(
        "<html><head><title>Page</title></head><body><main><h1>Page</h1>{A}{B}</main></body></html>"
    );
    program.site.play(
        "/other",
        Served::html(&text).header("x-note", "<script>alert(1)</script>"),
    );
    program.expect("visit --all", 0);
    let open = Open::of(program);
    let page = open.get("/d/page/1/headers");
    has(
        &page,
        &[
            "Answer 1 of 2",
            "<dd>301</dd>",
            "Answer 2 of 2",
            "<th scope=\"row\">x-note</th><td>&lt;script&gt;alert(1)&lt;/script&gt;</td>",
            "Asked of the server by this program",
            "SHA-256 of the bytes",
        ],
    );
}

#[test]
fn as_of_a_moment_a_page_is_present_absent_or_unknown() {
    let first = format!("<h1>Page</h1>{A}{B}");
    let second = format!("<h1>Page</h1>{A}{C}");
    let program = seen(&[&first, &second]);
    program.site.replay("/page", Served::status(404));
    // A page is gone only where its host is well.
    program
        .site
        .play("/", Served::html("<h1>The front</h1><p>All is well.</p>"));
    for (hour, code) in [(12, 2), (14, 1), (16, 2)] {
        program.expect(&format!("--at 2020-07-06T{hour}:00:00Z visit --all"), code);
    }
    let shown = program.expect("show page@2020-07-06T15:30:00Z", 0).text();
    assert!(shown.contains("No page was there."), "{shown}");
    let open = Open::of(program);
    for (moment, known) in [
        ("2020-07-06T10:00:00+01:00", "present"),
        ("2020-07-06T09:30:00Z", "unknown"),
        ("2020-07-06T15:30:00Z", "absent"),
        ("2020-07-07", "unknown"),
    ] {
        let answer = open.get(&format!("/api/v1/documents/page/at/{moment}"));
        let told: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(told["stood"]["known"], known, "{moment}: {told}");
    }
    let seen = open.get("/d/page/at/2020-07-06T10:00:00+01:00");
    assert_eq!((seen.status, seen.field("location")), (302, "/d/page/1"));
    let digits = open.get("/d/page/at/20200706100000");
    assert_eq!(
        (digits.status, digits.field("location")),
        (302, "/d/page/2")
    );
    for (moment, said) in [
        ("2020-07-05", "was not seen here before that time"),
        ("2020-07-06T09:30:00Z", "changed between two visits"),
        ("2020-07-06T15:30:00Z", "No page was there"),
        ("2020-07-07", "not seen since an earlier time"),
        ("2999-01-01", "yet to come"),
    ] {
        let page = open.get(&format!("/d/page/at/{moment}"));
        assert_eq!(page.status, 200, "{moment}");
        assert!(page.text.contains(said), "{moment}: {}", page.text);
    }
    let between = open.get("/d/page/at/2020-07-06T09:30:00Z");
    between.link("/d/page/1");
    between.link("/d/page/2");
    assert_eq!(open.get("/d/page/at/soon").status, 400);
    assert_eq!(open.get("/d/nobody/at/2020-07-05").status, 404);
}

#[test]
fn every_paragraph_names_the_version_that_brought_it() {
    let texts = [
        format!("<h1>Page</h1>{A}{B}"),
        format!(
            "<h1>Page</h1>{}{B}",
            A.replace("can opt out at any time", "can no longer opt out")
        ),
        format!(
            "<h1>Page</h1>{}{B}{C}",
            A.replace("can opt out at any time", "can no longer opt out")
        ),
    ];
    let open = Open::of(seen(&texts.each_ref().map(String::as_str)));
    let page = open.get("/d/page/blame");
    has(
        &page,
        &[
            "3 versions were compared",
            "href=\"/d/page/1..2\">since version 2</a>",
            "Before, since version 1",
            "<del>at any time",
            "href=\"/d/page/2..3\">since version 3</a>",
            "<td>Patients can opt out at any time by telling their practice.</td>",
        ],
    );
    let earlier = open.get("/d/page/2/blame");
    has(&earlier, &["2 versions were compared"]);
    assert!(!earlier.text.contains("Records are kept"));
}

#[test]
fn hostile_pages_are_shown_harmless_everywhere() {
    let hostile = |word: &str| {
        let rows: String = (0..900)
            .map(|no| format!("<tr><td>{no} {word}</td><td><svg onload=alert(1)></svg>x</td></tr>"))
            .collect();
        format!(
            "<h1>&lt;script&gt;alert(1)&lt;/script&gt; {word}</h1>\
             <p>&lt;img src=x onerror=alert(1)&gt; {word} &lt;/p&gt;&lt;/main&gt;&lt;style&gt;*{{background:url(//evil.example/)}}&lt;/style&gt;</p>\
             <p><a href=\"javascript:alert(1)\">press</a> <a href=\"data:text/html,x\">or press</a> the {word} button of \u{202e}evil\u{2066} text.</p>\
             <p>&quot;&gt;&lt;details open ontoggle=alert(1)&gt; {word} &#x27;onclick=&#x27;alert(1)</p>\
             <table><tr><th>&lt;svg&gt;</th><th>What</th></tr>{rows}</table>"
        )
    };
    let open = Open::of(seen(&[&hostile("will"), &hostile("may")]));
    for path in [
        "/d/page/1..2",
        "/d/page/1..2?view=side",
        "/d/page/1..2?view=changes",
        "/d/page/0..1",
        "/d/page/2",
        "/d/page/2/served",
        "/d/page/2/headers",
        "/d/page/blame",
        "/d/page/at/2020-07-05",
        "/compare?a=%3Cscript%3E&b=page@1",
        "/compare?a=%22%3E%3Cscript%3E",
        "/d/page/1..2?view=%22%3E%3Cscript%3E",
    ] {
        let page = open.get(path);
        let text = page.text.to_lowercase();
        for live in [
            "<script",
            "<img",
            "<svg",
            "<style",
            "<details open on",
            "href=\"javascript",
            "href=\"data:",
            "\u{202e}",
            "\u{2066}",
        ] {
            assert!(!text.contains(live), "{path}: {live:?} in {}", page.text);
        }
        // Nothing of theirs is an attribute of ours.
        for part in page.text.split('<').skip(1) {
            let tag = part.split('>').next().unwrap_or_default();
            let names: String = tag.split('"').step_by(2).collect();
            assert!(
                !names.contains("alert(1)") && !names.contains(" on"),
                "{path}: {tag}"
            );
        }
        assert!(
            page.text.len() < 700_000,
            "{path}: {} bytes",
            page.text.len()
        );
    }
    for ending in ["md", "txt", "patch", "html"] {
        let file = open.get(&format!("/d/page/1..2.{ending}"));
        assert!(!file.text.contains('\u{202e}'), "{ending}");
        // Plain text may say it; Markdown says it behind a backslash.
        let plain =
            file.field("content-type").starts_with("text/") && !["md", "html"].contains(&ending);
        let text = file.text.replace("\\<", "");
        assert!(plain || !text.contains("<script"), "{ending}: {text}");
    }
}
