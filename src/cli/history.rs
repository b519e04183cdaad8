//! `history`: the versions and changes of a watch, with bounds.

use chrono::{DateTime, Utc};

use crate::answers::{Request, Response, Timeline};
use crate::backfill::Told;
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{Change, Version};
use crate::past::Turn;
use crate::wording::{forgotten, harmless, times};

pub(super) async fn history(
    arguments: &Arguments,
    screen: &Screen,
    id: &str,
) -> Result<Exit, Trouble> {
    let request = Request::History { id: id.into() };
    let opening = desk::opening(arguments, screen, "history");
    let now = opening.clock.now();
    let Response::History(timeline) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        timeline
            .changes
            .iter()
            .for_each(|change| screen.json(&row(&timeline, change)));
        if let Some(told) = &timeline.past {
            let turns = told.past.turns.iter();
            turns.for_each(|turn| screen.json(&turned(&timeline, told, turn)));
        }
    } else {
        screen.line(&written(screen, &timeline, now));
    }
    Ok(Exit::Fine)
}

/// One change as a line of JSON: the version it led to stands inside, and where the page was read over time.
fn row(timeline: &Timeline, change: &Change) -> serde_json::Value {
    let version = timeline
        .versions
        .iter()
        .find(|version| version.no == change.span.to);
    let mut row = rows::change(change);
    row["version"] = serde_json::json!(version);
    row["addresses"] = serde_json::json!(timeline.addresses);
    let told = timeline.corroborated.get(&change.entry);
    row["corroboration"] = rows::corroboration(&told.cloned().unwrap_or_default());
    row
}

/// A change of the past as a line of JSON: it has a reach and no entry, since no visit of ours saw it.
fn turned(timeline: &Timeline, told: &Told, turn: &Turn) -> serde_json::Value {
    let sides = [turn.reach.from, turn.reach.to];
    let gone = told.texts.iter().filter_map(|text| {
        let left = text.forgotten.as_ref()?;
        let point = sides.into_iter().find(|side| *side == text.point())?;
        Some(serde_json::json!({ "text": point, "forgotten": left }))
    });
    serde_json::json!({
        "watch": timeline.id,
        "change": turn.reach,
        "kind": "backfilled",
        "after": turn.bounds.after,
        "by": turn.bounds.by,
        "unread": turn.unread,
        "forgotten": gone.collect::<Vec<_>>(),
    })
}

/// What archives hold from before our first version.
fn past(screen: &Screen, told: &Told, zone: chrono_tz::Tz) -> Vec<String> {
    let mut lines = vec![screen.ink(
        Ink::Bold,
        "\nBefore our first version, by the word of archives",
    )];
    for stretch in &told.past.stretches {
        let (from, until) = (
            times::moment(stretch.from, zone),
            times::moment(stretch.until, zone),
        );
        let what = match stretch.text {
            Some(_) => stretch.first.to_string(),
            None => "no page there".to_owned(),
        };
        let read = counted(stretch.read.len(), "copy", "copies");
        let same = match stretch.by_word {
            0 => String::new(),
            more => format!(", {more} more with the same digest"),
        };
        let assumed = match stretch.assumed {
            0 => String::new(),
            more => format!(", {more} between them not asked for"),
        };
        let archives = harmless::line(&stretch.archives.join(", "));
        let line = format!("{what}  {from} to {until}: {read} read{same}{assumed} ({archives})");
        lines.push(screen.prose("  ", &line));
        let left = told.forgotten(stretch);
        if let Some(aside) = left.and_then(|text| forgotten::aside(text, zone)) {
            lines.push(screen.prose("    ", &harmless::line(&aside)));
        }
    }
    let changes = counted(told.past.turns.len(), "change", "changes");
    let reaches: Vec<String> = told
        .past
        .turns
        .iter()
        .map(|turn| turn.reach.to_string())
        .collect();
    let at_least = match told.past.at_least() {
        true => "At least ",
        false => "",
    };
    lines.push(screen.prose(
        "  ",
        &format!("{at_least}{changes}: {}", reaches.join(", ")),
    ));
    for (archive, why) in &told.lacks {
        let line = format!("the list of {archive} is not whole: {why}");
        lines.push(screen.prose("  ", &harmless::line(&line)));
    }
    lines
}

