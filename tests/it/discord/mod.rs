//! A local Discord: messages, edits, webhooks, nonces, and every fault it is known for.

mod answer;
mod form;
mod law;
pub mod line;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::http::Method;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use url::Url;

use line::Line;

pub use law::broken;

/// The bot token this Discord knows.
pub const TOKEN: &str = "bot-token-of-the-tests";

/// The secret part of every webhook's address.
pub const HOOK: &str = "hook-secret-of-the-tests";

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The usual.
    Nothing,
    /// 500 with JSON; nothing stored.
    Broken,
    /// 502 with HTML; nothing stored.
    Gateway,
    /// 429 with this `Retry-After`, if any; nothing stored.
    TooMany(Option<&'static str>),
    /// 429 for every channel.
    TooManyEverywhere(&'static str),
    /// The connection is cut; nothing stored.
    CutBefore,
    /// The message is stored, then the connection is cut.
    CutAfter,
    /// The message is stored, then the answer is no JSON.
    Garbled,
    /// The message is stored, and no answer ever comes.
    Held,
    /// Nothing is stored, and no answer ever comes.
    Lost,
    /// This status with this error code; nothing stored.
    Refused(u16, u64),
    /// The message is stored without its embeds, as where the bot lacks Embed Links.
    WithoutEmbeds,
}

/// A message as it stands in a channel.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: String,
    pub channel: u64,
    pub nonce: Option<String>,
    pub content: String,
    pub json: Value,
    pub file: Option<(String, String)>,
    /// All its files, the first one too.
    pub files: Vec<(String, String)>,
    pub edits: usize,
    at: Instant,
}

impl Stored {
    pub fn footer(&self) -> &str {
        let footer = self.json.pointer("/embeds/0/footer/text");
        footer.and_then(Value::as_str).unwrap_or_default()
    }
}

/// The local Discord, and what it has seen.
#[derive(Clone)]
pub struct Discord {
    pub base: Url,
    seen: Arc<Mutex<Seen>>,
    news: Arc<Notify>,
}

#[derive(Default)]
struct Seen {
    messages: Vec<Stored>,
    faults: BTreeMap<u64, VecDeque<Fault>>,
    asked: Vec<(Method, String)>,
    broken: Vec<String>,
    /// The nonces of the first so many messages are forgotten.
    forgotten: usize,
    /// How many requests had no answer.
    held: usize,
}

impl Discord {
    pub async fn start() -> Discord {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}/api/v10");
        let discord = Discord {
            base: base.parse().expect("a URL"),
            seen: Arc::default(),
            news: Arc::default(),
        };
        let service = Router::new()
            .fallback(answer::answer)
            .with_state(discord.clone())
            .into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(line::Listener(listener), service).await });
        discord
    }

    /// The address of a webhook that writes into this channel.
    pub fn webhook(&self, channel: u64) -> String {
        format!("{}/webhooks/{channel}/{HOOK}", self.base)
    }

    /// The next requests about this channel meet these faults, in order.
    pub fn will(&self, channel: u64, faults: impl IntoIterator<Item = Fault>) {
        self.seen()
            .faults
            .entry(channel)
            .or_default()
            .extend(faults);
    }

    /// No faults any more.
    pub fn be_well(&self) {
        self.seen().faults.clear();
    }

    /// The nonces so far are forgotten, as after a few minutes.
    pub fn forget_nonces(&self) {
        let mut seen = self.seen();
        seen.forgotten = seen.messages.len();
    }

    /// Waits until this many more requests have been made, counted from this call on.
    pub fn more_asked(&self, more: usize) -> impl Future<Output = ()> {
        let from = self.seen().asked.len();
        self.until(move |seen| seen.asked.len() >= from + more)
    }

    /// Waits until one more request is left without an answer, counted from this call on.
    pub fn one_held(&self) -> impl Future<Output = ()> {
        let from = self.seen().held;
        self.until(move |seen| seen.held > from)
    }

    async fn until(&self, reached: impl Fn(&Seen) -> bool) {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if reached(&self.seen()) {
                return;
            }
            news.await;
        }
    }

    /// The messages of a channel, oldest first.
    pub fn messages(&self, channel: u64) -> Vec<Stored> {
        let seen = self.seen();
        let here = seen
            .messages
            .iter()
            .filter(|message| message.channel == channel);
        here.cloned().collect()
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<(Method, String)> {
        self.seen().asked.clone()
    }

    /// Every law of Discord's that a request broke.
    pub fn broken(&self) -> Vec<String> {
        self.seen().broken.clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
