//! Whatever comes over the gateway in place of what people do, the bot goes on listening.

use serde_json::{Value, json};

use crate::bot::{HERE, Stage, ada};
use crate::discord::gateway::interaction;
use crate::fuzzed::alter::Trial;

/// After so many altered ones a sound one is replied to.
const BETWEEN: usize = 10;

/// What people do, as the gateway tells it.
fn seeds() -> Vec<Value> {
    let option = |name: &str, value: Value| json!({ "name": name, "type": 3, "value": value });
    let command = |name: &str, options: Value| json!({ "id": "701", "name": name, "type": 1, "options": options });
    let page = option("document", json!("page"));
    let mut typed = option("document", json!("pa"));
    typed["focused"] = json!(true);
    let part = json!([{ "name": "suggest", "type": 1, "options": [option("address", json!("https://a.example/"))] }]);
    let input = json!({ "type": 4, "id": 2, "custom_id": "text", "value": "because" });
    let form = json!({ "custom_id": "sp1:note:2-0", "components": [{ "type": 1, "id": 1, "components": [input] }] });
    let kinds = [
        (
            2,
            command("diff", json!([page, option("versions", json!("1..2"))])),
        ),
        (
            2,
            command(
                "changes",
                json!([{ "name": "days", "type": 4, "value": 30 }]),
            ),
        ),
        (
            2,
            command("search", json!([option("words", json!("opt out"))])),
        ),
        (2, command("watch", part)),
        (
            3,
            json!({ "custom_id": "sp1:noise:2-0", "component_type": 2 }),
        ),
        (4, command("diff", json!([typed]))),
        (5, form),
    ];
    let told = |(kind, data)| {
        let mut told = interaction(&ada(), HERE, kind, data, "interaction-altered");
        told["message"] = json!({ "id": "2" });
        told
    };
    kinds.into_iter().map(told).collect()
}

/// All places of a value, each as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, inner)| places(inner, &format!("{at}/{}", escaped(key)), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(no, inner)| places(inner, &format!("{at}/{no}"), found)),
        _ => {}
    }
}

/// What is told, with other values in a few places.
fn altered(trial: &mut Trial, seeds: &[Value]) -> Value {
    let dice = &mut trial.dice;
    let mut told = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(3) {
        let mut found = Vec::new();
        places(&told, "", &mut found);
        let place = &found[dice.below(found.len())];
        let other = match dice.below(9) {
            0 => Value::Null,
            1 => json!(-1),
            2 => json!(u64::MAX),
            3 => json!(1e300),
            4 => json!([[[[[[[[{}]]]]]]]]),
            5 => json!({ "id": {}, "type": "1", "": [] }),
            6 => seeds[dice.below(seeds.len())].clone(),
            _ => json!(dice.text()),
        };
        *told.pointer_mut(place).expect("a place of it") = other;
    }
    told
}

#[test]
fn whatever_comes_in_place_of_what_people_do_the_bot_goes_on_listening() {
    let mut stage = Stage::open();
    let seeds = seeds();
    let mut trial = Trial::of(6 * BETWEEN);
    while trial.goes_on() {
        let told = altered(&mut trial, &seeds);
        stage.discord.gateway.event("INTERACTION_CREATE", told);
        if trial.tried.is_multiple_of(BETWEEN) {
            let days = [("days", 4, json!(30))];
            let token = stage.discord.gateway.give(&ada(), HERE, "changes", &days);
            assert!(!stage.said(&token, 1).is_empty());
        }
    }
    trial.say("what the gateway tells");
    let said = stage.stop();
    assert!(!said.contains("panicked"), "{said}");
}
