//! The gateway of the local Discord: it plays hello, heartbeats, sessions, resumes, cuts and closes, and tells what people do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_tungstenite::WebSocketStream;
use async_tungstenite::tokio::{TokioAdapter, accept_async};
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::protocol::CloseFrame;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};

use crate::discord::{PATIENCE, TOKEN};

/// The bot's application.
pub const APPLICATION: u64 = 400_000_000_000_000_001;
/// The server.
pub const GUILD: u64 = 500_000_000_000_000_001;

/// How the next one who introduces itself, or comes back, is met.
#[derive(Clone, Debug)]
pub enum Welcome {
    /// As usual: a session begins, or goes on.
    Usual,
    /// The connection is closed with this code.
    Close(u16),
    /// The session cannot go on; may it be resumed?
    Invalid(bool),
}

/// What is done to a connection.
#[derive(Clone, Debug)]
pub enum Order {
    /// Says this.
    Say(Value),
    /// Closes it with this code.
    Close(u16),
    /// Closes it without a word.
    CloseBare,
    /// Cuts it.
    Cut,
}

/// Somebody in the server.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: u64,
    pub name: &'static str,
    pub roles: Vec<u64>,
}

/// The gateway, and what it has heard.
#[derive(Clone)]
pub struct Gateway {
    pub url: String,
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
}

struct State {
    /// What bots said, in order: the connection and the words.
    heard: Vec<(usize, Value)>,
    lines: Vec<mpsc::UnboundedSender<Order>>,
    plan: VecDeque<Welcome>,
    beat_ms: u64,
    /// The server in which people do what they do.
    server: u64,
    seq: u64,
    tokens: u64,
}

