//! How Discord is reached.

use url::Url;

use crate::watchlist::{
    Discord, address,
    found::Found,
    secrets,
    section::{Section, Text},
};

/// Discord's own API: <https://discord.com/developers/docs/reference#api-versioning>
const API: &str = "https://discord.com/api/v10";

/// Reads `[discord]`; what is not given or not understood has its default.
pub(super) fn read(section: Option<Section<'_>>, found: &mut Found<'_>) -> Option<Discord> {
    let mut discord = Discord {
        token_env: "DISCORD_TOKEN".to_owned(),
        token_file: None,
        api_base: Url::parse(API).ok()?,
    };
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
