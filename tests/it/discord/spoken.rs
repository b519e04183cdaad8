//! What a bot says to interactions, which commands it has, and the threads it opens.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::discord::answer::{answered, error};
use crate::discord::gateway::APPLICATION;
use crate::discord::{Seen, TOKEN, broken, form};

/// What a bot said to an interaction.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The secret of the interaction.
    pub token: String,
    /// "callback", "original" or "more".
    pub how: &'static str,
    /// What was said.
    pub json: Value,
    /// The files with it.
    pub files: Vec<(String, String)>,
}

impl Spoken {
    /// The words.
    pub fn text(&self) -> &str {
        let data = self.json.get("data").unwrap_or(&self.json);
        data["content"].as_str().unwrap_or_default()
    }

    /// What the button with this label is known by.
    #[track_caller]
    pub fn button(&self, label: &str) -> String {
        let data = self.json.get("data").unwrap_or(&self.json);
        button(data, label)
    }
}

/// What the button of a message whose label begins so is known by.
#[track_caller]
pub fn button(message: &Value, label: &str) -> String {
    let rows = message["components"].as_array().into_iter().flatten();
    let mut buttons = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let found = buttons.find(|one| {
        one["label"]
            .as_str()
            .is_some_and(|own| own.starts_with(label))
    });
    let found = found.unwrap_or_else(|| panic!("no button “{label}” in {message}"));
    found["custom_id"]
        .as_str()
        .expect("it can be pressed")
        .to_owned()
}

static CALLBACK: LazyLock<[(u64, Validator); 5]> = LazyLock::new(|| {
    [
        (4, schema("CreateMessageInteractionCallbackRequest")),
        (5, schema("CreateMessageInteractionCallbackRequest")),
        (6, schema("UpdateMessageInteractionCallbackRequest")),
        (8, schema("ApplicationCommandAutocompleteCallbackRequest")),
        (9, schema("ModalInteractionCallbackRequest")),
    ]
});
static ORIGINAL: LazyLock<Validator> =
    LazyLock::new(|| schema("IncomingWebhookUpdateRequestPartial"));
static MORE: LazyLock<Validator> = LazyLock::new(|| schema("IncomingWebhookRequestPartial"));
static COMMAND: LazyLock<Validator> = LazyLock::new(|| schema("ApplicationCommandUpdateRequest"));
static POST: LazyLock<Validator> = LazyLock::new(|| schema("CreateForumThreadRequest"));
static THREAD: LazyLock<Validator> = LazyLock::new(|| schema("CreateTextThreadWithMessageRequest"));

fn schema(name: &str) -> Validator {
    let mut description: Value =
        serde_json::from_str(include_str!("../../data/discord-openapi.json")).expect("JSON");
    description["$ref"] = json!(format!("#/components/schemas/{name}"));
    jsonschema::validator_for(&description).expect("a schema")
}

impl Seen {
    /// The answer to what is no message; `None` where it is one.
    pub(super) fn heard(&mut self, head: &Parts, body: &[u8]) -> Option<Response> {
        let path = head.uri.path().strip_prefix("/api/v10/")?.to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let read = || form::read(&head.headers, body);
        match (head.method.as_str(), parts.as_slice()) {
            ("GET", ["gateway"]) => Some(answered(200, &json!({ "url": self.gateway }))),
            ("GET", ["applications", "@me"]) => {
                let known = head.headers.get("authorization");
                let known = known.is_some_and(|token| *token == format!("Bot {TOKEN}"));
                Some(match known {
                    true => answered(200, &json!({ "id": APPLICATION.to_string() })),
                    false => error(401, 0),
                })
            }
            ("GET", ["guilds", _, "threads", "active"]) => Some(answered(200, &self.active())),
            ("POST", ["interactions", _, token, "callback"]) => {
                Some(self.hear(token, "callback", read()))
            }
            ("POST", ["webhooks", _, token]) if token.starts_with("interaction-") => {
                Some(self.hear(token, "more", read()))
            }
            ("PATCH", ["webhooks", _, token, "messages", "@original"]) => {
                Some(self.hear(token, "original", read()))
            }
            (method @ ("GET" | "PUT"), ["applications", _, "commands"]) => {
                Some(self.command(method, head, body))
            }
            ("POST", ["channels", channel, "messages", message, "threads"]) => {
                let json = read().map(|(json, _)| json).unwrap_or_default();
                self.note(&THREAD, &json);
                let exists = self
                    .messages
                    .iter()
                    .any(|one| one.id == *message && one.channel.to_string() == *channel);
                if !exists {
                    return Some(error(404, 10_008));
                }
                if self.threads.contains_key(*message) {
                    return Some(error(400, 160_004));
                }
                let name = json["name"].as_str().unwrap_or_default();
                self.threads.insert((*message).to_owned(), name.to_owned());
                Some(answered(201, &json!({ "id": message, "type": 11 })))
            }
            _ => None,
        }
    }

    /// Holds the first message of a thread to the laws.
    pub(super) fn lawful_post(&mut self, json: &Value) {
        self.note(&POST, json);
        let first = &json["message"];
        self.broken.extend(broken(first, &Method::POST, false));
        for unknown in ["nonce", "enforce_nonce"] {
            self.demand(first[unknown].is_null(), "a nonce where Discord knows none");
        }
        let name = length(&json["name"]);
        self.demand((1..=100).contains(&name), "the name of a thread");
    }

