//! `correct` and `corrections`: what was put right in public.

use serde_json::{Value, json};

use crate::answers::{
    CorrectionOne, CorrectionWanted, Request, Response, Righting, Telling, WhichChange,
};
use crate::cli::arguments::{Arguments, CorrectWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble, rows};
use crate::wording::harmless;

pub(super) async fn correct(
    arguments: &Arguments,
    screen: &Screen,
    what: &CorrectWhat,
) -> Result<Exit, Trouble> {
    let righting = match (what.kind, what.undo) {
        (Some(kind), None) => Righting::Say { says: kind.says() },
        (_, entry) => Righting::TakeBack {
            entry: entry.filter(|entry| *entry != 0),
        },
    };
    let wanted = CorrectionWanted {
        of: WhichChange::Watch {
            id: what.id.as_str().into(),
            span: what.span,
        },
        what: righting,
        text: what.text.clone(),
        by: what.by.clone(),
        from: None,
    };
    let opening = desk::opening(arguments, screen, "correct");
    let Response::Correct(one) = desk::once(opening, Request::Correct(wanted), |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    if screen.json {
        screen.json(&as_json(&one));
        return Ok(Exit::Fine);
    }
    written(screen, &one)
        .iter()
        .for_each(|line| screen.line(line));
    let told = match one.correction.taken_back {
        Some(_) => &one.taken_back_told,
        None => &one.told,
    };
    screen.line(&screen.prose("", &sum(told)));
    Ok(Exit::Fine)
}

pub(super) async fn corrections(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "corrections");
    let Response::Corrections(all) = desk::once(opening, Request::Corrections, |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    if screen.json {
        all.iter().for_each(|one| screen.json(&as_json(one)));
        return Ok(Exit::Fine);
    }
    if all.is_empty() {
        screen.line("Nothing was ever put right.");
    }
    for one in &all {
        written(screen, one)
            .iter()
            .for_each(|line| screen.line(line));
    }
    Ok(Exit::Fine)
}

/// What becomes of the messages.
fn sum(told: &[Telling]) -> String {
    let waiting = told.iter().filter(|one| one.standing.starts_with("owed"));
    match (told.len(), waiting.count()) {
        (0, _) => "No message told of this change, so none is put right. It stands in the archive, and in whatever is said of the change from now on.".to_owned(),
        (_, 0) => "Every message that says so was sent before.".to_owned(),
        (_, waiting) => format!(
            "It stands in the archive. {} owed; `smallprint run` or `smallprint deliver` sends what is owed.",
            counted(waiting, "message is", "messages are")
        ),
    }
}

fn written(screen: &Screen, one: &CorrectionOne) -> Vec<String> {
    let head = format!("{} {}", one.watch, one.change);
    let line = rows::corrected(&one.correction, Some(one.correction.entry));
    let about = format!("about: {}", harmless::line(&one.sentence));
    let mut lines = vec![
        screen.ink(Ink::Bold, &head),
        screen.prose("  ", &line),
        screen.ink(Ink::Faint, &screen.prose("  ", &about)),
    ];
    lines.extend(one.told.iter().map(|telling| told(screen, "told", telling)));
    let back = one.taken_back_told.iter();
    lines.extend(back.map(|telling| told(screen, "taken back", telling)));
    lines
}

fn told(screen: &Screen, what: &str, telling: &Telling) -> String {
    let Telling { to, how, standing } = telling;
    let line = format!("{what}: {to}, {how}: {}", harmless::line(standing));
    screen.ink(Ink::Faint, &screen.prose("    ", &line))
}

fn as_json(one: &CorrectionOne) -> Value {
    let mut row = rows::correction(&one.correction);
    let more = json!({
        "watch": one.watch,
        "title": one.title,
        "change": one.change,
        "entry": one.of,
        "sentence": one.sentence,
        "told": one.told,
        "taken_back_told": one.taken_back_told,
    });
    if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
        row.extend(more);
    }
    row
}
