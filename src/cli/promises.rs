//! `promises`: what pages say will be there by when, and what is overdue.

use crate::answers::{Promised, Request, Response};
use crate::cli::arguments::{Arguments, PromisesWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble};
use crate::wording::harmless;

pub(super) async fn promises(
    arguments: &Arguments,
    screen: &Screen,
    what: &PromisesWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "promises");
    let request = Request::Promises {
        ids: what.ids.iter().map(|id| id.as_str().into()).collect(),
    };
    let Response::Promises(mut found) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if what.overdue {
        found.retain(|promised| promised.overdue);
    }
    if screen.json {
        found.iter().for_each(|promised| screen.json(promised));
        return Ok(Exit::Fine);
    }
    if found.is_empty() {
        screen.line(match what.overdue {
            true => "Nothing is overdue.",
            false => "No page says by when something will be there.",
        });
    }
    found.iter().for_each(|promised| tell(screen, promised));
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, promised: &Promised) {
    let due = promised.promise.due.format("%-d %B %Y");
    let head = match promised.overdue {
        true => format!("overdue since {due}"),
        false => format!("by {due}"),
    };
    let page = format!(
        "{} ({}, version {})",
        harmless::line(&promised.title),
        promised.watch,
        promised.version
    );
    screen.line(&format!("{}  {page}", screen.ink(Ink::Bold, &head)));
    let quote = format!("“{}”", harmless::line(&promised.promise.quote));
    screen.line(&screen.prose("    ", &quote));
}
