//! A local Discord: messages, edits, webhooks, nonces, and every fault it is known for.

mod answer;
mod form;
pub mod forum;
pub mod gateway;
mod law;
pub mod line;
pub mod server;
mod spoken;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use url::Url;

use line::{Line, Lines};
use server::Server;

pub use gateway::{Gateway, Welcome};
pub use law::broken;
pub use spoken::{Spoken, button};

/// How long nothing may happen while something is waited for; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);

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
    /// Where it tells what people do.
    pub gateway: Gateway,
    lines: Lines,
}

#[derive(Default)]
struct Seen {
    /// Where bots are sent that ask for the gateway.
    gateway: String,
    /// What a bot said to interactions.
    spoken: Vec<Spoken>,
    /// The commands of the bot.
    commands: Vec<Value>,
    /// How often they were put in place.
    registered: usize,
    /// Which messages have a thread: by id, with its name.
    threads: BTreeMap<String, String>,
    messages: Vec<Stored>,
    server: Server,
    forums: forum::Forums,
    faults: BTreeMap<u64, VecDeque<Fault>>,
    asked: Vec<(Method, String)>,
    broken: Vec<String>,
    /// The nonces of the first so many messages are forgotten.
    forgotten: usize,
    /// How many requests had no answer.
    held: usize,
    /// How many were answered in a way that counts towards a ban.
    invalid: Vec<String>,
    /// What messages lack when they are read.
    stripped: BTreeSet<String>,
    /// How many requests channels take in which time.
    buckets: BTreeMap<u64, Bucket>,
}

/// How many requests are taken within some time, and when the last ones came.
struct Bucket {
    most: usize,
    within: Duration,
    taken: VecDeque<Instant>,
}

impl Discord {
    pub async fn start() -> Discord {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}/api/v10");
        let listener = line::Listener::new(listener);
        let gateway = Gateway::start().await;
        let discord = Discord {
            base: base.parse().expect("a URL"),
            seen: Arc::default(),
            news: Arc::default(),
            gateway,
            lines: listener.lines.clone(),
        };
        discord.seen().gateway = discord.gateway.url.clone();
        let service = Router::new()
            .fallback(answer::answer)
            .with_state(discord.clone())
            .into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(listener, service).await });
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

    /// A channel takes no more than so many messages and edits in this time.
    pub fn takes(&self, channel: u64, most: usize, within: Duration) {
        let bucket = Bucket {
            most,
            within,
            taken: VecDeque::new(),
        };
        self.seen().buckets.insert(channel, bucket);
    }

    /// How many requests were answered 401, 403, 404 or 429.
    pub fn invalid(&self) -> usize {
        self.seen().invalid.len()
    }

    /// Those requests: status, method and path.
    pub fn invalid_requests(&self) -> Vec<String> {
        self.seen().invalid.clone()
    }

    /// Somebody takes away a part of a message after it was stored: "embeds" or "attachments".
    pub fn strip(&self, part: &str) {
        self.seen().stripped.insert(part.to_owned());
    }

    /// Others write so many messages into a channel.
    pub fn chat(&self, channel: u64, count: usize) {
        let mut seen = self.seen();
        for _ in 0..count {
            seen.overheard(channel);
        }
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

    /// Waits until this many messages stand in a channel.
    pub fn posted(&self, channel: u64, count: usize) -> impl Future<Output = ()> {
        self.until(move |seen| {
            let here = seen.messages.iter().filter(|one| one.channel == channel);
            here.count() >= count
        })
    }

    /// Waits until the buttons below a message say this.
    pub fn shows_button(&self, id: &str, label: &str) -> impl Future<Output = ()> {
        let (id, label) = (id.to_owned(), label.to_owned());
        self.until(move |seen| {
            let message = seen.messages.iter().find(|one| one.id == id);
            message.is_some_and(|one| {
                labels(&one.json)
                    .iter()
                    .any(|shown| shown.starts_with(&label))
            })
        })
    }

    /// Waits until this many things were said to an interaction, and says them.
    pub async fn said(&self, token: &str, count: usize) -> Vec<Spoken> {
        let said = |seen: &Seen| -> Vec<Spoken> {
            let spoken = seen.spoken.iter();
            spoken.filter(|one| one.token == token).cloned().collect()
        };
        self.until(|seen| said(seen).len() >= count).await;
        said(&self.seen())
    }

    /// The commands of the bot, and how often they were put in place.
    pub fn commands(&self) -> (Vec<Value>, usize) {
        let seen = self.seen();
        (seen.commands.clone(), seen.registered)
    }

    /// Waits until commands were put in place this often.
    pub fn registered(&self, count: usize) -> impl Future<Output = ()> {
        self.until(move |seen| seen.registered >= count)
    }

    /// Changes the server.
    pub fn arrange(&self, change: impl FnOnce(&mut Server)) {
        change(&mut self.seen().server);
    }

    /// Forgets one of the commands.
    pub fn forget_command(&self) {
        self.seen().commands.pop();
    }

    /// The names of the threads, by the messages they were opened on.
    pub fn threads(&self) -> BTreeMap<String, String> {
        self.seen().threads.clone()
    }

    /// Waits until one more request is left without an answer, counted from this call on.
    pub fn one_held(&self) -> impl Future<Output = ()> {
        let from = self.seen().held;
        self.until(move |seen| seen.held > from)
    }

    /// Waits until every connection is closed: whatever was sent over one has arrived.
    pub async fn unconnected(&self) {
        // They are taken in their order: when this one is, so are those from before.
        let address = self.base.socket_addrs(|| None).expect("an address");
        let mut last = TcpStream::connect(&*address).await.expect("connected");
        last.shutdown().await.expect("nothing is asked");
        let answer = last.read(&mut [0]).await;
        assert_eq!(answer.expect("closed"), 0);
        let closed = tokio::time::timeout(PATIENCE, self.lines.closed()).await;
        assert!(closed.is_ok(), "a connection is never closed");
    }

    async fn until(&self, reached: impl Fn(&Seen) -> bool) {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if reached(&self.seen()) {
                return;
            }
            let came = tokio::time::timeout(PATIENCE, news).await;
            assert!(came.is_ok(), "it never came: {:#?}", self.seen().asked);
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

/// What stands on the buttons of a message, row by row.
pub fn labels(message: &Value) -> Vec<String> {
    let rows = message["components"].as_array().into_iter().flatten();
    let buttons = rows.flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let label = |button: Value| button["label"].as_str().unwrap_or_default().to_owned();
    buttons.map(label).collect()
}
