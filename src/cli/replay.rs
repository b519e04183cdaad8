//! `replay`: what would have been said by the rules of today, or by others.

use serde_json::json;

use crate::answers::{Differing, Progress, ReplayAsked, Replayed, Request, Response};
use crate::cli::arguments::{Arguments, ReplayWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar, explain, rules};
use crate::wording::{harmless, times};

pub(super) async fn replay(
    arguments: &Arguments,
    screen: &Screen,
    what: &ReplayWhat,
) -> Result<Exit, Trouble> {
    let file = match &what.rules {
        Some(file) => match rules::read(arguments, screen, file)? {
            Some(file) => Some(file),
            None => return Ok(Exit::Failed),
        },
        None => None,
    };
    let request = Request::Replay(ReplayAsked {
        since: what.since,
        rules: file,
    });
    let opening = desk::opening(arguments, screen, "replay");
    let bar = bar::entries(screen);
    let answer = desk::once(opening, request, |progress| match progress {
        Progress::Done(done, all) => bar::show(&bar, done, all),
        Progress::Replay(differing) => bar.suspend(|| tell(screen, &differing)),
        Progress::Round(_) | Progress::Reread(_) | Progress::Backfill(_) => {}
    });
    let answer = answer.await;
    bar.finish_and_clear();
    let Response::Replay(sum) = answer? else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&sum),
        false => written(screen, &sum)
            .iter()
            .for_each(|line| screen.line(line)),
    }
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, differing: &Differing) {
    let change = &differing.change;
    if screen.json {
        return screen.json(&json!({
            "watch": change.watch,
            "title": change.title,
            "change": change.span,
            "by": change.bounds.by,
            "stored": change.severity,
            "severity": differing.severity,
            "otherwise": differing.otherwise,
            "labels": differing.labels,
        }));
    }
    let at = times::moment(change.bounds.by, chrono_tz::Europe::London);
    let head = format!(
        "{} {}  {at}  severity {} stored, {} by these rules",
        change.watch, change.span, change.severity, differing.severity
    );
    screen.line(&screen.ink(Ink::Bold, &head));
    for one in &differing.otherwise {
        let rule = &one.finding().rule;
        let label = differing.labels.get(rule).unwrap_or(rule);
        let name = format!("{} [{}]", harmless::line(label), harmless::line(rule));
        screen.line(&screen.prose("  ", &explain::difference(one, &name)));
    }
}

fn written(screen: &Screen, sum: &Replayed) -> Vec<String> {
    let many = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    let differing = sum
        .rules
        .iter()
        .filter(|(_, totals)| totals.new + totals.gone + totals.other > 0);
    for (rule, totals) in differing {
        lines.push(format!(
            "{} [{}]: {} stored, {} by these rules ({} new, {} gone, {} at another severity)",
            harmless::line(&totals.label),
            harmless::line(rule),
            totals.stored,
            totals.judged,
            totals.new,
            totals.gone,
            totals.other
        ));
    }
    let severities = sum.severities.iter().rev();
    let severities: Vec<String> = severities
        .map(|(severity, (stored, judged))| format!("severity {severity}: {stored} → {judged}"))
        .collect();
    if !severities.is_empty() {
        lines.push(severities.join(", "));
    }
    let left = match sum.left {
        0 => String::new(),
        left => format!(
            " {} not judged: first readings, and what only changed around the main text.",
            counted(many(left), "change was", "changes were")
        ),
    };
    let all = format!(
        "{} judged again, {} of them otherwise.{left} Nothing was stored.",
        counted(many(sum.changes), "change was", "changes were"),
        sum.differ
    );
    lines.push(screen.prose("", &all));
    lines
}
