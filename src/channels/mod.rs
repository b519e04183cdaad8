//! Says a message where it is owed.

mod answer;
mod discord;
mod door;
mod email;
mod forum;
mod gateway;
mod hook;
mod inspection;
mod interactions;
mod invite;
mod mail;
mod ntfy;
mod others;
mod pace;
mod payload;
mod readback;
mod secret;
mod signature;
mod slack;
mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Destination, Lack, Message, Receipt, Thread};
use crate::watchlist;
use crate::wording::message;
use crate::wording::redline::Paint;

pub use gateway::{Gateway, Heard, Listening};
pub use inspection::{Point, Wanted};
pub use interactions::{Place, Ticket};
pub use invite::{invitation, permissions};
pub use others::Reach;
pub use secret::Secret;

/// How soon a message without a terminal to stand on is offered again.
const NO_TERMINAL: Duration = Duration::from_secs(60 * 60);

/// The channels, with their secrets. Cheap to clone; every clone obeys the same limits.
#[derive(Clone)]
pub struct Channels {
    discord: Arc<discord::Discord>,
    gateway_url: Option<url::Url>,
    others: Option<Arc<others::Others>>,
    terminal: Option<Terminal>,
}

/// The terminal: what writes there, how wide it is, and whether it shows colour.
#[derive(Clone)]
struct Terminal {
    write: Arc<dyn Fn(&str) + Send + Sync>,
    width: usize,
    paint: Paint,
}

/// Why a message does not stand in its channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Try again, not before this long.
    Later(Duration, String),
    /// It may or may not stand there: try again with the same nonce.
    Unknown(String),
    /// It never will: the reason, and what to do.
    Never(String),
}

/// Why there can be no channels.
#[derive(Debug, thiserror::Error)]
pub enum NoChannels {
    /// Tokens are sent to Discord only.
    #[error(
        "api_base is {0}, and a token is only sent to https://discord.com or to this machine; correct `api_base` under [discord]"
    )]
    Elsewhere(String),
    /// The HTTP client does not work.
    #[error("{0}")]
    Client(String),
}

impl Channels {
    /// Channels by these settings. `webhooks` holds addresses by the name of the environment variable that holds them.
    ///
    /// # Errors
    /// Where `api_base` is neither Discord nor this machine.
    pub fn new(
        settings: &watchlist::Discord,
        token: Option<Secret>,
        webhooks: BTreeMap<String, Secret>,
    ) -> Result<Channels, NoChannels> {
        let discord = discord::Discord::new(&settings.api_base, token, webhooks)?;
        Ok(Channels {
            discord: Arc::new(discord),
            gateway_url: settings.gateway_url.clone(),
            others: None,
            terminal: None,
        })
    }

    /// The same channels with those beside Discord.
    ///
    /// # Errors
    /// Where there is no HTTP client.
    pub fn reaching(self, reach: &Reach) -> Result<Channels, NoChannels> {
        let others = Some(Arc::new(others::Others::new(reach)?));
        Ok(Channels { others, ..self })
    }

    /// The same channels with a terminal of this many columns; `write` is handed one whole message at a time.
    pub fn with_terminal(
        self,
        write: Arc<dyn Fn(&str) + Send + Sync>,
        width: usize,
        paint: Paint,
    ) -> Channels {
        let terminal = Some(Terminal {
            write,
            width,
            paint,
        });
        Channels { terminal, ..self }
    }

    /// Sends a message; its receipt.
    ///
    /// # Errors
    /// A refusal says whether to try again; always with the same nonce.
    pub async fn send(
        &self,
        to: &Destination,
        message: &Message,
        nonce: &str,
    ) -> Result<Receipt, Refusal> {
        let id = match to {
            Destination::Terminal => self.show(message).map(|()| String::new()),
            Destination::Discord(_) | Destination::DiscordWebhook(_) => {
                return self.discord.send(to, message, nonce).await;
            }
            _ => self.others()?.send(to, message, nonce, None).await,
        };
        id.map(|id| Receipt {
            id,
            ..Receipt::default()
        })
    }

    /// Reads a message where it stands, where that can be done without waiting, and says what it lacks of what was sent.
    pub async fn read_back(&self, to: &Destination, id: &str, sent: &Message) -> Option<Vec<Lack>> {
        match to {
            Destination::Discord(_) | Destination::DiscordWebhook(_) => {
                self.discord.read_back(to, id, sent).await
            }
            // A thread is a channel of its own.
            Destination::Forum(_) => {
                let (thread, id) = Thread::of_receipt(id)?;
                let there = Destination::Discord(thread.id);
                self.discord.read_back(&there, id, sent).await
            }
            _ => None,
        }
    }

    /// For how much longer nothing is asked of Discord, because it refused too much, and how that is said.
    pub fn breaker(&self) -> Option<(Duration, String)> {
        self.discord.pace().breaker(Instant::now())
    }

    /// What is known from before this program started: how many requests Discord refused in the last ten minutes, and for
    /// how much longer nothing is to be asked of it.
    pub fn recall(&self, refused: usize, held: Option<Duration>) {
        self.discord.pace().recall(refused, held, Instant::now());
    }

    /// Replaces a message sent earlier. A terminal shows it again; a channel that cannot alter what it said is sent a second
    /// message, which says so.
    ///
    /// # Errors
    /// A refusal says whether to try again.
    pub async fn edit(&self, to: &Destination, id: &str, message: &Message) -> Result<(), Refusal> {
        match to {
            Destination::Terminal => self.show(message),
            Destination::Discord(_) | Destination::Forum(_) | Destination::DiscordWebhook(_) => {
                self.discord.edit(to, id, message).await
            }
            _ => self.others()?.put_right(to, id, message).await,
        }
    }

    /// The id of a message among the channel's last ones whose footer ends with this mark, if the channel can tell.
    ///
    /// # Errors
    /// A refusal says whether to try again.
    pub async fn find(&self, to: &Destination, mark: &str) -> Result<Option<String>, Refusal> {
        match to {
            Destination::Discord(_) | Destination::DiscordWebhook(_) => {
                self.discord.find(to, mark).await
            }
            _ => Ok(None),
        }
    }

    /// The gateway at which a bot listens, where there is a token for it.
    pub fn gateway(&self) -> Option<Gateway> {
        let (base, token) = self.discord.doors.keys();
        Some(Gateway::new(base, token?, self.gateway_url.as_ref()))
    }

    fn others(&self) -> Result<&others::Others, Refusal> {
        self.others.as_deref().ok_or_else(|| {
            let why = "only Discord and the terminal can be reached here";
            Refusal::Later(pace::UNTIL_RESTART, why.to_owned())
        })
    }

    fn show(&self, message: &Message) -> Result<(), Refusal> {
        let terminal = self.terminal.as_ref().ok_or_else(|| {
            let why = "there is no terminal to write to; name another place in a [[route]]";
            Refusal::Later(NO_TERMINAL, why.to_owned())
        })?;
        (terminal.write)(&message::plain(message, terminal.width, terminal.paint));
        Ok(())
    }
}
