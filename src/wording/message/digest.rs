//! A digest: what changed, what could not be read, and what was held quiet.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::model::{Colour, Field, Held, Message, MessageText, Period, Roundup, Unread};
use crate::wording::message::batch::{listed, more, name};
use crate::wording::message::part::{Part, by_weight, counted, counts, diffs, unmarked};
use crate::wording::{fit, harmless, times};

/// The longest description, and the longest field.
const DESCRIPTION: usize = 3000;
const FIELD: usize = 850;
/// What the last line of a list that is cut takes.
const MORE: usize = 60;
/// How much of a line is shown, and of a name.
const LINE: usize = 200;
const NAME: usize = 80;
/// How much of the first change the first line holds.
const FIRST: usize = 300;
/// How many pages that could not be read are named, and how many changes that were held quiet.
const UNREAD: usize = 8;
const HELD: usize = 5;
/// What is told under no topic.
const WITHOUT_TOPIC: &str = "Without a topic";
const NOTICES: &str = "Notices";

/// The message of a digest, silently.
pub fn digest(parts: Vec<Part>, period: &Period, told: &Roundup, zone: Tz, mark: &str) -> Message {
    let parts = by_weight(parts);
    let description = description(&parts);
    let fields = [
        ("Visited", visited(period, told, zone)),
        ("Could not be read", unread(told, zone)),
        ("Held quiet", held(told)),
    ];
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let text = MessageText {
        title: format!(
            "Digest “{}”",
            fit::cut(&harmless::line(&period.route), NAME)
        ),
        url: None,
        author: None,
        description,
        fields: fields
            .map(|(name, value)| Field {
                name: name.to_owned(),
                value,
            })
            .collect(),
        footer: mark.to_owned(),
        at: period.until,
        colour: parts
            .first()
            .and_then(|part| part.message.text.as_ref())
            .map_or(Colour::Changed, |text| text.colour),
    };
    Message {
        content: first_line(&parts, period, told, zone),
        text: Some(text),
        silent: true,
        file: file(&parts, period, told, zone, mark),
        rows: None,
        links: Vec::new(),
        mentions: None,
        particulars: Vec::new(),
        above: None,
        replies: None,
        buttons: Vec::new(),
    }
}

/// What happened in all; never "nothing" where nothing could be seen.
fn first_line(parts: &[Part], period: &Period, told: &Roundup, zone: Tz) -> String {
    let unread = match told.unread_in_all {
        0 => String::new(),
        some => format!(" {} could not be read.", counted(some, "page", "pages")),
    };
    let of = format!("Digest of {}:", times::day(period.until, zone));
    match parts.first() {
        Some(first) => {
            let counts = counts(parts);
            let said = fit::cut(&first.first_line(), FIRST);
            format!("{of} {counts}.{unread} {said}")
        }
        None if told.read == 0 => format!(
            "{of} nothing is known: in {} none of {} was read.",
            counted_visits(told),
            counted(told.pages, "page", "pages")
        ),
        None => format!(
            "{of} nothing changed that is told here, in {} of {}.{unread}",
            counted_visits(told),
            counted(told.pages, "page", "pages")
        ),
    }
}

fn counted_visits(told: &Roundup) -> String {
    counted(
        usize::try_from(told.visits).unwrap_or(usize::MAX),
        "visit",
        "visits",
    )
}

/// The changes by topic, a line each: first it is chosen what there is room for, what matters most before the rest.
fn description(parts: &[Part]) -> String {
    let mut topics: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let (mut used, mut shown) = (0, 0);
    for part in parts {
        let topic = heading(part);
        let line = line(part);
        let place = order.iter().position(|known| *known == topic);
        let new = if place.is_none() {
            fit::length(&topic) + 1
        } else {
            0
        };
        let long = fit::length(&line) + 1 + new;
        if used + long + MORE > DESCRIPTION {
            break;
        }
        used += long;
        shown += 1;
        let place = place.unwrap_or_else(|| {
            order.push(topic.clone());
            order.len() - 1
        });
        topics.entry((place, topic)).or_default().push(line);
    }
    let mut lines = Vec::new();
    for ((_, topic), of_topic) in topics {
        lines.push(topic);
        lines.extend(of_topic);
    }
    if shown < parts.len() {
        lines.push(more(parts.len() - shown));
    }
    lines.join("\n")
}

fn heading(part: &Part) -> String {
    let topic = match (&part.topic, &part.page) {
        (Some(topic), _) if !harmless::is_blank(topic) => {
            fit::cut(&harmless::markdown(topic), NAME)
        }
        (_, Some(_)) => WITHOUT_TOPIC.to_owned(),
        (_, None) => NOTICES.to_owned(),
    };
    format!("**{topic}**")
}

