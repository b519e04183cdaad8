//! The API: its own document holds it to every answer.

use std::collections::BTreeSet;

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use super::house::{Answer, Asked, Open, changed};
use crate::program::Program;

const HOSTILE: [&str; 9] = [
    "0",
    "-1",
    "1e9",
    "18446744073709551616",
    "nobody",
    "%00",
    "%FF%FE",
    "..%2F..",
    "%F0%9F%92%A9",
];

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("no JSON: {}", answer.text))
}

/// The document of the API, where no answer may have a field that it does not name.
fn document(open: &Open) -> Value {
    let mut document = json_of(&open.get("/api/v1/openapi.json"));
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.expect("schemas").values_mut() {
        if schema["properties"].is_object() {
            schema["additionalProperties"] = json!(false);
        }
    }
    document
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    jsonschema::validator_for(&whole).expect("a schema")
}

/// Holds an answer to what the document promises of its operation.
#[track_caller]
fn held(document: &Value, operation: &Value, path: &str, answer: &Answer) {
    let promised = &operation["responses"][answer.status.to_string()];
    assert!(
        promised.is_object(),
        "{path}: {} is not promised",
        answer.status
    );
    let media = answer
        .field("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    let Some(content) = promised["content"].as_object() else {
        assert_eq!(answer.text, "", "{path}: nothing is promised");
        return;
    };
    let content = content.get(media);
    let content = content.unwrap_or_else(|| panic!("{path}: {media} is not promised"));
    if media.ends_with("json") {
        let value = json_of(answer);
        let validator = validator(document, &content["schema"]);
        let faults: Vec<String> = (validator.iter_errors(&value))
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{path}: {}\n{value:#}",
            faults.join("\n")
        );
    }
}

/// Values of a parameter: first those that lead somewhere, then those that should not.
fn values(parameter: &Value) -> (Vec<String>, Vec<String>) {
    let name = parameter["name"].as_str().expect("a name");
    let schema = &parameter["schema"];
    let good: Vec<&str> = match name {
        "document" => vec!["page", "register"],
        "no" | "version" => vec!["1", "2"],
        "span" => vec![
            "1..2",
            "0..1",
            "1..2.json",
            "1..2.md",
            "1..2.html",
            "1..2.txt",
            "1..2.patch",
        ],
        "time" => vec!["2016-07-10", "2016-07-09T12:00:00Z"],
        "since" => vec!["2016-07-01", "2016-07-09T00:00:00Z"],
        "until" => vec!["2036-07-01"],
        "topic" => vec!["gp-data"],
        "kind" => vec!["edited", "dataset"],
        "key" => vec!["A-1", "asked"],
        "q" | "words" => vec!["asked", "asked once"],
        "rule" => vec!["deletion"],
        "entry" => vec!["1", "2"],
        "change" => vec!["1..2"],
        "severity" | "table" | "limit" | "as_of_entry" => vec!["1", "2"],
        _ => vec!["x"],
    };
    let mut bad: Vec<String> = HOSTILE.iter().map(|value| (*value).to_owned()).collect();
    if let Some(most) = schema["maximum"].as_u64() {
        bad.push((most + 1).to_string());
    }
    if let Some(longest) = schema["maxLength"].as_u64() {
        bad.push("a".repeat(usize::try_from(longest).expect("a length") + 1));
    }
    (good.into_iter().map(str::to_owned).collect(), bad)
}

/// Every address that the document leads to: each parameter with each of its values, the others with their first ones.
fn addresses(path: &str, operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let is_needed = |parameter: &Value| parameter["required"] == json!(true);
    let with = |varied: Option<(&str, &str)>| {
        let (mut path, mut query) = (path.to_owned(), Vec::new());
        for parameter in &parameters {
            let name = parameter["name"].as_str().expect("a name");
            let (good, _) = values(parameter);
            let value = match varied {
                Some((one, value)) if one == name => value,
                _ if is_needed(parameter) => &good[0],
                _ => continue,
            };
            match parameter["in"] == "path" {
                true => path = path.replace(&format!("{{{name}}}"), value),
                false => query.push(format!("{name}={}", value.replace(' ', "+"))),
            }
        }
        match query.is_empty() {
            true => path,
            false => format!("{path}?{}", query.join("&")),
        }
    };
    let mut all = vec![with(None)];
    for parameter in &parameters {
        let name = parameter["name"].as_str().expect("a name");
        let (good, bad) = values(parameter);
        all.extend(
            good.iter()
                .chain(&bad)
                .map(|value| with(Some((name, value)))),
        );
    }
    // The sizes of checkpoints make sense in pairs only: one of these is that of the checkpoint there is.
    if path == "/api/v1/consistency" {
        let size = |at: usize| format!("{path}?from={at}&to={at}");
        all.extend((1..40).map(size));
    }
    all.push(format!(
        "{}{}nonsense=1",
        all[0],
        if all[0].contains('?') { '&' } else { '?' }
    ));
    all
}