/// The version before this one.
fn before<'a>(timeline: &'a Timeline, version: &Version) -> Option<&'a Version> {
    let earlier = |other: &&Version| other.no < version.no;
    timeline.versions.iter().rev().find(earlier)
}

fn written(screen: &Screen, timeline: &Timeline, now: DateTime<Utc>) -> String {
    let zone = chrono_tz::Europe::London;
    let coverage = &timeline.coverage;
    let mut lines = vec![
        screen.ink(
            Ink::Bold,
            &format!("{} ({})", harmless::line(&timeline.title), timeline.id),
        ),
        screen.ink(Ink::Faint, &timeline.url),
    ];
    if let [earlier @ .., last] = &timeline.addresses[..] {
        if last.url != timeline.url {
            let from = times::moment(last.from, zone);
            let line = format!("read at {} since {from}", last.url);
            lines.push(screen.ink(Ink::Faint, &screen.prose("", &line)));
        }
        for address in earlier {
            let from = times::moment(address.from, zone);
            let until = times::moment(address.until, zone);
            let line = format!(
                "formerly {}, seen there from {from} until {until}",
                address.url
            );
            lines.push(screen.ink(Ink::Faint, &screen.prose("", &line)));
        }
    }
    let since = coverage
        .first
        .map(|first| format!(" since {}", times::moment(first, zone)))
        .unwrap_or_default();
    lines.push(format!(
        "{} {}{since}: {} read, {} failed.",
        coverage.visits,
        if coverage.visits == 1 {
            "visit"
        } else {
            "visits"
        },
        coverage.read,
        coverage.failed
    ));
    if let Some(failing) = &timeline.state.failing {
        let since = times::moment(failing.since, zone);
        let why = harmless::line(&failing.why);
        lines.push(screen.ink(Ink::Red, &format!("Failing since {since}: {why}")));
    }
    if let Some(told) = &timeline.past {
        lines.extend(past(screen, told, zone));
    }
    if timeline.changes.is_empty() {
        lines.push("It has never been read.".to_owned());
    }
    for change in &timeline.changes {
        let head = format!(
            "{}  {}  severity {}",
            change.span,
            change.kind.word(),
            change.severity
        );
        lines.push(format!("\n{}", screen.ink(Ink::Bold, &head)));
        let bounds = times::between(&change.bounds, zone, now);
        lines.push(screen.prose("  ", &bounds));
        lines.push(screen.prose("  ", &harmless::line(&change.sentence)));
        let right = rows::put_right(change).into_iter();
        lines.extend(right.map(|line| screen.prose("  ", &line)));
        if let Some(unsaid) = rows::unsaid(change) {
            lines.push(screen.ink(Ink::Faint, &screen.prose("  ", &unsaid)));
        }
        if let Some(told) = timeline.corroborated.get(&change.entry) {
            lines.extend(rows::corroborated(screen, told));
        }
        if let Some(collected) = &change.collected {
            let brought = screen.prose("  ", &rows::brought(collected));
            lines.push(screen.ink(Ink::Faint, &brought));
        }
        if let Some(version) = timeline
            .versions
            .iter()
            .find(|version| version.no == change.span.to)
        {
            let same = version
                .same_text_as
                .map(|no| format!(", same text as version {no}"))
                .unwrap_or_default();
            let seen = times::moment(version.last_seen, zone);
            let line = format!("last seen {seen}, sha256 {}{same}", version.body.short());
            lines.push(screen.ink(Ink::Faint, &screen.prose("  ", &line)));
            let asides = rows::asides(version, before(timeline, version));
            lines.extend(asides.iter().map(|aside| screen.prose("  ", aside)));
        }
    }
    for (other, no) in &timeline.continued_by {
        lines.push(format!("\nIt goes on as {other}, from version {no} on."));
    }
    if timeline.versions.len() > 1 {
        lines.push(format!(
            "\nSee the last change: smallprint diff {}",
            timeline.id
        ));
    }
    lines.join("\n")
}
