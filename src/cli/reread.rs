//! `reread`: old captures read with the rules of today.

use crate::answers::{Progress, Request, Response};
use crate::cli::arguments::{Arguments, RereadWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk};
use crate::reread::{Heard, Outcome, Purpose, Report, Summary};
use crate::wording::harmless;

pub(super) async fn reread(
    arguments: &Arguments,
    screen: &Screen,
    what: &RereadWhat,
) -> Result<Exit, Trouble> {
    let purpose = match what.check {
        true => Purpose::Try,
        false => Purpose::Keep,
    };
    let ids = what.ids.iter().map(|id| id.as_str().into()).collect();
    let request = Request::Reread { ids, purpose };
    let bar = bar::like(screen, "{bar:30} {pos}/{len} {per_sec} {msg}");
    let (opening, mut read) = (desk::opening(arguments, screen, "reread"), 0);
    let answer = desk::until_stopped(opening, request, |progress| match progress {
        Progress::Reread(Heard::Begun(count)) => bar.set_length(count),
        Progress::Reread(Heard::Passed) => bar.inc(1),
        Progress::Reread(Heard::Read(report)) => {
            read += 1;
            bar.set_message(report.watch.to_string());
            bar.suspend(|| tell(screen, &report, purpose));
            bar.inc(1);
        }
        Progress::Round(_) | Progress::Replay(_) | Progress::Backfill(_) | Progress::Done(..) => {}
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Some(answer) = answer? else {
        let read = counted(read, "version was", "versions were");
        return Err(Trouble::sentence(format!(
            "Stopped; {read} read until then, and what was kept stays kept."
        ))
        .with("`smallprint reread` goes on from there."));
    };
    let Response::Reread(summary) = answer else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&summary),
        false => screen.line(&written(&summary, purpose)),
    }
    Ok(Exit::Fine)
}

/// One line a version; of what stayed the same people are told by the sum alone.
fn tell(screen: &Screen, report: &Report, purpose: Purpose) {
    if screen.json {
        return screen.json(report);
    }
    let name = screen.ink(
        Ink::Bold,
        &match report.backfilled {
            Some(point) => format!("{} backfilled {point}", report.watch),
            None => format!("{} version {}", report.watch, report.version),
        },
    );
    let would = |now: &'static str, then: &'static str| match purpose {
        Purpose::Keep => now,
        Purpose::Try => then,
    };
    let said = match &report.outcome {
        Outcome::Same => return,
        Outcome::Differs => would("the text differs technically", "the text would differ").into(),
        Outcome::Vanishes { same_as } => format!(
            "{} version {same_as}",
            would(
                "vanishes under today's reading: same as",
                "would vanish under today's reading: same as",
            )
        ),
        Outcome::Unreadable { why } => {
            format!("today's rules cannot read it: {}", harmless::line(why))
        }
    };
    screen.line(&format!("{name}  {said}"));
}

fn written(summary: &Summary, purpose: Purpose) -> String {
    let counted = |count: u64, one: &str, more: &str| {
        counted(usize::try_from(count).unwrap_or(usize::MAX), one, more)
    };
    let looked_at = counted(summary.versions, "version", "versions");
    if summary.reread == 0 {
        return match summary.versions {
            0 => "No version of these watches is in the archive.".to_owned(),
            _ => format!("{looked_at} looked at: all stand as the rules of today read them."),
        };
    }
    let kept = match purpose {
        Purpose::Keep => "",
        Purpose::Try => " Nothing was stored.",
    };
    format!(
        "{looked_at} looked at, {} read again: {} with the same text, {} that differ technically, {} that vanish, {} that \
         cannot be read.{kept}",
        summary.reread, summary.same, summary.differs, summary.vanishes, summary.unreadable
    )
}