    fn hear(
        &mut self,
        token: &str,
        how: &'static str,
        read: Option<(Value, Vec<(String, String)>)>,
    ) -> Response {
        let Some((json, files)) = read else {
            self.broken.push(format!("{how}: neither JSON nor a form"));
            return error(400, 50_109);
        };
        let earlier = self.spoken.iter().any(|one| one.token == token);
        match how {
            "callback" if earlier => return error(400, 40_060),
            "callback" => self.lawful_callback(&json),
            "original" | "more" if !earlier => return error(404, 10_015),
            "original" => {
                self.note(&ORIGINAL, &json);
                self.lawful_message(&json, &json);
            }
            _ => {
                self.note(&MORE, &json);
                self.lawful_message(&json, &json);
                self.demand(json["flags"] == 64, "everybody sees what was whispered");
            }
        }
        self.spoken.push(Spoken {
            token: token.to_owned(),
            how,
            json: json.clone(),
            files,
        });
        match how {
            "callback" => answered(204, &Value::Null),
            _ => answered(200, &json),
        }
    }

    fn lawful_callback(&mut self, json: &Value) {
        let kind = json["type"].as_u64().unwrap_or_default();
        let data = &json["data"];
        match CALLBACK.iter().find(|(known, _)| *known == kind) {
            Some((_, schema)) => self.note(schema, json),
            None => self.broken.push(format!("a callback of type {kind}")),
        }
        match kind {
            4 => {
                self.demand(data["flags"] == 64, "everybody sees what was whispered");
                self.lawful_message(data, data);
            }
            5 => self.demand(data["flags"] == 64, "everybody will see what is whispered"),
            8 => {
                let choices = data["choices"].as_array().cloned().unwrap_or_default();
                self.demand(choices.len() <= 25, "over 25 choices");
                for choice in choices {
                    for part in ["name", "value"] {
                        let length = length(&choice[part]);
                        self.demand((1..=100).contains(&length), "a choice of 1 to 100");
                    }
                }
            }
            9 => {
                self.demand(
                    (1..=45).contains(&length(&data["title"])),
                    "the title of a form",
                );
                for row in data["components"].as_array().into_iter().flatten() {
                    let input = &row["components"][0];
                    let filled = length(&input["value"]);
                    let most = input["max_length"].as_u64().unwrap_or(4000) as usize;
                    self.demand((1..=45).contains(&length(&input["label"])), "a label");
                    self.demand(filled <= most, "more is filled in than fits");
                    let blank = !input["value"].is_null() && filled == 0;
                    self.demand(!blank, "nothing is filled in");
                }
            }
            _ => {}
        }
    }

    /// What the description of Discord misses of words with buttons.
    fn lawful_message(&mut self, json: &Value, whole: &Value) {
        if !json["content"].is_null() {
            let content = length(&json["content"]);
            self.demand((1..=2000).contains(&content), "content of 1 to 2000");
            let nobody = whole["allowed_mentions"]["parse"] == json!([]);
            self.demand(nobody, "mentions are allowed");
        }
        let mut ids = BTreeSet::new();
        let rows = json["components"].as_array().cloned().unwrap_or_default();
        self.demand(rows.len() <= 5, "over 5 rows");
        for row in rows {
            let buttons = row["components"].as_array().cloned().unwrap_or_default();
            self.demand((1..=5).contains(&buttons.len()), "a row of 1 to 5");
            for button in buttons {
                self.demand(
                    (1..=80).contains(&length(&button["label"])),
                    "the label of a button",
                );
                if let Some(id) = button["custom_id"].as_str() {
                    self.demand(
                        (1..=100).contains(&id.chars().count()),
                        "what a button is known by",
                    );
                    self.demand(
                        ids.insert(id.to_owned()),
                        "two buttons are known by the same",
                    );
                }
            }
        }
    }

    fn command(&mut self, method: &str, head: &Parts, body: &[u8]) -> Response {
        let given = head.headers.get("authorization");
        let given = given.and_then(|value| value.to_str().ok());
        if given != Some(&format!("Bot {TOKEN}")) {
            return error(401, 0);
        }
        if method == "PUT" {
            let Some((Value::Array(commands), _)) = form::read(&head.headers, body) else {
                return error(400, 50_035);
            };
            let length = Value::Array(commands.clone()).to_string().chars().count();
            self.demand(length <= 8_000, "commands over 8000");
            for command in &commands {
                self.note(&COMMAND, command);
            }
            self.registered += 1;
            self.commands = (commands.into_iter().enumerate())
                .map(|(at, mut command)| {
                    command["id"] = json!((700 + at).to_string());
                    command["nsfw"] = json!(false);
                    command["default_member_permissions"] = Value::Null;
                    command
                })
                .collect();
        }
        answered(200, &Value::Array(self.commands.clone()))
    }

    fn note(&mut self, schema: &Validator, json: &Value) {
        let errors = schema.iter_errors(json);
        let errors = errors.map(|error| format!("{}: {error}", error.instance_path()));
        self.broken.extend(errors.collect::<Vec<_>>());
    }

    fn demand(&mut self, holds: bool, law: &str) {
        if !holds {
            self.broken.push(law.to_owned());
        }
    }
}

/// The length as the strictest reader counts it; 0 for what is blank.
fn length(text: &Value) -> usize {
    text.as_str()
        .unwrap_or_default()
        .trim()
        .encode_utf16()
        .count()
}
