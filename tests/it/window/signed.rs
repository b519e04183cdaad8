//! What the window shows of what was signed: the last checkpoint in every feed, and evidence where there is a key.

use crate::program::Program;
use crate::window::house::Open;

/// A page with two versions; there is no key yet.
fn changed() -> Program {
    let mut program = Program::with_page("Nobody is asked twice.");
    program.settle("[evidence]\nname = \"example.org/log\"");
    program.expect("--at 2016-07-08T10:00:00Z visit page", 0);
    program.say("Everybody is asked twice.");
    program.expect("--at 2016-07-09T10:00:00Z visit page", 1);
    program
}

#[test]
fn every_feed_has_the_last_checkpoint_in_a_line() {
    let program = changed();
    program.expect("key new", 0);
    let made = program.expect("--json checkpoint", 0).json().remove(0);
    let note = made["note"].as_str().expect("a note");
    let root = note.lines().nth(2).expect("the root of the note");
    let line = format!(
        "The journal of example.org/log was signed up to entry {} with the root {root}.",
        made["size"]
    );
    let open = Open::of(program);
    for path in ["/feed.atom", "/d/page/feed.atom"] {
        let subtitle = format!("<subtitle>{line}</subtitle>");
        let feed = open.get(path).text;
        assert!(feed.contains(&subtitle), "{path}: {feed}");
    }
    for path in ["/feed.json", "/d/page/feed.json"] {
        let feed = open.get(path).text;
        let feed: serde_json::Value = serde_json::from_str(&feed).expect("JSON");
        assert_eq!(feed["description"], line, "{path}");
    }
}

#[test]
fn evidence_is_offered_where_there_is_a_key_and_nowhere_else() {
    let pages = ["/d/page/1..2", "/d/page/2"];
    let without = Open::of(changed());
    for path in pages {
        let shown = without.get(path).text;
        assert!(!shown.contains(".zip\""), "{path}: {shown}");
        assert!(!without.get("/feed.atom").text.contains("was signed"));
    }
    drop(without);
    let program = changed();
    program.expect("key new", 0);
    let open = Open::of(program);
    for path in pages {
        let shown = open.get(path).text;
        assert!(
            shown.contains(&format!("href=\"{path}.zip\"")),
            "{path}: {shown}"
        );
        let file = open.get(&format!("{path}.zip"));
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.field("content-type"), "application/zip", "{path}");
    }
}