/// An archive with an edited page, a register, a decision and a correction.
pub(super) fn furnished() -> Program {
    let mut program = Program::with_page("Patients can opt out at any time.");
    program.watch("register", "/register", "");
    let table = "<html><head><title>Register</title></head><body><main><h1>Register</h1><table><tr><th>Reference</th>\
                 <th>Recipient</th></tr><tr><td>A-1</td><td>One University</td></tr><tr><td>A-2</td><td>Two Trust</td>\
                 </tr></table><p>The General Practice Extraction Dataset is listed.</p></main></body></html>";
    program
        .site
        .play("/register", crate::site::Answer::html(table));
    program.expect("--at 2016-07-08T10:00:00Z visit --all", 0);
    program.say("Patients can no longer opt out. Everybody is asked once a year. Data will be deleted by spring 2027.");
    program.expect("--at 2016-07-09T10:00:00Z visit --all", 1);
    program.expect("correct page --kind our-error --text Wrong --by Ada", 0);
    program.expect("key new", 0);
    program.expect("checkpoint", 0);
    program
}

#[test]
fn every_address_answers_as_the_document_says() {
    let open = Open::of(furnished());
    let document = document(&open);
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 20, "{} addresses", paths.len());
    let (mut asked, mut statuses) = (0, BTreeSet::new());
    for (path, item) in paths {
        let operation = &item["get"];
        let mut fine = 0;
        for address in addresses(path, operation) {
            let answer = open.get(&address);
            held(&document, operation, &address, &answer);
            asked += 1;
            fine += usize::from(answer.status < 400);
            statuses.insert(answer.status);
            assert_ne!(answer.status, 500, "{address}: {}", answer.text);
        }
        assert!(fine > 0, "{path} was never answered");
    }
    assert!(asked > 400, "{asked} questions");
    assert!(
        statuses.is_superset(&[200, 307, 400, 404].into()),
        "{statuses:?}"
    );
}

#[test]
fn the_document_names_itself_and_its_page_lists_every_address() {
    let open = Open::with_a_change();
    let document = json_of(&open.get("/api/v1/openapi.json"));
    assert_eq!(document["openapi"], "3.1.0");
    let page = open.get("/api");
    for path in document["paths"].as_object().expect("paths").keys() {
        assert!(page.text.contains(&format!("GET {path}<")), "{path}");
    }
    assert!(!page.text.contains("<script"), "{}", page.text);
}

#[test]
fn a_list_is_read_page_by_page_and_nothing_is_told_twice() {
    let open = Open::of(furnished());
    for list in [
        "/api/v1/changes",
        "/api/v1/findings",
        "/api/v1/documents",
        "/api/v1/documents/page/versions",
    ] {
        let whole = json_of(&open.get(list));
        let whole = whole["items"].as_array().expect("items");
        assert!(whole.len() > 1, "{list}: {whole:?}");
        let (mut next, mut told) = (Some(format!("{list}?limit=1")), Vec::new());
        while let Some(address) = next {
            let answer = open.get(&address);
            let page = json_of(&answer);
            told.extend(page["items"].as_array().expect("items").clone());
            next = page["next"].as_str().map(str::to_owned);
            let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
            assert_eq!(answer.field("link"), link.unwrap_or_default(), "{address}");
        }
        assert_eq!(&told, whole, "{list}");
    }
}

#[test]
fn a_cited_answer_is_the_same_when_it_is_asked_for_later() {
    let open = Open::of(furnished());
    for list in [
        "/api/v1/changes?topic=gp-data",
        "/api/v1/documents/page/versions",
    ] {
        let first = json_of(&open.get(list));
        let cited = first["cite"]["query"].as_str().expect("a query").to_owned();
        assert_eq!(first["cite"]["reproducible"], true);
        open.program
            .say(&format!("Something else stands here since {list}."));
        open.program.expect("visit page", 1);
        open.program.expect(
            "correct page 1..2 --kind explained --text Because --by Ada",
            0,
        );
        let again = json_of(&open.get(&cited));
        assert_eq!(without_sight(&again), without_sight(&first), "{cited}");
        assert_ne!(json_of(&open.get(list))["items"], first["items"], "{list}");
    }
    let late = open.get("/api/v1/changes?as_of_entry=100000");
    assert_eq!(late.status, 400, "{}", late.text);
}

