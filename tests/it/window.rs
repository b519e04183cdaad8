//! The window: pages as a browser or another program asks for them, from the real program.

mod api;
mod chromium;
mod document;
mod feeds;
mod hostile;
pub mod house;
mod keys;
mod lists;
mod memento;
mod naming;
mod now;
mod past;
mod people;
mod pinned;
mod reached;
mod redline;
mod schemathesis;
mod seen;
mod signed;
mod town;
mod versions;
mod witness;

use house::{Asked, Open};

#[test]
fn what_changed_is_read_from_page_to_page_without_a_script() {
    let open = Open::with_a_change();
    let now = open.get("/");
    assert_eq!(now.status, 200);
    let redline = now.link("/d/page/1..2");
    let redline = open.get(&redline);
    assert!(
        redline
            .text
            .contains("<del>Nobody</del><ins class=\"next\">Everybody</ins> is asked "),
        "{}",
        redline.text
    );
    let document = open.get(&redline.link("/d/page"));
    let version = open.get(&document.link("/d/page/1"));
    assert!(
        version.text.contains(">Nobody is asked twice.</p>"),
        "{}",
        version.text
    );
    let documents = open.get(&now.link("/documents"));
    documents.link("/d/page");
    for page in [now, redline, document, version, documents] {
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
}

#[test]
fn every_answer_forbids_what_no_page_of_ours_needs() {
    let open = Open::with_a_change();
    for path in [
        "/",
        "/d/page",
        "/d/page/1..2",
        "/d/page/2",
        "/style.css",
        "/nowhere",
    ] {
        let answer = open.get(path);
        let policy = answer.field("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.field("x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn what_is_not_there_is_named_and_leads_on() {
    let open = Open::with_a_change();
    for (path, status, said) in [
        ("/nowhere", 404, "There is no such page."),
        ("/d/nobody", 404, "There is no watch “nobody”."),
        ("/d/page/9", 404, "page has no version 9."),
        ("/d/page/1..9", 404, "page has no version 9."),
        (
            "/d/page/soon",
            400,
            "“soon” is neither the number of a version nor a day or time",
        ),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text.contains(said), "{path}: {}", answer.text);
        answer.link("/documents");
    }
}

#[test]
fn whoever_has_a_page_already_is_not_sent_it_again() {
    let open = Open::with_a_change();
    let first = open.get("/d/page/1..2");
    let tag = first.field("etag").to_owned();
    let again = open.ask(&Asked::get("/d/page/1..2").with("if-none-match", &tag));
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.field("etag"), tag);
    let other = open.ask(&Asked::get("/d/page/1..2").with("if-none-match", "\"another\""));
    assert_eq!(other.status, 200);
}

#[test]
fn other_commands_are_answered_while_the_window_is_open() {
    let open = Open::with_a_change();
    let said = open.program.expect("--json history page", 0);
    assert_eq!(said.json().len(), 2);
}

#[test]
fn run_opens_the_window_where_the_watchlist_says() {
    let mut program = house::changed();
    program.settle("[window]\nlisten = \"127.0.0.1:0\"");
    let mut running = program.start();
    let line = running.until("the window is open at ");
    let open = Open::at(program, running, &line);
    assert_eq!(open.get("/").status, 200);
}
