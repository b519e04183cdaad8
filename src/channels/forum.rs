//! Forums of Discord: a thread for each page.

use serde_json::{Value, json};

use crate::channels::answer::{self, Reply, ends_with, id_of};
use crate::channels::discord::{ARCHIVED_AFTER, Discord};
use crate::channels::{Channels, Refusal, payload};
use crate::model::{Destination, Message, Opening, Thread};
use crate::wire::api::{Body, Method};

/// The sorts of channel that hold nothing but threads: forums, and those for pictures.
/// <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>
const FORUMS: [u64; 2] = [15, 16];

/// The most labels of one thread.
const MOST_TAGS: usize = 5;

/// How many threads of one name are looked into for one that was opened already.
const LOOKED_INTO: usize = 20;

/// What is known of a forum.
#[derive(Debug)]
struct Forum {
    server: u64,
    /// The labels that anybody may use: their names in lower case, and their ids.
    tags: Vec<(String, String)>,
}

impl Channels {
    /// Opens a thread with its first message.
    ///
    /// # Errors
    /// A refusal says whether to try again; what is no forum will never be one.
    pub async fn open(
        &self,
        forum: u64,
        opening: &Opening,
        first: &Message,
    ) -> Result<Thread, Refusal> {
        self.discord.open(forum, opening, first).await
    }

    /// The thread of this name whose first message ends with this mark, if there is one.
    ///
    /// # Errors
    /// A refusal says whether to try again.
    pub async fn opened(
        &self,
        forum: u64,
        name: &str,
        mark: &str,
    ) -> Result<Option<Thread>, Refusal> {
        self.discord.opened(forum, name, mark).await
    }

    /// Whether a thread is there, and not deleted.
    ///
    /// # Errors
    /// A refusal says whether to try again; a locked thread takes nothing.
    pub async fn stands(&self, forum: u64, thread: Thread) -> Result<bool, Refusal> {
        self.discord.stands(forum, thread).await
    }
}

