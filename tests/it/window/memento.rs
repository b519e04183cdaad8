//! The doors of the archive, held to RFC 7089.

use serde_json::Value;

use super::house::{Answer, Asked, Open};
use crate::program::Program;

/// One link of a `Link` field or of a list of links.
#[derive(Clone, Debug)]
struct Linked {
    to: String,
    rel: Vec<String>,
    datetime: Option<String>,
}

/// Reads links (RFC 8288, section 3); takes nothing else.
#[track_caller]
fn links(text: &str) -> Vec<Linked> {
    let (mut found, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        let (to, after) = rest
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'))
            .expect("a target");
        let mut link = Linked {
            to: to.to_owned(),
            rel: Vec::new(),
            datetime: None,
        };
        rest = after.trim_start();
        while let Some(after) = rest.strip_prefix(';') {
            let (name, after) = after
                .trim_start()
                .split_once("=\"")
                .expect("a quoted parameter");
            let (value, after) = after.split_once('"').expect("the end of a quote");
            match name {
                "rel" => link.rel = value.split(' ').map(str::to_owned).collect(),
                "datetime" => link.datetime = Some(value.to_owned()),
                "type" | "from" | "until" => {}
                other => panic!("{other}"),
            }
            rest = after.trim_start();
        }
        found.push(link);
        rest = match rest.strip_prefix(',') {
            Some(rest) => rest.trim_start(),
            None => rest,
        };
    }
    found
}

#[track_caller]
fn of(links: &[Linked], rel: &str) -> Linked {
    let found: Vec<&Linked> = links
        .iter()
        .filter(|link| link.rel.iter().any(|one| one == rel))
        .collect();
    assert_eq!(found.len(), 1, "{rel} in {links:?}");
    found[0].clone()
}

/// A page with three versions of three days, and one that moved.
fn kept() -> (Open, String) {
    let mut program = Program::with_page("Nobody is asked.");
    for (day, sentence) in [
        ("07", "Nobody is asked."),
        ("08", "Somebody is asked."),
        ("09", "Everybody is asked."),
    ] {
        program.say(sentence);
        let said = program.run(&format!("--at 2016-07-{day}T10:00:00Z visit --all"));
        assert!(said.code < 2, "{}", said.err);
    }
    program.forget_watches();
    program.watch("page", "/elsewhere", "");
    program.site.play(
        "/elsewhere",
        crate::site::Answer::html(&crate::program::page("Everybody is asked twice.")),
    );
    let said = program.run("--at 2016-07-10T10:00:00Z visit --all");
    assert!(said.code < 2, "{}", said.err);
    let url = program.site.url("/page").to_string();
    (Open::of(program), url)
}

fn asked(open: &Open, path: &str, at: &str) -> Answer {
    open.ask(&Asked::get(path).with("accept-datetime", at))
}

#[test]
fn a_timegate_leads_to_the_version_that_stood() {
    let (open, url) = kept();
    for (at, no) in [
        ("Mon, 01 Jan 2001 00:00:00 GMT", 1),
        ("Thu, 07 Jul 2016 10:00:00 GMT", 1),
        ("Fri, 08 Jul 2016 09:59:59 GMT", 1),
        ("Fri, 08 Jul 2016 10:00:00 GMT", 2),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 3),
    ] {
        let answer = asked(&open, &format!("/timegate/{url}"), at);
        assert_eq!(answer.status, 302, "{}", answer.text);
        assert_eq!(
            answer.field("location"),
            format!("{}/d/page/{no}", open.base),
            "{at}"
        );
        let vary = answer.field("vary").to_lowercase();
        assert!(vary.contains("accept-datetime"), "{vary}");
        assert_eq!(answer.field("memento-datetime"), "");
        let links = links(answer.field("link"));
        assert_eq!(of(&links, "original").to, url);
        assert_eq!(
            of(&links, "timemap").to,
            format!("{}/timemap/link/{url}", open.base)
        );
    }
    let now = open.get(&format!("/timegate/{url}"));
    assert_eq!(now.field("location"), format!("{}/d/page/3", open.base));
    let moved = asked(&open, "/d/page/timegate", "Fri, 01 Jan 2100 00:00:00 GMT");
    assert_eq!(moved.field("location"), format!("{}/d/page/4", open.base));
}

