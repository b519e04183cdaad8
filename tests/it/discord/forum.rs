//! Forums: channels that hold nothing but threads, each with a first message.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use axum::http::request::Parts;
use serde_json::{Value, json};

use crate::discord::answer::Asked;
use crate::discord::{Discord, Seen, form};

/// The server on which all forums are.
pub const SERVER: u64 = 77;

/// The number of the first thread.
const FIRST: u64 = 800_000_000_000_000_000;

/// What the forums hold.
#[derive(Default)]
pub(super) struct Forums {
    /// The labels of each forum: names, and ids.
    forums: BTreeMap<u64, Vec<(String, String)>>,
    posts: BTreeMap<u64, Post>,
    deleted: BTreeSet<u64>,
}

/// A thread of a forum.
#[derive(Clone, Debug)]
pub struct Post {
    pub forum: u64,
    pub name: String,
    pub tags: Vec<String>,
    pub archived: bool,
    pub locked: bool,
}

impl Discord {
    /// Makes a channel a forum, with these labels.
    pub fn has_forum(&self, channel: u64, tags: &[&str]) {
        let tags = tags.iter().zip(500..);
        let tags = tags.map(|(tag, id)| ((*tag).to_owned(), id.to_string()));
        self.seen().forums.forums.insert(channel, tags.collect());
    }

    /// The threads of a forum, oldest first.
    pub fn posts(&self, forum: u64) -> Vec<(u64, Post)> {
        let seen = self.seen();
        let posts = seen.forums.posts.iter();
        let here =
            posts.filter(|(id, post)| post.forum == forum && !seen.forums.deleted.contains(id));
        here.map(|(id, post)| (*id, post.clone())).collect()
    }

    /// A moderator deletes a thread.
    pub fn delete_thread(&self, thread: u64) {
        self.seen().forums.deleted.insert(thread);
    }

    /// Nobody wrote in a thread for long, or somebody locked it.
    pub fn put_away(&self, thread: u64, locked: bool) {
        if let Some(post) = self.seen().forums.posts.get_mut(&thread) {
            post.archived = true;
            post.locked = locked;
        }
    }
}

impl Seen {
    /// Whether a channel is a forum, or a thread of one.
    pub(super) fn is_of_a_forum(&self, channel: &str) -> bool {
        let id = channel.parse().unwrap_or_default();
        let Forums {
            forums,
            posts,
            deleted,
            ..
        } = &self.forums;
        forums.contains_key(&id) || posts.contains_key(&id) || deleted.contains(&id)
    }

    /// What is said of forums and threads; `None` where it is about messages alone.
    pub(super) fn in_forum(
        &mut self,
        asked: &Asked,
        head: &Parts,
        body: &[u8],
    ) -> Option<Result<Value, (u16, u64)>> {
        if asked.webhook {
            return None;
        }
        let id = asked.channel;
        if self.forums.deleted.contains(&id) {
            return Some(Err((404, 10_003)));
        }
        let path = head.uri.path().trim_start_matches("/api/v10/");
        let parts: Vec<&str> = path.split('/').collect();
        match (&head.method, parts.as_slice()) {
            (&Method::GET, ["channels", _]) => Some(Ok(self.channel(id))),
            (&Method::PATCH, ["channels", _]) => {
                let change = form::read(&head.headers, body).map(|(json, _)| json);
                let post = self.forums.posts.get_mut(&id)?;
                post.archived = change?["archived"] == true;
                Some(Ok(self.channel(id)))
            }
            (&Method::POST, ["channels", _, "threads"]) => Some(self.open(asked, head, body)),
            (&Method::GET, ["channels", _, "threads", "archived", "public"]) => {
                Some(Ok(self.listed(|post| post.archived && post.forum == id)))
            }
            (&Method::GET, ["channels", _, "messages", message]) => {
                let there = self.messages.iter();
                let mut there = there.filter(|one| one.channel == id && one.id == *message);
                let found = there.next().map(|one| one.json.clone());
                Some(found.ok_or((404, 10_008)))
            }
            (&Method::POST, ["channels", _, "messages"])
                if self.forums.forums.contains_key(&id) =>
            {
                Some(Err((400, 50_008)))
            }
            (method, ["channels", _, "messages", ..]) if *method != Method::GET => {
                let post = self.forums.posts.get_mut(&id)?;
                match (post.locked, method == Method::PATCH && post.archived) {
                    (true, _) => Some(Err((403, 160_005))),
                    (_, true) => Some(Err((400, 50_083))),
                    _ => {
                        post.archived = false;
                        None
                    }
                }
            }
            _ => None,
        }
    }

    /// The open threads of the server.
    pub(super) fn active(&self) -> Value {
        self.listed(|post| !post.archived)
    }

    fn listed(&self, wanted: impl Fn(&Post) -> bool) -> Value {
        let posts = self.forums.posts.iter().rev();
        let there = posts.filter(|(id, post)| wanted(post) && !self.forums.deleted.contains(id));
        let threads: Vec<Value> = there.map(|(id, _)| self.channel(*id)).collect();
        json!({ "threads": threads, "members": [], "has_more": false })
    }

    fn channel(&self, id: u64) -> Value {
        let server = SERVER.to_string();
        if let Some(post) = self.forums.posts.get(&id) {
            return json!({
                "id": id.to_string(), "type": 11, "guild_id": server, "name": post.name,
                "parent_id": post.forum.to_string(), "applied_tags": post.tags,
                "thread_metadata": { "archived": post.archived, "locked": post.locked },
            });
        }
        match self.forums.forums.get(&id) {
            Some(tags) => {
                let tags = tags.iter().map(|(name, id)| {
                    json!({ "id": id, "name": name, "moderated": name.starts_with("mod") })
                });
                let tags: Vec<Value> = tags.collect();
                json!({ "id": id.to_string(), "type": 15, "guild_id": server, "available_tags": tags })
            }
            None => json!({ "id": id.to_string(), "type": 0, "guild_id": server }),
        }
    }

    fn open(&mut self, asked: &Asked, head: &Parts, body: &[u8]) -> Result<Value, (u16, u64)> {
        let (json, _) = form::read(&head.headers, body).ok_or((400, 50_109))?;
        if !self.forums.forums.contains_key(&asked.channel) {
            return Err((400, 50_024));
        }
        self.lawful_post(&json);
        let id = FIRST + self.forums.posts.len() as u64;
        let thread = Asked {
            channel: id,
            webhook: false,
            message: None,
        };
        self.store(&thread, json["message"].clone(), Vec::new(), false);
        if let Some(first) = self.messages.last_mut() {
            first.id = id.to_string();
            first.json["id"] = json!(first.id);
        }
        let tags = json["applied_tags"].as_array().into_iter().flatten();
        let tags = tags.filter_map(|tag| tag.as_str().map(str::to_owned));
        let post = Post {
            forum: asked.channel,
            name: json["name"].as_str().unwrap_or_default().to_owned(),
            tags: tags.collect(),
            archived: false,
            locked: false,
        };
        self.forums.posts.insert(id, post);
        let mut channel = self.channel(id);
        channel["message"] = json!({ "id": id.to_string() });
        Ok(channel)
    }
}
