//! `list --found` and `found`: what watches lead to, and what is to become of it.

use crate::answers::{Decision, FoundOne, Request, Response};
use crate::cli::arguments::{Arguments, FoundWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::{Fate, Follow, Watch, When};
use crate::wording::{harmless, times};

pub(super) async fn list(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "list");
    let Response::Found(rows) = desk::once(opening, Request::Found, |_| {}).await? else {
        return Err(Trouble::sentence("The answer was to another question."));
    };
    if screen.json {
        rows.iter().for_each(|row| screen.json(row));
        return Ok(Exit::Fine);
    }
    rows.iter()
        .for_each(|row| screen.line(&written(screen, row)));
    let count = |fate| rows.iter().filter(|row| row.fate == fate).count();
    screen.line(&screen.prose(
        "",
        &format!(
            "{}: {} watched, {} read and not watched, {} unread, {} gone, {} dropped, {} promoted.",
            counted(rows.len(), "page or file found", "pages and files found"),
            count(Fate::Watched),
            count(Fate::Read),
            count(Fate::Unread),
            count(Fate::Gone),
            count(Fate::Dropped),
            count(Fate::Promoted),
        ),
    ));
    Ok(Exit::Fine)
}

pub(super) async fn decide(
    arguments: &Arguments,
    screen: &Screen,
    what: &FoundWhat,
) -> Result<Exit, Trouble> {
    let (id, fate) = match what {
        FoundWhat::Promote { id } => (id, Fate::Promoted),
        FoundWhat::Drop { id } => (id, Fate::Dropped),
    };
    let opening = desk::opening(arguments, screen, "found");
    let id = id.as_str().into();
    let request = Request::Decide { id, fate };
    let Response::Decide(decision) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::sentence("The answer was to another question."));
    };
    if screen.json {
        screen.json(&*decision);
        return Ok(Exit::Fine);
    }
    let Decision { found, watch } = *decision;
    match (fate, watch) {
        (Fate::Promoted, Some(watch)) => {
            screen.line("# Paste this into the watchlist; until it stands there it is visited as before.");
            screen.line(&table(&watch));
        }
        (Fate::Promoted, None) => screen.line(&format!(
            "{} is marked as taken over; the watch that led to it follows nothing any more, or it stands in the watchlist already.",
            found.watch
        )),
        _ => screen.line(&format!(
            "{} is no longer visited; what was kept stays: smallprint history {}",
            found.watch, found.watch
        )),
    }
    Ok(Exit::Fine)
}

fn written(screen: &Screen, row: &FoundOne) -> String {
    let zone = chrono_tz::Europe::London;
    let ink = match row.fate {
        Fate::Watched | Fate::Promoted => Ink::Green,
        Fate::Unread => Ink::Yellow,
        Fate::Read | Fate::Gone | Fate::Dropped => Ink::Faint,
    };
    let fate = match (row.fate, row.visited) {
        (Fate::Watched, false) => "watched, paused",
        (fate, _) => fate.word(),
    };
    let head = format!(
        "{}  {}  found by {} {}",
        screen.ink(Ink::Bold, &row.watch.0),
        screen.ink(ink, fate),
        row.parent,
        times::moment(row.since, zone),
    );
    let mut lines = vec![head];
    let title = harmless::line(&row.title);
    let named = match title.is_empty() {
        true => row.url.clone(),
        false => format!("{title} · {}", row.url),
    };
    lines.push(screen.prose("  ", &named));
    lines.extend(
        row.why
            .as_ref()
            .map(|why| screen.prose("  ", &harmless::line(why))),
    );
    lines.join("\n")
}

/// A watch as it is written in a watchlist.
fn table(watch: &Watch) -> String {
    let text = |text: &str| serde_json::Value::from(harmless::line(text)).to_string();
    let list = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|one| text(one)).collect();
        format!("[{}]", texts.join(", "))
    };
    let mut lines = vec![
        "[[watch]]".to_owned(),
        format!("id = {}", text(&watch.id.0)),
        format!("url = {}", text(watch.url.as_str())),
    ];
    let named = [("title", &watch.title), ("publisher", &watch.publisher)];
    for (key, value) in named {
        lines.extend(
            value
                .as_ref()
                .map(|value| format!("{key} = {}", text(value))),
        );
    }
    for (key, values) in [("topics", &watch.topics), ("terms", &watch.terms)] {
        if !values.is_empty() {
            lines.push(format!("{key} = {}", list(values)));
        }
    }
    lines.push(match &watch.when {
        When::Every(seconds) => format!("every = \"{seconds}s\""),
        When::Cron(expressions) => format!("schedule = {}", list(expressions)),
    });
    if let Some(profile) = &watch.reading.profile {
        lines.push(format!("profile = {}", text(profile)));
    }
    if watch.follow.contains(&Follow::Attachments) {
        lines.push("follow = [\"attachments\"]".to_owned());
    }
    lines.join("\n")
}
