//! `backfill`: what pages said before they were watched, from archives of the web.

use crate::answers::{Progress, Request, Response};
use crate::backfill::{BackfillAsked, Filled, FilledSoFar, Heard};
use crate::cli::arguments::{Arguments, BackfillWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk};
use crate::model::Point;
use crate::past::{Manner, Turn};
use crate::reread::Purpose;
use crate::wording::{harmless, times};

const ZONE: chrono_tz::Tz = chrono_tz::Europe::London;

pub(super) async fn backfill(
    arguments: &Arguments,
    screen: &Screen,
    what: &BackfillWhat,
) -> Result<Exit, Trouble> {
    if what.status {
        return status(arguments, screen, what).await;
    }
    if what.from.zip(what.to).is_some_and(|(from, to)| to <= from) {
        return Err(
            Trouble::sentence("--to lies before --from, so that nothing is left.")
                .with("Write the earlier day with --from."),
        );
    }
    let request = Request::Backfill(asked(what));
    let bar = bar::like(screen, "{bar:30} {pos}/{len} {msg}");
    let opening = desk::opening(arguments, screen, "backfill");
    let answer = desk::until_stopped(opening, request, |progress| match progress {
        Progress::Backfill(Heard::Begun(budget)) => bar.set_length(u64::from(budget)),
        Progress::Backfill(Heard::Asked {
            watch,
            archive,
            what,
        }) => {
            bar.inc(1);
            bar.set_message(format!("{watch}  {archive}  {}", harmless::line(&what)));
        }
        Progress::Backfill(Heard::Done(filled)) => bar.suspend(|| tell(screen, &filled, what)),
        Progress::Round(_) | Progress::Reread(_) | Progress::Replay(_) | Progress::Done(..) => {}
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Some(answer) = answer? else {
        return Err(Trouble::stopped());
    };
    let Response::Backfill(filled) = answer else {
        return Err(Trouble::astray());
    };
    if !screen.json {
        screen.line(&summed(&filled, what));
    }
    // Somebody asked for one page, and not one archive could be asked for it.
    let failed = |one: &Filled| one.archives.is_empty();
    Ok(match !filled.is_empty() && filled.iter().all(failed) {
        true => Exit::Failed,
        false => Exit::Fine,
    })
}

fn asked(what: &BackfillWhat) -> BackfillAsked {
    BackfillAsked {
        ids: what.ids.iter().map(|id| id.as_str().into()).collect(),
        manner: match what.every {
            true => Manner::Every,
            false => Manner::Bisect,
        },
        budget: what.budget,
        from: what.from,
        to: what.to,
        archives: what.archives.clone(),
        purpose: match what.dry_run {
            true => Purpose::Try,
            false => Purpose::Keep,
        },
    }
}

/// What was brought of a page.
fn tell(screen: &Screen, filled: &Filled, what: &BackfillWhat) {
    if screen.json {
        return screen.json(&json(filled));
    }
    screen.line(&screen.ink(Ink::Bold, &filled.watch.to_string()));
    let moved = filled
        .archives
        .iter()
        .any(|one| one.page != filled.archives[0].page);
    for archive in &filled.archives {
        let copies = counted(archive.copies, "copy", "copies");
        let digests = match archive.digests {
            0 => String::new(),
            some => format!(" with {}", counted(some, "digest", "digests")),
        };
        let of = match moved {
            true => format!(" of {}", harmless::line(&archive.page)),
            false => String::new(),
        };
        let lacks = archive.lacks.as_ref();
        let lacks = lacks.map_or(String::new(), |why| {
            format!("; the list is not whole: {}", harmless::line(why))
        });
        screen.line(&screen.prose(
            "  ",
            &format!("{} lists {copies}{of}{digests}{lacks}", archive.name),
        ));
    }
    if !what.dry_run {
        let changes = changes(filled);
        let texts = counted(filled.texts.len(), "text", "texts");
        let asked = counted(filled.fetches as usize, "fetch", "fetches");
        screen.line(&screen.prose("  ", &format!("{texts} brought with {asked}; {changes}")));
        let turns = filled.past.turns.iter();
        turns.for_each(|turn| screen.line(&screen.prose("  ", &written(turn))));
    }
    for why in &filled.stopped {
        let why = screen.prose("  ", &harmless::line(why));
        screen.line(&screen.ink(Ink::Red, &why));
    }
}

/// How many changes are known, and whether there may be more.
fn changes(filled: &Filled) -> String {
    let changes = counted(filled.past.turns.len(), "change", "changes");
    match filled.past.unread {
        0 => format!("{changes} before our first version"),
        unread => format!(
            "at least {changes} before our first version ({} not asked for)",
            counted(unread, "copy was", "copies were")
        ),
    }
}

fn written(turn: &Turn) -> String {
    let after = turn.bounds.after.map(|at| times::moment(at, ZONE));
    let by = times::moment(turn.bounds.by, ZONE);
    let what = match (turn.reach.from, turn.reach.to) {
        (_, Point::Own(0)) => ", gone",
        (Point::Own(0), _) => ", there again",
        _ => "",
    };
    let between = match after {
        Some(after) => format!("between {after} and {by}"),
        None => format!("by {by}"),
    };
    format!("{}  {between}{what}", turn.reach)
}

/// A page as a line of JSON.
fn json(filled: &Filled) -> serde_json::Value {
    let texts: Vec<String> = filled
        .texts
        .iter()
        .map(|no| Point::Past(*no).to_string())
        .collect();
    serde_json::json!({
        "watch": filled.watch,
        "archives": filled.archives,
        "fetches": filled.fetches,
        "texts": texts,
        "changes": filled.past.turns,
        "at_least": filled.past.at_least(),
        "unread": filled.past.unread,
        "wanted": filled.wanted,
        "stopped": filled.stopped,
    })
}

fn summed(filled: &[Filled], what: &BackfillWhat) -> String {
    let texts: usize = filled.iter().map(|one| one.texts.len()).sum();
    let fetches: u32 = filled.iter().map(|one| one.fetches).sum();
    let left = filled.iter().filter(|one| one.wanted > 0).count();
    let pages = counted(filled.len(), "page", "pages");
    let fetches = counted(fetches as usize, "fetch", "fetches");
    if what.dry_run {
        return format!("{pages} looked up with {fetches}; nothing was stored.");
    }
    let more = match left {
        0 => String::new(),
        left => format!(
            " Of {} more is wanted: the same command goes on.",
            counted(left, "page", "pages")
        ),
    };
    let texts = counted(texts, "text", "texts");
    format!("{texts} of {pages} brought with {fetches}.{more}")
}

async fn status(
    arguments: &Arguments,
    screen: &Screen,
    what: &BackfillWhat,
) -> Result<Exit, Trouble> {
    let ids = what.ids.iter().map(|id| id.as_str().into()).collect();
    let request = Request::BackfillStatus { ids };
    let opening = desk::opening(arguments, screen, "backfill");
    let Response::BackfillStatus(standing) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        standing.iter().for_each(|one| screen.json(one));
    } else if standing.is_empty() {
        screen.line("No archive was asked yet; `smallprint backfill --all` asks.");
    } else {
        standing
            .iter()
            .for_each(|one| screen.line(&stands(screen, one)));
    }
    Ok(Exit::Fine)
}

fn stands(screen: &Screen, one: &FilledSoFar) -> String {
    let name = screen.ink(Ink::Bold, &one.watch.to_string());
    let changes = counted(one.changes, "change", "changes");
    let at_least = match one.unread {
        0 => "",
        _ => "at least ",
    };
    let reaches = one.reaches.map_or(String::new(), |(from, _)| {
        format!(", back to {}", times::moment(from, ZONE))
    });
    let more = match one.goes_on {
        true => "; more is wanted",
        false => "",
    };
    let asked = format!(
        "{} of {} asked for, {} read{reaches}; {at_least}{changes}{more}",
        one.asked,
        counted(one.listed, "copy", "copies"),
        counted(one.texts, "text", "texts"),
    );
    format!("{name}  {asked}")
}
