//! Web addresses, in which the day's date may stand.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use regex::{Captures, Regex};
use url::{Host, Url};

use crate::watchlist::{found::Found, quotes::shortened, section::Text};

/// A part of an address that stands for something, as written or as an address encodes it.
static PART: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:\{|%7B)([^{}%]*)(?:\}|%7D)").ok());

const EXAMPLE: &str = "write it as a browser shows it, as in \"https://www.gov.uk/guidance\"";

/// Reads an address of the web in its normal form, without fragment.
pub(super) fn read(text: &Text, found: &mut Found<'_>) -> Option<Url> {
    match understand(&text.text) {
        Ok(url) => Some(url),
        Err((what, suggestion)) => {
            found.note(&text.place, what, Some(suggestion));
            None
        }
    }
}

/// Understands an address, or says what is wrong with it, with what to write instead.
fn understand(text: &str) -> Result<Url, (String, String)> {
    let mut url = Url::parse(text.trim()).map_err(|why| {
        let what = format!("“{}” is no web address: {why}", shortened(text));
        (
            what,
            with_scheme(text).unwrap_or_else(|| EXAMPLE.to_owned()),
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        let what = format!(
            "“{}” is not visited: only http and https are",
            shortened(text)
        );
        return Err((what, EXAMPLE.to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let what = "a name and password in an address would be shown to everyone".to_owned();
        return Err((what, "take them out of the address".to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

/// What was probably meant by an address without its beginning.
fn with_scheme(text: &str) -> Option<String> {
    let whole = format!("https://{}", text.trim().trim_start_matches('/'));
    let host = Url::parse(&whole).ok()?.host_str()?.to_owned();
    let meant = host.contains('.') && !text.contains("://");
    meant.then(|| format!("did you mean `{}`?", shortened(&whole)))
}

/// Notes every part of an address in braces that stands for nothing we know.
pub(super) fn check_parts(text: &Text, found: &mut Found<'_>) {
    let Some(part) = PART.as_ref() else { return };
    let any_day = NaiveDate::default();
    for captures in part.captures_iter(&text.text) {
        let name = &captures[1];
        if captures[0].starts_with('{') && stands_for(name, any_day).is_none() {
            let suggestion = "there are {month}, {year}, {today} and {today+21d}".to_owned();
            found.note(
                &text.place,
                format!("“{{{name}}}” stands for nothing in an address"),
                Some(suggestion),
            );
        }
    }
}

/// The address to visit on this day: `{month}` is the English month in lower case, `{year}` its number, `{today}` the date as
/// 2026-11-21, `{today+21d}` the date so many days later. An address without them is itself.
pub fn address_on(url: &Url, day: NaiveDate) -> Url {
    let Some(part) = PART.as_ref() else {
        return url.clone();
    };
    let replaced = part.replace_all(url.as_str(), |captures: &Captures<'_>| {
        stands_for(&captures[1], day).unwrap_or_else(|| captures[0].to_owned())
    });
    match replaced {
        Cow::Borrowed(_) => url.clone(),
        Cow::Owned(text) => Url::parse(&text).unwrap_or_else(|_| url.clone()),
    }
}

fn stands_for(part: &str, day: NaiveDate) -> Option<String> {
    match part {
        "month" => Some(day.format("%B").to_string().to_lowercase()),
        "year" => Some(day.format("%Y").to_string()),
        "today" => Some(day.to_string()),
        _ => {
            let days = part
                .strip_prefix("today+")?
                .strip_suffix('d')?
                .parse()
                .ok()?;
            Some(day.checked_add_days(Days::new(days))?.to_string())
        }
    }
}

/// Whether an address cannot leave this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_brought_to_their_normal_form() {
        let url = understand(" HTTPS://www.England.NHS.uk:443/a/../b#c ").expect("an address");
        assert_eq!(url.as_str(), "https://www.england.nhs.uk/b");
    }

    #[test]
    fn what_cannot_be_visited_is_refused() {
        for text in [
            "www.gov.uk/x",
            "ftp://www.gov.uk/",
            "https://",
            "file:///etc/passwd",
            "javascript:x",
            "https://a b/",
            "https://u:p@www.gov.uk/",
        ] {
            assert!(understand(text).is_err(), "{text}");
        }
        let (_, suggestion) = understand("www.gov.uk/x").expect_err("no scheme");
        assert_eq!(suggestion, "did you mean `https://www.gov.uk/x`?");
        let (what, _) = understand("https://user:hunter2@www.gov.uk/").expect_err("a password");
        assert!(!what.contains("hunter2"));
    }

    #[test]
    fn the_days_date_is_put_into_an_address() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let case = |text: &str, expected: &str| {
            let url = understand(text).expect("an address");
            assert_eq!(address_on(&url, day).as_str(), expected);
        };
        case(
            "https://a.example/x_{month}{year}.xlsx",
            "https://a.example/x_november2026.xlsx",
        );
        case(
            "https://a.example/?s={today}&e={today+21d}",
            "https://a.example/?s=2026-11-21&e=2026-12-12",
        );
        case(
            "https://a.example/%7Bodd%7D?{today+x}",
            "https://a.example/%7Bodd%7D?{today+x}",
        );
        case("https://a.example/%41", "https://a.example/%41");
    }
}