/// A version is seen again and again: that is told as it is known now.
fn without_sight(listing: &Value) -> Value {
    let mut items = listing["items"].clone();
    for item in items.as_array_mut().expect("items") {
        item["last_seen"].take();
    }
    items
}

#[test]
fn a_correction_stands_with_its_change_and_nobody_is_named() {
    let open = Open::of(furnished());
    for path in [
        "/api/v1/changes",
        "/api/v1/corrections",
        "/api/v1/annotations",
    ] {
        let answer = open.get(path);
        assert!(answer.text.contains("our-error"), "{path}: {}", answer.text);
        assert!(!answer.text.contains("Ada"), "{path}: {}", answer.text);
    }
}

#[test]
fn changes_are_asked_for_by_what_is_known_of_them() {
    let open = Open::of(furnished());
    let count = |query: &str| {
        let answer = json_of(&open.get(&format!("/api/v1/changes?{query}")));
        answer["items"].as_array().expect("items").len()
    };
    let all = count("");
    assert_eq!(count("kind=edited"), 1);
    assert_eq!(count("document=register"), all - 2);
    assert_eq!(count("words=opt+longer"), 1);
    assert_eq!(count("words=opt+zebra"), 0);
    assert_eq!(count("since=2016-07-09"), 1);
    assert_eq!(count("until=2016-07-08"), all - 1);
    assert_eq!(count("severity=5&kind=appeared"), 0);
    for (query, said) in [
        (
            "publisher=Nobody",
            "No page is watched of a publisher “Nobody”.",
        ),
        (
            "claim=nothing",
            "“nothing” is nothing that a page is held to.",
        ),
        ("kind=nothing", "“nothing” is no kind of change."),
        ("rule=nothing", "There is no rule “nothing”"),
    ] {
        let answer = open.get(&format!("/api/v1/changes?{query}"));
        assert_eq!(answer.status, 404, "{query}");
        assert!(answer.text.contains(said), "{query}: {}", answer.text);
    }
    let answer = json_of(&open.get("/api/v1/changes"));
    let items = answer["items"].as_array().expect("items");
    let fired = |item: &Value| item["findings"][0]["rule"].as_str().map(str::to_owned);
    let rule = items.iter().find_map(fired).expect("a rule that fired");
    let number = count(&format!("rule={rule}"));
    assert!((1..all).contains(&number), "{rule}: {number} of {all}");
}

#[test]
fn a_redline_comes_in_the_form_that_is_asked_for() {
    let open = Open::with_a_change();
    for (ending, accept, media, said) in [
        ("", "", "application/json", "\"piece\":\"removed\""),
        (
            ".json",
            "text/html",
            "application/json",
            "\"piece\":\"removed\"",
        ),
        (".md", "", "text/markdown", "Everybody"),
        ("", "text/markdown", "text/markdown", "Everybody"),
        (".html", "", "text/html", "<ins>Everybody</ins>"),
        (".txt", "", "text/plain", "Everybody"),
        (
            ".patch",
            "",
            "text/x-patch",
            "+Everybody is asked once a year.",
        ),
    ] {
        let mut asked = Asked::get(&format!("/api/v1/changes/page/1..2{ending}"));
        if !accept.is_empty() {
            asked = asked.with("accept", accept);
        }
        let answer = open.ask(&asked);
        assert!(
            answer.field("content-type").starts_with(media),
            "{ending} {accept}"
        );
        assert!(answer.text.contains(said), "{ending}: {}", answer.text);
        assert!(
            answer.field("vary").contains("accept"),
            "{ending}: {}",
            answer.field("vary")
        );
        let tag = answer.field("etag").to_owned();
        assert_eq!(
            open.ask(&asked.with("if-none-match", &tag)).status,
            304,
            "{ending}"
        );
    }
    let none = open.ask(&Asked::get("/api/v1/changes/page/1..2").with("accept", "image/png"));
    assert_eq!(none.status, 406);
}

