//! `noise`: what is held quiet on a page, and why.

use crate::answers::{Quiet, Request, Response};
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::wording::{harmless, times};

/// How many lines of surrounding text are shown; --json has them all.
const LINES: usize = 12;

pub(super) async fn noise(
    arguments: &Arguments,
    screen: &Screen,
    id: &str,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "noise");
    let request = Request::Noise { id: id.into() };
    let Response::Noise(quiet) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => screen.json(&quiet),
        false => tell(screen, &quiet),
    }
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, quiet: &Quiet) {
    let head = |text: &str| screen.line(&screen.ink(Ink::Bold, text));
    let say = |text: &str| screen.line(&screen.prose("    ", &harmless::line(text)));
    head("Changes on nearly every visit");
    if quiet.volatile.is_empty() {
        say("Nothing does, as far as is known; it takes six versions to know.");
    }
    for gap in &quiet.volatile {
        let place = match (&gap.above, &gap.below) {
            (Some(above), _) => format!("after “{above}”"),
            (None, Some(below)) => format!("before “{below}”"),
            (None, None) => "the whole page".to_owned(),
        };
        say(&format!(
            "{place}: another text on {} of {} visits; last “{}”",
            gap.changed, gap.visits, gap.sample
        ));
    }
    head("Left out by the rules of the watch");
    let rules: Vec<&String> = quiet.drop.iter().chain(&quiet.drop_lines).collect();
    if rules.is_empty() {
        say("Nothing.");
    }
    rules.into_iter().for_each(|rule| say(rule));
    head("Around the main text: kept, and not compared aloud");
    if quiet.surroundings.is_empty() {
        say("Nothing.");
    }
    quiet
        .surroundings
        .iter()
        .take(LINES)
        .for_each(|line| say(line));
    if quiet.surroundings.len() > LINES {
        let more = counted(quiet.surroundings.len() - LINES, "more line", "more lines");
        say(&format!("… and {more} (--json shows all)"));
    }
    head("Changes of which nothing was said");
    if quiet.silent.is_empty() {
        say("None.");
    }
    for change in &quiet.silent {
        let at = times::moment(change.bounds.by, chrono_tz::Europe::London);
        say(&format!(
            "{} {at}: {}",
            change.span,
            change.silence.as_deref().unwrap_or_default()
        ));
    }
}
