//! A route: which changes go where.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Severity;

/// Which changes go where.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Route {
    /// Where.
    pub to: Destination,
    /// Only watches of one of these topics; empty means all.
    pub topics: Vec<String>,
    /// Below it nothing is sent.
    pub min_severity: Severity,
    /// Below it the message is silent (no notification).
    pub loud_from: Severity,
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
