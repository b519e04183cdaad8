//! `names`: every name the archive knows, and what somebody decides on one.

use chrono::{DateTime, Utc};

use crate::answers::{NameOne, NamesAsked, Request, Response};
use crate::cli::arguments::{Arguments, NamesWhat, RuledHow};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::{Decided, KnownName, Ruling};
use crate::wording::{harmless, times};

/// The most pages named in one line.
const PAGES: usize = 6;

pub(super) async fn names(
    arguments: &Arguments,
    screen: &Screen,
    what: &NamesWhat,
) -> Result<Exit, Trouble> {
    if let Some(how) = &what.ruled {
        return rule(arguments, screen, how).await;
    }
    let asked = NamesAsked {
        new_since: what.new_since,
        kind: what.kind,
        text: what.text.clone(),
        dismissed: what.dismissed,
        as_of: None,
    };
    let opening = desk::opening(arguments, screen, "names");
    let now = opening.clock.now();
    let Response::Names(rows) = desk::once(opening, Request::Names(asked), |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        rows.iter().for_each(|row| screen.json(row));
        return Ok(Exit::Fine);
    }
    rows.iter()
        .for_each(|row| screen.line(&written(screen, row, now)));
    screen.line(&match rows.len() {
        0 => "No such name stands in what was read.".to_owned(),
        some => format!("{}.", counted(some, "name", "names")),
    });
    Ok(Exit::Fine)
}

async fn rule(arguments: &Arguments, screen: &Screen, how: &RuledHow) -> Result<Exit, Trouble> {
    let (name, ruled, note) = match how {
        RuledHow::Dismiss { name, note } => (name, Decided::Dismissed, note),
        RuledHow::Merge { name, into, note } => {
            let into = into.clone();
            (name, Decided::Merged { into }, note)
        }
        RuledHow::Restore { name, note } => (name, Decided::Restored, note),
    };
    let opening = desk::opening(arguments, screen, "names");
    let now = opening.clock.now();
    let request = Request::RuleName {
        name: name.clone(),
        ruled: ruled.clone(),
        by: note.by.clone(),
        why: note.why.clone(),
    };
    let Response::RuleName(row) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        screen.json(&*row);
        return Ok(Exit::Fine);
    }
    let called = harmless::line(&row.known.name);
    let said = match ruled {
        Decided::Dismissed => format!(
            "“{called}” is dismissed: nothing is said of it again. `smallprint names restore` takes that back."
        ),
        Decided::Merged { .. } => {
            format!(
                "“{}” is told as “{called}” from now on.",
                harmless::line(name)
            )
        }
        Decided::Restored => format!("What was decided on “{called}” holds no more."),
    };
    screen.line(&screen.prose("", &said));
    screen.line(&written(screen, &row, now));
    Ok(Exit::Fine)
}

fn written(screen: &Screen, row: &NameOne, now: DateTime<Utc>) -> String {
    let known = &row.known;
    let mut lines = vec![format!(
        "{}  {}",
        screen.ink(Ink::Bold, &harmless::line(&known.name)),
        screen.ink(Ink::Faint, known.kind.word()),
    )];
    let mut say = |text: String| lines.push(screen.prose("  ", &text));
    if !known.aliases.is_empty() {
        say(format!("also stands as {}", listed(&known.aliases)));
    }
    say(seen(row, now));
    if let Some(before) = &row.before {
        let at = times::moment(before.at, chrono_tz::Europe::London);
        let (watch, point) = (&before.watch, before.point);
        let archive = harmless::line(&before.archive);
        say(format!(
            "by the word of the archive “{archive}” in {watch} {point}, copied {at}"
        ));
    }
    if !row.resembles.is_empty() {
        say(format!("resembles {}", listed(&row.resembles)));
    }
    if let Some(ruling) = &known.ruling {
        say(decided(ruling));
    }
    lines.join("\n")
}

/// First and last mention, and the pages.
fn seen(row: &NameOne, now: DateTime<Utc>) -> String {
    let (zone, known) = (chrono_tz::Europe::London, &row.known);
    let first = format!(
        "{} version {}: {}",
        known.first.watch,
        known.first.version,
        times::between(&known.first.bounds, zone, now)
    );
    let last = match (row.now, gone(known)) {
        (0, Some(gone)) => format!(
            "last in {} version {}, gone {}",
            known.last.watch,
            known.last.version,
            times::between(&gone, zone, now)
        ),
        (0, None) => format!(
            "last in {} version {}",
            known.last.watch, known.last.version
        ),
        (some, _) => format!("stands on {} now", counted(some, "page", "pages")),
    };
    let pages: Vec<&str> = known
        .places
        .iter()
        .map(|place| place.watch.0.as_str())
        .collect();
    let more = match pages.len().saturating_sub(PAGES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let pages = pages[..pages.len().min(PAGES)].join(", ");
    format!("first in {first}; {last}; on {pages}{more}")
}

/// When the version came that has it no more, on the page that had it last.
fn gone(known: &KnownName) -> Option<crate::model::Bounds> {
    let mut places = known.places.iter();
    let place = places.find(|place| place.watch == known.last.watch)?;
    place.gone
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| harmless::line(name)).collect();
    names.join(" · ")
}

fn decided(ruling: &Ruling) -> String {
    let word = match ruling.decided {
        Decided::Dismissed => "dismissed",
        Decided::Merged { .. } => "merged",
        Decided::Restored => "restored",
    };
    let by = ruling
        .by
        .as_ref()
        .map(|by| format!(" by {}", harmless::line(by)));
    let why = ruling
        .why
        .as_ref()
        .map(|why| format!(": {}", harmless::line(why)));
    format!(
        "{word}{} on {}{}",
        by.unwrap_or_default(),
        times::moment(ruling.at, chrono_tz::Europe::London),
        why.unwrap_or_default()
    )
}
