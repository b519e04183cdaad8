//! `explain`: why a change was found to matter, what almost fired, and who was told.

use serde_json::{Value, json};

use crate::answers::{Explained, Otherwise, Request, Response};
use crate::cli::arguments::{Arguments, ExplainWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{Almost, Finding};
use crate::wording::{harmless, times};

pub(super) async fn explain(
    arguments: &Arguments,
    screen: &Screen,
    what: &ExplainWhat,
) -> Result<Exit, Trouble> {
    let request = Request::Explain {
        id: what.id.as_str().into(),
        span: what.span,
    };
    let opening = desk::opening(arguments, screen, "explain");
    let now = opening.clock.now();
    let Response::Explain(explained) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&as_json(&explained)),
        false => written(screen, &explained, now)
            .iter()
            .for_each(|line| screen.line(line)),
    }
    Ok(Exit::Fine)
}

fn as_json(explained: &Explained) -> Value {
    let mut row = rows::change(&explained.change);
    let more = json!({
        "labels": explained.labels,
        "told": explained.told,
        "judged_by": explained.judged_by,
        "in_force": explained.in_force,
        "today": explained.today,
        "almost": explained.almost,
        "untried": explained.untried,
        "corroboration": rows::corroboration(&explained.corroboration),
    });
    if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
        row.extend(more);
    }
    row
}

fn written(
    screen: &Screen,
    explained: &Explained,
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<String> {
    let change = &explained.change;
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
    let right = rows::put_right(change);
    if !right.is_empty() {
        lines.push(String::new());
        lines.push(screen.ink(Ink::Bold, "Put right since"));
        lines.extend(right.iter().map(|line| screen.prose("  ", line)));
    }
    lines.push(String::new());
    lines.push(screen.ink(Ink::Bold, "Findings, as stored"));
    if change.findings.is_empty() {
        lines.push("  none".to_owned());
    }
    for found in &change.findings {
        lines.extend(finding(screen, explained, found));
    }
    lines.push(String::new());
    lines.push(screen.ink(Ink::Bold, "Told"));
    lines.extend(told(screen, explained));
    lines.push(String::new());
    lines.push(screen.ink(Ink::Bold, "Independent copies"));
    lines.extend(rows::corroborated(screen, &explained.corroboration));
    lines.push(String::new());
    lines.push(screen.ink(Ink::Bold, "Judged by"));
    lines.extend(judged_by(screen, explained));
    if !explained.today.is_empty() {
        lines.push(String::new());
        let title = "By today\u{2019}s rules (nothing of this was said)";
        lines.push(screen.ink(Ink::Bold, title));
        lines.extend(
            explained
                .today
                .iter()
                .map(|one| differs(screen, explained, one)),
        );
    }
    lines.push(String::new());
    lines.push(screen.ink(Ink::Bold, "Almost, by today\u{2019}s rules"));
    match &explained.untried {
        Some(why) => lines.push(screen.prose("  ", &format!("not looked for: {why}"))),
        None if explained.almost.is_empty() => lines.push("  nothing".to_owned()),
        None => {
            for almost in &explained.almost {
                lines.extend(nearly(screen, explained, almost));
            }
        }
    }
    lines
}

/// What people read for a rule, and its id.
fn named(explained: &Explained, rule: &str) -> String {
    let label = explained.labels.get(rule).map_or(rule, String::as_str);
    format!("{} [{}]", harmless::line(label), harmless::line(rule))
}

fn finding(screen: &Screen, explained: &Explained, found: &Finding) -> Vec<String> {
    let head = format!("{}  {}", found.severity, named(explained, &found.rule));
    let mut lines = vec![
        format!("  {}", screen.ink(Ink::Yellow, &head)),
        screen.prose("     ", &harmless::line(&found.why)),
    ];
    let sides = [
        ("before", &found.before, &found.stands.before),
        ("after", &found.after, &found.stands.after),
    ];
    for (side, quote, stands) in sides {
        let Some(quote) = quote else { continue };
        let at = blocks(stands);
        let quote = format!("{side}{at}: \u{201c}{}\u{201d}", harmless::line(quote));
        lines.push(screen.prose("     ", &quote));
    }
    for weighed in &found.weighed {
        let because = harmless::line(&weighed.because);
        lines.push(screen.prose("     ", &format!("→ {} because {because}", weighed.to)));
    }
    if found.rule == "timing" {
        lines.push("     → raises the change by one".to_owned());
    }
    lines
}

/// " (blocks 3, 5)", counted from 0 as in JSON; nothing where none is known.
fn blocks(stands: &[usize]) -> String {
    let numbers: Vec<String> = stands.iter().map(usize::to_string).collect();
    match numbers.len() {
        0 => String::new(),
        1 => format!(" (block {})", numbers[0]),
        _ => format!(" (blocks {})", numbers.join(", ")),
    }
}

fn told(screen: &Screen, explained: &Explained) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for told in &explained.told {
        let sound = match told.loud {
            true => "aloud",
            false => "silently",
        };
        let route = match &told.route {
            Some(route) => format!("; its route takes {route}"),
            None => "; no route of today leads there".to_owned(),
        };
        let line = format!(
            "{} {sound}: {}{}",
            told.to,
            harmless::line(&told.standing),
            harmless::line(&route)
        );
        lines.push(screen.prose("  ", &line));
    }
    if let Some(silence) = &explained.change.silence {
        lines.push(screen.prose("  ", &format!("nobody: {}", harmless::line(silence))));
    }
    if lines.is_empty() {
        lines.push("  nobody".to_owned());
    }
    lines
}

fn judged_by(screen: &Screen, explained: &Explained) -> Vec<String> {
    let line = match &explained.judged_by {
        Some(digest) if *digest == explained.in_force => {
            format!("the watchlist in force now, {digest}")
        }
        Some(digest) => format!(
            "the watchlist {digest}; in force now is {}",
            explained.in_force
        ),
        None => format!(
            "a watchlist that is not on record; in force now is {}",
            explained.in_force
        ),
    };
    vec![screen.prose("  ", &line)]
}

/// One difference, in a line.
pub(super) fn difference(one: &Otherwise, name: &str) -> String {
    let finding = one.finding();
    let quote = finding.after.as_ref().or(finding.before.as_ref());
    let quote = quote.map_or_else(String::new, |quote| {
        format!(
            ": \u{201c}{}\u{201d}",
            crate::wording::fit::cut(&harmless::line(quote), 200)
        )
    });
    match one {
        Otherwise::New { .. } => format!("new: {}  {name}{quote}", finding.severity),
        Otherwise::Gone { .. } => format!("gone: {}  {name}{quote}", finding.severity),
        Otherwise::Other { was, .. } => {
            format!("{was} → {}: {name}{quote}", finding.severity)
        }
    }
}

fn differs(screen: &Screen, explained: &Explained, one: &Otherwise) -> String {
    let name = named(explained, &one.finding().rule);
    screen.prose("  ", &difference(one, &name))
}

fn nearly(screen: &Screen, explained: &Explained, almost: &Almost) -> Vec<String> {
    vec![
        format!("  {}", named(explained, &almost.rule)),
        screen.prose(
            "     ",
            &format!("\u{201c}{}\u{201d}", harmless::line(&almost.sentence)),
        ),
        screen.prose(
            "     ",
            &format!("not said: {}", harmless::line(&almost.because)),
        ),
    ]
}
