//! An alert: a change owed to a channel, and the message that pays it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{EntryNo, Severity, WatchId};

/// The name of an alert: the entry that owes it and its place among the alerts of that entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
pub struct AlertId {
    /// The entry that owes it.
    pub entry: EntryNo,
    /// Its place in `Landed::owed`.
    pub index: u32,
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.entry, self.index)
    }
}

/// The name of a message: the alert it pays. A message that edits an earlier one has the id of the alert that asks for the edit.
pub type MessageId = AlertId;

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

/// A change owed to a channel, as the outbox lists it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Alert {
    /// Its name.
    pub id: AlertId,
    /// Which watch's change.
    pub watch: Option<WatchId>,
    /// Where it is owed.
    pub to: Destination,
    /// Whether it makes a sound.
    pub loud: bool,
    /// The alert whose message it edits, when it is no new post.
    pub edits: Option<AlertId>,
    /// Since when it is owed.
    pub at: DateTime<Utc>,
}

/// What is said, for every channel alike. Lengths are within Discord's limits by construction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Message {
    /// The first line: what a lock screen shows. Markdown.
    pub content: String,
    /// The body, where there is more to say.
    pub text: Option<MessageText>,
    /// Whether it comes without a sound.
    pub silent: bool,
    /// The full diff: file name and text.
    pub file: Option<(String, String)>,
    /// The rows of a register, where some differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Rows>,
    /// Links below: label and address.
    pub links: Vec<(String, String)>,
}

/// The rows of a register that came, went or were altered, beside the few that a message shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Rows {
    /// All of them as comma-separated values: file name and text; `None` where the channel does not take the file.
    pub file: Option<(String, String)>,
    /// How many of them the message does not show.
    pub more: usize,
    /// The command that shows them all: "smallprint diff ID A..B".
    pub command: String,
}

/// The body of a message: an embed in Discord, a paragraph elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct MessageText {
    /// Its heading: the page.
    pub title: String,
    /// Where the heading leads.
    pub url: Option<String>,
    /// Who publishes the page.
    pub author: Option<String>,
    /// Before and Now, and the redline. Markdown.
    pub description: String,
    /// Bounds, reasons, claims.
    pub fields: Vec<Field>,
    /// Watch, version, hash, alert id.
    pub footer: String,
    /// The first sight of the new state.
    pub at: DateTime<Utc>,
    /// What kind of news it is.
    pub colour: Colour,
}

/// One small fact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Field {
    /// Its heading.
    pub name: String,
    /// Its words. Markdown.
    pub value: String,
}

/// What kind of news a message carries.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// A name never seen.
    New,
    /// Words gone, withdrawn, vanished.
    Gone,
    /// Anything else that changed.
    Changed,
}
