//! `visit`: go and look now.

use crate::answers::{Progress, Request, Response};
use crate::cli::arguments::{Arguments, VisitWhat};
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble, bar, desk};
use crate::model::{Outcome, VisitReport};
use crate::visit::{Heard, Round, Wanted};
use crate::wording::harmless;

pub(super) async fn visit(
    arguments: &Arguments,
    screen: &Screen,
    what: &VisitWhat,
) -> Result<Exit, Trouble> {
    let request = Request::Visit(wanted(what)?);
    let opening = desk::opening(arguments, screen, "visit");
    let (bar, mut news) = (bar::like(screen, "{bar:30} {pos}/{len} {msg}"), false);
    let answer = desk::once(opening, request, |progress| match progress {
        Progress::Round(Heard::Begun(count)) => bar.set_length(count as u64),
        Progress::Round(Heard::Visited(report)) => {
            news |= report.outcome == Outcome::Appeared && report.alerts > 0;
            bar.set_message(report.watch.to_string());
            bar.suspend(|| tell(screen, &report));
            bar.inc(1);
        }
        Progress::Reread(_) | Progress::Replay(_) | Progress::Backfill(_) | Progress::Done(..) => {}
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Response::Visit(round) = answer? else {
        return Err(Trouble::astray());
    };
    if !screen.json {
        screen.line(&summary(&round));
    }
    Ok(match round {
        Round { changed: 1.., .. } => Exit::Changed,
        _ if news => Exit::Changed,
        Round { failed: 1.., .. } => Exit::Failed,
        _ => Exit::Fine,
    })
}

/// One of the three; clap would take a variable set to "no" for a word said.
fn wanted(what: &VisitWhat) -> Result<Wanted, Trouble> {
    let help = "Say `visit ID…`, `visit --all` or `visit --due` (or set SMALLPRINT_ALL or SMALLPRINT_DUE).";
    match (what.ids.is_empty(), what.all, what.due) {
        (false, false, false) => {
            let ids = what.ids.iter().map(|id| id.as_str().into());
            Ok(Wanted::These(ids.collect()))
        }
        (true, true, false) => Ok(Wanted::All),
        (true, false, true) => Ok(Wanted::Due),
        (true, false, false) => {
            Err(Trouble::sentence("It is not said which watches to visit.").with(help))
        }
        _ => Err(Trouble::sentence("It is said in two ways which watches to visit.").with(help)),
    }
}

pub(super) fn tell(screen: &Screen, report: &VisitReport) {
    if screen.json {
        return screen.json(report);
    }
    let watch = screen.ink(Ink::Bold, &report.watch.to_string());
    match report.outcome {
        Outcome::Unchanged => {
            screen.line(&format!("{watch}  {}", screen.ink(Ink::Faint, "unchanged")))
        }
        Outcome::Failed => {
            let why = report
                .failure
                .as_ref()
                .map_or("", |failure| failure.why.as_str());
            screen.line(&format!(
                "{watch}  {} {}",
                screen.ink(Ink::Red, "failed:"),
                harmless::line(why)
            ));
        }
        Outcome::Appeared | Outcome::Changed => {
            let kind = report.kind.map_or("changed", |kind| kind.word());
            let severity = report
                .severity
                .map(|severity| severity.to_string())
                .unwrap_or_default();
            let span = report
                .change
                .map(|span| span.to_string())
                .unwrap_or_default();
            let head = screen.ink(Ink::Yellow, &format!("{kind} {span}, severity {severity}"));
            screen.line(&format!(
                "{watch}  {head}\n{}",
                screen.prose(
                    "    ",
                    &harmless::line(report.sentence.as_deref().unwrap_or_default())
                )
            ));
            for finding in report
                .findings
                .iter()
                .filter(|finding| finding.severity.0 > 0)
            {
                let why = harmless::line(&finding.why);
                let line = format!("{} {}: {why}", finding.severity, finding.rule);
                screen.line(&screen.prose("    ", &line));
            }
        }
    }
}

fn summary(round: &Round) -> String {
    let unchanged = round.visits - round.appeared - round.changed - round.failed;
    let mut text = format!(
        "{} {}: {} changed, {} read for the first time, {unchanged} unchanged, {} failed.",
        round.visits,
        if round.visits == 1 { "visit" } else { "visits" },
        round.changed,
        round.appeared,
        round.failed
    );
    if round.alerts > 0 {
        let messages = if round.alerts == 1 {
            "1 message is"
        } else {
            &format!("{} messages are", round.alerts)
        };
        text.push_str(&format!(
            " {messages} owed; `smallprint deliver` sends what is owed."
        ));
    }
    text
}
