//! Files that somebody saved: judged like a visit, and told apart for good.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::program::{Program, Said, page};
use crate::site::Answer;

const OPT_OUT: &str = "Patients can opt out at any time.";

/// A program with a page that was visited at nine, and a clock that stands at noon of the next day.
fn visited() -> Program {
    let mut program = Program::with_page(OPT_OUT);
    program.expect("--at 2026-07-06T09:00:00Z visit page", 0);
    program.set("SMALLPRINT_AT", "2026-07-07T12:00:00Z");
    program
}

/// Writes a file as if somebody had saved it.
fn save(program: &Program, name: &str, sentence: &str) {
    fs::write(program.path(name), page(sentence)).expect("written");
}

#[test]
fn a_saved_page_is_judged_like_a_visit_and_says_where_it_comes_from() {
    let mut program = visited();
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 1");
    save(&program, "saved.html", "Data is collected.");
    program.site.replay("/page", Answer::status(403));
    let mut command = program.command(&[
        "--json",
        "import",
        "saved.html",
        "--watch",
        "page",
        "--at",
        "2026-07-06T15:00:00+01:00",
        "--note",
        "saved by a reader at home",
    ]);
    let said = Said::from(command.output().expect("it runs"));
    assert_eq!(said.code, 1, "{}{}", said.text(), said.err);
    let row = said.json().remove(0);
    assert_eq!(
        (&row["change"], &row["version"]),
        (&"1..2".into(), &2.into())
    );
    assert!(
        row["severity"]
            .as_u64()
            .is_some_and(|severity| severity >= 3),
        "{row}"
    );
    assert!(
        row["alerts"].as_u64().is_some_and(|alerts| alerts > 0),
        "{row}"
    );
    let rows = program.expect("--json history page", 0).json();
    let change = &rows[1];
    assert_eq!(change["after"], "2026-07-06T09:00:00Z");
    assert_eq!(change["by"], "2026-07-06T14:00:00Z");
    assert_eq!(change["version"]["imported"]["file"], "saved.html");
    let said = program.expect("history page", 0).text();
    assert!(
        said.contains("as imported from the file “saved.html” (saved by a reader at home)"),
        "{said}"
    );
    assert!(said.contains("1 visit"), "an import is no visit: {said}");
    let said = program.expect("show page --headers", 0).text();
    assert!(said.contains("no answer of a server was seen"), "{said}");
    assert!(
        said.contains("no answer seen: http") && !said.contains("200"),
        "{said}"
    );
    let saved = fs::read(program.path("saved.html")).expect("a file");
    assert_eq!(program.expect("show page --raw", 0).out, saved);
    let row = program.expect("--json list", 0).json().remove(0);
    assert_eq!(row["visits"], 1);
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
}

#[test]
fn the_same_file_twice_is_no_news() {
    let program = visited();
    save(&program, "saved.html", "Data is collected.");
    let import = "import saved.html --watch page --at 2026-07-06";
    program.expect(import, 1);
    let said = program.expect(import, 0).text();
    assert!(
        said.contains("these very bytes are in the archive, as version 2 of page"),
        "{said}"
    );
    let row = program
        .expect(&format!("--json {import}"), 0)
        .json()
        .remove(0);
    assert_eq!(row["known"], 2);
    assert_eq!(program.expect("--json history page", 0).json().len(), 2);
}

#[test]
fn a_day_is_meant_to_its_end() {
    let program = visited();
    save(&program, "saved.html", "Data is collected.");
    program.expect("import saved.html --watch page --at 2026-07-07", 1);
    let rows = program.expect("--json history page", 0).json();
    assert_eq!(
        rows[1]["by"], "2026-07-07T12:00:00Z",
        "it has not ended yet"
    );
}

#[test]
fn the_same_words_are_seen_once_more() {
    let program = visited();
    save(&program, "saved.html", OPT_OUT);
    let said = program.expect(
        "import saved.html --watch page --at 2026-07-06T18:00:00Z",
        0,
    );
    assert!(said.text().contains("unchanged"), "{}", said.text());
    let rows = program.expect("--json history page", 0).json();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["version"]["last_seen"], "2026-07-06T18:00:00Z");
}

