//! Queries that are cited: what is asked as of an entry is answered the same when more has come.

use crate::program::{Program, page};
use crate::site::Answer;
use crate::window::house::Open;

const SAYS: &str = "Patients can opt out of the General Practice Extraction Dataset.";
const AGAIN: &str = "Everybody can opt out now, and the board may opt out as well.";

/// An archive of two pages, of which one was edited.
fn open() -> Open {
    let mut program = Program::with_page("Nobody is asked twice.");
    program.watch("other", "/other", "");
    program.site.play("/other", Answer::html(&page(SAYS)));
    program.expect("--at 2016-07-08T10:00:00Z visit --all", 0);
    program.say("Patients can opt out here too.");
    program.expect("--at 2016-07-09T10:00:00Z visit --all", 1);
    Open::of(program)
}

/// More of the same words come, others go, and people say something of what was there.
fn goes_on(open: &Open) {
    let program = &open.program;
    program.say(AGAIN);
    program
        .site
        .replay("/other", Answer::html(&page("Nothing of this kind.")));
    program.expect("visit --all", 1);
    program.expect(
        "correct page 1..2 --kind explained --text Because --by Ada",
        0,
    );
    program.site.replay("/other", Answer::html(&page(SAYS)));
    program.expect("visit --all", 1);
}

/// The entry as of which a page says it can be cited.
fn entry(text: &str) -> &str {
    let (_, rest) = text.split_once("as_of_entry=").expect("a way to cite it");
    rest.split(|c: char| !c.is_ascii_digit())
        .next()
        .expect("a number")
}

#[test]
fn what_is_asked_as_of_an_entry_is_answered_the_same_when_more_has_come() {
    let open = open();
    let queries = [
        "/search?q=opt+out",
        "/search?q=opt+out&within=history",
        "/search?q=opt+out&within=added",
        "/search?q=asked&within=removed",
        "/phrases?q=opt+out",
        "/phrases?q=opt+out%7Casked&per=month",
        "/phrases.csv?q=opt+out",
        "/?topic=gp-data",
        "/?q=page",
        "/api/v1/search?q=opt+out",
        "/api/v1/search?q=opt+out&within=history&limit=1",
        "/api/v1/phrases?q=opt+out",
        "/api/v1/changes?topic=gp-data",
        "/api/v1/changes?words=opt",
        "/api/v1/findings",
    ];
    let now = open.get("/search?q=opt+out");
    let entry = entry(&now.text).to_owned();
    for field in ["Cite this query", "pages read by page"] {
        assert!(now.text.contains(field), "{}", now.text);
    }
    let asked = |query: &str| {
        let joined = if query.contains('?') { '&' } else { '?' };
        let answer = open.get(&format!("{query}{joined}as_of_entry={entry}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer.text
    };
    let before: Vec<String> = queries.iter().map(|query| asked(query)).collect();
    let plain: Vec<String> = queries.iter().map(|query| open.get(query).text).collect();
    goes_on(&open);
    for ((query, before), plain) in queries.iter().zip(before).zip(plain) {
        assert_eq!(asked(query), before, "{query}");
        assert_ne!(
            open.get(query).text,
            plain,
            "{query}: nothing came of what went on"
        );
    }
}

#[test]
fn a_cited_answer_holds_what_was_told_when_it_was_asked() {
    let open = open();
    for query in [
        "/api/v1/search?q=opt+out",
        "/api/v1/phrases?q=opt+out",
        "/api/v1/changes?words=opt",
    ] {
        let first = open.get(query);
        let first: serde_json::Value = serde_json::from_str(&first.text).expect("JSON");
        assert_eq!(first["cite"]["reproducible"], true, "{query}");
        assert!(
            first["cite"]["reader"]
                .as_str()
                .is_some_and(|reader| !reader.is_empty())
        );
        let cited = first["cite"]["query"].as_str().expect("an address");
        let again = open.get(cited);
        let again: serde_json::Value = serde_json::from_str(&again.text).expect("JSON");
        assert_eq!(again, first, "{cited}");
    }
}

#[test]
fn an_entry_that_is_not_there_yet_is_named() {
    let open = open();
    for path in [
        "/?as_of_entry=100000",
        "/search?q=a&as_of_entry=100000",
        "/phrases?q=a&as_of_entry=100000",
        "/api/v1/phrases?q=a&as_of_entry=100000",
        "/names?as_of_entry=100000",
        "/api/v1/names?as_of_entry=100000",
    ] {
        let answer = open.get(path);
        assert!([400, 404].contains(&answer.status), "{path}");
        assert!(
            answer.text.contains("The journal has no entry 100000 yet."),
            "{path}: {}",
            answer.text
        );
    }
}

#[test]
fn names_are_told_as_they_were_known_by_an_entry() {
    const EXPLORER: &str = "The Cohort and Imaging Explorer Dataset holds a copy of every record.";
    const SLEEP: &str = "Data is collected from practices every month for the Sleep Data Set.";
    const WAITING: &str = "The Waiting List Minimum Data Set is published here.";
    let program = Program::with_page(EXPLORER);
    program.expect("visit page", 0);
    program.say(&format!("{EXPLORER}</p><p>{SLEEP}"));
    program.expect("visit page", 1);
    let open = Open::of(program);
    let queries = ["/api/v1/names", "/api/v1/names?words=sleep", "/names"];
    let plain = |query: &str| open.get(query).text;
    let first: serde_json::Value = serde_json::from_str(&plain("/api/v1/names")).expect("JSON");
    assert_eq!(first["cite"]["reproducible"], true);
    assert!(
        first["items"]
            .as_array()
            .is_some_and(|items| items.len() >= 2),
        "{first}"
    );
    let entry = first["cite"]["as_of_entry"].to_string();
    let pinned = |query: &str| {
        let joined = if query.contains('?') { '&' } else { '?' };
        let answer = open.get(&format!("{query}{joined}as_of_entry={entry}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer.text
    };
    let before = queries.map(pinned);
    let now: serde_json::Value = serde_json::from_str(&before[0]).expect("JSON");
    assert_eq!(now["items"], first["items"], "pinned to now it is as now");
    let unpinned = queries.map(plain);
    // One goes, one is dismissed, one comes, and one that had gone is back.
    open.program.say(WAITING);
    open.program.expect("visit page", 1);
    let dismissed = open
        .program
        .told(&["names", "dismiss", "Sleep Data Set", "--by", "Ada"], "");
    assert_eq!(dismissed.code, 0, "{}", dismissed.err);
    open.program.say(&format!("{WAITING}</p><p>{EXPLORER}"));
    open.program.expect("visit page", 1);
    for ((query, before), unpinned) in queries.iter().zip(before).zip(unpinned) {
        assert_eq!(pinned(query), before, "{query}");
        assert_ne!(
            plain(query),
            unpinned,
            "{query}: nothing came of what went on"
        );
    }
    let asked = |query: &str| -> serde_json::Value {
        serde_json::from_str(&open.get(query).text).expect("JSON")
    };
    let changes = asked("/api/v1/changes?document=page");
    let changes = changes["items"].as_array().expect("changes");
    let third = changes.iter().find(|change| change["from"] == 2);
    let third = &third.expect("the third version")["entry"];
    let gone = asked(&format!("/api/v1/names?words=explorer&as_of_entry={third}"));
    assert_eq!(gone["items"][0]["now"], 0, "{gone}");
    assert_eq!(gone["items"][0]["last"]["version"], 2, "{gone}");
}