impl Gateway {
    pub async fn start() -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let gateway = Gateway {
            url: format!("ws://{address}"),
            state: Arc::new(Mutex::new(State {
                heard: Vec::new(),
                lines: Vec::new(),
                plan: VecDeque::new(),
                beat_ms: 41_250,
                server: GUILD,
                seq: 0,
                tokens: 0,
            })),
            news: Arc::default(),
        };
        let own = gateway.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().meet(stream));
            }
        });
        gateway
    }

    /// The next ones who introduce themselves, or come back, are met so.
    pub fn will(&self, welcomes: impl IntoIterator<Item = Welcome>) {
        self.state().plan.extend(welcomes);
    }

    /// How often a heartbeat is asked for from the next connection on.
    pub fn beats_every(&self, milliseconds: u64) {
        self.state().beat_ms = milliseconds;
    }

    /// People do what they do in this server from now on.
    pub fn moves_to(&self, server: u64) {
        self.state().server = server;
    }

    /// Does this to the last connection.
    pub fn order(&self, order: Order) {
        let line = self.state().lines.last().cloned();
        line.expect("a connection").send(order).expect("it is open");
    }

    /// How often a bot introduced itself (2), or came back (6).
    pub fn count(&self, op: u64) -> usize {
        let state = self.state();
        state
            .heard
            .iter()
            .filter(|(_, said)| said["op"] == op)
            .count()
    }

    /// What was said last with this number.
    pub fn last(&self, op: u64) -> Option<Value> {
        let state = self.state();
        let said = state.heard.iter().rev().find(|(_, said)| said["op"] == op);
        said.map(|(_, said)| said.clone())
    }

    /// Waits until this was said so often.
    pub async fn hears(&self, op: u64, count: usize) {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if self.count(op) >= count {
                return;
            }
            let came = tokio::time::timeout(PATIENCE, news).await;
            assert!(came.is_ok(), "it was never said: {:#?}", self.state().heard);
        }
    }

    /// Tells of something that somebody did; the secret by which it is replied to.
    pub fn tell(
        &self,
        person: &Person,
        channel: u64,
        kind: u64,
        data: Value,
        message: Option<Value>,
    ) -> String {
        let token = {
            let mut state = self.state();
            state.tokens += 1;
            format!("interaction-{}", state.tokens)
        };
        let guild = self.state().server;
        let id = 600_000_000_000_000_000 + self.state().tokens;
        let mut interaction = interaction(person, channel, kind, data, &token);
        interaction["id"] = id.to_string().into();
        interaction["guild_id"] = guild.to_string().into();
        if let Some(message) = message {
            interaction["message"] = message;
        }
        self.event("INTERACTION_CREATE", interaction);
        token
    }

    /// Somebody presses a button of a message.
    pub fn press(&self, person: &Person, channel: u64, message: &str, button: &str) -> String {
        let data = json!({ "custom_id": button, "component_type": 2 });
        let message = whole(message, channel);
        self.tell(person, channel, 3, data, Some(message))
    }

    /// Somebody gives a command; `options` are (name, type, value).
    pub fn give(
        &self,
        person: &Person,
        channel: u64,
        name: &str,
        options: &[(&str, u64, Value)],
    ) -> String {
        let options: Vec<Value> = (options.iter())
            .map(|(name, kind, value)| json!({ "name": name, "type": kind, "value": value }))
            .collect();
        let data = match name.split_once(' ') {
            None => json!({ "id": "701", "name": name, "type": 1, "options": options }),
            Some((name, part)) => json!({ "id": "701", "name": name, "type": 1,
                "options": [{ "name": part, "type": 1, "options": options }] }),
        };
        self.tell(person, channel, 2, data, None)
    }

    /// Somebody is typing a command.
    pub fn types(
        &self,
        person: &Person,
        channel: u64,
        name: &str,
        option: &str,
        typed: &str,
    ) -> String {
        let option = json!({ "name": option, "type": 3, "value": typed, "focused": true });
        let data = json!({ "id": "701", "name": name, "type": 1, "options": [option] });
        self.tell(person, channel, 4, data, None)
    }

    /// Somebody fills in a form with one question.
    pub fn fills(
        &self,
        person: &Person,
        channel: u64,
        form: &str,
        question: &str,
        answer: &str,
    ) -> String {
        let input = json!({ "type": 4, "id": 2, "custom_id": question, "value": answer });
        let data = json!({ "custom_id": form, "components": [{ "type": 1, "id": 1, "components": [input] }] });
        self.tell(person, channel, 5, data, None)
    }

    /// Tells of something that happened.
    pub fn event(&self, name: &str, data: Value) {
        let event = self.numbered(name, data);
        self.order(Order::Say(event));
    }

    fn numbered(&self, name: &str, data: Value) -> Value {
        let mut state = self.state();
        state.seq += 1;
        json!({ "op": 0, "t": name, "s": state.seq, "d": data })
    }

    async fn meet(self, stream: TcpStream) {
        let Ok(mut socket) = accept_async(stream).await else {
            return;
        };
        let (line, mut orders) = mpsc::unbounded_channel();
        let (number, beat) = {
            let mut state = self.state();
            state.lines.push(line);
            (state.lines.len(), state.beat_ms)
        };
        say(
            &mut socket,
            json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": beat } }),
        )
        .await;
        loop {
            tokio::select! {
                order = orders.recv() => match order.expect("the gateway stands") {
                    Order::Say(json) => say(&mut socket, json).await,
                    Order::Close(code) => close(&mut socket, code).await,
                    Order::CloseBare => {
                        socket.send(Message::Close(None)).await.ok();
                    }
                    Order::Cut => return,
                },
                heard = socket.next() => {
                    let Some(Ok(heard)) = heard else { return };
                    let Message::Text(text) = heard else { continue };
                    let said: Value = serde_json::from_str(&text).expect("JSON");
                    self.answer(&mut socket, &said).await;
                    self.state().heard.push((number, said));
                    self.news.notify_waiters();
                }
            }
        }
    }

    async fn answer(&self, socket: &mut Socket, said: &Value) {
        let op = said["op"].as_u64().unwrap_or_default();
        match op {
            1 => say(socket, json!({ "op": 11, "s": null, "t": null, "d": null })).await,
            2 | 6 => {
                let welcome = self.state().plan.pop_front().unwrap_or(Welcome::Usual);
                // Discord takes a token with the word before it, too.
                let token = said["d"]["token"].as_str().unwrap_or_default();
                let known = token.trim_start_matches("Bot ") == TOKEN;
                match welcome {
                    Welcome::Close(code) => close(socket, code).await,
                    _ if !known => close(socket, 4004).await,
                    Welcome::Invalid(resumable) => {
                        say(
                            socket,
                            json!({ "op": 9, "s": null, "t": null, "d": resumable }),
                        )
                        .await;
                    }
                    Welcome::Usual if op == 2 => {
                        say(socket, self.numbered("READY", ready(&self.url))).await
                    }
                    Welcome::Usual => {
                        say(socket, self.numbered("RESUMED", json!({ "_trace": [] }))).await
                    }
                }
            }
            _ => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Socket = WebSocketStream<TokioAdapter<TcpStream>>;

async fn say(socket: &mut Socket, json: Value) {
    socket.send(Message::text(json.to_string())).await.ok();
}

async fn close(socket: &mut Socket, code: u16) {
    let frame = CloseFrame {
        code: code.into(),
        reason: "so".into(),
    };
    socket.send(Message::Close(Some(frame))).await.ok();
}

fn ready(url: &str) -> Value {
    json!({
        "v": 10, "session_id": "a-session", "resume_gateway_url": url, "shard": [0, 1], "guilds": [],
        "user": { "id": APPLICATION.to_string(), "username": "smallprint", "discriminator": "0", "avatar": null,
            "global_name": null, "bot": true, "mfa_enabled": false, "verified": true, "email": null, "flags": 0 },
        "application": { "id": APPLICATION.to_string(), "flags": 0 },
    })
}

/// What somebody did, replied to by this secret.
pub fn interaction(person: &Person, channel: u64, kind: u64, data: Value, token: &str) -> Value {
    json!({
        "id": "600000000000000000", "application_id": APPLICATION.to_string(), "token": token, "version": 1,
        "type": kind, "data": data, "guild_id": GUILD.to_string(), "channel_id": channel.to_string(),
        "member": member(person), "locale": "en-GB", "guild_locale": "en-GB", "app_permissions": "309237763072",
        "entitlements": [], "authorizing_integration_owners": {}, "context": 0, "attachment_size_limit": 10485760,
    })
}

fn user(id: u64, name: &str) -> Value {
    json!({ "id": id.to_string(), "username": "a_name", "global_name": name, "discriminator": "0", "avatar": null })
}

fn member(person: &Person) -> Value {
    let roles: Vec<String> = person.roles.iter().map(u64::to_string).collect();
    json!({
        "user": user(person.id, person.name), "nick": null, "avatar": null, "roles": roles,
        "joined_at": "2026-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
        "flags": 0, "pending": false, "permissions": "0", "communication_disabled_until": null,
    })
}

/// A message as an interaction carries it.
fn whole(id: &str, channel: u64) -> Value {
    json!({
        "id": id, "channel_id": channel.to_string(), "author": user(APPLICATION, "smallprint"), "content": "",
        "timestamp": "2026-07-06T09:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": false, "type": 0, "components": [], "flags": 0,
    })
}
