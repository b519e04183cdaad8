//! Says that nothing was brought of a host that is only collected.

use chrono::{DateTime, TimeDelta, Utc};

use crate::house::{House, InForce};
use crate::model::{Digest, Fact, Render, Watch};
use crate::store::StoreError;
use crate::visit::lasting;
use crate::wording::times;

/// How long nothing may be brought before that is said.
const SILENCE: TimeDelta = TimeDelta::hours(24);

/// Says once of every host that is only collected that nothing was brought for a day, though it was due. `began` is when
/// this program began to listen. Gives how many messages are owed.
///
/// # Errors
/// The archive's.
pub async fn unbrought(
    house: &House,
    in_force: &InForce,
    began: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let watchlist = &in_force.watchlist;
    let Some(collect) = &watchlist.collect else {
        return Ok(0);
    };
    let now = house.clock.now();
    let mut count = 0;
    for host in &collect.collected {
        let mut last: Option<DateTime<Utc>> = None;
        let mut waiting: Vec<&Watch> = Vec::new();
        for (watch, plan) in watchlist.enabled() {
            if watch.url.host_str() != Some(host) || watch.render == Render::Browser {
                continue;
            }
            let visited = house.store.state(&watch.id).await?.last_visit;
            last = last.max(visited);
            let jitter = watchlist.settings.jitter_seconds;
            let due = match visited {
                Some(visited) => plan.next_for(&watch.id, visited, jitter),
                None => Some(began),
            };
            if due.is_some_and(|due| now - due >= SILENCE) {
                waiting.push(watch);
            }
        }
        if waiting.is_empty() || last.is_some_and(|last| now - last < SILENCE) {
            continue;
        }
        let since = last.map(|last| times::moment(last, watchlist.settings.timezone));
        let text = nothing_brought(host, since);
        // What was said before stands in the archive, word for word.
        if house.store.body(Digest::of(text.as_bytes())).await.is_ok() {
            continue;
        }
        let owed = lasting::owed(in_force, waiting.into_iter(), now);
        count += owed.len();
        let fact = Fact::Notice {
            text: house.store.keep(text.into_bytes(), None).await?,
            owed,
            about: Vec::new(),
            promises: Vec::new(),
        };
        house.store.append(fact, now, None).await?;
    }
    Ok(count)
}

/// The same words as long as nothing is brought, so that they are known again.
fn nothing_brought(host: &str, since: Option<String>) -> String {
    let since = match since {
        Some(since) => format!("since {since}"),
        None => "yet".to_owned(),
    };
    format!(
        "No captures of {host} were brought {since}, though its pages are due. This machine does not visit it: look after \
         the collector (`smallprint collect`). Nothing more is said of this until captures are brought again."
    )
}