impl Discord {
    async fn open(
        &self,
        forum: u64,
        opening: &Opening,
        first: &Message,
    ) -> Result<Thread, Refusal> {
        let known = self.forum(forum).await?;
        let wanted = opening.tags.iter().map(|tag| tag.to_lowercase());
        let mut tags: Vec<String> = Vec::new();
        for tag in wanted {
            let id = known.tags.iter().find(|(name, _)| *name == tag);
            if let Some((_, id)) = id.filter(|(_, id)| !tags.contains(id)) {
                tags.push(id.clone());
            }
        }
        tags.truncate(MOST_TAGS);
        let body = payload::opening(&opening.name, first, &tags, ARCHIVED_AFTER);
        let path = ["channels", &forum.to_string(), "threads"];
        let reply = (self.at(forum, &path, Method::Post, Body::Json(body))).await?;
        let id = id_of(&reply).and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| {
            Refusal::Unknown("Discord's answer does not name the thread".to_owned())
        })?;
        Ok(Thread {
            server: known.server,
            id,
        })
    }

    async fn opened(&self, forum: u64, name: &str, mark: &str) -> Result<Option<Thread>, Refusal> {
        let server = self.forum(forum).await?.server;
        let (its_server, its_id) = (server.to_string(), forum.to_string());
        let open = ["guilds", &its_server, "threads", "active"];
        let put_away = ["channels", &its_id, "threads", "archived", "public"];
        for path in [open.as_slice(), put_away.as_slice()] {
            let reply = self.at(forum, path, Method::Get, Body::None).await?;
            let threads = reply.get("threads").and_then(Value::as_array);
            let named = threads.into_iter().flatten().filter(|thread| {
                let is = |key: &str, value: &str| thread[key].as_str() == Some(value);
                is("name", name) && is("parent_id", &its_id)
            });
            for id in named.take(LOOKED_INTO).filter_map(id_of) {
                if self.begins(forum, &id, mark).await?
                    && let Ok(id) = id.parse()
                {
                    return Ok(Some(Thread { server, id }));
                }
            }
        }
        Ok(None)
    }

    /// Whether the first message of a thread, which has its id, ends with this mark.
    async fn begins(&self, forum: u64, thread: &str, mark: &str) -> Result<bool, Refusal> {
        let to = Destination::Forum(forum);
        let door = (self.doors).own(&["channels", thread, "messages", thread])?;
        let reply = self.ask_at(door, &to, Method::Get, Body::None).await?;
        Ok(matches!(reply, Reply::Done(first) if ends_with(&first, mark)))
    }

    async fn stands(&self, forum: u64, thread: Thread) -> Result<bool, Refusal> {
        let to = Destination::Forum(forum);
        let door = self.doors.own(&["channels", &thread.id.to_string()])?;
        let answer = self.answer(door, &to, Method::Get, Body::None).await?;
        if answer::no_channel(&answer) {
            return Ok(false);
        }
        match answer::judge(&to, &answer)? {
            Reply::Done(channel) if holds(&channel, "locked") => Err(Refusal::Never(format!(
                "somebody locked the thread {}; unlock it in Discord",
                thread.address()
            ))),
            Reply::Done(_) => Ok(true),
            Reply::BadToken => Err(self.switch_off()),
            Reply::Malformed(_) | Reply::TooLarge | Reply::Deleted => Ok(false),
        }
    }

    /// Takes a thread out of Discord's archive, where what stands cannot be edited; `false` where there is none any more.
    pub(super) async fn awaken(&self, thread: Thread) -> Result<bool, Refusal> {
        let (to, id) = (Destination::Discord(thread.id), thread.id.to_string());
        let door = self.doors.own(&["channels", &id])?;
        let answer = self.answer(door, &to, Method::Get, Body::None).await?;
        if answer::no_channel(&answer) {
            return Ok(false);
        }
        let put_away = answer
            .json()
            .is_some_and(|thread| holds(&thread, "archived"));
        if put_away {
            let door = self.doors.own(&["channels", &id])?;
            let body = Body::Json(json!({ "archived": false }));
            self.ask_at(door, &to, Method::Patch, body).await?;
        }
        Ok(true)
    }

    /// What is known of a forum.
    async fn forum(&self, forum: u64) -> Result<Forum, Refusal> {
        let path = ["channels", &forum.to_string()];
        let reply = self.at(forum, &path, Method::Get, Body::None).await?;
        let sort = reply.get("type").and_then(Value::as_u64);
        let server = reply.get("guild_id").and_then(Value::as_str);
        let server = server.and_then(|id| id.parse().ok());
        let (true, Some(server)) = (sort.is_some_and(|sort| FORUMS.contains(&sort)), server) else {
            return Err(Refusal::Never(format!(
                "the channel {forum} is no forum; name one in `forum` under [discord], or leave `forum` out"
            )));
        };
        let tags = reply.get("available_tags").and_then(Value::as_array);
        let free = |tag: &&Value| tag.get("moderated") != Some(&json!(true));
        let tags = tags.into_iter().flatten().filter(free);
        let tags = tags.filter_map(|tag| {
            let name = tag.get("name")?.as_str()?.to_lowercase();
            Some((name, id_of(tag)?))
        });
        Ok(Forum {
            server,
            tags: tags.collect(),
        })
    }

    /// What Discord tells at this path, on account of a forum.
    async fn at(
        &self,
        forum: u64,
        path: &[&str],
        method: Method,
        body: Body,
    ) -> Result<Value, Refusal> {
        let door = self.doors.own(path)?;
        let to = Destination::Forum(forum);
        match self.ask_at(door, &to, method, body).await? {
            Reply::Done(value) => Ok(value),
            Reply::Malformed(why) => Err(Refusal::Never(why)),
            Reply::TooLarge | Reply::Deleted | Reply::BadToken => Err(Refusal::Never(
                "Discord refuses what was asked of the forum".to_owned(),
            )),
        }
    }
}

/// Whether a thread is "locked", or "archived".
fn holds(thread: &Value, what: &str) -> bool {
    thread.pointer(&format!("/thread_metadata/{what}")) == Some(&json!(true))
}