#[test]
fn what_was_saved_before_the_last_sight_is_refused_with_the_reason() {
    let program = visited();
    save(&program, "saved.html", "Data is collected.");
    let said = program.expect(
        "import saved.html --watch page --at 2026-07-06T08:00:00Z",
        2,
    );
    assert!(
        said.err
            .contains("numbered in the order in which they were seen"),
        "{}",
        said.err
    );
    let said = program.expect("import saved.html --watch page --at 2026-07-09", 2);
    assert!(said.err.contains("lies in the future"), "{}", said.err);
    let said = program.expect("--json history page", 0).json();
    assert_eq!(said.len(), 1);
}

#[test]
fn a_watch_that_was_never_read_may_begin_with_a_file() {
    let mut program = Program::with_page(OPT_OUT);
    program.set("SMALLPRINT_AT", "2026-07-07T12:00:00Z");
    save(&program, "saved.html", OPT_OUT);
    program.expect("import saved.html --watch page --at 2020-01-02", 0);
    let rows = program.expect("--json history page", 0).json();
    assert_eq!(
        (&rows[0]["kind"], &rows[0]["by"]),
        (&"appeared".into(), &"2020-01-02T23:59:59Z".into())
    );
    program.say("Data is collected.");
    let report = program.expect("--json visit page", 1).json().remove(0);
    assert_eq!(report["change"], "1..2");
}

#[test]
fn a_file_may_come_from_standard_input() {
    let program = visited();
    let mut command = program.command(&[
        "--json",
        "import",
        "-",
        "--watch",
        "page",
        "--at",
        "2026-07-06",
        "--type",
        "text/html",
    ]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("its input");
    stdin
        .write_all(page("Data is collected.").as_bytes())
        .expect("written");
    drop(stdin);
    let said = Said::from(child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 1, "{}", said.err);
    let shown = program.expect("show page --headers", 0).text();
    assert!(
        shown.contains("standard input") && shown.contains("content-type: text/html"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_taken_is_named() {
    let program = visited();
    let said = program.expect("import nowhere.html --watch page --at 2026-07-06", 2);
    assert!(
        said.err.contains("nowhere.html cannot be read"),
        "{}",
        said.err
    );
    fs::write(program.path("empty.html"), "").expect("written");
    let said = program.expect("import empty.html --watch page --at 2026-07-06", 2);
    assert!(
        said.err.contains("empty.html cannot be taken"),
        "{}",
        said.err
    );
    save(&program, "saved.html", OPT_OUT);
    let said = program.expect("import saved.html --watch pag --at 2026-07-06", 2);
    assert!(said.err.contains("Did you mean “page”?"), "{}", said.err);
    let said = program.expect("import saved.html --watch page --at yesterday", 2);
    assert!(said.err.contains("or a day: 2016-07-06"), "{}", said.err);
    assert_eq!(
        program.expect("--json list", 0).json()[0]["visits"],
        1,
        "no failed visit"
    );
}

#[test]
fn a_running_program_takes_a_file_too() {
    let mut program = Program::new();
    program.settle_in_settings("max_body = \"4 MiB\"");
    program.watch("page", "/page", "");
    program.site.play("/page", Answer::html(&page(OPT_OUT)));
    program.expect("visit page", 0);
    program.site.replay("/page", Answer::status(403));
    let mut running = program.start();
    // More than a question may hold.
    let long = "Data is collected from every practice. ".repeat(60_000);
    save(&program, "saved.html", &long);
    let today = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let said = program.expect(&format!("import saved.html --watch page --at {today}"), 1);
    assert!(said.text().contains("1..2"), "{}", said.text());
    save(&program, "large.html", &long.repeat(2));
    let said = program.expect(&format!("import large.html --watch page --at {today}"), 2);
    assert!(said.err.contains("max_body"), "{}", said.err);
    running.signal("TERM");
    assert_eq!(running.ended().0, Some(0));
}
