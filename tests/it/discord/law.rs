//! What Discord holds every message to: its own description, and the documented limits that misses.

use std::sync::LazyLock;

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

static CREATE: LazyLock<Validator> = LazyLock::new(|| schema("MessageCreateRequest"));
static EDIT: LazyLock<Validator> = LazyLock::new(|| schema("MessageEditRequestPartial"));
static HOOK: LazyLock<Validator> = LazyLock::new(|| schema("IncomingWebhookRequestPartial"));
static HOOK_EDIT: LazyLock<Validator> =
    LazyLock::new(|| schema("IncomingWebhookUpdateRequestPartial"));

fn schema(name: &str) -> Validator {
    let mut description: Value =
        serde_json::from_str(include_str!("../../data/discord-openapi.json")).expect("JSON");
    description["$ref"] = json!(format!("#/components/schemas/{name}"));
    jsonschema::validator_for(&description).expect("a schema")
}

/// The laws this message breaks, in sentences.
pub fn broken(message: &Value, method: &Method, webhook: bool) -> Vec<String> {
    let validator = match (method == Method::PATCH, webhook) {
        (false, false) => &CREATE,
        (true, false) => &EDIT,
        (false, true) => &HOOK,
        (true, true) => &HOOK_EDIT,
    };
    let mut broken: Vec<String> = validator
        .iter_errors(message)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    let mut demand = |holds: bool, law: &str| {
        if !holds {
            broken.push(law.to_owned());
        }
    };
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let embeds = list(message, "embeds");
    let content = length(&message["content"]);
    demand(content <= 2000, "content over 2000");
    demand(content > 0 || !embeds.is_empty(), "an empty message");
    demand(
        message["allowed_mentions"]["parse"] == json!([]),
        "mentions are allowed",
    );
    demand(list(message, "components").len() <= 5, "over 5 rows");
    demand(embeds.len() <= 10, "over 10 embeds");
    demand(list(message, "attachments").len() <= 10, "over 10 files");
    let mut ids = std::collections::BTreeSet::new();
    for row in list(message, "components") {
        let buttons = list(&row, "components");
        demand((1..=5).contains(&buttons.len()), "a row of 1 to 5");
        for button in buttons {
            demand((1..=80).contains(&length(&button["label"])), "a label");
            if let Some(url) = button["url"].as_str() {
                demand(url.chars().count() <= 512, "the address of a button");
            }
            if let Some(id) = button["custom_id"].as_str() {
                demand((1..=100).contains(&id.len()), "the id of a button");
                demand(ids.insert(id.to_owned()), "two buttons with one id");
                demand(!webhook, "a button that nobody hears of");
            }
        }
    }
    let mut sum = 0;
    for embed in &embeds {
        let address = embed["url"].as_str().unwrap_or_default();
        demand(address.chars().count() <= 2048, "the address of an embed");
        for (pointer, most) in [
            ("/title", 256),
            ("/description", 4096),
            ("/footer/text", 2048),
            ("/author/name", 256),
        ] {
            if let Some(text) = embed.pointer(pointer) {
                demand((1..=most).contains(&length(text)), pointer);
                sum += length(text);
            }
        }
        let fields = list(embed, "fields");
        demand(fields.len() <= 25, "over 25 fields");
        for field in fields {
            let (name, value) = (length(&field["name"]), length(&field["value"]));
            demand((1..=256).contains(&name), "a field's name");
            demand((1..=1024).contains(&value), "a field's value");
            sum += name + value;
        }
    }
    demand(sum <= 6000, "embeds over 6000 in sum");
    broken
}

/// The length as the strictest reader counts it; 0 for what is blank.
fn length(text: &Value) -> usize {
    let text = text.as_str().unwrap_or_default().trim();
    let blank = text.chars().all(|c| c.is_whitespace() || c == '\u{200B}');
    if blank {
        0
    } else {
        text.encode_utf16().count()
    }
}
