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

impl Route {
    /// A route called like its destination, that takes what is to be posted (3) at once and is loud from 4.
    pub fn to(to: Destination, zone: Tz) -> Route {
        Route {
            name: to.to_string(),
            to,
            readers: Readers::Everyone,
            topics: Vec::new(),
            publishers: Vec::new(),
            watches: Vec::new(),
            findings: Vec::new(),
            min_severity: Severity(3),
            max_severity: Severity(5),
            loud_from: Severity(4),
            mention: None,
            send: Sending::AtOnce,
            quiet: None,
            zone,
        }
    }
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

/// Where a message goes. Environment variables hold what is secret; their names are no secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Destination {
    /// A Discord channel, by its id, through the bot.
    Discord(u64),
    /// A forum of Discord, by its id, where each page has a thread of its own.
    Forum(u64),
    /// A Discord webhook; the environment variable that holds its address.
    DiscordWebhook(String),
    /// Whatever takes signed JSON; the environment variable that holds its address.
    Webhook(String),
    /// Mailboxes, one mail for all of them.
    Email(Vec<String>),
    /// An incoming webhook as Slack has them; the environment variable that holds its address.
    Slack(String),
    /// A topic of ntfy; the environment variable that holds its address.
    Ntfy(String),
    /// The terminal.
    Terminal,
}

impl Destination {
    /// The sorts of destinations there are.
    pub const SORTS: [&'static str; 8] = [
        "discord",
        "forum",
        "discord-webhook",
        "webhook",
        "email",
        "slack",
        "ntfy",
        "terminal",
    ];

    /// Its sort, as it is written before the colon: nothing of where it leads.
    pub fn sort(&self) -> &'static str {
        let [
            discord,
            forum,
            discord_webhook,
            webhook,
            email,
            slack,
            ntfy,
            terminal,
        ] = Destination::SORTS;
        match self {
            Destination::Discord(_) => discord,
            Destination::Forum(_) => forum,
            Destination::DiscordWebhook(_) => discord_webhook,
            Destination::Webhook(_) => webhook,
            Destination::Email(_) => email,
            Destination::Slack(_) => slack,
            Destination::Ntfy(_) => ntfy,
            Destination::Terminal => terminal,
        }
    }

    /// Whether there are roles there that can be mentioned.
    pub fn knows_roles(&self) -> bool {
        matches!(
            self,
            Destination::Discord(_) | Destination::DiscordWebhook(_)
        )
    }

    /// Whether what was said there can be altered where it stands.
    pub fn alters(&self) -> bool {
        matches!(
            self,
            Destination::Discord(_) | Destination::Forum(_) | Destination::DiscordWebhook(_)
        )
    }

    /// The environment variables that hold its secrets: those it needs, and those that may be set too.
    pub fn variables(&self) -> (Vec<String>, Vec<String>) {
        let needed = |name: &String| vec![name.clone()];
        match self {
            Destination::DiscordWebhook(name) | Destination::Slack(name) => {
                (needed(name), Vec::new())
            }
            Destination::Webhook(name) => (needed(name), vec![format!("{name}_SECRET")]),
            Destination::Ntfy(name) => (needed(name), vec![format!("{name}_TOKEN")]),
            Destination::Discord(_)
            | Destination::Forum(_)
            | Destination::Email(_)
            | Destination::Terminal => (Vec::new(), Vec::new()),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Discord(channel) => write!(f, "discord:{channel}"),
            Destination::Forum(channel) => write!(f, "forum:{channel}"),
            Destination::DiscordWebhook(variable) => write!(f, "discord-webhook:{variable}"),
            Destination::Webhook(variable) => write!(f, "webhook:{variable}"),
            Destination::Email(addresses) => write!(f, "email:{}", addresses.join(",")),
            Destination::Slack(variable) => write!(f, "slack:{variable}"),
            Destination::Ntfy(variable) => write!(f, "ntfy:{variable}"),
            Destination::Terminal => f.write_str("terminal"),
        }
    }
}

/// Text that names no destination. It may be a secret, so it is not quoted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is no place to send to; {write}")]
pub struct NotADestination {
    /// What to write instead, as a clause.
    pub write: String,
}

impl FromStr for Destination {
    type Err = NotADestination;

    fn from_str(text: &str) -> Result<Destination, NotADestination> {
        read(text).ok_or_else(|| NotADestination {
            write: suggestion(text),
        })
    }
}

