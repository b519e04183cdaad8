//! `search`: which passages have these words, now, ever, or among what changes added or removed.

use serde_json::json;

use crate::answers::{
    Happening, Part, Quote, Reached, Request, Response, Searched, Sighted, SightedBefore,
    StoodBefore,
};
use crate::cli::arguments::{Arguments, SearchWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::verify;
use crate::cli::{Exit, Trouble};
use crate::search::query::Within;
use crate::wording::{harmless, times};

pub(super) async fn search(
    arguments: &Arguments,
    screen: &Screen,
    what: &SearchWhat,
) -> Result<Exit, Trouble> {
    let request = Request::Search(what.asked());
    let Response::Search(searched) = verify::ask(arguments, screen, "search", request).await?
    else {
        return Err(Trouble::astray());
    };
    if screen.json {
        searched.found.iter().for_each(|one| screen.json(one));
        searched.before.iter().for_each(|one| screen.json(one));
        screen.json(&json!({
            "within": searched.within,
            "count": searched.count,
            "counted": searched.counted,
            "pages": searched.pages,
            "next": searched.next,
            "reached": searched.reached,
        }));
        return Ok(Exit::Fine);
    }
    searched.found.iter().for_each(|one| tell(screen, one));
    (searched.before.iter()).for_each(|one| tell_before(screen, one));
    screen.line(&screen.ink(Ink::Faint, &sum(&searched)));
    if let Some(behind) = behind(&searched.reached) {
        screen.line(&screen.ink(Ink::Yellow, &behind));
    }
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, one: &Sighted) {
    headed(screen, &one.quote);
    screen.line(&screen.prose("    ", &stood(one)));
    quoted(screen, &one.quote);
}

fn tell_before(screen: &Screen, one: &SightedBefore) {
    let at = |at| times::moment(at, chrono_tz::Europe::London);
    headed(screen, &one.quote);
    for StoodBefore { stay, archive, .. } in &one.stood {
        let (first, last) = (stay.first, stay.last);
        let (from, until) = (at(stay.from), at(stay.until));
        let mut said = format!("backfilled {first} to {last}: {from} to {until}");
        if let Some(after) = stay.after {
            said += &format!(", not in the copy of {}", at(after));
        }
        if let Some(gone_by) = stay.gone_by {
            said += &format!(", gone by {}", at(gone_by));
        }
        said += &format!("; by the archive “{}”", harmless::line(archive));
        screen.line(&screen.prose("    ", &said));
    }
    quoted(screen, &one.quote);
}

/// The page on which a passage stands.
fn headed(screen: &Screen, quote: &Quote) {
    let page = format!("{} ({})", harmless::line(&quote.title), quote.watch);
    screen.line(&screen.ink(Ink::Bold, &page));
}

/// The words of a passage.
fn quoted(screen: &Screen, quote: &Quote) {
    let words = marked(screen, &quote.parts());
    let (before, after) = (dots(quote.cut_before), dots(quote.cut_after));
    screen.line(&screen.prose("    ", &format!("“{before}{words}{after}”")));
    screen.line("");
}

fn dots(cut: bool) -> &'static str {
    if cut { "…" } else { "" }
}

/// A text with what was looked for set apart: by colour, or by nothing where there is none.
pub(super) fn marked(screen: &Screen, parts: &[Part]) -> String {
    let piece = |part: &Part| match part {
        Part::Plain(text) => harmless_piece(text),
        Part::Marked(text) => screen.ink(Ink::Yellow, &harmless_piece(text)),
    };
    parts.iter().map(piece).collect()
}

/// A piece of a line without what a terminal would obey; the spaces at its ends stay.
fn harmless_piece(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let line = harmless::line(text);
    match line.is_empty() {
        true => space(!text.is_empty()).to_owned(),
        false => format!(
            "{}{line}{}",
            space(text.starts_with(char::is_whitespace)),
            space(text.ends_with(char::is_whitespace))
        ),
    }
}

/// From when to when a passage stood.
fn stood(one: &Sighted) -> String {
    let zone = chrono_tz::Europe::London;
    let came = came(&one.came);
    match &one.went {
        Some(went) => {
            let last = went.change.from;
            format!(
                "version {} to {last}: {came}, {}",
                one.first_version,
                gone(went)
            )
        }
        None => {
            let seen = one.last_seen.map(|at| times::moment(at, zone));
            let seen = seen.map_or_else(String::new, |seen| format!(", last seen {seen}"));
            let watched = if one.watched {
                ""
            } else {
                "; the page is no longer watched"
            };
            format!("since version {}: {came}{seen}{watched}", one.first_version)
        }
    }
}

/// When something came.
pub(super) fn came(came: &Happening) -> String {
    let zone = chrono_tz::Europe::London;
    let by = times::moment(came.bounds.by, zone);
    match came.bounds.after {
        _ if came.first_sight => format!("there at first sight, {by}"),
        Some(after) => format!("came between {} and {by}", times::moment(after, zone)),
        None => format!("came by {by}"),
    }
}

/// When something went.
pub(super) fn gone(went: &Happening) -> String {
    let zone = chrono_tz::Europe::London;
    let by = times::moment(went.bounds.by, zone);
    match went.bounds.after {
        Some(after) => format!("went between {} and {by}", times::moment(after, zone)),
        None => format!("gone by {by}"),
    }
}

fn sum(searched: &Searched) -> String {
    let place = match searched.within {
        Within::Now => "stands now",
        Within::History => "ever stood",
        Within::Added => "was added by a change",
        Within::Removed => "was removed by a change",
        Within::Past => "stood before the pages were watched, by the word of archives of the web",
    };
    if searched.count == 0 {
        return match searched.within {
            Within::Now => {
                "Nothing like this stands now; --history looks through what stood before."
                    .to_owned()
            }
            _ => format!("Nothing like this {place}."),
        };
    }
    let at_least = if searched.counted { "" } else { "at least " };
    let more = match &searched.next {
        Some(next) => format!(
            " The first {} are shown; --after {next} shows more.",
            searched.found.len() + searched.before.len()
        ),
        None => String::new(),
    };
    format!(
        "{at_least}{} on {}; this {place}.{more}",
        counted(searched.count, "passage", "passages"),
        counted(searched.pages, "page", "pages"),
    )
}

/// That something is missing in an answer.
pub(super) fn behind(reached: &Reached) -> Option<String> {
    if reached.is_complete() {
        return None;
    }
    let why = reached.trouble.as_ref().map_or_else(
        || "the index is still being made".to_owned(),
        |why| format!("the index cannot be made: {}", harmless::line(why)),
    );
    Some(format!(
        "Looked through up to entry {} of {}; {why}.",
        reached.entry, reached.of
    ))
}
