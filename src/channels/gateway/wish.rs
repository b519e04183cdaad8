//! Reads a wish from an interaction as Discord writes it, and needs no more of it than it uses.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::channels::{Secret, Ticket};
use crate::model::{Act, Wish};

/// The kinds of options that are no values: a part of a command, and a group of parts.
/// <https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type>
const PARTS: [u64; 2] = [1, 2];
/// How deep options stand inside each other: a group, a part, an option.
const DEEPEST: usize = 3;

/// The wish, and what it takes to reply to it; `None` where something is missing.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>
pub(super) fn read(json: &Value) -> Option<(Wish, Ticket)> {
    let ticket = Ticket {
        id: id(&json["id"])?,
        application: id(&json["application_id"])?,
        token: Secret::new(json["token"].as_str()?),
    };
    let member = &json["member"];
    let user = match &member["user"] {
        Value::Null => &json["user"],
        user => user,
    };
    let names = [&member["nick"], &user["global_name"], &user["username"]];
    let name = names.into_iter().find_map(Value::as_str);
    let roles = member["roles"].as_array();
    let wish = Wish {
        guild: id(&json["guild_id"]),
        channel: id(&json["channel_id"]),
        user: id(&user["id"])?,
        name: name.unwrap_or("somebody").to_owned(),
        roles: roles.into_iter().flatten().filter_map(id).collect(),
        act: act(json)?,
    };
    Some((wish, ticket))
}

fn act(json: &Value) -> Option<Act> {
    let data = &json["data"];
    let custom = || data["custom_id"].as_str().map(str::to_owned);
    Some(match json["type"].as_u64()? {
        2 => {
            let (name, options) = command(data)?;
            let options = options.iter().filter_map(|option| filled(option));
            Act::Command {
                name,
                options: options.collect(),
            }
        }
        3 => Act::Pressed {
            button: custom()?,
            message: id(&json["message"]["id"])?,
        },
        4 => {
            let (name, options) = command(data)?;
            let typed = |option: &&&Value| option["focused"] == Value::Bool(true);
            let (option, typed) = filled(options.iter().find(typed)?)?;
            Act::Typing {
                name,
                option,
                typed,
            }
        }
        5 => Act::Filled {
            form: custom()?,
            answers: answers(&data["components"]),
        },
        _ => return None,
    })
}

/// The name of a command, with that of its part, and what was filled in.
fn command(data: &Value) -> Option<(String, Vec<&Value>)> {
    let mut name = data["name"].as_str()?.to_owned();
    let mut at = data;
    for _ in 0..DEEPEST {
        let options: Vec<&Value> = at["options"].as_array().into_iter().flatten().collect();
        let is_part = |option: &&&Value| {
            let kind = option["type"].as_u64();
            kind.is_some_and(|kind| PARTS.contains(&kind))
        };
        match options.iter().find(is_part) {
            Some(part) => {
                name = format!("{name} {}", part["name"].as_str()?);
                at = part;
            }
            None => return Some((name, options)),
        }
    }
    None
}

fn filled(option: &Value) -> Option<(String, String)> {
    let value = match &option["value"] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    Some((option["name"].as_str()?.to_owned(), value))
}

/// The answers of a form, in rows of one question each, or below labels.
fn answers(rows: &Value) -> BTreeMap<String, String> {
    let rows = rows.as_array().into_iter().flatten();
    let inside = |row: &Value| match (&row["components"], &row["component"]) {
        (Value::Array(inside), _) => inside.clone(),
        (_, Value::Null) => Vec::new(),
        (_, one) => vec![one.clone()],
    };
    let answer = |input: Value| {
        let id = input["custom_id"].as_str()?.to_owned();
        Some((id, input["value"].as_str()?.to_owned()))
    };
    rows.flat_map(inside).filter_map(answer).collect()
}

/// An id: Discord writes them as text.
fn id(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(kind: u64, data: Value) -> Value {
        json!({
            "id": "11", "application_id": "12", "token": "a-token", "type": kind,
            "guild_id": "13", "channel_id": "14", "data": data,
            "member": { "nick": null, "roles": ["21", "22"], "user": { "id": "15", "username": "ada", "global_name": "Ada" } },
            "message": { "id": "16" },
        })
    }

    #[track_caller]
    fn case(kind: u64, data: Value, expected: Act) {
        let (wish, ticket) = read(&asked(kind, data)).expect("a wish");
        assert_eq!(wish.act, expected);
        assert_eq!((wish.user, wish.name.as_str()), (15, "Ada"));
        assert_eq!((wish.guild, wish.channel), (Some(13), Some(14)));
        assert_eq!((wish.roles, ticket.id), (vec![21, 22], 11));
    }

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn every_kind_of_wish_is_read() {
        let options = json!([{ "name": "document", "type": 3, "value": "gp" }, { "name": "days", "type": 4, "value": 7 }]);
        let given = pairs(&[("document", "gp"), ("days", "7")]);
        case(
            2,
            json!({ "name": "diff", "options": options }),
            Act::Command {
                name: "diff".to_owned(),
                options: given.clone(),
            },
        );
        let part = json!([{ "name": "suggest", "type": 1, "options": options }]);
        case(
            2,
            json!({ "name": "watch", "options": part }),
            Act::Command {
                name: "watch suggest".to_owned(),
                options: given,
            },
        );
        case(
            3,
            json!({ "custom_id": "sp1:note:7-0", "component_type": 2 }),
            Act::Pressed {
                button: "sp1:note:7-0".to_owned(),
                message: 16,
            },
        );
        let typing = json!([{ "name": "document", "type": 3, "value": "g", "focused": true }]);
        case(
            4,
            json!({ "name": "diff", "options": typing }),
            Act::Typing {
                name: "diff".to_owned(),
                option: "document".to_owned(),
                typed: "g".to_owned(),
            },
        );
        let rows = json!([{ "type": 1, "components": [{ "type": 4, "custom_id": "text", "value": "so" }] }]);
        case(
            5,
            json!({ "custom_id": "sp1:note:7-0", "components": rows }),
            Act::Filled {
                form: "sp1:note:7-0".to_owned(),
                answers: pairs(&[("text", "so")]),
            },
        );
        let labelled =
            json!([{ "type": 18, "component": { "type": 4, "custom_id": "text", "value": "so" } }]);
        case(
            5,
            json!({ "custom_id": "x", "components": labelled }),
            Act::Filled {
                form: "x".to_owned(),
                answers: pairs(&[("text", "so")]),
            },
        );
    }

    #[test]
    fn what_lacks_something_is_no_wish() {
        let whole = asked(3, json!({ "custom_id": "x" }));
        assert!(read(&whole).is_some());
        for gone in [
            "id",
            "token",
            "application_id",
            "type",
            "data",
            "member",
            "message",
        ] {
            let mut lacking = whole.clone();
            lacking[gone] = Value::Null;
            assert!(read(&lacking).is_none(), "without {gone}");
        }
        assert!(read(&asked(9, json!({}))).is_none());
        assert!(read(&json!("hello")).is_none());
    }
}
