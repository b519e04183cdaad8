//! One document: its timeline, its claims, its versions, and what cannot be known of it.

use crate::program::Program;
use crate::site::Answer;
use crate::window::house::Open;
use crate::window::town::{HARMLESS, town};

#[test]
fn a_document_shows_when_it_was_there_and_what_it_says_of_itself() {
    let open = Open::of(town());
    let page = open.get("/d/alone");
    assert_eq!(page.status, 200);
    assert!(
        page.text
            .contains("<svg role=\"img\" aria-labelledby=\"timeline-title timeline-desc\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("class=\"present\""), "{}", page.text);
    assert!(page.text.contains("The same as a table"), "{}", page.text);
    assert!(
        page.text
            .contains("It states no date, and keeps no list of its changes."),
        "{}",
        page.text
    );
    for link in [
        "/d/alone/1..2",
        "/d/alone/1",
        "/d/alone/2",
        "/publishers/Office%20%26%20Sons",
        "/d/alone/feed.atom",
    ] {
        page.link(link);
    }
    assert!(
        page.text
            .contains("rel=\"alternate\" type=\"application/feed+json\""),
        "{}",
        page.text
    );
    let evil = open.get("/d/evil");
    assert!(evil.text.contains(HARMLESS), "{}", evil.text);
    assert!(
        !evil.text.contains("<script") && !evil.text.contains("<img"),
        "{}",
        evil.text
    );
    open.get("/d/register").link("/d/register/table/1");
}

#[test]
fn a_page_that_fails_is_unknown_and_not_gone() {
    let program = Program::with_page("Nobody is asked twice.");
    program.expect("visit --all", 0);
    program.site.replay("/page", Answer::status(500));
    program.run("visit --all");
    let open = Open::of(program);
    let page = open.get("/d/page");
    assert!(
        page.text.contains("It cannot be read since"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("rect class=\"unknown\""),
        "{}",
        page.text
    );
    assert!(
        !page.text.contains("rect class=\"absent\""),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("2 visits, of which 1 failed"),
        "{}",
        page.text
    );
}

#[test]
fn what_was_never_read_says_so() {
    let mut program = Program::new();
    program.watch("page", "/page", "");
    program.watch("new", "/new", "");
    program.run("visit page");
    let open = Open::of(program);
    let page = open.get("/d/new");
    assert_eq!(page.status, 200);
    for said in [
        "It has never been read so far.",
        "It was not visited yet.",
        "No version is kept.",
        "It has not changed since it is watched.",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
}

#[test]
fn many_versions_and_changes_are_paged_and_none_is_lost() {
    let program = Program::with_page("This is sentence 0.");
    program.run("visit --all");
    for number in 1..28 {
        program.say(&format!(
            "This is sentence {number}, and room {} is open.",
            number * 3
        ));
        program.run("visit --all");
    }
    let open = Open::of(program);
    let first = open.get("/d/page");
    first.link("/d/page/28");
    first.link("/d/page/4");
    assert!(!first.text.contains("href=\"/d/page/3\""), "{}", first.text);
    let second = open.get("/d/page?versions=4");
    for link in ["/d/page/3", "/d/page/1"] {
        second.link(link);
    }
    let older =
        regex::Regex::new("href=\"(/d/page\\?changes=[0-9]+)#changes\"").expect("a pattern");
    let next = older.captures(&first.text).expect("older changes");
    let changes = open.get(&next[1]);
    changes.link("/d/page/1..2");
    assert!(!older.is_match(&changes.text), "{}", changes.text);
}
