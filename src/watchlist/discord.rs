//! How Discord is reached.

use url::Url;

use crate::model::{Destination, Route};
use crate::watchlist::{
    Discord, Watchlist, address,
    found::Found,
    secrets,
    section::{Section, Text},
};

/// Discord's own API: <https://discord.com/developers/docs/reference#api-versioning>
const API: &str = "https://discord.com/api/v10";

impl Default for Discord {
    /// Discord itself, with the token in `DISCORD_TOKEN`.
    fn default() -> Discord {
        Discord {
            token_env: "DISCORD_TOKEN".to_owned(),
            token_file: None,
            api_base: Url::parse(API).expect("the address of an API"),
            gateway_url: None,
            bot: None,
            forum: None,
            triage_roles: Vec::new(),
        }
    }
}

impl Watchlist {
    /// The forum in which each page has a thread of its own.
    pub fn forum(&self) -> Option<Destination> {
        self.discord.forum.map(Destination::Forum)
    }

    /// Whether a bot listens in Discord, given that there is a token for it.
    pub fn has_bot(&self) -> bool {
        let channel = |route: &Route| matches!(route.to, Destination::Discord(_));
        let led_to = || self.routes.iter().any(channel);
        self.discord.bot.unwrap_or_else(led_to)
    }
}

/// Reads `[discord]`; what is not given or not understood has its default.
pub(super) fn read(section: Option<Section<'_>>, found: &mut Found<'_>) -> Option<Discord> {
    let mut discord = Discord::default();
    let Some(mut section) = section else {
        return Some(discord);
    };
    let variable = section.text("token_env", found);
    let file = section.text("token_file", found);
    if let (Some(_), Some(file)) = (&variable, &file) {
        let suggestion = Some("leave one of them out".to_owned());
        found.note(
            &file.place,
            "`token_env` and `token_file` both say where the token is",
            suggestion,
        );
    }
    if let Some(name) = variable.and_then(|text| variable_name(text, found)) {
        discord.token_env = name;
    }
    discord.token_file = file.map(|file| file.text);
    let base = section.text("api_base", found);
    if let Some(base) = base.and_then(|text| api_base(&text, found)) {
        discord.api_base = base;
    }
    let gateway = section.text("gateway_url", found);
    discord.gateway_url = gateway.and_then(|text| gateway_url(&text, found));
    discord.bot = section.take("bot").and_then(|value| value.truth(found));
    let forum = section.text("forum", found);
    discord.forum = forum.and_then(|text| self::forum(&text, found));
    let roles = section.take("triage_roles").map(|value| value.list(found));
    let roles = roles.unwrap_or_default();
    discord.triage_roles = roles.iter().filter_map(|text| role(text, found)).collect();
    section.finish(found);
    Some(discord)
}

/// What is no name may be the token itself, so it is not quoted.
fn variable_name(text: Text, found: &mut Found<'_>) -> Option<String> {
    if secrets::is_variable(&text.text) {
        return Some(text.text);
    }
    let suggestion = if text.text.len() > 40 {
        secrets::SECRET
    } else {
        "write the name of an environment variable in capitals, as in \"DISCORD_TOKEN\""
    };
    found.note(
        &text.place,
        "`token_env` is the name of an environment variable, and this is none",
        Some(suggestion.to_owned()),
    );
    None
}

/// A token travels there, so it must be encrypted or stay on this machine.
fn api_base(text: &Text, found: &mut Found<'_>) -> Option<Url> {
    let url = address::read(text, found)?;
    if url.scheme() == "https" || address::is_loopback(&url) {
        return Some(url);
    }
    let suggestion =
        Some("write https://, or a loopback address such as http://127.0.0.1:8080".to_owned());
    found.note(
        &text.place,
        "the token would be sent unencrypted to another machine",
        suggestion,
    );
    None
}

/// The token travels there too.
fn gateway_url(text: &Text, found: &mut Found<'_>) -> Option<Url> {
    let url = Url::parse(&text.text).ok();
    let sound = url.filter(|url| match url.scheme() {
        "ws" => address::is_loopback(url),
        "wss" => address::is_loopback(url) || is_discord(url),
        _ => false,
    });
    if sound.is_none() {
        let suggestion = "leave it out, or write a loopback address such as ws://127.0.0.1:8080";
        found.note(
            &text.place,
            "the token is only sent to Discord's own gateway, or to this machine",
            Some(suggestion.to_owned()),
        );
    }
    sound
}

fn is_discord(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "discord.gg" || host.ends_with(".discord.gg")
}

/// "discord:ID", as in a route.
fn forum(text: &Text, found: &mut Found<'_>) -> Option<u64> {
    let to = text.text.parse();
    if let Ok(Destination::Discord(id) | Destination::Forum(id)) = to
        && id != 0
    {
        return Some(id);
    }
    let suggestion = "write \"discord:CHANNEL_ID\": in Discord, with developer mode on, a right click on the forum copies its id";
    let what = "this names no forum channel of Discord";
    found.note(&text.place, what, Some(suggestion.to_owned()));
    None
}

fn role(text: &Text, found: &mut Found<'_>) -> Option<u64> {
    let id = text.text.parse().ok().filter(|id| *id != 0);
    if id.is_none() {
        let suggestion = "write its id in quotes, as in \"123456789012345678\": in Discord, with developer mode on, a right click on the role copies it";
        found.note(
            &text.place,
            "this is no id of a role",
            Some(suggestion.to_owned()),
        );
    }
    id
}
