//! The `[settings]` of a watchlist.

use std::net::IpAddr;

use chrono_tz::{TZ_VARIANTS, Tz};
use ipnet::IpNet;

use crate::model::{NoDatabase, database};
use crate::watchlist::{
    Settings, address, amounts,
    found::Found,
    names::did_you_mean,
    quotes::shortened,
    section::{Section, Text, Value},
};

impl Default for Settings {
    /// London's time, three seconds between two requests to a host, bodies of up to 64 MiB, eight visits at once, up to two
    /// minutes of jitter, fifty pages a day read that one watch leads to.
    fn default() -> Settings {
        Settings {
            timezone: Tz::Europe__London,
            contact: None,
            store: None,
            lease_ms: 20_000,
            min_delay_ms: 3_000,
            max_body: 64 << 20,
            allow_private: Vec::new(),
            visits_at_once: 8,
            jitter_seconds: 120,
            timeouts: (15, 40, 120),
            public_url: None,
            browser: None,
            follow_budget: 50,
        }
    }
}

/// Reads `[settings]`; what is not given or not understood has its default.
pub(super) fn read(section: Option<Section<'_>>, found: &mut Found<'_>) -> Settings {
    let mut settings = Settings::default();
    let Some(mut section) = section else {
        return settings;
    };
    let zone = section
        .text("timezone", found)
        .and_then(|text| zone(&text, found));
    settings.timezone = zone.unwrap_or(settings.timezone);
    settings.contact = section
        .text("contact", found)
        .and_then(|text| contact(text, found));
    settings.store = section
        .text("store", found)
        .and_then(|text| read_database(&text, found));
    let networks = section
        .take("allow_private")
        .map(|value| value.list(found))
        .unwrap_or_default();
    settings.allow_private = networks
        .iter()
        .filter_map(|text| network(text, found))
        .collect();
    settings.public_url = section
        .text("public_url", found)
        .and_then(|text| address::read(&text, found));
    settings.browser = section.text("browser", found).map(|text| text.text);
    read_amounts(&mut section, &mut settings, found);
    section.finish(found);
    settings
}

fn read_amounts(section: &mut Section<'_>, settings: &mut Settings, found: &mut Found<'_>) {
    let mut duration = |key| duration_ms(&section.take(key)?, found);
    let (min_delay, jitter) = (duration("min_delay"), duration("jitter"));
    settings.lease_ms = lease(section, found).unwrap_or(settings.lease_ms);
    settings.min_delay_ms = min_delay.unwrap_or(settings.min_delay_ms);
    let jitter = jitter.map(|jitter| u32::try_from(jitter / 1_000).unwrap_or(u32::MAX));
    settings.jitter_seconds = jitter.unwrap_or(settings.jitter_seconds);
    let max_body = section
        .take("max_body")
        .and_then(|value| size(&value, found));
    settings.max_body = max_body.unwrap_or(settings.max_body);
    let count = section
        .take("visits_at_once")
        .and_then(|value| value.number(1..=256, found));
    let count = count.and_then(|count| usize::try_from(count).ok());
    settings.visits_at_once = count.unwrap_or(settings.visits_at_once);
    let budget = section
        .take("follow_budget")
        .and_then(|value| value.number(0..=100_000, found));
    let budget = budget.and_then(|budget| usize::try_from(budget).ok());
    settings.follow_budget = budget.unwrap_or(settings.follow_budget);
    if let Some(timeouts) = section.take("timeouts") {
        settings.timeouts = read_timeouts(&timeouts, settings.timeouts, found);
    }
}

/// Long enough that a slow answer of the database is no death, short enough that the work of the dead is taken up.
fn lease(section: &mut Section<'_>, found: &mut Found<'_>) -> Option<u64> {
    let value = section.take("lease")?;
    match duration_ms(&value, found)? {
        lease @ 2_000..=3_600_000 => Some(lease),
        _ => value.wrong("between two seconds and an hour", found),
    }
}

