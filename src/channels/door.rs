//! Where Discord is asked, with which secrets.

use std::collections::BTreeMap;

use url::Url;

use crate::channels::pace::UNTIL_RESTART;
use crate::channels::{NoChannels, Refusal, Secret};
use crate::model::Destination;
use crate::wire::api::Method;

/// The User-Agent Discord asks for; others may be blocked.
/// <https://discord.com/developers/docs/reference#user-agent>
const AGENT: &str = concat!(
    "DiscordBot (https://smallprint.example, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// How many of a channel's messages Discord tells of at once, at the most.
pub(super) const A_PAGE: usize = 100;

/// The addresses of channels and webhooks, and the secrets they ask for.
pub(super) struct Doors {
    base: Url,
    token: Option<Secret>,
    webhooks: BTreeMap<String, Secret>,
}

/// One address, with the header fields it asks for.
pub(super) struct Door {
    pub(super) url: Url,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Doors {
    pub(super) fn new(
        base: &Url,
        token: Option<Secret>,
        webhooks: BTreeMap<String, Secret>,
    ) -> Result<Doors, NoChannels> {
        if !is_discord(base) && !is_loopback(base) {
            return Err(NoChannels::Elsewhere(base.to_string()));
        }
        tracing::debug!("Discord is asked at {base}");
        Ok(Doors {
            base: base.clone(),
            token,
            webhooks,
        })
    }

    /// Where this is done; `message` is the id of the message meant, or empty.
    ///
    /// # Errors
    /// Where a secret is missing, and what to do.
    pub(super) fn to(
        &self,
        to: &Destination,
        method: Method,
        message: &str,
    ) -> Result<Door, Refusal> {
        match to {
            Destination::Discord(channel) => self.channel(*channel, message),
            Destination::DiscordWebhook(variable) => self.webhook(variable, method, message),
            other => Err(Refusal::Never(format!("{other} is no Discord"))),
        }
    }

    fn channel(&self, channel: u64, message: &str) -> Result<Door, Refusal> {
        self.own(&["channels", &channel.to_string(), "messages", message])
    }

    /// The last messages of a channel, or those before one of them.
    ///
    /// # Errors
    /// Where a secret is missing.
    pub(super) fn last_of(&self, to: &Destination, before: Option<&str>) -> Result<Door, Refusal> {
        let mut door = self.to(to, Method::Get, "")?;
        let mut query = door.url.query_pairs_mut();
        query.append_pair("limit", &A_PAGE.to_string());
        query.extend_pairs(before.map(|before| ("before", before)));
        drop(query);
        Ok(door)
    }

    /// What the bot asks in its own name.
    ///
    /// # Errors
    /// Where there is no token.
    pub(super) fn own(&self, path: &[&str]) -> Result<Door, Refusal> {
        let token = self.token.as_ref().ok_or_else(|| {
            missing("there is no bot token; set DISCORD_TOKEN, or `token_file` under [discord], and start again".to_owned())
        })?;
        let mut door = self.open(path);
        let secret = format!("Bot {}", token.reveal());
        door.headers.push(("authorization", secret));
        Ok(door)
    }

    /// What asks for no secret but the one in its path.
    pub(super) fn open(&self, path: &[&str]) -> Door {
        Door {
            url: below(&self.base, path),
            headers: vec![("user-agent", AGENT.to_owned())],
        }
    }

    /// The base of the API, and the token where there is one.
    pub(super) fn keys(&self) -> (&Url, Option<&Secret>) {
        (&self.base, self.token.as_ref())
    }

    fn webhook(&self, variable: &str, method: Method, message: &str) -> Result<Door, Refusal> {
        let secret = self.webhooks.get(variable).ok_or_else(|| {
            missing(format!(
                "the environment variable {variable}, which should hold the address of a webhook, is not set; set it and start again"
            ))
        })?;
        let mut url = webhook(&self.base, secret).ok_or_else(|| {
            missing(format!(
                "{variable} does not hold the address of a Discord webhook (https://discord.com/api/webhooks/…); correct it and start again"
            ))
        })?;
        if matches!(method, Method::Patch | Method::Get) && !message.is_empty() {
            url = below(&url, &["messages", message]);
        }
        url.query_pairs_mut()
            .append_pair("wait", "true")
            .append_pair("with_components", "true");
        let headers = vec![("user-agent", AGENT.to_owned())];
        Ok(Door { url, headers })
    }
}

fn missing(why: String) -> Refusal {
    Refusal::Later(UNTIL_RESTART, why)
}

/// The address of a webhook under the API's base, or as it stands where it is on this machine.
fn webhook(base: &Url, secret: &Secret) -> Option<Url> {
    let url = Url::parse(secret.reveal()).ok()?;
    let mut path = url.path_segments()?.skip_while(|part| *part != "webhooks");
    path.next()?;
    let (id, token) = (path.next()?, path.next()?);
    if id.is_empty() || token.is_empty() {
        return None;
    }
    if is_loopback(&url) {
        return Some(url);
    }
    let mut under = below(base, &["webhooks", id, token]);
    under.set_query(url.query());
    is_discord(&url).then_some(under)
}

/// An address with these segments below it.
fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty();
        path.extend(segments.iter().filter(|segment| !segment.is_empty()));
    }
    url
}

pub(super) fn is_discord(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ours = ["discord.com", "discordapp.com"]
        .iter()
        .any(|known| host == *known || host.ends_with(&format!(".{known}")));
    url.scheme() == "https" && ours && url.port().is_none()
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
