//! What the payer tells those who keep the program of itself.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::deliver::Means;
use crate::model::{Destination, Fact, Lack, Severity};
use crate::routing;
use crate::store::{Store, StoreError};
use crate::wording::times;

/// How much it matters that alerts do not arrive, or not whole: it is said at once.
const MATTERS: Severity = Severity(4);

/// A time is said to the minute, and never too early.
const TO_THE_MINUTE: TimeDelta = TimeDelta::seconds(59);

/// Which routes are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Any.
    AnyRoute,
    /// Those that do not lead to Discord, where there are some.
    AnotherWay,
}

/// Owes a notice to the operators; whether anybody is there to be told.
pub(super) async fn operators(
    store: &Store,
    means: &Means,
    text: &str,
    by: By,
) -> Result<bool, StoreError> {
    let now = means.clock.now();
    let mut owed = routing::of_program(&means.routes, MATTERS, now);
    let elsewhere =
        |to: &Destination| !matches!(to, Destination::Discord(_) | Destination::DiscordWebhook(_));
    if by == By::AnotherWay && owed.iter().any(|one| elsewhere(&one.to)) {
        owed.retain(|one| elsewhere(&one.to));
    }
    if owed.is_empty() {
        return Ok(false);
    }
    let text = store.keep(text.as_bytes().to_vec(), None).await?;
    let fact = Fact::Notice {
        text,
        owed,
        about: Vec::new(),
        promises: Vec::new(),
    };
    store.append(fact, now, None).await?;
    Ok(true)
}

/// That messages do not stand in a channel as they were sent, and what to do.
pub(super) fn of_lack(to: &Destination, lack: Lack) -> String {
    let (what, remedy) = match lack {
        Lack::Embed => (
            "shows only the first lines of what is sent there: the rest was taken away",
            "allow the bot Embed Links in that channel",
        ),
        Lack::File => (
            "does not keep the files of what is sent there",
            "allow the bot Attach Files in that channel",
        ),
        Lack::Words => (
            "cuts the words of what is sent there",
            "look at what stands between this program and the channel",
        ),
    };
    format!("The channel {to} {what}. The archive has all of it; {remedy}.")
}

/// That nothing is asked of Discord for a while, and until when.
pub(super) fn of_breaker(why: &str, until: DateTime<Utc>, zone: Tz) -> String {
    format!(
        "{why}: it is tried again at {}. What is owed is kept; `smallprint outbox` says what each alert waits for.",
        times::moment(until + TO_THE_MINUTE, zone)
    )
}
