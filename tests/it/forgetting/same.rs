//! The same words in other bytes: they go too, or it is said where they stand.

use serde_json::Value;

use super::{FIRST, SECRET, THIRD, forget, holding, is_gone, kept, verified};
use crate::backfill::archive::{Lists, holds, of, watchlist, weekly};
use crate::program::{Program, page};
use crate::site::Answer;

/// A page with these answers, one a day, of which everybody was told.
fn visited(answers: &[String]) -> Program {
    let mut program = Program::with_page(FIRST);
    program.watch("twin", "/twin", "");
    let twin = page(SECRET).replace("</body>", "<p hidden>of the twin</p></body>");
    program.site.play("/twin", Answer::html(&twin));
    for (day, answer) in (1..).zip(answers) {
        program.site.replay("/page", Answer::html(answer));
        let code = i32::from(day > 1);
        program.expect(&format!("--at 2026-03-0{day}T09:00:00Z visit page"), code);
    }
    program.expect("--at 2026-03-08T09:00:00Z deliver", 0);
    program
}

/// Other bytes that say the same.
fn in_other_bytes(text: &str) -> String {
    page(text).replace("<body>", "<body><!-- served by another machine -->")
}

/// Where sentences of what went stand still, with how many of them.
fn still(done: &Value) -> Vec<String> {
    let rows = done["still"].as_array().expect("texts").iter();
    let text = |row: &Value| {
        format!(
            "{} ({})",
            row["text"].as_str().unwrap_or_default(),
            row["sentences"]
        )
    };
    rows.map(text).collect()
}

#[test]
fn the_same_words_in_other_bytes_go_too_with_the_bytes() {
    let program = visited(&[
        page(FIRST),
        page(SECRET),
        page(THIRD),
        in_other_bytes(SECRET),
        page(THIRD),
    ]);
    program.expect("--at 2026-03-06T09:00:00Z visit twin", 0);
    let bytes = |no: u32| kept(&program.data(), no).remove(0).expect("bytes");
    assert_ne!(bytes(2), bytes(4));
    let done = forget(&program, "page@2");
    assert_eq!(done["with_them"], serde_json::json!(["page@4", "twin@1"]));
    // What stands around the words on every page is told of too.
    assert_eq!(still(&done), ["page@1 (4)", "page@3 (4)", "page@5 (4)"]);
    assert!(is_gone(&program.data(), 2) && is_gone(&program.data(), 4));
    for asked in [
        "show page@4",
        "show page@4 --raw",
        "show twin@1 --raw",
        "diff page 3..4",
    ] {
        let said = program.run(asked);
        assert_eq!(said.code, 2, "{asked}: {}", said.text());
        assert!(said.err.contains("because: Request"), "{}", said.err);
    }
    assert_eq!(
        holding(&program.data(), b"Wilhelmina"),
        Vec::<std::path::PathBuf>::new()
    );
    program.expect("export --format warc out", 0);
    assert_eq!(
        holding(&program.path("out"), b"Wilhelmina"),
        Vec::<std::path::PathBuf>::new()
    );
    assert!(verified(&program, "smallprint-data")["broken"].is_null());
}

#[test]
fn where_sentences_of_it_stand_still_is_said_before_anything_is_done() {
    let both = format!("{SECRET} {THIRD}");
    let program = visited(&[page(FIRST), page(SECRET), page(&both), page(THIRD)]);
    let said = program.run("forget page@2 --yes --reason Request");
    assert_eq!(said.code, 0, "{}", said.err);
    let said = said.text();
    let told = said
        .find("of its 5 sentences some stand still, and can be read, in page@3 (5), page@1 (4)");
    assert!(
        told.is_some() && told < said.find("forgotten; entry"),
        "{said}"
    );
    assert!(said.contains("name these texts too"), "{said}");
    let shown = program.expect("show page@3", 0).text();
    assert!(shown.contains("Quartermaine"), "{shown}");
    // Whoever does as they are told has it gone.
    let done = forget(&program, "page@2 page@3");
    assert_eq!(still(&done), ["page@4 (5)", "page@1 (4)"]);
    assert_eq!(
        holding(&program.data(), b"Wilhelmina"),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn a_page_that_goes_on_as_another_takes_its_words_with_it() {
    let mut program = Program::new();
    program.watch("old", "/old", "");
    program.site.play("/old", Answer::html(&page(SECRET)));
    program.expect("--at 2026-03-01T09:00:00Z visit old", 0);
    program.watch("new", "/new", "continues = [\"old\"]");
    program.site.play("/new", Answer::html(&page(THIRD)));
    program.run("--at 2026-03-02T09:00:00Z visit new");
    program.expect("--at 2026-03-03T09:00:00Z deliver", 0);
    let said = program.expect("--json diff new 0..1", 0).text();
    assert!(said.contains("Quartermaine"), "{said}");
    forget(&program, "old@1");
    let said = program.run("--json diff new 0..1");
    assert!(!said.text().contains("Quartermaine"), "{}", said.text());
    assert_eq!(
        holding(&program.data(), b"Wilhelmina"),
        Vec::<std::path::PathBuf>::new()
    );
    program.expect("show new@1", 0);
}

#[test]
fn a_backfilled_text_goes_as_later_rules_read_it_too() {
    let mut program = Program::with_page("Version 2 of the direction applies to practices.");
    watchlist(&mut program, &["one"]);
    let address = of(&program, "/page");
    holds(
        &program,
        "one",
        &address,
        &weekly(20, &[5, 15]),
        Lists::Digests,
    );
    program.expect("--at 2020-07-01T09:00:00Z visit page", 0);
    program.expect("backfill page", 0);
    let before = program.expect("--json show page@b1", 0).json().remove(0);
    // By other rules the same bytes become another document.
    program.forget_watches();
    program.watch("page", "/page", "select = \"body\"");
    program.expect("reread page", 0);
    let after = program.expect("--json show page@b1", 0).json().remove(0);
    assert_ne!(before["document"]["reader"], after["document"]["reader"]);
    forget(&program, "page@b1");
    let said = program.run("show page@b1");
    assert_eq!(said.code, 2, "{}", said.text());
    assert!(said.err.contains("because: Request"), "{}", said.err);
}
