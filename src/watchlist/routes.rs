//! Which changes go where.

use crate::model::{Destination, Route, Severity};
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
        let to = text.text.parse().ok();
        if to.is_none() {
            // The text may be the address of a webhook, which is a secret, so it is not quoted.
            let suggestion = "write \"discord:CHANNEL_ID\", \"discord-webhook:ENVIRONMENT_VARIABLE\" or \"terminal\"";
            found.note(&text.place, "this is no place to send to", Some(suggestion.to_owned()));
        }
        to
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
