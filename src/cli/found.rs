//! `list --found` and `found`: what watches lead to, and what is to become of it.

use crate::answers::{Decision, FoundOne, Request, Response};
use crate::cli::add::harmless_lines;
use crate::cli::arguments::{Arguments, FoundWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::Fate;
use crate::watchlist::Draft;
use crate::wording::{harmless, times};

pub(super) async fn list(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "list");
    let Response::Found(rows) = desk::once(opening, Request::Found, |_| {}).await? else {
        return Err(Trouble::astray());
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
        return Err(Trouble::astray());
    };
    if screen.json {
        screen.json(&*decision);
        return Ok(Exit::Fine);
    }
    let Decision { found, watch } = *decision;
    match (fate, watch) {
        (Fate::Promoted, Some(watch)) => {
            screen.line("# Paste this into the watchlist; until it stands there it is visited as before.");
            screen.line(harmless_lines(&Draft::of_found(&watch).written()).trim_end());
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
