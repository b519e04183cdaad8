//! `verify` and `rebuild`: is the archive whole, and its views afresh.

use std::path::Path;

use crate::answers::{NoAnswer, Progress, Request, Response};
use crate::cli::arguments::{Arguments, VerifyWhat};
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk};
use crate::export;
use crate::store::{Broken, Verified};
use crate::wording::times;

pub(super) async fn verify(
    arguments: &Arguments,
    screen: &Screen,
    what: &VerifyWhat,
) -> Result<Exit, Trouble> {
    if let Some(dir) = &what.export {
        return exported(screen, dir);
    }
    let request = Request::Verify { since: what.since };
    let Response::Verify(verified) = ask(arguments, screen, "verify", request).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        screen.json(&verified);
    } else {
        tell(screen, &verified);
    }
    let Some(broken) = &verified.broken else {
        return Ok(Exit::Fine);
    };
    let place = verified.place.as_ref().map(placed).unwrap_or_default();
    let trouble = Trouble::sentence(format!("{broken}{place}"))
        .with("Keep this directory as it is, and restore the archive from a copy that verifies.");
    Err(Trouble {
        exit: Exit::Archive,
        ..trouble
    })
}

/// Whether an export is as it was made.
fn exported(screen: &Screen, dir: &Path) -> Result<Exit, Trouble> {
    let checked = export::check(dir).map_err(NoAnswer::from)?;
    match screen.json {
        true => screen.json(&checked),
        false => screen.line(&format!(
            "{} ({} bytes) of the export checked; it says that it is of the archive {}, whole up to entry {}.",
            counted(checked.files, "file", "files"),
            checked.bytes,
            checked.archive.short(),
            checked.entry
        )),
    }
    let Some(first) = checked.faults.first() else {
        return Ok(Exit::Fine);
    };
    if !screen.json {
        for fault in &checked.faults[1..] {
            screen.line(fault);
        }
    }
    let trouble = Trouble::sentence(first.clone())
        .with("Take the copy that was made first, or export once more into another directory.");
    Err(Trouble {
        exit: Exit::Archive,
        ..trouble
    })
}

fn tell(screen: &Screen, verified: &Verified) {
    let head = verified
        .head
        .map(|head| format!("; the last entry is {}", head.short()))
        .unwrap_or_default();
    screen.line(&format!(
        "{} entries and {} bodies ({} bytes) checked{head}.",
        verified.entries, verified.bodies, verified.bytes
    ));
    if verified.forgotten > 0 {
        let bodies = usize::try_from(verified.forgotten).unwrap_or(usize::MAX);
        screen.line(&format!(
            "{} forgotten: what is left is the hash, and an entry of the journal that says why.",
            counted(bodies, "body was", "bodies were")
        ));
    }
    if verified.uncompacted {
        screen.line(
            "Bytes of what was forgotten may lie on the disk still; `smallprint forget --compact` writes the archive anew without them.",
        );
    }
    if verified.from > 1 {
        screen.line(&format!(
            "Not looked at: the entries before {}, and the bodies that only they name.",
            verified.from
        ));
    }
    if let Some(why) = &verified.search {
        screen.line(&format!(
            "The index of the search is damaged ({why}). It follows from the journal; the next search makes it afresh."
        ));
    }
}

/// When what is broken was written, as far as it can be told.
fn placed(place: &Broken) -> String {
    let moment = |at| times::moment(at, chrono_tz::Europe::London);
    match (place.at, place.after) {
        (Some(at), _) => format!(" (entry {} says it is of {})", place.entry, moment(at)),
        (None, Some(after)) => format!(
            " (entry {} was written after {})",
            place.entry,
            moment(after)
        ),
        (None, None) => String::new(),
    }
}

pub(super) async fn rebuild(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    ask(arguments, screen, "rebuild", Request::Rebuild).await?;
    if screen.json {
        screen.json(&serde_json::json!({ "rebuilt": true }));
    } else {
        screen.line("The views and the index of the search were made afresh from the journal.");
    }
    Ok(Exit::Fine)
}

/// Asks, and shows how far the answer is.
pub(super) async fn ask(
    arguments: &Arguments,
    screen: &Screen,
    name: &str,
    request: Request,
) -> Result<Response, Trouble> {
    let bar = bar::like(screen, "{bar:30} {pos}/{len} entries and bodies");
    let hear = |progress| {
        if let Progress::Done(done, all) = progress {
            bar::show(&bar, done, all);
        }
    };
    let answer = desk::once(desk::opening(arguments, screen, name), request, hear).await;
    bar.finish_and_clear();
    answer
}
