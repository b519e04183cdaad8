//! `list`: the watches and how they stand.

use crate::answers::{Listed, Request, Response, Standing};
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::wording::{harmless, times};

/// How many columns the longest standing takes, with the space around it.
const STANDING: usize = 14;

pub(super) async fn list(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "list");
    let Response::List(rows) = desk::once(opening, Request::List, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        rows.iter().for_each(|row| screen.json(row));
        return Ok(Exit::Fine);
    }
    let width = rows
        .iter()
        .map(|row| row.id.0.len())
        .max()
        .unwrap_or_default();
    rows.iter()
        .for_each(|row| screen.line(&written(screen, row, width)));
    let count = |standing| rows.iter().filter(|row| row.standing == standing).count();
    let summary = format!(
        "{}: {} read, {} failing, {} gone, {} never read, {} disabled, {} retired.",
        counted(rows.len(), "watch", "watches"),
        count(Standing::Read),
        count(Standing::Failing),
        count(Standing::Gone),
        count(Standing::NeverRead),
        count(Standing::Disabled),
        count(Standing::Retired),
    );
    screen.line(&screen.prose("", &summary));
    Ok(Exit::Fine)
}

fn written(screen: &Screen, row: &Listed, width: usize) -> String {
    let zone = chrono_tz::Europe::London;
    let id = screen.ink(Ink::Bold, &format!("{:width$}", row.id.0));
    let seen = row
        .last_seen
        .map(|seen| format!("last seen {}", times::moment(seen, zone)));
    let changed = row
        .last_change
        .map(|change| format!("last change {}", times::moment(change, zone)));
    let standing = match row.standing {
        Standing::Read => screen.ink(Ink::Green, "read"),
        Standing::NeverRead => screen.ink(Ink::Faint, "never read"),
        Standing::Failing => screen.ink(Ink::Red, "failing"),
        Standing::Gone => screen.ink(Ink::Yellow, "gone"),
        Standing::Disabled => screen.ink(Ink::Faint, "disabled"),
        Standing::Retired => screen.ink(Ink::Faint, "retired"),
    };
    let failing = row.failing.as_ref().map(|failing| {
        let since = times::moment(failing.since, zone);
        screen.ink(
            Ink::Red,
            &format!("failing since {since}: {}", harmless::line(&failing.why)),
        )
    });
    let robots = row.ignore_robots.then(|| "robots.txt ignored".to_owned());
    let facts: Vec<String> = [seen, changed, failing, robots]
        .into_iter()
        .flatten()
        .collect();
    let facts = facts.join("; ");
    let long = width + STANDING + facts.len() > screen.width;
    if screen.watched && long {
        return format!("{id}  {standing}\n{}", screen.prose("  ", &facts));
    }
    format!("{id}  {standing}  {facts}").trim_end().to_owned()
}
