//! What is shown of the history of a watch: bounds, texts, bytes, hops, redlines, and all of it after renaming.

use crate::program::{Program, Said, page};
use crate::site::Answer;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";

/// An archive with two versions of `page`, first seen at nine and at eleven, with a look at ten.
fn two_versions() -> Program {
    let program = Program::with_page(FIRST);
    program.expect("--at 2026-03-02T09:00:00Z visit page", 0);
    program.expect("--at 2026-03-02T10:00:00Z visit page", 0);
    program.say(SECOND);
    program.expect("--at 2026-03-02T11:00:00Z visit page", 1);
    program
}

/// The text without the breaks of its lines.
fn flat(said: &Said) -> String {
    let text = said.text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_history_says_between_which_times() {
    let program = two_versions();
    let said = flat(&program.expect("--at 2026-03-03T09:00:00Z history page", 0));
    for part in [
        "The page page (page)",
        "3 visits since Mon 2 March 2026 09:00 GMT: 3 read, 0 failed.",
        "0..1 appeared",
        "first seen on Mon 2 March at 09:00 (GMT); not watched before",
        "1..2",
        "between 10:00 and 11:00 on Mon 2 March",
        "smallprint diff page",
    ] {
        assert!(said.contains(part), "no “{part}” in {said}");
    }
}

#[test]
fn a_page_is_shown_as_it_was_at_any_time() {
    let program = two_versions();
    let shown = |which: &str| program.expect(&format!("show page{which}"), 0).text();
    assert!(shown("").contains(SECOND) && !shown("").contains(FIRST));
    for which in ["@1", "@2026-03-02T10:30:00Z", "@2026-03-02T10:59:59+00:00"] {
        assert!(shown(which).contains(FIRST), "{which}");
    }
    for which in ["@2", "@2026-03-02T12:00:00+01:00", "@2030-01-01T00:00:00Z"] {
        assert!(shown(which).contains(SECOND), "{which}");
    }
    let said = program.expect("show page@2026-03-02T08:00:00Z", 2);
    assert!(said.err.contains("versions 1 to 2"), "{}", said.err);
}

#[test]
fn a_diff_has_six_forms() {
    let program = two_versions();
    let diff = |form: &str| {
        let said = program.expect(&format!("diff page 1..2 --format {form}"), 0);
        assert!(said.err.is_empty(), "{}", said.err);
        said
    };
    for form in ["terminal", "text", "markdown", "html"] {
        let text = flat(&diff(form));
        assert!(text.contains("opt out at any time"), "{form}: {text}");
        assert!(!text.contains('\u{1b}'), "{form} has escape sequences");
    }
    assert!(diff("html").text().starts_with("<!doctype html>"));
    let json = diff("json").json();
    assert!(json[0]["diff"]["hunks"].is_array(), "{}", json[0]);
    let patch = diff("patch").text();
    assert!(
        patch.contains(&format!("\n-{FIRST}\n+{SECOND}\n")),
        "{patch}"
    );
    assert!(patch.starts_with("--- ") && patch.contains("\n+++ ") && patch.contains("\n@@ "));
    let back = program.expect("diff page 2..1 --format patch", 0).text();
    assert!(back.contains(&format!("\n-{SECOND}\n+{FIRST}\n")), "{back}");
    let from_nothing = program.expect("diff page 0..2 --format patch", 0).text();
    assert!(
        from_nothing.contains(&format!("+{SECOND}")),
        "{from_nothing}"
    );
    let whole = program.expect("diff page", 0).text();
    assert_eq!(
        whole,
        diff("terminal").text(),
        "the last change is the default"
    );
}

#[test]
fn bytes_come_out_as_they_were_served() {
    let mut program = Program::new();
    program.watch("page", "/page", "");
    let mut body = page(FIRST).into_bytes();
    body.extend(b"<!-- \x00\x01\xfe\xff\r\n\r -->");
    program
        .site
        .play("/page", Answer::html("").body(&body).gzip());
    program.expect("visit page", 0);
    assert_eq!(program.expect("show page --raw", 0).out, body);
}

#[test]
fn every_hop_of_a_redirect_is_shown() {
    let mut program = Program::new();
    program.watch("page", "/old", "");
    program.site.play("/old", Answer::redirect(301, "/middle"));
    program.site.play(
        "/middle",
        Answer::redirect(302, "/page").header("x-middle", "so"),
    );
    program
        .site
        .play("/page", Answer::html(&page(FIRST)).header("x-last", "yes"));
    program.expect("visit page", 0);
    let text = program.expect("show page --headers", 0).text();
    let place = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("no {part} in {text}"))
    };
    assert!(place("301 http://127.0.0.1") < place("302 http://127.0.0.1"));
    assert!(place("x-middle: so") < place("200 http://127.0.0.1"));
    assert!(place("200 http://127.0.0.1") < place("x-last: yes"));
    let json = program.expect("--json show page --headers", 0).json();
    assert_eq!(json[0]["capture"]["hops"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_watch_taken_out_stays_readable() {
    let mut program = two_versions();
    let before = program.expect("history page", 0).text();
    program.forget_watches();
    program.watch("other", "/other", "");
    program.site.play("/other", Answer::html(&page(SECOND)));
    for round in 0..2 {
        let rows = program.expect("--json list", 0).json();
        let row = rows
            .iter()
            .find(|row| row["watch"] == "page")
            .expect("a row");
        assert_eq!(
            (&row["standing"], &row["version"]),
            (&"retired".into(), &2.into()),
            "{round}"
        );
        let after = program.expect("history page", 0).text();
        assert_eq!(
            before.lines().skip(1).collect::<Vec<_>>(),
            after.lines().skip(1).collect::<Vec<_>>()
        );
        assert!(program.expect("show page@1", 0).text().contains(FIRST));
        program.expect("diff page", 0);
        assert_eq!(program.expect("--json changes", 0).json().len(), 2 + round);
        program.expect("visit page", 2);
        program.expect("visit --all", 0);
    }
}

#[test]
fn a_new_name_carries_the_history_on() {
    let mut program = two_versions();
    program.forget_watches();
    program.watch("new-name", "/page", "was = [\"page\"]");
    for visited in [false, true] {
        let rows = program.expect("--json list", 0).json();
        assert_eq!(
            rows.len(),
            1,
            "the old name is no watch of its own: {rows:?}"
        );
        assert_eq!(
            (&rows[0]["watch"], &rows[0]["version"]),
            (&"new-name".into(), &2.into()),
            "visited: {visited}"
        );
        let text = program.expect("history new-name", 0).text();
        assert!(text.contains("1..2"), "visited: {visited}: {text}");
        assert!(program.expect("show new-name@1", 0).text().contains(FIRST));
        program.expect("diff new-name", 0);
        program.expect("history page", 0);
        let rows = program.expect("--json changes --topic gp-data", 0).json();
        assert_eq!(rows.len(), 2, "visited: {visited}");
        program.expect("visit new-name", 0);
    }
}

#[test]
fn a_watch_taken_out_is_not_visited_but_its_history_is_pointed_to() {
    let mut program = two_versions();
    program.forget_watches();
    program.watch("another", "/page", "");
    let said = program.expect("visit page", 2);
    for part in ["“page” is no longer watched", "smallprint history page"] {
        assert!(said.err.contains(part), "{}", said.err);
    }
    program.forget_watches();
    program.watch("new-name", "/page", "was = [\"page\"]");
    let said = program.expect("visit page", 2);
    assert!(said.err.contains("called “new-name” now"), "{}", said.err);
}

#[test]
fn changes_are_chosen_by_time_topic_and_severity() {
    let program = two_versions();
    let count = |options: &str| {
        program
            .expect(&format!("--json changes {options}"), 0)
            .json()
            .len()
    };
    assert_eq!(count(""), 2);
    assert_eq!(count("--since 2026-03-02T11:00:00Z"), 1);
    assert_eq!(count("--since 2026-03-02T11:00:01Z"), 0);
    assert_eq!(count("--since 2026-03-02"), 2);
    assert_eq!(count("--topic gp-data"), 2);
    assert_eq!(count("--topic fdp"), 0);
    assert_eq!(count("--min-severity 2"), 1);
    let spans: Vec<_> = program.expect("--json changes", 0).json();
    assert_eq!(spans[0]["change"], "1..2", "newest first");
    assert!(
        program
            .expect("changes --topic fdp", 0)
            .text()
            .starts_with("Nothing changed")
    );
}

#[test]
fn nothing_but_text_goes_into_a_pipe() {
    let mut program = two_versions();
    program.set("TERM", "xterm-256color");
    for command in [
        "list",
        "history page",
        "show page",
        "diff page",
        "changes",
        "verify",
        "rebuild",
        "visit page",
        "deliver",
        "check",
    ] {
        let said = program.expect(command, 0);
        assert!(
            !said.text().contains('\u{1b}') && !said.text().contains('\r'),
            "{command}"
        );
        assert!(said.err.is_empty(), "{command}: {}", said.err);
    }
}

#[test]
fn the_history_of_a_page_that_moved_says_where_it_is_read_now() {
    let program = Program::with_page(FIRST);
    program.expect("--at 2026-03-02T09:00:00Z visit page", 0);
    program.site.play("/moved", Answer::html(&page(FIRST)));
    program
        .site
        .replay("/page", Answer::redirect(301, "/moved"));
    program.expect("--at 2026-03-03T09:00:00Z visit page", 1);
    let text = flat(&program.expect("history page", 0));
    let now = format!("read at {} since Tue 3 March", program.site.url("/moved"));
    assert!(text.contains(&now), "{text}");
}
