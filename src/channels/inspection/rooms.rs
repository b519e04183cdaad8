//! A channel in its server: whether it is there, what the bot may do in it, and whom it can mention.

use serde_json::Value;
use serenity::model::permissions::Permissions;

use crate::channels::Channels;
use crate::channels::inspection::permissions::{Member, Server, id, text};
use crate::channels::inspection::{Known, Point, Untold, Wanted};
use crate::model::Destination;

/// The kinds of channels in which messages stand: text, voice, announcements, stage; and threads of three kinds.
/// <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>
const PLAIN: [u64; 4] = [0, 2, 5, 13];
const THREADS: [u64; 3] = [10, 11, 12];
/// The kinds in which nothing stands but threads: forums and media channels.
const FORUMS: [u64; 2] = [15, 16];

/// What a channel is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Messages stand in it.
    Plain,
    /// It is a thread of a channel.
    Thread,
    /// Threads stand in it.
    Forum,
}

/// What the bot must be allowed, what Discord calls it, and what is lacking without it.
const NEEDED: [(Permissions, &str, &str); 5] = [
    (
        Permissions::VIEW_CHANNEL,
        "View Channel",
        "it does not see the channel",
    ),
    (
        Permissions::SEND_MESSAGES,
        "Send Messages",
        "it cannot say anything",
    ),
    (
        Permissions::EMBED_LINKS,
        "Embed Links",
        "only the first line of an alert is seen",
    ),
    (
        Permissions::ATTACH_FILES,
        "Attach Files",
        "no alert with its full diff gets through",
    ),
    (
        Permissions::READ_MESSAGE_HISTORY,
        "Read Message History",
        "it cannot see after a break whether an alert stands there already",
    ),
];
/// The same for the button that opens a thread.
const FOR_THREADS: [(Permissions, &str, &str); 2] = [
    (
        Permissions::CREATE_PUBLIC_THREADS,
        "Create Public Threads",
        "the button Discuss opens nothing",
    ),
    (
        Permissions::SEND_MESSAGES_IN_THREADS,
        "Send Messages in Threads",
        "it cannot speak in threads",
    ),
];

impl Channels {
    /// Looks at one channel, or at the forum.
    pub(super) async fn room(
        &self,
        to: Destination,
        wanted: &Wanted,
        known: &mut Known,
        points: &mut Vec<Point>,
    ) {
        let (Destination::Discord(channel) | Destination::Forum(channel)) = to else {
            return;
        };
        let room = match self.tell(&["channels", &channel.to_string()]).await {
            Ok(room) => room,
            Err(untold) => return points.push(unseen(&to, &untold)),
        };
        let kind = room["type"].as_u64().unwrap_or_default();
        let sort = match to {
            Destination::Forum(_) => Sort::Forum,
            _ if THREADS.contains(&kind) => Sort::Thread,
            _ => Sort::Plain,
        };
        if sort == Sort::Forum && !FORUMS.contains(&kind) {
            return points.push(Point::missing(
                to.to_string(),
                format!(
                    "“{}” is no forum, so no page gets a thread.",
                    text(&room["name"])
                ),
                "Name a forum in `forum` under [discord], or leave `forum` out.",
            ));
        }
        if sort == Sort::Plain && !PLAIN.contains(&kind) {
            return points.push(Point::missing(
                to.to_string(),
                format!(
                    "“{}” is {}, in which no message stands by itself.",
                    text(&room["name"]),
                    called(kind)
                ),
                "Name a text channel in the route.",
            ));
        }
        let Some(server) = id(&room["guild_id"]) else {
            return points.push(Point::missing(
                to.to_string(),
                "This is a private conversation, not a channel of a server.",
                "Name a text channel in the route.",
            ));
        };
        self.server(server, known).await;
        // A thread has the permissions of the channel it hangs on.
        let above = match (sort == Sort::Thread, id(&room["parent_id"])) {
            (true, Some(above)) => self.tell(&["channels", &above.to_string()]).await.ok(),
            _ => None,
        };
        let overwrites = &above.as_ref().unwrap_or(&room)["permission_overwrites"];
        let Some((there, Some(own))) = known.servers.get(&server) else {
            return points.push(Point::missing(
                to.to_string(),
                "Discord does not say what the bot may do there.",
                "Invite the bot to the server by the link of `smallprint discord invite`.",
            ));
        };
        let may = there.allows(own, overwrites);
        let place = format!("#{} in “{}”", text(&room["name"]), there.name);
        let lacking = lacking(may, sort, wanted.bot);
        if lacking.is_empty() {
            let says = format!("{place}: it is there, and the bot may do what it needs.");
            points.push(Point::fine(to.to_string(), says));
        }
        for (name, lack) in lacking {
            points.push(Point::missing(
                to.to_string(),
                format!("{place}: the bot lacks {name}, so {lack}."),
                format!("Allow its role {name}: Edit Channel, Permissions."),
            ));
        }
        self.mentioned(&to, server, may, wanted, known, points);
    }

