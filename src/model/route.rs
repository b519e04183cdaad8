//! A route: which changes go where, and when.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Severity, WatchId};

/// Which changes go where, when, and how loudly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// What it is called; unlike every other route.
    pub name: String,
    /// Where.
    pub to: Destination,
    /// Who reads there.
    pub readers: Readers,
    /// Only watches of one of these topics; empty means all.
    pub topics: Vec<String>,
    /// Only watches of one of these publishers; empty means all.
    pub publishers: Vec<String>,
    /// Only these watches, and what they led to; empty means all.
    pub watches: Vec<WatchId>,
    /// Only changes in which one of these rules found something; empty means all.
    pub findings: Vec<String>,
    /// Below it nothing is sent.
    pub min_severity: Severity,
    /// Above it nothing is sent.
    pub max_severity: Severity,
    /// Below it the message is silent (no notification).
    pub loud_from: Severity,
    /// Who is mentioned, and for what.
    pub mention: Option<RoleMention>,
    /// When it is sent.
    pub send: Sending,
    /// The hours in which only what is most severe makes a sound.
    pub quiet: Option<QuietHours>,
    /// The time zone of its hours.
    pub zone: Tz,
}

/// Who reads the messages of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Readers {
    /// Whoever wants to know of changes.
    Everyone,
    /// Whoever looks after the program: of changes nothing is sent.
    Operators,
}

/// Who is mentioned, and for what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleMention {
    /// The role, by its id.
    pub role: u64,
    /// Below it nobody is mentioned.
    pub from: Severity,
    /// Only for changes in which one of these rules found something; empty means all.
    pub findings: Vec<String>,
}

/// When the messages of a route are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sending {
    /// As soon as something happened.
    AtOnce,
    /// Some minutes later, with what else happened by then.
    Batch {
        /// How long is waited, in seconds.
        seconds: u32,
    },
    /// Once a day.
    Daily {
        /// At this time of day.
        at: NaiveTime,
    },
    /// Once a week.
    Weekly {
        /// On this day.
        day: Weekday,
        /// At this time of day.
        at: NaiveTime,
    },
}

impl Sending {
    /// Whether all is said in one digest.
    pub fn is_digest(self) -> bool {
        matches!(self, Sending::Daily { .. } | Sending::Weekly { .. })
    }
}

/// The hours in which only what is most severe makes a sound; over midnight where they end before they begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end.
    pub to: NaiveTime,
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Destination {
    /// A Discord channel, by its id, through the bot.
    Discord(u64),
    /// A Discord webhook; the environment variable that holds its address.
    DiscordWebhook(String),
    /// The terminal.
    Terminal,
}

impl Destination {
    /// Whether there are roles there that can be mentioned.
    pub fn knows_roles(&self) -> bool {
        matches!(
            self,
            Destination::Discord(_) | Destination::DiscordWebhook(_)
        )
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Discord(channel) => write!(f, "discord:{channel}"),
            Destination::DiscordWebhook(variable) => write!(f, "discord-webhook:{variable}"),
            Destination::Terminal => f.write_str("terminal"),
        }
    }
}

/// Text that names no destination.
#[derive(Debug, thiserror::Error)]
#[error(
    "“{0}” is no place to send to; write \"discord:CHANNEL_ID\", \"discord-webhook:ENVIRONMENT_VARIABLE\" or \"terminal\""
)]
pub struct NotADestination(String);

impl FromStr for Destination {
    type Err = NotADestination;

    fn from_str(text: &str) -> Result<Destination, NotADestination> {
        let wrong = || NotADestination(text.to_owned());
        match text.split_once(':') {
            None if text == "terminal" => Ok(Destination::Terminal),
            Some(("discord", id)) => id.parse().map(Destination::Discord).map_err(|_| wrong()),
            Some(("discord-webhook", name))
                if !name.is_empty()
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
            {
                Ok(Destination::DiscordWebhook(name.to_owned()))
            }
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Destination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Destination, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
