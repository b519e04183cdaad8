//! What archives held of a page before it was watched, as pages and as JSON.

use crate::backfill::archive::{Lists, holds, of, watchlist, weekly};
use crate::program::Program;
use crate::window::house::Open;

#[test]
fn the_past_of_a_page_is_read_from_page_to_page() {
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
    let open = Open::of(program);
    let document = open.get("/d/page");
    assert!(
        document.text.contains("Before it was watched"),
        "{}",
        document.text
    );
    assert!(
        document.text.contains("2 changes before our first version"),
        "{}",
        document.text
    );
    let turn = document
        .text
        .split("href=\"/d/page/b")
        .skip(1)
        .find(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    assert!(turn.is_some(), "no link to a text of an archive");
    for path in [
        "/d/page/b1",
        "/d/page/b1/served",
        "/d/page/b1/headers",
        "/d/page/b1/blame",
    ] {
        let page = open.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(page.text.contains("ackfilled"), "{path}: {}", page.text);
    }
    let redline = open.get("/d/page/b1..1");
    assert_eq!(redline.status, 200);
    assert!(
        redline.text.contains("the word of the archive “one”"),
        "{}",
        redline.text
    );
    assert!(redline.text.contains("<ins"), "{}", redline.text);
    assert_eq!(open.get("/d/page/b1..1.md").status, 200);
    assert_eq!(open.get("/d/page/b99").status, 404);
    let blame = open.get("/d/page/1/blame");
    assert!(blame.text.contains("since backfilled b"), "{}", blame.text);
    let listed = open.get("/api/v1/documents/page/past");
    let listed: serde_json::Value = serde_json::from_str(&listed.text).expect("JSON");
    let text = listed.to_string();
    assert!(
        text.contains("page@b1") && text.contains("\"archive\":\"one\""),
        "{text}"
    );
    let one = open.get("/api/v1/documents/page/versions/b1");
    assert!(one.text.contains("page@b1"), "{}", one.text);
    let versions = open.get("/api/v1/documents/page/versions");
    assert!(!versions.text.contains("page@b"), "{}", versions.text);
    let redline = open.get("/api/v1/changes/page/b1..1");
    assert!(
        redline.text.contains("\"reach\":\"b1..1\""),
        "{}",
        redline.text
    );
}
