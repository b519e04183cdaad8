//! When a route sends, and when it is quiet.

use chrono::{NaiveTime, Weekday};

use crate::model::{QuietHours, Sending};
use crate::watchlist::{
    found::{Found, Place},
    profiles::choice,
    quotes::shortened,
    section::{Section, Text, Value},
    settings::duration_ms,
};

/// How long a batch waits where nothing else is said, in seconds.
const WAIT: u32 = 600;
/// The longest a batch may wait, in seconds: what waits longer is a digest.
const LONGEST_WAIT: u64 = 86_400;
/// When a digest is sent where nothing else is said: at eight, on Mondays.
const AT: (u32, u32) = (8, 0);
const DAY: Weekday = Weekday::Mon;

const DAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Mon),
    ("Tue", Weekday::Tue),
    ("Wed", Weekday::Wed),
    ("Thu", Weekday::Thu),
    ("Fri", Weekday::Fri),
    ("Sat", Weekday::Sat),
    ("Sun", Weekday::Sun),
];

/// The words of `send`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    AtOnce,
    Batch,
    Daily,
    Weekly,
}

/// Reads `send`, with `wait`, `at` and `day` where they belong to it. A route sends at once where nothing is said.
pub(super) fn read(section: &mut Section<'_>, found: &mut Found<'_>) -> Sending {
    let words = [
        ("at once", Word::AtOnce),
        ("batch", Word::Batch),
        ("daily", Word::Daily),
        ("weekly", Word::Weekly),
    ];
    let word = choice(section, "send", words, found).unwrap_or(Word::AtOnce);
    let wait = section.take("wait");
    let at = section.take("at");
    let day_place = section.take("day").map(|value| value.place);
    let day = choice(section, "day", DAYS, found);
    let mut misplaced = |place: Option<&Place>, what: &str, send: &str| {
        if let Some(place) = place {
            let suggestion = Some(format!("write send = {send}, or leave it out"));
            found.note(place, what, suggestion);
        }
    };
    if word != Word::Batch {
        let place = wait.as_ref().map(|value| &value.place);
        misplaced(place, "only a batch waits", "\"batch\"");
    }
    if matches!(word, Word::AtOnce | Word::Batch) {
        let place = at.as_ref().map(|value| &value.place);
        misplaced(
            place,
            "only a digest has its hour",
            "\"daily\" or \"weekly\"",
        );
    }
    if word != Word::Weekly {
        let what = "only a weekly digest has its day";
        misplaced(day_place.as_ref(), what, "\"weekly\"");
    }
    let at = || at.and_then(|value| time(&value.text(found)?, found));
    match word {
        Word::AtOnce => Sending::AtOnce,
        Word::Batch => Sending::Batch {
            seconds: wait
                .and_then(|value| seconds(&value, found))
                .unwrap_or(WAIT),
        },
        Word::Daily => Sending::Daily {
            at: at().unwrap_or_else(eight),
        },
        Word::Weekly => Sending::Weekly {
            day: day.unwrap_or(DAY),
            at: at().unwrap_or_else(eight),
        },
    }
}

/// Reads `quiet`: two times of day with a hyphen between them.
pub(super) fn quiet(section: &mut Section<'_>, found: &mut Found<'_>) -> Option<QuietHours> {
    let text = section.text("quiet", found)?;
    let hours = text.text.split_once('-');
    let hours = hours.and_then(|(from, to)| Some((clock(from)?, clock(to)?)));
    let write = || Some("write when they begin and end, as in \"22:00-07:00\"".to_owned());
    match hours {
        None => {
            let what = format!("“{}” are no quiet hours", shortened(&text.text));
            found.note(&text.place, what, write());
            None
        }
        Some((from, to)) if from == to => {
            let what = "quiet hours that end when they begin are none";
            found.note(&text.place, what, write());
            None
        }
        Some((from, to)) => Some(QuietHours { from, to }),
    }
}

fn eight() -> NaiveTime {
    NaiveTime::from_hms_opt(AT.0, AT.1, 0).unwrap_or_default()
}

fn seconds(value: &Value<'_>, found: &mut Found<'_>) -> Option<u32> {
    let seconds = duration_ms(value, found)? / 1_000;
    if !(1..=LONGEST_WAIT).contains(&seconds) {
        return value.wrong("a second to a day, as in \"10m\"", found);
    }
    u32::try_from(seconds).ok()
}

/// Reads a time of day.
pub(super) fn time(text: &Text, found: &mut Found<'_>) -> Option<NaiveTime> {
    let time = clock(&text.text);
    if time.is_none() {
        let what = format!("“{}” is no time of day", shortened(&text.text));
        found.note(&text.place, what, Some("write it as \"08:00\"".to_owned()));
    }
    time
}

/// A time of day with its minute: 08:00.
fn clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}
