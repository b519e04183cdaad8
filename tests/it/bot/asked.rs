//! Commands, and what there is to choose from while they are typed.

use serde_json::{Value, json};

use crate::bot::{HERE, Stage, ada, passer_by};
use crate::site::Answer;

/// A page that tries everything.
const NASTY: &str = "<!doctype html><html lang=\"en\"><head><title>```@everyone <@31> **A** [x](https://x.example) \u{202e}🏴󠁧󠁢󠁥󠁮󠁧󠁿</title></head>\
    <body><main><h1>```@everyone <@31></h1><p>The Office will never sell ``` @here <@&22> your record | to anybody.</p>\
    <p>The Nasty ```@everyone Dataset 2026 is collected.</p></main></body></html>";

type Asked = (&'static str, Vec<(&'static str, u64, Value)>, &'static str);

/// Commands with what is filled in, and a part of what is answered.
fn asked() -> Vec<Asked> {
    let document = |id: &str| ("document", 3, json!(id));
    let words = |text: &str| ("words", 3, json!(text));
    vec![
        ("changes", vec![("days", 4, json!(30))], "severity"),
        (
            "changes",
            vec![("topic", 3, json!("nowhere @everyone"))],
            "There is no topic",
        ),
        ("history", vec![document("nasty")], "1..2"),
        (
            "history",
            vec![document("nowhere ``` @everyone")],
            "There is no watch",
        ),
        ("diff", vec![document("nasty")], "1..2"),
        (
            "diff",
            vec![document("page"), ("versions", 3, json!("1..2"))],
            "opt out",
        ),
        (
            "diff",
            vec![document("page"), ("versions", 3, json!("soon"))],
            "is not a pair of versions",
        ),
        (
            "diff",
            vec![document("page"), ("versions", 3, json!("1..99"))],
            "has no version 99",
        ),
        ("search", vec![words("secretary directions")], "in its text"),
        ("search", vec![words("everyone")], "2 places on one page"),
        ("search", vec![words("say \"zz")], "is not closed"),
        (
            "search",
            vec![words("nowhere at all")],
            "No page has these words",
        ),
        (
            "phrase",
            vec![words("Data is collected")],
            "since version 2",
        ),
        (
            "phrase",
            vec![words("the Secretary of State")],
            "since version 1",
        ),
        ("phrase", vec![words("never sell")], "to version 1, gone by"),
        (
            "phrase",
            vec![words("always sell")],
            "never stood on a page",
        ),
        ("names", vec![], "name"),
        ("names", vec![("name", 3, json!("zzzz"))], "No such name"),
        ("status", vec![], "2 pages: 2 read at the last visit"),
        ("explain", vec![document("page")], "severity"),
        (
            "watch suggest",
            vec![
                ("address", 3, json!("https://www.example.org/policy")),
                ("why", 3, json!("@everyone")),
            ],
            "is noted",
        ),
        (
            "watch suggest",
            vec![("address", 3, json!("https://www.example.org/policy"))],
            "suggested this page before",
        ),
        (
            "watch suggest",
            vec![("address", 3, json!("javascript:alert(1)"))],
            "no address of a web page",
        ),
        ("nonsense", vec![], "no such command"),
    ]
}

#[test]
fn every_command_is_answered_and_only_the_asker_sees_it() {
    let mut stage = Stage::open();
    stage.program.watch("nasty", "/nasty", "every = \"1s\"");
    stage.program.site.play("/nasty", Answer::html(NASTY));
    stage
        .running
        .as_mut()
        .expect("it runs")
        .until("pages watched: 2");
    stage.change();
    let changed = NASTY
        .replace("never sell", "may sell")
        .replace("anybody", &"x ".repeat(9_000));
    stage.program.site.replay("/nasty", Answer::html(&changed));
    stage.runtime.block_on(stage.discord.posted(HERE, 3));
    for (name, options, part) in asked() {
        let token = stage
            .discord
            .gateway
            .give(&passer_by(), HERE, name, &options);
        let said = stage.said(&token, 2);
        assert_eq!(said[0].json, json!({ "type": 5, "data": { "flags": 64 } }));
        let text = said[1].text();
        assert!(text.contains(part), "/{name} {options:?}: {text}");
        let fences = text.matches("```").count();
        assert!(fences == 0 || fences == 2, "{text}");
        assert!(
            !text.contains("@e") && !text.contains("@h") && !text.contains("<@3"),
            "{text}"
        );
        assert_eq!(
            name == "diff" && part.len() < 8,
            !said[1].files.is_empty(),
            "{name} {part}"
        );
    }
    let suggested = stage.program.expect("--json suggestions", 0).json();
    assert_eq!(suggested.len(), 1);
    assert_eq!(suggested[0]["url"], "https://www.example.org/policy");
    assert_eq!(
        (&suggested[0]["by"], &suggested[0]["from"]),
        (&"Cy".into(), &"discord:33".into())
    );
    let text = stage.program.expect("suggestions", 0).text();
    assert!(text.contains("by Cy on"), "{text}");
    stage.lawful();
}

#[test]
fn what_is_typed_is_completed() {
    let mut stage = Stage::open();
    for no in 0..40 {
        stage
            .program
            .watch(&format!("directions-{no}"), "/page", "enabled = false");
    }
    stage
        .running
        .as_mut()
        .expect("it runs")
        .until("the watchlist was read again");
    stage.stop();
    stage.start();
    let choices = |option: &str, typed: &str| {
        let token = stage
            .discord
            .gateway
            .types(&ada(), HERE, "diff", option, typed);
        let said = stage.last_said(&token, 1).json;
        assert_eq!(said["type"], 8);
        let choices = said["data"]["choices"].as_array().expect("a list").clone();
        choices
            .iter()
            .map(|one| one["value"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(choices("document", "directions-").len(), 25);
    assert_eq!(
        choices("document", "THE PAGE DIRECTIONS-39"),
        ["directions-39"]
    );
    assert_eq!(choices("document", "nowhere").len(), 0);
    assert_eq!(choices("topic", "gp"), ["gp-data"]);
    assert_eq!(choices("words", "gp").len(), 0);
    stage.lawful();
}

#[test]
fn commands_are_registered_only_when_their_definition_changed() {
    let mut stage = Stage::open();
    stage.runtime.block_on(stage.discord.registered(1));
    let (commands, _) = stage.discord.commands();
    let mut names: Vec<&str> = commands
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "changes", "correct", "diff", "explain", "history", "names", "phrase", "search",
            "status", "watch"
        ]
    );
    stage.stop();
    stage.start();
    // By the time a wish is fulfilled, the commands were compared.
    let token = stage.discord.gateway.give(&ada(), HERE, "status", &[]);
    stage.said(&token, 2);
    let asked = stage.discord.asked();
    assert!(
        asked
            .iter()
            .filter(|(method, path)| method == "GET" && path.ends_with("/commands"))
            .count()
            >= 1
    );
    assert_eq!(stage.discord.commands().1, 1);
    stage.stop();
    stage.discord.forget_command();
    stage.start();
    stage.runtime.block_on(stage.discord.registered(2));
    assert_eq!(stage.discord.commands().0.len(), 10);
    stage.lawful();
}