fn line(part: &Part) -> String {
    let said = fit::cut(&part.first_line(), LINE);
    let link = part.best_link();
    let link = link.map_or(String::new(), |link| format!(" {link}"));
    match &part.page {
        Some(_) => format!("• {} · {said}{link}", part.severity),
        None => format!("• {said}"),
    }
}

fn visited(period: &Period, told: &Roundup, zone: Tz) -> String {
    format!(
        "{} of {} from {} to {}; the page was read on {} of them.",
        counted_visits(told),
        counted(told.pages, "page", "pages"),
        times::moment(period.from, zone),
        times::moment(period.until, zone),
        told.read
    )
}

fn unread(told: &Roundup, zone: Tz) -> String {
    let lines = told.unread.iter().take(UNREAD);
    let lines: Vec<String> = lines
        .map(|one| format!("• {}", unread_line(one, zone)))
        .collect();
    fitted(lines, told.unread_in_all)
}

fn unread_line(one: &Unread, zone: Tz) -> String {
    let name = fit::cut(&harmless::markdown(&one.name), NAME);
    let since = one.since.map(|since| times::moment(since, zone));
    let said = match (since, harmless::is_blank(&one.why)) {
        (Some(since), false) => {
            format!("{name}: since {since}, {}", harmless::markdown(&one.why))
        }
        (Some(since), true) => format!("{name}: due, and not visited since {since}"),
        (None, _) => format!("{name}: never visited"),
    };
    fit::cut(&said, LINE)
}

fn held(told: &Roundup) -> String {
    let kinds = [
        (told.muted, "muted"),
        (
            told.noise,
            "what changes on nearly every visit or back and forth",
        ),
        (told.below, "below what any route asks for"),
        (told.otherwise, "for other reasons"),
    ];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<String> = kinds
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    if kinds.is_empty() {
        return String::new();
    }
    let changes = counted(told.held_in_all(), "change", "changes");
    let mut lines = vec![format!("{changes}: {}.", kinds.join(", "))];
    lines.extend(
        told.held
            .iter()
            .take(HELD)
            .map(|one| format!("• {}", held_line(one))),
    );
    // The first line counts them all.
    fitted(lines, told.held_in_all() + 1)
}

fn held_line(one: &Held) -> String {
    let said = match harmless::is_blank(&one.sentence) {
        true => one.watch.0.as_str(),
        false => one.sentence.as_str(),
    };
    let said = fit::cut(&harmless::markdown(said), LINE / 2);
    let why = fit::cut(&harmless::markdown(&one.why), LINE / 2);
    format!("{} · {said} ({why})", one.severity)
}

/// As many lines as a field has room for, with the number of the others.
fn fitted(lines: Vec<String>, all: usize) -> String {
    let mut shown = Vec::new();
    let mut used = 0;
    for line in lines {
        used += fit::length(&line) + 1;
        if used + MORE > FIELD {
            break;
        }
        shown.push(line);
    }
    let left = all.saturating_sub(shown.len());
    if left > 0 {
        shown.push(more(left));
    }
    shown.join("\n")
}

/// Everything, where there is more than the message shows.
fn file(
    parts: &[Part],
    period: &Period,
    told: &Roundup,
    zone: Tz,
    mark: &str,
) -> Option<(String, String)> {
    if parts.is_empty() && told.unread.len() <= UNREAD && told.held.len() <= HELD {
        return None;
    }
    let mut text = format!(
        "Digest “{}” from {} to {}\n{}\n",
        harmless::line(&period.route),
        times::moment(period.from, zone),
        times::moment(period.until, zone),
        visited(period, told, zone)
    );
    let mut section = |heading: &str, lines: Vec<String>, all: usize| {
        if lines.is_empty() {
            return;
        }
        text.push_str(&format!("\n{heading}\n\n"));
        let left = all.saturating_sub(lines.len());
        text.push_str(&lines.concat());
        if left > 0 {
            text.push_str(&format!("… and {left} more\n"));
        }
    };
    section("CHANGES", parts.iter().map(listed).collect(), parts.len());
    let unread = told.unread.iter();
    let unread = unread.map(|one| {
        format!(
            "{}  {}\n",
            harmless::line(&one.watch.0),
            unmarked(&unread_line(one, zone))
        )
    });
    section("COULD NOT BE READ", unread.collect(), told.unread_in_all);
    let held = told.held.iter();
    let held = held.map(|one| {
        format!(
            "{}  {}\n",
            harmless::line(&one.watch.0),
            unmarked(&held_line(one))
        )
    });
    section("HELD QUIET", held.collect(), told.held_in_all());
    text.push_str(&diffs(parts));
    Some((name("digest", mark), text))
}
