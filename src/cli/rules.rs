//! `rules`: the rules there are and how often each fired; `--test` tries a file of rules on the whole archive.

use std::path::Path;

use crate::answers::{Progress, Request, Response, RuleFile, Ruled, Tried, TriedRule};
use crate::cli::arguments::{Arguments, RulesWhat};
use crate::cli::desk;
use crate::cli::screen::{self, Ink, Screen, counted};
use crate::cli::{Exit, Trouble, bar};
use crate::house;
use crate::rulebook::Origin;
use crate::watchlist;
use crate::wording::{harmless, times};

pub(super) async fn rules(
    arguments: &Arguments,
    screen: &Screen,
    what: &RulesWhat,
) -> Result<Exit, Trouble> {
    match &what.test {
        Some(file) => test(arguments, screen, file).await,
        None => list(arguments, screen).await,
    }
}

async fn list(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "rules");
    let Response::Rules(rules) = desk::once(opening, Request::Rules, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    for rule in &rules {
        match screen.json {
            true => screen.json(rule),
            false => listed(screen, rule),
        }
    }
    Ok(Exit::Fine)
}

fn listed(screen: &Screen, rule: &Ruled) {
    let severity = match rule.severity {
        Some(severity) => format!("severity {severity}"),
        None => "no longer in the book".to_owned(),
    };
    let on = match rule.on.map(|on| on.word()) {
        Some("none") => "decided by code".to_owned(),
        Some(word) => format!("reads what was {word}"),
        None => String::new(),
    };
    let from = match &rule.from {
        Some(Origin::Shipped) => "shipped".to_owned(),
        Some(Origin::Overridden(at)) => format!("shipped, changed in {at}"),
        Some(Origin::Written(at)) => format!("from {at}"),
        None => String::new(),
    };
    let off = match rule.enabled || rule.severity.is_none() {
        true => "",
        false => "switched off",
    };
    let fired = match rule.last {
        Some(last) => {
            let changes = usize::try_from(rule.fired).unwrap_or(usize::MAX);
            let last = times::moment(last, chrono_tz::Europe::London);
            format!(
                "fired on {}, last {last}",
                counted(changes, "change", "changes")
            )
        }
        None => "never fired here".to_owned(),
    };
    let head = format!(
        "{}  {}",
        screen.ink(Ink::Bold, &harmless::line(&rule.rule)),
        harmless::line(&rule.label)
    );
    let parts = [severity.as_str(), off, &on, &from, &fired];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(harmless::line).collect();
    screen.line(&head);
    screen.line(&screen.ink(Ink::Faint, &screen.prose("  ", &parts.join(" · "))));
}

/// A file of rules, read and understood together with the rules in force.
///
/// # Errors
/// Where it cannot be read or has mistakes; in JSON each is a line of its own.
pub(super) fn read(
    arguments: &Arguments,
    screen: &Screen,
    file: &Path,
) -> Result<Option<RuleFile>, Trouble> {
    let source = house::read_rules(file)?;
    let in_force = house::read_watchlist(&arguments.watchlist)?;
    let Err(mistakes) = watchlist::book_with(&in_force.book, &source) else {
        return Ok(Some(RuleFile {
            name: source.name,
            text: source.text,
        }));
    };
    if screen.json {
        mistakes.0.iter().for_each(|mistake| screen.json(mistake));
        return Ok(None);
    }
    let count = counted(mistakes.0.len(), "mistake", "mistakes");
    let what = format!("{} has {count}.", source.name);
    let (sources, width) = ([source], screen::columns());
    Err(Trouble {
        picture: Some([
            mistakes.render(&sources, false, width),
            mistakes.render(&sources, true, width),
        ]),
        ..Trouble::sentence(what)
    })
}

async fn test(arguments: &Arguments, screen: &Screen, file: &Path) -> Result<Exit, Trouble> {
    let Some(file) = read(arguments, screen, file)? else {
        return Ok(Exit::Failed);
    };
    let opening = desk::opening(arguments, screen, "rules");
    let bar = bar::entries(screen);
    let answer = desk::once(opening, Request::TryRules(file), |progress| {
        if let Progress::Done(done, all) = progress {
            bar::show(&bar, done, all);
        }
    });
    // Nothing is stored, so that whoever asks it to stop leaves nothing half done.
    let answer = answer.await;
    bar.finish_and_clear();
    let Response::TryRules(tried) = answer? else {
        return Err(Trouble::astray());
    };
    for rule in &tried.rules {
        match screen.json {
            true => screen.json(&as_json(rule, &tried)),
            false => told(screen, rule, &tried),
        }
    }
    if !screen.json {
        let judged = usize::try_from(tried.changes).unwrap_or(usize::MAX);
        screen.line(&format!(
            "{} judged{}; nothing was stored.",
            counted(judged, "change was", "changes were"),
            times_of(&tried).map_or_else(String::new, |period| format!(" ({period})"))
        ));
    }
    Ok(Exit::Fine)
}

fn as_json(rule: &TriedRule, tried: &Tried) -> serde_json::Value {
    serde_json::json!({
        "rule": rule.rule, "label": rule.label, "severity": rule.severity, "on": rule.on,
        "matches": rule.examples.0, "ignores": rule.examples.1,
        "fired": rule.fired, "stored": rule.stored, "samples": rule.samples,
        "changes": tried.changes, "left": tried.left, "since": tried.since, "until": tried.until,
    })
}

/// "6 July 2016 to 1 March 2017".
fn times_of(tried: &Tried) -> Option<String> {
    let zone = chrono_tz::Europe::London;
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%-d %B %Y");
    let (since, until) = tried.since.zip(tried.until)?;
    Some(format!("{} to {}", day(since), day(until)))
}

/// How long the archive reaches, in words: "2 years".
fn period(tried: &Tried) -> String {
    let Some((since, until)) = tried.since.zip(tried.until) else {
        return "this archive".to_owned();
    };
    let days = usize::try_from((until - since).num_days() + 1).unwrap_or(1);
    match days {
        0..=60 => counted(days, "day", "days"),
        61..=729 => counted(days / 30, "month", "months"),
        _ => counted(days / 365, "year", "years"),
    }
}

fn told(screen: &Screen, rule: &TriedRule, tried: &Tried) {
    let head = format!(
        "{}  {}",
        screen.ink(Ink::Bold, &harmless::line(&rule.rule)),
        harmless::line(&rule.label)
    );
    screen.line(&head);
    let (matches, ignores) = rule.examples;
    let held = match matches + ignores {
        0 => "code decides it".to_owned(),
        _ => format!("holds its examples ({matches} to match, {ignores} to leave alone)"),
    };
    let fired = usize::try_from(rule.fired).unwrap_or(usize::MAX);
    let stored = match rule.stored {
        0 => String::new(),
        stored => format!("; it did {stored} times"),
    };
    let fired = match fired {
        0 => format!("would never have fired in {}{stored}", period(tried)),
        _ => format!(
            "would have fired {} in {}{stored}",
            counted(fired, "time", "times"),
            period(tried)
        ),
    };
    screen.line(&screen.prose(
        "  ",
        &format!("severity {} · {held} · {fired}", rule.severity),
    ));
    for sample in &rule.samples {
        let at = times::moment(sample.by, chrono_tz::Europe::London);
        let line = format!(
            "{} {}, {at}, severity {}: “{}”",
            sample.watch,
            sample.change,
            sample.severity,
            harmless::line(&sample.sentence)
        );
        screen.line(&screen.prose("    ", &line));
    }
}
