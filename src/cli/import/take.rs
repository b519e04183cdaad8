//! `import` of whole archives: what was taken in, what not, and why.

use crate::answers::{Progress, Request, Response};
use crate::cli::arguments::{Arguments, ImportHistory, ImportWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk, place};
use crate::imports::{self, OfWatch, Source, TakeAsked, TakenIn};
use crate::wording::{harmless, times};

/// What is asked, where it is a whole archive; whoever holds the archive may stand in another directory.
pub(super) fn asked(what: &ImportWhat) -> Result<Option<TakeAsked>, Trouble> {
    if let Some(ImportHistory::Git {
        repository,
        path,
        watch,
        url,
        note,
    }) = &what.history
    {
        return Ok(Some(TakeAsked {
            from: Source::Git {
                repository: place::file(repository)?,
                path: path.clone(),
            },
            watch: Some(watch.as_str().into()),
            url: url.clone(),
            note: note.clone(),
        }));
    }
    if !what.files.iter().all(|file| imports::is_whole(file)) {
        return Ok(None);
    }
    if what.url.is_some() && what.watch.is_none() {
        return Err(Trouble::sentence("It is not said whose address that is.")
            .with("Name the watch with --watch ID."));
    }
    let files: Result<Vec<_>, Trouble> = what.files.iter().map(|file| place::file(file)).collect();
    Ok(Some(TakeAsked {
        from: Source::Files(files?),
        watch: what.watch.as_deref().map(Into::into),
        url: what.url.clone(),
        note: what.note.clone(),
    }))
}

/// Takes it in.
pub(super) async fn take(
    arguments: &Arguments,
    screen: &Screen,
    asked: TakeAsked,
) -> Result<Exit, Trouble> {
    let records = match asked.from {
        Source::Files(_) => ("record", "records"),
        Source::Git { .. } => ("commit", "commits"),
    };
    let request = Request::Take(asked);
    let bar = bar::endless(screen, "{spinner} {msg}");
    let opening = desk::opening(arguments, screen, "import");
    let answer = desk::until_stopped(opening, request, |progress| match progress {
        Progress::Done(read, 0) => bar.set_message(format!("{read} {} read", records.1)),
        Progress::Done(done, all) => bar.set_message(format!("{done} of {all} captures")),
        Progress::Round(_) | Progress::Reread(_) | Progress::Replay(_) | Progress::Backfill(_) => {}
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Some(answer) = answer? else {
        return Err(Trouble::stopped());
    };
    let Response::Take(taken) = answer else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&taken),
        false => tell(screen, &taken, records),
    }
    Ok(match taken.broken.is_empty() {
        true => Exit::Fine,
        false => Exit::Failed,
    })
}

fn tell(screen: &Screen, taken: &TakenIn, (record, records): (&str, &str)) {
    let read = usize::try_from(taken.read).unwrap_or(usize::MAX);
    for of in &taken.watches {
        let name = screen.ink(Ink::Bold, &of.watch.to_string());
        screen.line(&format!("{name}  {}", summed(of)));
        for why in &of.reasons {
            screen.prose("    ", &format!("not taken, of {}", harmless::line(why)));
        }
    }
    for passed in &taken.passed {
        let count = usize::try_from(passed.count).unwrap_or(usize::MAX);
        let which = &passed.which;
        screen.line(&format!(
            "Passed over: {} {which}.",
            counted(count, record, records)
        ));
    }
    for broken in &taken.broken {
        screen.line(&harmless::line(broken));
    }
    let stored: u64 = taken.watches.iter().map(OfWatch::stored).sum();
    let stored = usize::try_from(stored).unwrap_or(usize::MAX);
    screen.line(&format!(
        "{} read, {} taken in; nobody is told of them.",
        counted(read, record, records),
        counted(stored, "capture", "captures")
    ));
}

/// What became of the records of a watch, in a line.
fn summed(of: &OfWatch) -> String {
    let parts = [
        (of.versions, "version", "versions"),
        (
            of.again,
            "more sight of a version",
            "more sights of versions",
        ),
        (of.gone, "time gone", "times gone"),
        (of.texts, "text of the past", "texts of the past"),
        (
            of.absent,
            "time not there in the past",
            "times not there in the past",
        ),
        (of.known, "here before", "here before"),
        (of.nothing, "that says nothing new", "that say nothing new"),
        (of.unread, "that cannot be taken", "that cannot be taken"),
    ];
    let parts = parts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, one, many)| {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            counted(count, one, many)
        })
        .collect();
    let zone = chrono_tz::Europe::London;
    let reach = of.reach.map(|(first, last)| {
        let (first, last) = (times::moment(first, zone), times::moment(last, zone));
        match first == last {
            true => format!(", of {first}"),
            false => format!(", from {first} to {last}"),
        }
    });
    format!("{}{}", parts.join(", "), reach.unwrap_or_default())
}
