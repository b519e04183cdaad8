//! `mute`, `mutes` and `unmute`: what people asked not to be told of.

use serde_json::{Value, json};

use crate::answers::{MuteWanted, Preview, Request, Response};
use crate::cli::arguments::{Arguments, MuteWhat, UnmuteWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{Change, Muted, Scope};
use crate::wording::{harmless, times};

pub(super) async fn mute(
    arguments: &Arguments,
    screen: &Screen,
    what: &MuteWhat,
) -> Result<Exit, Trouble> {
    let wanted = MuteWanted {
        scope: Scope {
            watch: what.watch.as_deref().map(Into::into),
            rule: what.rule.clone(),
            pattern: what.pattern.clone(),
            block: what.block.clone(),
            publisher: what.publisher.clone(),
        },
        lasts_ms: what.lasts.map(|lasts| lasts.num_milliseconds()),
        until: what.until,
        why: what.why.clone().unwrap_or_default(),
        by: what.by.clone().unwrap_or_default(),
    };
    let opening = desk::opening(arguments, screen, "mute");
    let now = opening.clock.now();
    if what.preview {
        let request = Request::MutePreview(wanted);
        let Response::MutePreview(preview) = desk::once(opening, request, |_| {}).await? else {
            return Err(Trouble::astray());
        };
        match screen.json {
            true => screen.json(&previewed(&preview)),
            false => tell_preview(screen, &preview),
        }
        return Ok(Exit::Fine);
    }
    let request = Request::Mute(wanted);
    let Response::Mute(muted) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&row(&muted, now)),
        false => {
            screen.line(&written(screen, &muted, now));
            let scope = &muted.mute.scope;
            let note = match scope.watch.is_some() || scope.rule.is_some() {
                true => {
                    "It hides findings of severity 5 too, since it names the watch or the rule."
                }
                false => {
                    "Findings of severity 5 are said all the same: a mute hides them only where it names the watch or the rule."
                }
            };
            screen.line(&screen.prose("", note));
        }
    }
    Ok(Exit::Fine)
}

pub(super) async fn mutes(
    arguments: &Arguments,
    screen: &Screen,
    all: bool,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "mutes");
    let now = opening.clock.now();
    let Response::Mutes(mut mutes) = desk::once(opening, Request::Mutes, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    mutes.retain(|muted| all || muted.holds(now));
    if screen.json {
        mutes.iter().for_each(|muted| screen.json(&row(muted, now)));
        return Ok(Exit::Fine);
    }
    if mutes.is_empty() {
        screen.line(match all {
            true => "Nothing was ever muted.",
            false => "Nothing is muted now; --all lists what was.",
        });
    }
    mutes
        .iter()
        .for_each(|muted| screen.line(&written(screen, muted, now)));
    Ok(Exit::Fine)
}

pub(super) async fn unmute(
    arguments: &Arguments,
    screen: &Screen,
    what: &UnmuteWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "unmute");
    let now = opening.clock.now();
    let request = Request::Unmute {
        no: what.no,
        by: what.by.clone(),
        why: what.why.clone(),
    };
    let Response::Mute(muted) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&row(&muted, now)),
        false => screen.line(&written(screen, &muted, now)),
    }
    Ok(Exit::Fine)
}

/// How a mute stands: `holds`, `lifted` or `over`.
fn standing(muted: &Muted, now: chrono::DateTime<chrono::Utc>) -> &'static str {
    match (&muted.lifted, muted.holds(now)) {
        (Some(_), _) => "lifted",
        (None, true) => "holds",
        (None, false) => "over",
    }
}

fn row(muted: &Muted, now: chrono::DateTime<chrono::Utc>) -> Value {
    let mute = &muted.mute;
    json!({
        "mute": mute.no,
        "standing": standing(muted, now),
        "watch": mute.scope.watch,
        "rule": mute.scope.rule,
        "pattern": mute.scope.pattern,
        "block": mute.scope.block,
        "publisher": mute.scope.publisher,
        "since": muted.since,
        "until": mute.until,
        "by": mute.by,
        "why": mute.why,
        "lifted": muted.lifted,
    })
}

fn written(screen: &Screen, muted: &Muted, now: chrono::DateTime<chrono::Utc>) -> String {
    let zone = chrono_tz::Europe::London;
    let mute = &muted.mute;
    let until = match mute.until {
        Some(until) => format!("until {}", times::moment(until, zone)),
        None => "until it is lifted".to_owned(),
    };
    let head = format!(
        "{}  {}  {}",
        mute.no,
        standing(muted, now),
        scope(&mute.scope)
    );
    let said = format!(
        "by {} on {}, {until}: {}",
        harmless::line(&mute.by),
        times::moment(muted.since, zone),
        harmless::line(&mute.why)
    );
    let mut lines = vec![screen.ink(Ink::Bold, &head), screen.prose("  ", &said)];
    if let Some(lifted) = &muted.lifted {
        let why = (lifted.why.as_deref()).map(|why| format!(": {}", harmless::line(why)));
        let line = format!(
            "lifted by {} on {}{}",
            harmless::line(&lifted.by),
            times::moment(lifted.at, zone),
            why.unwrap_or_default()
        );
        lines.push(screen.prose("  ", &line));
    }
    lines.join("\n")
}

/// What a mute hides: every condition, joined by "and".
fn scope(scope: &Scope) -> String {
    let watch = scope.watch.as_ref().map(|watch| format!("watch {watch}"));
    let named = |name: &str, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|text| format!("{name} “{}”", harmless::line(text)))
    };
    let parts = [
        watch,
        named("rule", &scope.rule),
        named("pattern", &scope.pattern),
        named("block", &scope.block),
        named("publisher", &scope.publisher),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" and ")
}

fn previewed(preview: &Preview) -> Value {
    let rows = |changes: &[Change]| changes.iter().map(rows::change).collect::<Vec<_>>();
    json!({
        "days": preview.days,
        "said": preview.said,
        "hidden": rows(&preview.hidden),
        "shortened": rows(&preview.shortened),
    })
}

fn tell_preview(screen: &Screen, preview: &Preview) {
    let hidden = counted(preview.hidden.len(), "change", "changes");
    let sum = format!(
        "This would have hidden {hidden} of the last {} days, of {} that were said{} Nothing is written.",
        preview.days,
        preview.said,
        if preview.hidden.is_empty() {
            "."
        } else {
            "; these:"
        }
    );
    screen.line(&screen.prose("", &sum));
    preview.hidden.iter().for_each(|one| tell(screen, one));
    if !preview.shortened.is_empty() {
        let some = counted(preview.shortened.len(), "change", "changes");
        let line = format!("It would have left out a part of {some}:");
        screen.line(&screen.prose("", &line));
        preview.shortened.iter().for_each(|one| tell(screen, one));
    }
}

fn tell(screen: &Screen, change: &Change) {
    let at = times::moment(change.bounds.by, chrono_tz::Europe::London);
    let head = format!(
        "{} {}  severity {}  {at}",
        change.watch, change.span, change.severity
    );
    screen.line(&screen.ink(Ink::Bold, &format!("  {head}")));
    screen.line(&screen.prose("    ", &harmless::line(&change.sentence)));
}
