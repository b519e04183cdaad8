//! `export`: the archive in formats that other programs read.

use std::path::Path;

use crate::answers::{Progress, Request, Response};
use crate::cli::arguments::{Arguments, ExportWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk, place};
use crate::export::{ExportAsked, Exported, Filter, Made};
use crate::wording::harmless;

pub(super) async fn export(
    arguments: &Arguments,
    screen: &Screen,
    what: &ExportWhat,
) -> Result<Exit, Trouble> {
    let request = Request::Export(asked(what)?);
    let bar = bar::entries(screen);
    let opening = desk::opening(arguments, screen, "export");
    let answer = desk::until_stopped(opening, request, |progress| {
        if let Progress::Done(done, all) = progress {
            bar::show(&bar, done, all);
        }
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Some(answer) = answer? else {
        return Err(Trouble::sentence("The export was stopped.")
            .with("Give the same command again: it goes on from there."));
    };
    let Response::Export(exported) = answer else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&exported),
        false => tell(screen, &exported),
    }
    Ok(Exit::Fine)
}

fn asked(what: &ExportWhat) -> Result<ExportAsked, Trouble> {
    let dir = place::directory(&what.dir)?;
    if what
        .from
        .zip(what.until)
        .is_some_and(|(from, until)| until <= from)
    {
        return Err(
            Trouble::sentence("--until lies before --from, so that nothing is left.")
                .with("Write the earlier day with --from."),
        );
    }
    Ok(ExportAsked {
        dir,
        formats: what.formats.iter().map(|format| (*format).into()).collect(),
        filter: Filter {
            watches: what.watches.iter().map(|id| id.as_str().into()).collect(),
            publisher: what.publisher.clone(),
            topic: what.topic.clone(),
            from: what.from,
            before: what.until,
        },
        warc_size: what.warc_size,
    })
}

fn tell(screen: &Screen, exported: &Exported) {
    for made in &exported.files {
        if let Some(line) = line(made) {
            screen.line(&line);
        }
    }
    let went_on = match exported.continued {
        true => " It went on with one that was interrupted.",
        false => "",
    };
    let dir = harmless::line(&Path::display(&exported.dir).to_string());
    let name = screen.ink(Ink::Bold, &dir);
    screen.line(&format!(
        "{} in {name}, whole up to entry {} of the journal ({}); datapackage.json says what they are.{went_on}",
        counted(exported.files.len(), "file", "files"),
        exported.entry,
        exported.head.short()
    ));
}

/// A file that holds something by itself.
fn line(made: &Made) -> Option<String> {
    let records = usize::try_from(made.records?).unwrap_or(usize::MAX);
    let what = match made.path.rsplit('.').next() {
        Some("pack") => counted(records, "commit", "commits"),
        Some("gz") => counted(records, "record", "records"),
        _ => counted(records, "row", "rows"),
    };
    Some(format!("  {}  {what}", made.path))
}
