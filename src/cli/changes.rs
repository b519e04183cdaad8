//! `changes`: what changed over all watches, newest first.

use crate::answers::{ChangesAsked, Request, Response};
use crate::cli::arguments::{Arguments, ChangesWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{Change, Severity};
use crate::wording::{harmless, times};

pub(super) async fn changes(
    arguments: &Arguments,
    screen: &Screen,
    what: &ChangesWhat,
) -> Result<Exit, Trouble> {
    let asked = ChangesAsked {
        since: what.since,
        topic: what.topic.clone(),
        min_severity: what.min_severity.map(Severity),
        until: what.until,
        publisher: what.publisher.clone(),
        rule: what.rule.clone(),
        claim: what.claim.clone(),
        words: what.words.clone(),
        before: what.before,
        limit: what.limit,
        ..ChangesAsked::default()
    };
    let opening = desk::opening(arguments, screen, "changes");
    let now = opening.clock.now();
    let Response::Changes(changes) = desk::once(opening, Request::Changes(asked), |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    if screen.json {
        changes
            .iter()
            .for_each(|change| screen.json(&rows::change(change)));
        return Ok(Exit::Fine);
    }
    if changes.is_empty() {
        screen.line("Nothing changed in that time, on the pages that were read.");
    }
    for change in &changes {
        screen.line(&written(screen, change, now));
    }
    Ok(Exit::Fine)
}

fn written(screen: &Screen, change: &Change, now: chrono::DateTime<chrono::Utc>) -> String {
    let head = format!(
        "{}  {} {}  severity {}",
        change.watch,
        change.kind.word(),
        change.span,
        change.severity
    );
    let bounds = times::between(&change.bounds, chrono_tz::Europe::London, now);
    let mut lines = vec![
        screen.ink(Ink::Bold, &head),
        screen.prose("  ", &harmless::line(&change.sentence)),
        screen.ink(Ink::Faint, &screen.prose("  ", &bounds)),
    ];
    if let Some(unsaid) = rows::unsaid(change) {
        lines.push(screen.ink(Ink::Faint, &screen.prose("  ", &unsaid)));
    }
    let right = rows::put_right(change).into_iter();
    lines.extend(right.map(|line| screen.prose("  ", &line)));
    lines.join("\n")
}