#[test]
fn a_version_says_of_which_time_it_is_and_leads_to_its_neighbours() {
    let (open, url) = kept();
    for path in ["/d/page/2", "/api/v1/documents/page/versions/2/body"] {
        let answer = open.get(path);
        assert_eq!(
            answer.field("memento-datetime"),
            "Fri, 08 Jul 2016 10:00:00 GMT",
            "{path}"
        );
        let links = links(answer.field("link"));
        assert_eq!(of(&links, "original").to, url);
        for (rel, no) in [("first", 1), ("prev", 1), ("next", 3), ("last", 4)] {
            assert_eq!(
                of(&links, rel).to,
                format!("{}/d/page/{no}", open.base),
                "{rel}"
            );
        }
        // Whoever asks the TimeGate it names for its time is led to it.
        let gate = of(&links, "timegate").to;
        let gate = gate.strip_prefix(&open.base).expect("ours");
        let led = asked(&open, gate, answer.field("memento-datetime"));
        assert_eq!(led.field("location"), format!("{}/d/page/2", open.base));
    }
    assert_eq!(open.get("/d/page").field("memento-datetime"), "");
    assert_eq!(open.get("/d/page/9").field("memento-datetime"), "");
}

#[test]
fn a_timemap_lists_every_version_at_an_address() {
    let (open, url) = kept();
    let answer = open.get(&format!("/timemap/link/{url}"));
    assert_eq!(answer.field("content-type"), "application/link-format");
    let listed = links(&answer.text);
    assert_eq!(of(&listed, "original").to, url);
    assert_eq!(
        of(&listed, "timegate").to,
        format!("{}/timegate/{url}", open.base)
    );
    assert_eq!(
        of(&listed, "self").to,
        format!("{}/timemap/link/{url}", open.base)
    );
    let mementos: Vec<&Linked> = listed
        .iter()
        .filter(|link| link.rel.iter().any(|rel| rel == "memento"))
        .collect();
    assert_eq!(mementos.len(), 3);
    for memento in mementos {
        let path = memento.to.strip_prefix(&open.base).expect("ours");
        assert_eq!(
            memento.datetime.as_deref(),
            Some(open.get(path).field("memento-datetime"))
        );
    }
    let json = open.get(&format!("/timemap/json/{url}"));
    let json: Value = serde_json::from_str(&json.text).expect("JSON");
    assert_eq!(json["mementos"]["list"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        json["mementos"]["last"]["uri"],
        format!("{}/d/page/3", open.base)
    );
    let whole = links(&open.get("/d/page/timemap").text);
    assert_eq!(of(&whole, "last").to, format!("{}/d/page/4", open.base));
}

#[test]
fn the_index_of_captures_tells_what_was_read_where() {
    let (open, url) = kept();
    let host = url.trim_end_matches("/page").to_owned();
    for (query, lines) in [
        (format!("url={url}"), 3),
        (format!("url={url}&from=20160708"), 2),
        (format!("url={url}&to=20160708"), 2),
        (format!("url={url}&limit=1"), 1),
        (format!("url={host}/&matchType=prefix"), 4),
        (format!("url={host}/p*"), 3),
        (format!("url={host}&matchType=host"), 4),
        ("url=https://www.example.org/".to_owned(), 0),
    ] {
        let answer = open.get(&format!("/cdx?{query}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        assert_eq!(
            answer.text.lines().count(),
            lines,
            "{query}: {}",
            answer.text
        );
        for line in answer.text.lines() {
            let mut parts = line.splitn(3, ' ');
            let (key, at) = (parts.next().expect("a key"), parts.next().expect("a time"));
            assert!(key.contains(")/"), "{key}");
            assert_eq!(at.len(), 14, "{at}");
            let told: Value = serde_json::from_str(parts.next().expect("JSON")).expect("JSON");
            assert_eq!(told["status"], "200");
            assert_eq!(told["mime"], "text/html");
            let memento = told["memento"].as_str().expect("a path");
            assert!(open.get(memento).text.contains(" is asked"));
        }
        let sorted = answer.text.lines().is_sorted();
        assert!(sorted, "{}", answer.text);
    }
}

#[test]
fn no_door_leads_to_what_was_forgotten_and_its_own_address_says_that_it_was() {
    let (open, url) = kept();
    let program = open.close();
    program.run("deliver");
    program.expect("forget page@2 --yes --reason Request", 0);
    let open = Open::of(program);
    let led = |open: &Open, at: &str| {
        let answer = asked(open, &format!("/timegate/{url}"), at);
        assert_eq!(answer.status, 302, "{}", answer.text);
        answer.field("location").to_owned()
    };
    for (at, no) in [
        ("Thu, 07 Jul 2016 10:00:00 GMT", 1),
        ("Fri, 08 Jul 2016 10:00:00 GMT", 1),
        ("Sat, 09 Jul 2016 10:00:00 GMT", 3),
    ] {
        assert_eq!(led(&open, at), format!("{}/d/page/{no}", open.base), "{at}");
    }
    let gone = format!("{}/d/page/2", open.base);
    for path in [
        format!("/timemap/link/{url}"),
        format!("/timemap/json/{url}"),
        "/d/page/timemap".to_owned(),
        format!("/cdx?url={url}"),
    ] {
        let answer = open.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(answer.text.contains("/d/page/3"), "{path}: {}", answer.text);
        assert!(
            !answer.text.contains("/d/page/2"),
            "{path}: {}",
            answer.text
        );
    }
    let neighbours = links(open.get("/d/page/3").field("link"));
    assert_eq!(
        of(&neighbours, "prev").to,
        format!("{}/d/page/1", open.base)
    );
    assert!(
        neighbours.iter().all(|link| link.to != gone),
        "{neighbours:?}"
    );
    let answer = open.get("/d/page/2");
    assert_eq!(answer.status, 410);
    assert_eq!(answer.field("memento-datetime"), "");
    for part in ["because: Request", "in the journal, and entry "] {
        assert!(answer.text.contains(part), "no “{part}” in {}", answer.text);
    }
    // Where nothing else was behind a door, it says the same.
    let program = open.close();
    program.expect("forget page@1 page@3 --yes --reason Again", 0);
    let open = Open::of(program);
    for path in [format!("/timegate/{url}"), format!("/timemap/link/{url}")] {
        let answer = open.get(&path);
        assert_eq!(answer.status, 410, "{path}: {}", answer.text);
        assert!(answer.text.contains("because: Again"), "{}", answer.text);
    }
    assert_eq!(open.get(&format!("/cdx?url={url}")).text, "");
    let moved = open.get("/d/page/timegate");
    assert_eq!(moved.field("location"), format!("{}/d/page/4", open.base));
}

#[test]
fn what_no_door_leads_to_is_said() {
    let (open, url) = kept();
    for (path, status) in [
        ("/timegate/https://www.example.org/", 404),
        ("/timemap/link/https://www.example.org/", 404),
        ("/timegate/%20%20", 400),
        ("/d/nobody/timegate", 404),
        ("/cdx", 400),
        ("/cdx?url=https://www.example.org/&from=soon", 400),
        ("/cdx?url=https://www.example.org/&matchType=any", 400),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(
            answer.field("content-type"),
            "application/problem+json",
            "{path}"
        );
    }
    let unread = asked(&open, &format!("/timegate/{url}"), "yesterday");
    assert_eq!(unread.status, 400);
}
