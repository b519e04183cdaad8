//! Discord: messages sent, edited and found there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use crate::channels::answer::{self, Reply, id_of};
use crate::channels::door::{A_PAGE, Door, Doors};
use crate::channels::pace::{Pace, UNTIL_RESTART};
use crate::channels::readback::{self, Unreadable};
use crate::channels::{NoChannels, Refusal, Secret, payload};
use crate::model::{Destination, Message, Receipt, Rows, Thread};
use crate::wire::api::{Answer, Api, Body, Method, Request, Trouble};

/// The code by which Discord says that a message has a thread already.
const THERE_IS_ONE: u64 = 160_004;

/// After how many minutes of silence a thread is put away: a week.
pub(super) const ARCHIVED_AFTER: u32 = 10_080;

/// How many pages of a channel's last messages are looked through for one that may stand there already.
const PAGES_LOOKED_THROUGH: usize = 5;

/// How long a pause may be that is waited for between them.
const WORTH_WAITING: Duration = Duration::from_secs(10);

/// Discord, with its secrets and what its answers so far allow.
pub(super) struct Discord {
    pub(super) api: Api,
    pub(super) doors: Doors,
    pub(super) unreadable: Unreadable,
    pace: Mutex<Pace>,
    /// In which server a channel is, where that is known.
    servers: Mutex<BTreeMap<u64, u64>>,
}

impl Discord {
    pub(super) fn new(
        base: &Url,
        token: Option<Secret>,
        webhooks: BTreeMap<String, Secret>,
    ) -> Result<Discord, NoChannels> {
        Ok(Discord {
            doors: Doors::new(base, token, webhooks)?,
            api: Api::new().map_err(NoChannels::Client)?,
            unreadable: Unreadable::default(),
            pace: Mutex::default(),
            servers: Mutex::default(),
        })
    }

    /// Sends a message; its receipt, with an empty id where it stood there and was deleted since.
    pub(super) async fn send(
        &self,
        to: &Destination,
        message: &Message,
        nonce: &str,
    ) -> Result<Receipt, Refusal> {
        let mut message = Cow::Borrowed(message);
        loop {
            let json = match to {
                Destination::DiscordWebhook(_) => payload::execute(&message),
                _ => payload::create(&message, nonce),
            };
            let body = with_files(&message, json);
            match self.ask(to, Method::Post, "", body).await? {
                Reply::Done(stored) => return receipt(&stored, &message),
                Reply::Deleted => return Ok(Receipt::default()),
                reply => message = Cow::Owned(simpler(&message, reply, to)?),
            }
        }
    }

