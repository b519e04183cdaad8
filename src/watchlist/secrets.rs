//! Keeps secrets that stand in a watchlist out of everything that is said about it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::watchlist::{found::Found, section::Section};

/// What a value looks like in TOML, also where its end is missing.
const VALUE: &str = r#"(?:"""(?s:.*?)(?:"""|\z)|'''(?s:.*?)(?:'''|\z)|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\[(?s:.*?)(?:\]|\z)|[^\n]*)"#;

/// The last group of each is what is hidden.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        format!(
            r#"(?i)([\w.-]*(?:token|secret|password|webhook|mirror)[\w-]*)["']?[ \t]*=[ \t]*({VALUE})"#
        ),
        // A bot token, wherever it stands: https://discord.com/developers/docs/reference#authentication
        r"([A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{20,})".to_owned(),
        r#"/webhooks/([^\s"']+)"#.to_owned(),
        r#"(?:discord(?:-webhook)?|webhook|slack|ntfy):([^\s"']*[^\s"'\w-][^\s"']*|[^\s"']{32,})"#
            .to_owned(),
        r#"://([^/\s"']+)@"#.to_owned(),
        r#"hooks\.slack\.com/([^\s"']+)"#.to_owned(),
        r"whsec_([A-Za-z0-9+/=_-]+)".to_owned(),
    ];
    patterns
        .iter()
        .filter_map(|pattern| Regex::new(pattern).ok())
        .collect()
});

/// What is said of a token in the file; never the token.
pub(super) const SECRET: &str = "a token does not belong in the watchlist; put it in the environment variable DISCORD_TOKEN or a file named by token_file";

/// The same text, byte for byte as long, with stars where a secret stands.
pub(super) fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for pattern in SECRETS.iter() {
        let spans: Vec<Range<usize>> = pattern
            .captures_iter(&masked)
            .filter_map(|found| hidden(&found))
            .collect();
        for span in spans.into_iter().rev() {
            let stars = stars(&masked[span.clone()]);
            masked.replace_range(span, &stars);
        }
    }
    masked
}

/// Whether a key promises a secret, though no key of the watchlist holds one.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["token", "secret", "password", "webhook"]
        .iter()
        .any(|word| key.contains(word))
}

fn hidden(found: &Captures<'_>) -> Option<Range<usize>> {
    let last = found.get(found.len() - 1)?;
    let names_a_place = match found.get(1).map(|key| key.as_str()) {
        Some(
            "token_env" | "discord.token_env" | "secret_env" | "collect.secret_env" | "mirror_env"
            | "window.mirror_env",
        ) => is_variable(last.as_str().trim_matches(['"', '\''])),
        Some(
            "token_file"
            | "discord.token_file"
            | "secret_file"
            | "collect.secret_file"
            | "mirror_file"
            | "window.mirror_file",
        ) => true,
        _ => false,
    };
    (!names_a_place).then(|| last.range())
}

/// The two keys of a section of which one says where a secret is.
pub(super) struct Placed {
    /// What it is.
    pub(super) what: &'static str,
    /// The key that names a variable of the environment.
    pub(super) env: &'static str,
    /// The key that names a file.
    pub(super) file: &'static str,
    /// How such a variable may be called.
    pub(super) example: &'static str,
}

impl Placed {
    /// The variable and the file that are named.
    pub(super) fn read(
        &self,
        section: &mut Section<'_>,
        found: &mut Found<'_>,
    ) -> (Option<String>, Option<String>) {
        let Placed {
            what, env, file, ..
        } = self;
        let variable = section.text(env, found);
        let named = section.text(file, found);
        if let (Some(_), Some(named)) = (&variable, &named) {
            let said = format!("`{env}` and `{file}` both say where {what} is");
            found.note(&named.place, said, Some("leave one of them out".to_owned()));
        }
        if let Some(variable) = &variable
            && !is_variable(&variable.text)
        {
            let said = format!("`{env}` is the name of an environment variable, and this is none");
            let suggestion = format!("write a name in capitals, as in \"{}\"", self.example);
            found.note(&variable.place, said, Some(suggestion));
        }
        (variable.map(|text| text.text), named.map(|text| text.text))
    }
}

/// Whether this can be the name of an environment variable, by which it is no token.
pub(super) fn is_variable(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    plain
        && text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
}

fn stars(text: &str) -> String {
    let star = |byte: u8| {
        if byte == b'\n' || byte == b'\r' {
            char::from(byte)
        } else {
            '*'
        }
    };
    text.bytes().map(star).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn hides(text: &str, secret: &str) {
        let masked = masked(text);
        assert!(!masked.contains(secret), "{masked}");
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.lines().count(), text.lines().count());
    }

    #[track_caller]
    fn keeps(text: &str) {
        assert_eq!(masked(text), text);
    }

    #[test]
    fn a_secret_is_hidden_however_it_is_written() {
        hides("token = \"s3cret\"", "s3cret");
        hides("discord.token='s3cret'", "s3cret");
        hides("discord = { token = \"s3cret\", x = 1 }", "s3cret");
        hides("Bot_Token = \"s3cret", "s3cret");
        hides(
            "\"token\" = \"\"\"\nfirst\ns3cret é\n\"\"\"\nx = 1",
            "s3cret",
        );
        hides("token = s3cret", "s3cret");
        hides("token = [\n\"s3cret\"]", "s3cret");
        hides("token_env = \"not a variable but s3cret\"", "s3cret");
        let token = concat!(
            "MTIzNDU2Nzg5MDEyMzQ1Njc4",
            ".",
            "GabcdE",
            ".",
            "abcdefghijklmnopqrstuvwxyz0123"
        );
        hides(&format!("# my token is {token}"), "abcdefghijkl");
        hides(
            "to = \"https://discord.com/api/webhooks/1/s3cret\"",
            "s3cret",
        );
        hides(
            "to = \"discord-webhook:https://x.example/s3cret\"",
            "s3cret",
        );
        hides("url = \"https://me:s3cret@example.org/\"", "s3cret");
        hides("server = \"smtps://me:p@s3cret@mail.example\"", "s3cret");
        hides("to = \"slack:https://x.example/s3cret\"", "s3cret");
        hides(
            "url = \"https://hooks.slack.com/services/T/B/s3cret\"",
            "s3cret",
        );
        hides("x = \"whsec_s3cret\"", "s3cret");
        hides("mirror_env = \"my s3cret itself\"", "s3cret");
        hides("window = { mirror = \"s3cret\" }", "s3cret");
    }

    #[test]
    fn what_is_no_secret_stays() {
        keeps("secret_env = \"MY_SECRET\"\nsecret_file = \"/run/secrets/collect\"\n");
        keeps("mirror_env = \"MY_TOKEN\"\nmirror_file = \"/run/secrets/mirror\"\n");
        keeps("token_env = \"DISCORD_TOKEN\"\ntoken_file = \"/run/secrets/token\"\n");
        keeps("to = \"discord:123456789012345678\" # or \"discord-webhook:GP_DATA_WEBHOOK\"");
        keeps("url = \"https://www.england.nhs.uk/a@b\"");
        keeps("to = \"slack:NEWSROOM_SLACK\" # or \"webhook:NEWSROOM\" or \"ntfy:PHONE_TOPIC\"");
        keeps("to = \"email:desk@example.org,editor@example.org\"");
    }
}