#[test]
fn what_was_served_is_saved_and_never_shown() {
    let program = Program::with_page("<script>alert(1)</script>Nobody is asked.");
    program.expect("visit --all", 0);
    let open = Open::of(program);
    let body = open.get("/api/v1/documents/page/versions/1/body");
    assert!(body.text.contains("<script>alert(1)</script>"));
    assert_eq!(body.field("content-type"), "application/octet-stream");
    assert_eq!(
        body.field("content-disposition"),
        "attachment; filename=\"page-1\""
    );
    assert_eq!(body.field("x-content-type-options"), "nosniff");
    assert!(
        body.field("x-archive-orig-content-type")
            .starts_with("text/html")
    );
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let open = Open::with_a_change();
    for (path, status, detail, remedy) in [
        ("/api/v1/nowhere", 404, "nothing at this address", "/api"),
        (
            "/api/v1/documents/nobody",
            404,
            "nobody",
            "/api/v1/documents",
        ),
        (
            "/api/v1/documents/page/versions/9",
            404,
            "no version 9",
            "/api/v1/documents",
        ),
        ("/api/v1/changes?limit=0", 400, "0 rows", "1 to 500"),
        ("/api/v1/changes?since=soon", 400, "“soon”", "2026-07-06"),
        ("/api/v1/changes?cursor=zz", 400, "cursor", "next"),
        (
            "/api/v1/changes?topic=nothing",
            404,
            "no topic “nothing”",
            "gp-data",
        ),
        ("/api/v1/search", 400, "q", "/api"),
        (
            "/api/v1/documents/page/at/1999-01-01",
            404,
            "1999",
            "/api/v1/documents",
        ),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(
            answer.field("content-type"),
            "application/problem+json",
            "{path}"
        );
        let problem = json_of(&answer);
        assert_eq!(problem["status"], status, "{path}");
        let said = problem["detail"].as_str().expect("a detail");
        assert!(said.contains(detail), "{path}: {said}");
        let said = problem["remedy"].as_str().expect("a remedy");
        assert!(
            said.contains(remedy) && !said.contains('`'),
            "{path}: {said}"
        );
    }
    let long = open.get(&format!("/api/v1/changes?words={}", "a".repeat(5_000)));
    assert_eq!(long.status, 414);
}

#[test]
fn anybody_may_read_from_anywhere_and_nobody_may_write() {
    let open = Open::with_a_change();
    let answer =
        open.ask(&Asked::get("/api/v1/status").with("origin", "https://elsewhere.example"));
    assert_eq!(answer.field("access-control-allow-origin"), "*");
    assert_eq!(answer.field("access-control-allow-credentials"), "");
    let allowed = open.ask(&Asked::by(Method::OPTIONS, "/api/v1/status"));
    assert_eq!(allowed.status, 204);
    assert_eq!(
        allowed.field("access-control-allow-methods"),
        "GET, HEAD, OPTIONS"
    );
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let refused = open.ask(&Asked::by(method.clone(), "/api/v1/changes"));
        assert_eq!(refused.status, 405, "{method}");
        assert_eq!(refused.field("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(json_of(&refused)["status"], 405);
    }
    assert_eq!(
        open.ask(&Asked::by(Method::HEAD, "/api/v1/status")).text,
        ""
    );
}

#[test]
fn whoever_asks_too_often_is_asked_to_wait_and_people_are_not() {
    let mut program = changed();
    program.settle("[window]\nlisten = \"127.0.0.1:0\"\nrequests_a_minute = 2");
    let open = Open::of(program);
    let statuses = [(); 3].map(|()| open.get("/api/v1/status").status);
    assert_eq!(statuses, [200, 200, 429]);
    let refused = open.get("/feed.atom");
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.field("retry-after").parse().expect("seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    assert!(refused.field("ratelimit").starts_with("\"address\";r=0;t="));
    assert_eq!(refused.field("ratelimit-policy"), "\"address\";q=2;w=60");
    assert_eq!(json_of(&refused)["status"], 429);
    assert_eq!(open.get("/").status, 200);
}

#[test]
fn what_the_readme_asks_is_answered() {
    let open = Open::with_a_change();
    let mut asked = 0;
    for file in ["README.md", "docs/api.md"] {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the file");
        for line in text.lines() {
            let Some(rest) = line.trim().strip_prefix("curl 'http://127.0.0.1:7711") else {
                continue;
            };
            let path = rest.split('\'').next().expect("an address");
            let answer = open.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            asked += 1;
        }
    }
    assert!(asked >= 3, "{asked} questions");
}
