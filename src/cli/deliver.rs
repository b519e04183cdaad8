//! `deliver`: pay the alerts owed now.

use crate::answers::{Request, Response};
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble, rows};

pub(super) async fn deliver(arguments: &Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "deliver");
    let Response::Deliver(paid) = desk::once(opening, Request::Deliver, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        screen.json(&rows::paid(&paid));
    } else {
        screen.line(&format!(
            "{} sent, {} given up, {} waiting.",
            paid.sent.len(),
            paid.given_up.len(),
            paid.waiting.len()
        ));
        if paid.held > 0 {
            let count = counted(paid.held, "alert waits", "alerts wait");
            screen.line(&format!(
                "{count} for company, for the end of quiet hours, or for a digest."
            ));
        }
        for (alert, to, why) in &paid.given_up {
            screen.line(&format!("alert {alert} to {to} was given up: {why}"));
        }
        for (to, why) in &paid.waiting {
            screen.line(&format!("{to} is waiting: {why}"));
        }
    }
    Ok(if paid.given_up.is_empty() && paid.waiting.is_empty() {
        Exit::Fine
    } else {
        Exit::Failed
    })
}
