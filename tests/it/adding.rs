//! `add` prints watches to paste, for pages it visited and from the lists of other programs.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::program::{Program, Said, page};
use crate::site::Answer;

const TEXT: &str = "Patients can opt out at any time by telling their practice.";

const INDEX: &str = "<html><body><main><h1>All directions</h1><ul>\
    <li><a href='/1'>Direction one of 2013</a></li><li><a href='/2'>Direction two of 2014</a></li>\
    <li><a href='/3'>Direction three of 2015</a></li><li><a href='/4'>Direction four of 2015</a></li>\
    <li><a href='/5'>Direction five of 2016</a></li><li><a href='/6'>Direction six of 2016</a></li>\
    <li><a href='/7'>Direction seven of 2017</a></li><li><a href='/8'>Direction eight of 2018</a></li>\
    <li><a href='/9'>Direction nine of 2019</a></li></ul></main></body></html>";

fn added(program: &Program, input: &str) -> Said {
    let mut child = program
        .command(&["add", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    Said::from(child.wait_with_output().expect("it ends"))
}

/// Appends what was printed to the watchlist, as somebody would who trusts it.
fn paste(program: &Program, printed: &str) {
    let path = program.path("watchlist.toml");
    let text = fs::read_to_string(&path).expect("a watchlist");
    fs::write(&path, format!("{text}\n{printed}")).expect("a watchlist");
}

#[test]
fn a_page_becomes_a_watch_that_can_be_pasted_and_visited() {
    let program = Program::with_page(TEXT);
    program.site.play("/index", Answer::html(INDEX));
    program.site.play("/old", Answer::redirect(301, "/new"));
    program
        .site
        .play("/new", Answer::html(&page("Other words stand here.")));
    let printed = added(
        &program,
        &format!(
            "# two pages\n{}\n\n{}\n{}\n",
            program.site.url("/index"),
            program.site.url("/old"),
            program.site.url("/page")
        ),
    );
    assert_eq!(printed.code, 0, "{}", printed.err);
    let text = printed.text();
    for part in [
        "title = \"All directions\"",
        "kind = \"index\"",
        "is watched already, as page",
        "leads here",
        "Other words stand here.",
    ] {
        assert!(text.contains(part), "no “{part}” in\n{text}");
    }
    assert!(!program.data().exists(), "nothing is stored");
    paste(&program, &text);
    program.expect("check", 0);
    program.expect("visit all-directions", 0);
}

#[test]
fn lists_are_known_by_their_content_and_files_without_text_by_what_they_are() {
    let program = Program::with_page(TEXT);
    let feed = "<rss version='2.0'><channel><title>News</title><item><title>One</title>\
        <link>https://a.example/1</link></item></channel></rss>";
    let map = "<urlset><url><loc>https://a.example/1</loc></url></urlset>";
    for (path, text) in [("/feed", feed), ("/map.xml", map)] {
        let answer = Answer::text(text).header("content-type", "text/xml");
        program.site.play(path, answer);
        let said = program.expect(&format!("add {}", program.site.url(path)), 0);
        let text = said.text();
        assert!(text.contains("follow = [\"entries\"]"), "{path}: {text}");
    }
    let file = Answer::status(200)
        .header("content-type", "application/octet-stream")
        .body("\u{0}\u{1}\u{2}\u{3}");
    program.site.play("/model.bin", file);
    let said = program.expect(&format!("add {}", program.site.url("/model.bin")), 0);
    let text = said.text();
    assert!(
        text.contains("its text cannot be read (file, 4 bytes"),
        "{text}"
    );
    assert!(
        !text.contains("follow"),
        "it offers nothing but itself: {text}"
    );
}

#[test]
fn a_page_that_fails_is_said_and_the_others_are_printed() {
    let program = Program::with_page(TEXT);
    program.site.play("/there", Answer::html(&page("Words.")));
    program.site.play("/missing", Answer::status(404));
    let (there, missing) = (program.site.url("/there"), program.site.url("/missing"));
    let said = program.expect(&format!("add {missing} ftp://a.example/ {there}"), 2);
    assert!(
        said.err.contains("Look for its present address."),
        "{}",
        said.err
    );
    assert!(said.err.contains("only http and https"), "{}", said.err);
    assert!(
        said.text().contains(&format!("url = \"{there}\"")),
        "{}",
        said.text()
    );
    let nothing = program.expect("add", 2);
    assert!(
        nothing.err.contains("It is not said which pages"),
        "{}",
        nothing.err
    );
}

#[test]
fn the_same_is_told_in_json() {
    let program = Program::with_page(TEXT);
    program.site.play("/there", Answer::html(&page("Words.")));
    let said = program.expect(
        &format!(
            "--json add {} {}",
            program.site.url("/there"),
            program.site.url("/page")
        ),
        0,
    );
    let rows = said.json();
    assert!(
        rows.iter().any(|row| row["watched_as"] == "page"),
        "{rows:?}"
    );
    let draft = rows
        .iter()
        .find(|row| row.get("draft").is_some())
        .expect("a draft");
    assert_eq!(draft["draft"]["url"], program.site.url("/there").as_str());
    let watch = draft["watch"].as_str().expect("a watch to paste");
    assert!(
        watch.contains("[[watch]]") && draft["words"].as_u64() > Some(0),
        "{draft}"
    );
}

#[test]
fn the_list_of_another_program_is_taken_over_with_what_could_not_be() {
    let program = Program::with_page(TEXT);
    let list = format!(
        "url: {}\n---\nname: New page\nurl: https://a.example/new\nfilter:\n  - css: main\n  - shellpipe: rm\n---\ncommand: date\n",
        program.site.url("/page")
    );
    fs::write(program.path("jobs.yaml"), list).expect("a file");
    let said = program.expect("add --from jobs.yaml", 2);
    let text = said.text();
    for part in [
        "# not carried over: the filter `shellpipe`",
        "id = \"new-page\"",
        "1 watch taken over, 1 of them not whole",
        "1 watched already, 1 left out",
        "# left out: date: it watches what a command prints",
    ] {
        assert!(text.contains(part), "no “{part}” in\n{text}");
    }
    paste(&program, &text);
    program.expect("check", 0);
    fs::write(program.path("jobs.yaml"), "just words").expect("a file");
    let refused = program.expect("add --from jobs.yaml", 2);
    assert!(
        refused.err.contains("jobs.yaml cannot be taken over"),
        "{}",
        refused.err
    );
}