    /// Learns what there is to know of a server, once.
    pub(super) async fn server(&self, server: u64, known: &mut Known) {
        let Some((own, _)) = known
            .own
            .as_ref()
            .filter(|_| !known.servers.contains_key(&server))
        else {
            return;
        };
        let (id, own_id) = (server.to_string(), own.to_string());
        let Ok(told) = self.tell(&["guilds", &id]).await else {
            return;
        };
        let member = self.tell(&["guilds", &id, "members", &own_id]).await;
        let member = member.ok().map(|json: Value| Member::read(*own, &json));
        if let Some(read) = Server::read(&told) {
            known.servers.insert(server, (read, member));
        }
    }

    /// Looks at the roles that are mentioned there.
    pub(super) fn mentioned(
        &self,
        to: &Destination,
        server: u64,
        may: Permissions,
        wanted: &Wanted,
        known: &Known,
        points: &mut Vec<Point>,
    ) {
        let Some((server, _)) = known.servers.get(&server) else {
            return;
        };
        for (_, role) in wanted.mentions.iter().filter(|(place, _)| place == to) {
            let of = format!("role {role}");
            points.push(match server.role(*role) {
                None => Point::missing(
                    of,
                    format!("“{}” has no such role, so {to} mentions nobody.", server.name),
                    "Correct `mention` in the route: with developer mode on, a right click on the role copies its id.",
                ),
                Some(role) if role.mentionable || may.contains(Permissions::MENTION_EVERYONE) => {
                    let says = format!("“{}” can be mentioned in “{}”.", role.name, server.name);
                    Point::fine(of, says)
                }
                Some(role) => Point::missing(
                    of,
                    format!("“{}” in “{}” cannot be mentioned, so nobody hears of it.", role.name, server.name),
                    "In the server's settings, under Roles, switch on “Allow anyone to @mention this role”.",
                ),
            });
        }
    }
}

/// What the bot lacks, and what that means.
fn lacking(may: Permissions, sort: Sort, bot: bool) -> Vec<(&'static str, &'static str)> {
    // Who does not see the channel lacks the rest only because of that.
    if !may.contains(Permissions::VIEW_CHANNEL) {
        return vec![(NEEDED[0].1, NEEDED[0].2)];
    }
    let wanted = NEEDED.iter().chain(&FOR_THREADS);
    let needed = |(one, ..): &&(Permissions, _, _)| match *one {
        Permissions::SEND_MESSAGES => sort != Sort::Thread,
        Permissions::CREATE_PUBLIC_THREADS => bot && sort == Sort::Plain,
        Permissions::SEND_MESSAGES_IN_THREADS => bot || sort != Sort::Plain,
        _ => true,
    };
    let missing = wanted
        .filter(needed)
        .filter(|(one, ..)| !may.contains(*one));
    // In a forum the same permission has another name.
    let called = |(one, name, lack): &(Permissions, _, _)| match (*one, sort) {
        (Permissions::SEND_MESSAGES, Sort::Forum) => ("Create Posts", "no page gets a thread"),
        _ => (*name, *lack),
    };
    missing.map(called).collect()
}

fn unseen(to: &Destination, untold: &Untold) -> Point {
    let of = to.to_string();
    match (untold.status, untold.code) {
        (404, _) => Point::missing(
            of,
            "Discord knows no such channel: it was deleted, or the id is wrong.",
            "Correct the id in the route: with developer mode on, a right click on the channel copies it.",
        ),
        (403, _) => Point::missing(
            of,
            "The bot does not see this channel: it is not in the server, or lacks View Channel there.",
            "Invite it by the link of `smallprint discord invite`, and allow its role View Channel.",
        ),
        _ => Point::missing(
            of,
            format!("The channel cannot be looked at: {}.", untold.why),
            "Try again later.",
        ),
    }
}

/// What a channel of this kind is called.
fn called(kind: u64) -> &'static str {
    match kind {
        1 | 3 => "a private conversation",
        4 => "a category",
        14 => "a directory",
        15 => "a forum",
        16 => "a media channel",
        _ => "a channel of an unknown kind",
    }
}
