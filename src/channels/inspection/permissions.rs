//! What a member may do in a channel, computed as Discord's documentation says.
//!
//! <https://discord.com/developers/docs/topics/permissions#permission-overwrites>

use serde_json::Value;
use serenity::model::permissions::Permissions;

/// A server, as far as it says who may do what.
pub(super) struct Server {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) owner: Option<u64>,
    pub(super) roles: Vec<Role>,
}

/// A role of a server. The one that has the server's own id is everybody's.
pub(super) struct Role {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) permissions: Permissions,
    pub(super) mentionable: bool,
}

/// A member of a server.
pub(super) struct Member {
    pub(super) id: u64,
    pub(super) roles: Vec<u64>,
}

/// What a channel allows or forbids a role or a member, beyond what the server does.
struct Overwrite {
    id: u64,
    allow: Permissions,
    deny: Permissions,
}

impl Server {
    pub(super) fn read(json: &Value) -> Option<Server> {
        let roles = json["roles"].as_array()?;
        Some(Server {
            id: id(&json["id"])?,
            name: text(&json["name"]),
            owner: id(&json["owner_id"]),
            roles: roles.iter().filter_map(role).collect(),
        })
    }

    pub(super) fn role(&self, id: u64) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// What this member may do in a channel with these overwrites.
    pub(super) fn allows(&self, member: &Member, overwrites: &Value) -> Permissions {
        let own = |role: &&Role| role.id == self.id || member.roles.contains(&role.id);
        let base = self.roles.iter().filter(own);
        let base = base.fold(Permissions::empty(), |all, role| all | role.permissions);
        if self.owner == Some(member.id) || base.contains(Permissions::ADMINISTRATOR) {
            return Permissions::all();
        }
        let overwrites: Vec<Overwrite> = overwrites
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(overwrite)
            .collect();
        let of = |wanted: &dyn Fn(u64) -> bool| {
            let these = overwrites.iter().filter(|one| wanted(one.id));
            these.fold(
                (Permissions::empty(), Permissions::empty()),
                |(allow, deny), one| (allow | one.allow, deny | one.deny),
            )
        };
        let mut may = base;
        // Everybody's first, then those of the roles together, then the member's own.
        for (allow, deny) in [
            of(&|id| id == self.id),
            of(&|id| id != self.id && member.roles.contains(&id)),
            of(&|id| id == member.id),
        ] {
            may = (may - deny) | allow;
        }
        match may.contains(Permissions::VIEW_CHANNEL) {
            true => may,
            false => Permissions::empty(),
        }
    }
}

impl Member {
    pub(super) fn read(own: u64, json: &Value) -> Member {
        let roles = json["roles"].as_array().into_iter().flatten();
        Member {
            id: own,
            roles: roles.filter_map(id).collect(),
        }
    }
}

fn role(json: &Value) -> Option<Role> {
    Some(Role {
        id: id(&json["id"])?,
        name: text(&json["name"]),
        permissions: permissions(&json["permissions"])?,
        mentionable: json["mentionable"] == Value::Bool(true),
    })
}

fn overwrite(json: &Value) -> Option<Overwrite> {
    Some(Overwrite {
        id: id(&json["id"])?,
        allow: permissions(&json["allow"])?,
        deny: permissions(&json["deny"])?,
    })
}

/// Discord writes them as a number in a text.
fn permissions(json: &Value) -> Option<Permissions> {
    Some(Permissions::from_bits_truncate(id(json)?))
}

/// An id: Discord writes them as text.
pub(super) fn id(json: &Value) -> Option<u64> {
    match json {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

pub(super) fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GUILD: u64 = 1;
    const BOT: u64 = 50;
    const VIEW: u64 = 1 << 10;
    const SEND: u64 = 1 << 11;
    const EMBED: u64 = 1 << 14;
    const ADMIN: u64 = 1 << 3;

    /// What the bot with role 2 may do, given what everybody and its role may, and these overwrites: (id, allow, deny).
    #[track_caller]
    fn case(everybody: u64, role: u64, overwrites: &[(u64, u64, u64)], expected: u64) {
        let server = json!({ "id": "1", "name": "S", "owner_id": "99", "roles": [
            { "id": "1", "name": "@everyone", "permissions": everybody.to_string() },
            { "id": "2", "name": "bots", "permissions": role.to_string() },
            { "id": "3", "name": "others", "permissions": ADMIN.to_string() },
        ] });
        let server = Server::read(&server).expect("a server");
        let member = Member::read(BOT, &json!({ "roles": ["2"] }));
        let overwrites: Vec<Value> = (overwrites.iter())
            .map(|(id, allow, deny)| json!({ "id": id.to_string(), "type": 0, "allow": allow.to_string(), "deny": deny.to_string() }))
            .collect();
        let may = server.allows(&member, &Value::Array(overwrites));
        assert_eq!(may.bits(), expected);
    }

    #[test]
    fn permissions_come_from_everybody_the_roles_and_the_channel_in_this_order() {
        case(VIEW, SEND, &[], VIEW | SEND);
        case(VIEW, SEND, &[(GUILD, EMBED, SEND)], VIEW | EMBED);
        // A role's overwrite is stronger than everybody's, and the member's own the strongest.
        case(VIEW, SEND, &[(2, SEND, 0), (GUILD, 0, SEND)], VIEW | SEND);
        case(VIEW, SEND, &[(2, 0, SEND), (BOT, SEND, 0)], VIEW | SEND);
        case(VIEW, SEND, &[(BOT, 0, SEND), (2, SEND, 0)], VIEW);
        // Those of other roles are nothing to it.
        case(VIEW, SEND, &[(3, 0, SEND)], VIEW | SEND);
    }

    #[test]
    fn who_does_not_see_a_channel_may_do_nothing_there_and_who_administers_everything() {
        case(VIEW, SEND, &[(GUILD, 0, VIEW)], 0);
        case(0, SEND, &[], 0);
        let all = Permissions::all().bits();
        case(0, ADMIN, &[(GUILD, 0, VIEW | SEND)], all);
    }
}
