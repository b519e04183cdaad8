//! `import`: a file that somebody saved, taken as a capture; or whole archives.

mod take;

use std::io::{self, Read};
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::answers::{Request, Response, Taken};
use crate::cli::arguments::{Arguments, ImportWhat, Moment, moment};
use crate::cli::desk;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble, visit};
use crate::house::Opening;
use crate::model::Outcome;
use crate::visit::Saved;

/// More than any watchlist should allow, so that a wrong file does not fill the memory, in bytes.
const MOST: u64 = 1 << 30;

pub(super) async fn import(
    arguments: &Arguments,
    screen: &Screen,
    what: &ImportWhat,
) -> Result<Exit, Trouble> {
    if let Some(asked) = take::asked(what)? {
        return take::take(arguments, screen, asked).await;
    }
    let [file] = what.files.as_slice() else {
        return Err(Trouble::sentence(
            "Several files are taken at once only where all are whole archives.",
        )
        .with("Take files that somebody saved one by one, each with its --at TIME."));
    };
    let Some(watch) = what.watch.as_deref() else {
        return Err(Trouble::sentence("It is not said whose page it is.")
            .with("Name the watch with --watch ID; `smallprint list` names them all."));
    };
    // Here --at says when the file was saved; a clock for replays is set in the environment.
    let clock = std::env::var("SMALLPRINT_AT").ok();
    let clock = clock.and_then(|at| moment(&at).ok());
    let opening = Opening {
        clock: desk::clock(clock),
        ..desk::opening(arguments, screen, "import")
    };
    let Some(at) = arguments.at else {
        return Err(Trouble::sentence("It is not said when the file was saved.")
            .with("Say --at TIME: a day (2016-07-06) or a time (2016-07-06T12:00:00+01:00)."));
    };
    let (since, by) = when(at, opening.clock.now());
    let saved = Saved {
        file: name(file),
        note: what.note.clone(),
        url: what.url.clone(),
        since,
        by,
        media: what.media.clone(),
        bytes: bytes(file)?,
    };
    let request = Request::Import {
        id: watch.into(),
        saved: Box::new(saved),
    };
    let Response::Import(taken) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    match taken {
        Taken::Landed(report) => {
            visit::tell(screen, &report);
            Ok(match report.outcome {
                Outcome::Changed => Exit::Changed,
                Outcome::Appeared if report.alerts > 0 => Exit::Changed,
                _ => Exit::Fine,
            })
        }
        Taken::Known(version) => {
            if screen.json {
                screen.json(&serde_json::json!({ "watch": watch, "known": version }));
            } else {
                screen.line(&format!(
                    "Nothing to do: these very bytes are in the archive, as version {version} of {watch}."
                ));
            }
            Ok(Exit::Fine)
        }
    }
}

/// Between which times the file was saved. A day that has not ended reaches until now.
fn when(at: Moment, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    match at {
        Moment::At(at) => (at, at),
        Moment::Day(begins, ends) if begins <= now => (begins, ends.min(now)),
        Moment::Day(begins, ends) => (begins, ends),
    }
}

fn name(file: &Path) -> String {
    if file == Path::new("-") {
        return "standard input".to_owned();
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}

fn bytes(file: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes),
        false => {
            std::fs::File::open(file).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
        }
    };
    let name = file.display();
    match read {
        Err(error) => Err(
            Trouble::sentence(format!("{name} cannot be read: {error}."))
                .with("Name a file that was saved, or - for standard input."),
        ),
        Ok(_) if bytes.len() as u64 > MOST => Err(Trouble::sentence(format!(
            "{name} is longer than {MOST} bytes."
        ))),
        Ok(_) => Ok(bytes),
    }
}
