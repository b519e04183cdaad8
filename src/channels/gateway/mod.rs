//! The gateway: where Discord tells the bot what people do.

mod ear;
mod wish;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serenity::all::{ConnectionStage, GatewayIntents, ShardId, ShardManager};
use serenity::client::ClientBuilder;
use serenity::gateway::GatewayError;
use serenity::http::{Http, HttpBuilder};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use url::Url;

use crate::channels::door::{is_discord, is_loopback};
use crate::channels::{Secret, Ticket};
use crate::model::Wish;

use ear::{Ear, Seen};

/// How long a connection may take to come about, or to come back.
const TO_CONNECT: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The wait before the second attempt; it doubles from there.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait. In the minute of an attempt serenity introduces itself twelve times at most, and at
/// [`MOST_SESSIONS`] an attempt ends too; both stay well below what Discord allows, which is 1,000 times a day.
/// <https://discord.com/developers/docs/events/gateway#identifying>
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
/// After how many new sessions a connection is given up for a while.
const MOST_SESSIONS: u32 = 20;
/// After how long a connection counts as sound, so that the next wait is short again.
const SOUND: Duration = Duration::from_secs(60 * 60);
/// How many wishes wait to be heard.
const WAITING: usize = 64;

/// Where a bot listens, and by which token it is known there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gateway {
    base: Url,
    token: Secret,
    url: Option<Url>,
}

/// What is heard at the gateway.
#[derive(Debug)]
pub enum Heard {
    /// The bot is connected, as this application.
    Ready {
        /// Its id.
        application: u64,
    },
    /// Somebody wants something.
    Wish(Box<Wish>, Ticket),
    /// The connection was lost, in a clause; it is tried again.
    Lost(String),
    /// Nothing will be heard any more: why, and what to do, in a sentence.
    Closed(String),
}

/// An ear at the gateway. Whoever drops it stops listening.
#[derive(Debug)]
pub struct Listening {
    heard: mpsc::Receiver<Heard>,
    _stop: watch::Sender<()>,
}

impl Listening {
    /// What is heard next; `None` when nothing will be.
    pub async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

/// How a connection ended.
enum End {
    /// Nobody listens any more.
    Left,
    /// It may be tried again.
    Lost(String),
    /// It must not be.
    Closed(&'static str),
}

impl Gateway {
    pub(super) fn new(base: &Url, token: &Secret, url: Option<&Url>) -> Gateway {
        Gateway {
            base: base.clone(),
            token: token.clone(),
            url: url.cloned(),
        }
    }

    /// Listens, and connects again where a connection is lost. It has a thread of its own: on a connection that ends
    /// without a word serenity reads again and again without a pause, until the next heartbeat fails.
    pub fn listen(self) -> Listening {
        let (tell, heard) = mpsc::channel(WAITING);
        let (stop, stopped) = watch::channel(());
        let began = std::thread::Builder::new()
            .name("gateway".to_owned())
            .spawn(move || self.keep(&tell, &stopped));
        if let Err(error) = began {
            tracing::error!("the thread for Discord's gateway cannot begin: {error}");
        }
        Listening { heard, _stop: stop }
    }