fn read_timeouts(
    value: &Value<'_>,
    given: (u64, u64, u64),
    found: &mut Found<'_>,
) -> (u64, u64, u64) {
    let Some(mut section) = value.section("`timeouts`", found) else {
        return given;
    };
    let mut seconds = |key| {
        let value = section.take(key)?;
        match duration_ms(&value, found)? {
            0 => value.wrong("more than nothing", found),
            milliseconds => Some(milliseconds.div_ceil(1_000)),
        }
    };
    let timeouts = (
        seconds("connect").unwrap_or(given.0),
        seconds("first_byte").unwrap_or(given.1),
        seconds("total").unwrap_or(given.2),
    );
    section.finish(found);
    timeouts
}

pub(super) fn zone(text: &Text, found: &mut Found<'_>) -> Option<Tz> {
    let zone = text.text.parse().ok();
    if zone.is_none() {
        let names = TZ_VARIANTS.iter().map(|zone| zone.name());
        let what = format!("“{}” is no time zone", shortened(&text.text));
        let example = || "write a name such as \"Europe/London\"".to_owned();
        found.note(
            &text.place,
            what,
            Some(did_you_mean(&text.text, names).unwrap_or_else(example)),
        );
    }
    zone
}

/// A contact stands in a header of every request, so it is what a header may hold (RFC 9110, section 5.5).
fn contact(text: Text, found: &mut Found<'_>) -> Option<String> {
    let plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.text.bytes().all(plain) {
        return Some(text.text.trim().to_owned());
    }
    let suggestion = "write an e-mail address or a web address".to_owned();
    found.note(
        &text.place,
        "`contact` stands in every request and must be plain ASCII",
        Some(suggestion),
    );
    None
}

/// The address of a database.
fn read_database(text: &Text, found: &mut Found<'_>) -> Option<String> {
    let (what, suggestion) = match database(&text.text) {
        Ok(address) => return Some(address),
        Err(NoDatabase::Another) => (
            "`store` is no address of a PostgreSQL database",
            "write it as in \"postgres://smallprint@db.example.org/smallprint\"",
        ),
        Err(NoDatabase::Locked) => (
            "a password does not belong in the watchlist",
            "put it in the environment variable SMALLPRINT_STORE_PASSWORD, or in the file `database.password` in the directory of the archive",
        ),
    };
    found.note(&text.place, what, Some(suggestion.to_owned()));
    None
}

/// Reads a duration, in milliseconds.
pub(super) fn duration_ms(value: &Value<'_>, found: &mut Found<'_>) -> Option<u64> {
    if let Some(number) = value.bare_number() {
        return without_unit(value, number, "s", found);
    }
    let text = value.text(found)?;
    let read = amounts::duration_ms(&text.text);
    read.map_err(|why| found.note(&text.place, why, None)).ok()
}

fn size(value: &Value<'_>, found: &mut Found<'_>) -> Option<u64> {
    if let Some(number) = value.bare_number() {
        return without_unit(value, number, "MiB", found);
    }
    let text = value.text(found)?;
    match amounts::bytes(&text.text) {
        Ok(0) => value.wrong("more than nothing", found),
        Ok(size) => Some(size),
        Err(why) => {
            found.note(&text.place, why, None);
            None
        }
    }
}

/// A number without unit says nothing, but for 0.
fn without_unit(value: &Value<'_>, number: &str, unit: &str, found: &mut Found<'_>) -> Option<u64> {
    if number != "0" {
        let suggestion = Some(format!(
            "write it in quotes with its unit, as in \"{}{unit}\"",
            shortened(number)
        ));
        found.note(
            &value.place,
            format!("{} has no unit", shortened(number)),
            suggestion,
        );
        return None;
    }
    Some(0)
}

fn network(text: &Text, found: &mut Found<'_>) -> Option<IpNet> {
    let address = || text.text.parse::<IpAddr>().ok().map(IpNet::from);
    let network = text.text.parse::<IpNet>().ok().or_else(address);
    if network.is_none() {
        let suggestion =
            "write an address and how many bits of it count, as in \"127.0.0.0/8\"".to_owned();
        let what = format!("“{}” is no network", shortened(&text.text));
        found.note(&text.place, what, Some(suggestion));
    }
    network.map(|network| network.trunc())
}