    /// Replaces a message sent earlier.
    pub(super) async fn edit(
        &self,
        to: &Destination,
        id: &str,
        message: &Message,
    ) -> Result<(), Refusal> {
        let deleted = || Refusal::Never("the message it would edit was deleted".to_owned());
        // What stands in a thread is edited there.
        let thread;
        let (to, id) = match (to, Thread::of_receipt(id)) {
            (Destination::Forum(_), Some((place, message))) => {
                if !self.awaken(place).await? {
                    return Err(deleted());
                }
                thread = Destination::Discord(place.id);
                (&thread, message)
            }
            _ => (to, id),
        };
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(deleted());
        }
        let mut message = Cow::Borrowed(message);
        loop {
            let json = match to {
                Destination::DiscordWebhook(_) => payload::edit_webhook(&message),
                _ => payload::edit(&message),
            };
            match self.ask(to, Method::Patch, id, Body::Json(json)).await? {
                Reply::Done(_) => return Ok(()),
                Reply::Deleted => return Err(deleted()),
                reply => message = Cow::Owned(simpler(&message, reply, to)?),
            }
        }
    }

    /// The id of one of the channel's last messages whose end is this mark. A webhook cannot tell.
    pub(super) async fn find(
        &self,
        to: &Destination,
        mark: &str,
    ) -> Result<Option<String>, Refusal> {
        if !matches!(to, Destination::Discord(_)) {
            return Ok(None);
        }
        let mut before = None;
        for _ in 0..PAGES_LOOKED_THROUGH {
            let page = || self.doors.last_of(to, before.as_deref());
            let reply = match self.ask_at(page()?, to, Method::Get, Body::None).await {
                Err(Refusal::Later(wait, _)) if wait <= WORTH_WAITING => {
                    tokio::time::sleep(wait).await;
                    self.ask_at(page()?, to, Method::Get, Body::None).await?
                }
                reply => reply?,
            };
            let messages = match reply {
                Reply::Done(messages) => messages,
                Reply::Malformed(why) => return Err(Refusal::Never(why)),
                Reply::TooLarge | Reply::Deleted | Reply::BadToken => return Ok(None),
            };
            let messages = messages.as_array().map(Vec::as_slice).unwrap_or_default();
            let mut ours = messages.iter().filter(|one| readback::is_ours(one, mark));
            if let Some(found) = ours.next() {
                return Ok(id_of(found));
            }
            if messages.len() < A_PAGE {
                return Ok(None);
            }
            before = messages.last().and_then(id_of);
        }
        Ok(None)
    }

    /// Asks once; `message` is the id of the message meant, or empty.
    pub(super) async fn ask(
        &self,
        to: &Destination,
        method: Method,
        message: &str,
        body: Body,
    ) -> Result<Reply, Refusal> {
        let door = self.doors.to(to, method, message)?;
        self.ask_at(door, to, method, body).await
    }

    /// Asks at this door, on account of this destination.
    pub(super) async fn ask_at(
        &self,
        door: Door,
        to: &Destination,
        method: Method,
        body: Body,
    ) -> Result<Reply, Refusal> {
        let answer = self.answer(door, to, method, body).await?;
        match answer::judge(to, &answer)? {
            Reply::BadToken => Err(self.switch_off()),
            reply => Ok(reply),
        }
    }

    /// What Discord answers at this door, whatever it means.
    pub(super) async fn answer(
        &self,
        door: Door,
        to: &Destination,
        method: Method,
        body: Body,
    ) -> Result<Answer, Refusal> {
        if let Some(refusal) = self.pace().forbids(to, method, Instant::now()) {
            return Err(refusal);
        }
        self.pace().spend(to, method, Instant::now());
        let request = Request {
            method,
            url: door.url,
            headers: door.headers,
            body,
        };
        let answer = self.api.send(request).await;
        self.pace().answered(to, method, Instant::now());
        let answer = answer.map_err(|trouble| match trouble {
            Trouble::NotSent(why) | Trouble::Refused(why) => {
                Refusal::Later(Duration::ZERO, format!("Discord cannot be reached: {why}"))
            }
            Trouble::Unknown(why) => {
                Refusal::Unknown(format!("Discord's answer did not come: {why}"))
            }
        })?;
        self.pace().learn(to, method, &answer, Instant::now());
        Ok(answer)
    }

    /// Opens a thread on a message; its id. A message has one thread, with its own id.
    pub(super) async fn thread(
        &self,
        channel: u64,
        message: u64,
        name: &str,
    ) -> Result<u64, Refusal> {
        let to = Destination::Discord(channel);
        let (channel, id) = (channel.to_string(), message.to_string());
        let door = (self.doors).own(&["channels", &channel, "messages", &id, "threads"])?;
        let body = Body::Json(json!({ "name": name, "auto_archive_duration": ARCHIVED_AFTER }));
        let answer = self.answer(door, &to, Method::Post, body).await?;
        let code = answer.json().and_then(|body| body.get("code")?.as_u64());
        if code == Some(THERE_IS_ONE) {
            return Ok(message);
        }
        match answer::judge(&to, &answer)? {
            Reply::Done(thread) => Ok(id_of(&thread)
                .and_then(|id| id.parse().ok())
                .unwrap_or(message)),
            Reply::BadToken => Err(self.switch_off()),
            Reply::Deleted => Err(Refusal::Never("the message was deleted".to_owned())),
            Reply::Malformed(why) => Err(Refusal::Never(why)),
            Reply::TooLarge => Err(Refusal::Never("the name is too long".to_owned())),
        }
    }

    /// In which server a channel is, where that is known.
    pub(super) fn server_of(&self, channel: u64) -> Option<u64> {
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.get(&channel).copied()
    }

    /// Notes in which server a channel is: it stays there.
    pub(super) fn note_server(&self, channel: u64, server: u64) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.insert(channel, server);
    }

    pub(super) fn switch_off(&self) -> Refusal {
        let why = "Discord refuses the bot token (401), so nothing more is asked of it; put the right token in place and start again";
        tracing::error!("{why}");
        self.pace().switch_off(why);
        Refusal::Later(UNTIL_RESTART, why.to_owned())
    }

    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same news in a form that Discord may take after this reply.
fn simpler(message: &Message, reply: Reply, to: &Destination) -> Result<Message, Refusal> {
    match reply {
        Reply::Malformed(why) if message.text.is_none() => Err(Refusal::Never(why)),
        Reply::Malformed(why) => {
            tracing::warn!("{why} It is sent to {to} as plain text.");
            Ok(payload::plainest(message))
        }
        _ if payload::files(message).is_empty() => Err(Refusal::Never(
            "Discord calls the message too large".to_owned(),
        )),
        _ => {
            tracing::warn!("Discord calls the files for {to} too large; it is sent without");
            let rows = message.rows.clone();
            Ok(Message {
                file: None,
                rows: rows.map(|rows| Rows { file: None, ..rows }),
                ..message.clone()
            })
        }
    }
}

fn receipt(stored: &Value, sent: &Message) -> Result<Receipt, Refusal> {
    if stored.is_null() {
        return Ok(Receipt::default());
    }
    let id = id_of(stored)
        .ok_or_else(|| Refusal::Unknown("Discord's answer does not name the message".to_owned()))?;
    let lacks = readback::lacks(stored, sent);
    Ok(Receipt { id, lacks })
}

fn with_files(message: &Message, json: Value) -> Body {
    let files = payload::files(message);
    if files.is_empty() {
        return Body::Json(json);
    }
    let files = files.into_iter();
    let files = files.map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    Body::Multipart {
        payload_json: json,
        files: files.collect(),
    }
}