fn read(text: &str) -> Option<Destination> {
    let Some((sort, rest)) = text.split_once(':') else {
        return (text == "terminal").then_some(Destination::Terminal);
    };
    let variable = || is_variable(rest).then(|| rest.to_owned());
    match sort {
        "discord" => rest.parse().ok().map(Destination::Discord),
        "forum" => rest.parse().ok().map(Destination::Forum),
        "discord-webhook" => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let named = !rest.is_empty() && rest.bytes().all(plain);
            named.then(|| Destination::DiscordWebhook(rest.to_owned()))
        }
        "webhook" => variable().map(Destination::Webhook),
        "slack" => variable().map(Destination::Slack),
        "ntfy" => variable().map(Destination::Ntfy),
        "email" => {
            let addresses: Vec<String> = rest.split(',').map(|one| one.trim().to_owned()).collect();
            let fine = addresses.iter().all(|address| is_mailbox(address));
            fine.then_some(Destination::Email(addresses))
        }
        _ => None,
    }
}

/// Whether this can be the name of an environment variable, by which it is no address and no token.
fn is_variable(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.bytes().all(plain)
        && text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
}

/// Whether this is the address of a mailbox, of the plain sort that every mail server takes: name@example.org.
pub fn is_mailbox(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&byte);
    let dots = |text: &str| !text.split('.').any(str::is_empty);
    let label = |label: &str| {
        label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && (label.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (1..=64).contains(&name.len())
        && name.bytes().all(plain)
        && dots(name)
        && host.len() <= 253
        && host.contains('.')
        && dots(host)
        && host.split('.').all(label)
}

/// What to write instead of this, by what it looks like.
fn suggestion(text: &str) -> String {
    let sort = text.split(':').next().unwrap_or_default();
    let sort = match text {
        _ if text.contains("hooks.slack.com") => "slack",
        _ if text.contains("/api/webhooks/") => "discord-webhook",
        _ if text.contains("://ntfy.") => "ntfy",
        _ if text.starts_with("http") => "webhook",
        _ if text.starts_with("mailto:") || (is_mailbox(text)) => "email",
        _ => sort,
    };
    let variable = |sort: &str, name: &str| {
        format!(
            "put the address in an environment variable and write its name in capitals, as in \"{sort}:{name}\""
        )
    };
    match sort {
        "discord-webhook" => variable(sort, "PRESS_WEBHOOK"),
        "webhook" => variable(sort, "NEWSROOM_WEBHOOK"),
        "slack" => variable(sort, "NEWSROOM_SLACK"),
        "ntfy" => variable(sort, "PHONE_TOPIC"),
        "email" => "write addresses with commas between them, as in \"email:desk@example.org,editor@example.org\"".to_owned(),
        _ => "write \"discord:CHANNEL_ID\", \"email:ADDRESS\", \"terminal\", or \"discord-webhook:\", \"webhook:\", \"slack:\" or \"ntfy:\" with the name of an ENVIRONMENT_VARIABLE".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str) {
        let read: Destination = text.parse().expect("a destination");
        assert_eq!(read.to_string(), text);
    }

    #[track_caller]
    fn mistake(text: &str, write: &str) {
        let said = text.parse::<Destination>().expect_err("no destination");
        assert!(said.write.contains(write), "{text}: {}", said.write);
        assert!(!said.to_string().contains("s3cret"), "{said}");
    }

    #[test]
    fn every_sort_of_destination_reads_back_as_it_is_written() {
        reads("discord:123456789012345678");
        reads("forum:123456789012345678");
        reads("discord-webhook:press");
        reads("webhook:NEWSROOM");
        reads("email:desk@example.org");
        reads("email:desk@example.org,o'brien+nhs@mail.example.org");
        reads("slack:NEWSROOM_SLACK");
        reads("ntfy:PHONE");
        reads("terminal");
    }

    #[test]
    fn a_mistake_says_what_to_write_and_quotes_no_secret() {
        mistake(
            "slack:https://hooks.slack.com/services/T/B/s3cret",
            "\"slack:NEWSROOM_SLACK\"",
        );
        mistake("https://hooks.slack.com/services/T/B/s3cret", "\"slack:");
        mistake(
            "https://discord.com/api/webhooks/1/s3cret",
            "\"discord-webhook:",
        );
        mistake("https://ntfy.sh/s3cret", "\"ntfy:");
        mistake("ntfy:s3cret", "\"ntfy:PHONE_TOPIC\"");
        mistake("https://example.org/s3cret", "\"webhook:");
        mistake("webhook:s3cret", "\"webhook:");
        mistake("desk@example.org", "\"email:");
        mistake("mailto:desk@example.org", "\"email:");
        mistake("discord:s3cret", "\"discord:CHANNEL_ID\"");
        mistake("telegram:s3cret", "\"ntfy:\"");
        for address in [
            "",
            "desk",
            "desk@localhost",
            "a b@example.org",
            "a@example.org\r\nBcc: b@c.example",
            "a@@example.org",
            ".a@example.org",
            "a@example..org",
            "<a@example.org>",
            "Zoë@example.org",
            "a@-x.org",
            "a@example.org,",
            "a@example.org;b@example.org",
        ] {
            mistake(&format!("email:{address}"), "\"email:desk@example.org,");
        }
    }
}
