//! The server of the local Discord: its channels, its roles, and what the bot may do there.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Value, json};

use crate::discord::answer::{answered, error};
use crate::discord::gateway::{APPLICATION, GUILD};
use crate::discord::{HOOK, Seen, TOKEN};

/// The role of the bot.
pub const OWN_ROLE: u64 = 222_333_444_555_666_001;
/// What the invitation asks for.
pub const NEEDED: u64 = 309_237_763_072;

/// A channel that is other than usual.
#[derive(Clone, Debug)]
pub struct Room {
    pub kind: u64,
    pub server: u64,
    pub parent: Option<u64>,
    pub overwrites: Value,
    /// The status and code with which it is kept from the bot.
    pub kept: Option<(u16, u64)>,
}

impl Room {
    pub fn usual() -> Room {
        Room {
            kind: 0,
            server: GUILD,
            parent: None,
            overwrites: json!([]),
            kept: None,
        }
    }

    /// With these permissions taken from the bot's role.
    pub fn without(permissions: u64) -> Room {
        let overwrite = json!({ "id": OWN_ROLE.to_string(), "type": 0, "allow": "0", "deny": permissions.to_string() });
        Room {
            overwrites: json!([overwrite]),
            ..Room::usual()
        }
    }
}

/// The server; every channel that is not named here is a usual one.
pub struct Server {
    pub rooms: BTreeMap<u64, Room>,
    /// Id, name, permissions, and whether everybody may mention it.
    pub roles: Vec<(u64, &'static str, u64, bool)>,
    /// Whether the bot may have commands.
    pub commands: bool,
    /// Whether webhooks are there.
    pub hooks: bool,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            rooms: BTreeMap::new(),
            roles: vec![
                (GUILD, "@everyone", 1 << 16, false),
                (OWN_ROLE, "smallprint", NEEDED, false),
            ],
            commands: true,
            hooks: true,
        }
    }
}

impl Seen {
    /// The answer to a question about the server; `None` where it is none.
    pub(super) fn placed(&self, head: &Parts) -> Option<Response> {
        let path = head.uri.path().strip_prefix("/api/v10/")?;
        let parts: Vec<&str> = path.split('/').collect();
        if head.method != "GET" {
            return None;
        }
        let known = head.headers.get("authorization");
        let known = known.is_some_and(|token| *token == format!("Bot {TOKEN}"));
        let answer = match parts.as_slice() {
            ["webhooks", channel, HOOK] => {
                return Some(match self.server.hooks {
                    true => answered(
                        200,
                        &json!({ "id": channel, "type": 1, "name": "Press", "guild_id": GUILD.to_string(), "channel_id": channel }),
                    ),
                    false => error(404, 10_015),
                });
            }
            ["users", "@me"] => answered(
                200,
                &json!({ "id": APPLICATION.to_string(), "username": "smallprint", "bot": true }),
            ),
            ["channels", channel] if !self.is_of_a_forum(channel) => self.server.room(channel),
            ["guilds", _] => answered(200, &self.server.told()),
            ["guilds", _, "members", _] => {
                answered(200, &json!({ "roles": [OWN_ROLE.to_string()] }))
            }
            ["applications", _, "guilds", _, "commands"] => match self.server.commands {
                true => answered(200, &json!([])),
                false => error(403, 50_001),
            },
            _ => return None,
        };
        Some(if known { answer } else { error(401, 0) })
    }
}

impl Server {
    fn room(&self, channel: &str) -> Response {
        let id = channel.parse().unwrap_or_default();
        let room = self.rooms.get(&id).cloned().unwrap_or_else(Room::usual);
        if let Some((status, code)) = room.kept {
            return error(status, code);
        }
        let parent = room.parent.map(|parent| parent.to_string());
        let room = json!({ "id": channel, "type": room.kind, "guild_id": room.server.to_string(), "name": "alerts",
            "parent_id": parent, "permission_overwrites": room.overwrites });
        answered(200, &room)
    }

    fn told(&self) -> Value {
        let roles: Vec<Value> = (self.roles.iter())
            .map(|(id, name, permissions, mentionable)| {
                json!({ "id": id.to_string(), "name": name, "permissions": permissions.to_string(), "mentionable": mentionable })
            })
            .collect();
        json!({ "id": GUILD.to_string(), "name": "The newsroom", "owner_id": "1", "roles": roles })
    }
}
