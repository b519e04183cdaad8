//! Which changes go where.

use crate::model::{Destination, NotADestination, Route, Severity};
use crate::watchlist::{found::Found, section::Section, watches::Names};

/// The route of a watchlist that has none: everything but what is only recorded goes to the terminal.
pub(super) fn to_terminal() -> Route {
    Route {
        to: Destination::Terminal,
        topics: Vec::new(),
        min_severity: Severity(2),
        loud_from: Severity(4),
    }
}

/// Reads one `[[route]]`. Without `min_severity` it takes what is to be posted (3), without `loud_from` it is loud from 4.
pub(super) fn read(
    mut section: Section<'_>,
    names: &Names,
    found: &mut Found<'_>,
) -> Option<Route> {
    let to = section
        .require("to", found)
        .and_then(|value| value.text(found));
    let to = to.and_then(|text| {
        let to = text.text.parse();
        match &to {
            // The text may be the address of a webhook, which is a secret, so it is not quoted.
            Err(NotADestination { write }) => {
                found.note(
                    &text.place,
                    "this is no place to send to",
                    Some(write.clone()),
                );
            }
            Ok(Destination::Email(_)) if !names.sender => {
                let write = "write `from = \"smallprint@example.org\"` under [email]";
                let what = "this route sends e-mail, and nobody is named as its sender";
                found.note(&text.place, what, Some(write.to_owned()));
            }
            Ok(_) => {}
        }
        to.ok()
    });
    let topics = names.topics(section.texts("topics", found), found);
    let mut severity = |key, default| {
        let number = section
            .take(key)
            .and_then(|value| value.number(1..=5, found));
        Severity(
            number
                .and_then(|number| u8::try_from(number).ok())
                .unwrap_or(default),
        )
    };
    let (min_severity, loud_from) = (severity("min_severity", 3), severity("loud_from", 4));
    section.finish(found);
    Some(Route {
        to: to?,
        topics,
        min_severity,
        loud_from,
    })
}