    fn keep(&self, tell: &mpsc::Sender<Heard>, stopped: &watch::Receiver<()>) {
        let (mut wait, mut next_wait) = (Duration::ZERO, FIRST_WAIT);
        loop {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => {
                    tracing::error!("Discord's gateway cannot be listened to: {error}");
                    return;
                }
            };
            let (end, lasted) = runtime.block_on(async {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = left(stopped) => return (End::Left, Duration::ZERO),
                }
                let began = Instant::now();
                let end = tokio::select! {
                    end = self.connect(tell) => end,
                    () = left(stopped) => End::Left,
                };
                (end, began.elapsed())
            });
            // serenity leaves tasks behind that hold the connection: they end with what runs them.
            runtime.shutdown_background();
            let told = match end {
                End::Left => return,
                End::Closed(why) => {
                    tell.blocking_send(Heard::Closed(why.to_owned())).ok();
                    return;
                }
                End::Lost(why) => tell.blocking_send(Heard::Lost(why)),
            };
            if told.is_err() {
                return;
            }
            if lasted >= SOUND {
                next_wait = FIRST_WAIT;
            }
            wait = next_wait;
            next_wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Connects, and listens until the connection is lost or closed for good.
    async fn connect(&self, tell: &mpsc::Sender<Heard>) -> End {
        let seen = Arc::new(Seen::default());
        let ear = Ear::new(tell.clone(), seen.clone());
        // Interactions need no intent; with this one Discord says in which servers the bot is.
        let client = ClientBuilder::new_with_http(self.http(), GatewayIntents::GUILDS);
        let mut client = match client.raw_event_handler(ear).await {
            Ok(client) => client,
            Err(error) => return End::Lost(format!("the gateway cannot be listened to: {error}")),
        };
        {
            let mut address = client.ws_url.lock().await;
            match self.address(&address) {
                Some(right) => *address = right,
                None => {
                    let why = "the API names a gateway on another machine; write `gateway_url` under [discord]";
                    return End::Lost(why.to_owned());
                }
            }
        }
        let manager = client.shard_manager.clone();
        tokio::select! {
            ended = client.start() => match ended {
                Err(serenity::Error::Gateway(error)) => ending(&error),
                Err(error) => End::Lost(error.to_string()),
                Ok(()) => End::Lost("the connection ended".to_owned()),
            },
            why = lost(&manager, &seen) => End::Lost(why.to_owned()),
        }
    }

    /// What serenity asks the API through: it asks where the gateway is, and nothing else.
    fn http(&self) -> Http {
        let http = HttpBuilder::new(self.token.reveal());
        match is_discord(&self.base) {
            true => http.build(),
            // A limiter that is on would ask Discord itself.
            false => http
                .proxy(self.base.origin().ascii_serialization())
                .ratelimiter_disabled(true)
                .build(),
        }
    }

    /// Where to connect: where the watchlist says, or where the API said; the token goes to Discord or stays on this
    /// machine, as it does for the API.
    fn address(&self, told: &str) -> Option<String> {
        if let Some(url) = &self.url {
            return Some(url.as_str().trim_end_matches('/').to_owned());
        }
        let url = Url::parse(told).ok()?;
        let sound = match is_discord(&self.base) {
            true => {
                let host = url.host_str().unwrap_or_default();
                url.scheme() == "wss" && (host == "discord.gg" || host.ends_with(".discord.gg"))
            }
            false => is_loopback(&url),
        };
        sound.then(|| told.trim_end_matches('/').to_owned())
    }
}

/// Waits until nobody listens any more.
async fn left(stopped: &watch::Receiver<()>) {
    let mut stopped = stopped.clone();
    while stopped.changed().await.is_ok() {}
}

/// Waits until the connection is lost and does not come back by itself.
async fn lost(manager: &ShardManager, seen: &Seen) -> &'static str {
    let mut connected = Instant::now();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let runners = manager.runners.lock().await;
        let runner = runners.get(&ShardId(0));
        if runner.is_some_and(|runner| runner.stage == ConnectionStage::Connected) {
            connected = Instant::now();
        }
        if connected.elapsed() > TO_CONNECT {
            return "the gateway cannot be reached";
        }
        if seen.sessions.load(Ordering::Relaxed) > MOST_SESSIONS {
            return "the gateway ends one session after another";
        }
    }
}

/// Which closes are for good: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway>
fn ending(error: &GatewayError) -> End {
    match error {
        GatewayError::InvalidAuthentication | GatewayError::NoAuthentication => End::Closed(
            "Discord refuses the bot token (4004), so nobody can press buttons or give commands there; put the right token in place and start again.",
        ),
        GatewayError::DisallowedGatewayIntents => End::Closed(
            "Discord does not let the bot listen (4014: disallowed intents), so nobody can press buttons or give commands there; look at the application in Discord's developer portal, and start again.",
        ),
        GatewayError::InvalidGatewayIntents
        | GatewayError::InvalidShardData
        | GatewayError::OverloadedShard => End::Closed(
            "Discord's gateway does not take this edition of the program, so nobody can press buttons or give commands there; install a newer one.",
        ),
        other => End::Lost(other.to_string()),
    }
}
