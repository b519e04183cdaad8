//! `suggestions`: pages that people wish were watched.

use crate::answers::{Request, Response};
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble};
use crate::model::Suggested;
use crate::wording::{harmless, times};

pub(super) async fn suggestions(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "suggestions");
    let Response::Suggestions(found) = desk::once(opening, Request::Suggestions, |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    if screen.json {
        found.iter().for_each(|suggested| screen.json(suggested));
        return Ok(Exit::Fine);
    }
    if found.is_empty() {
        screen.line("Nobody has suggested a page.");
    }
    found.iter().for_each(|suggested| tell(screen, suggested));
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, suggested: &Suggested) {
    let suggestion = &suggested.suggestion;
    screen.line(&screen.ink(Ink::Bold, &harmless::line(suggestion.url.as_str())));
    let on = times::moment(suggested.at, chrono_tz::Europe::London);
    let by = harmless::line(&suggestion.by);
    let why = (suggestion.why.as_deref()).map(|why| format!(": {}", harmless::line(why)));
    let said = format!("by {by} on {on}{}", why.unwrap_or_default());
    screen.line(&screen.prose("    ", &said));
}
