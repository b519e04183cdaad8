//! Which channels take no messages for now, and why.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::deliver::LONG;
use crate::model::{Destination, Fact, MessageId, Parked};
use crate::store::{Store, StoreError};

/// Waits as long as this are put on record; a pause that a busy channel asks for is no news.
const WORTH_NOTING: Duration = Duration::from_secs(60);
/// How long a reason stands on record before another takes its place.
const STANDS: TimeDelta = TimeDelta::minutes(10);

/// The last attempt at a channel, as whoever pays it remembers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The message it did not take.
    pub message: MessageId,
    /// Why.
    pub why: String,
    /// When it was tried last.
    pub tried: DateTime<Utc>,
    /// When it is tried next.
    pub next: DateTime<Utc>,
}

impl Refused {
    /// Whether the channel wants to be left alone for long, or until somebody mends something.
    pub fn is_for_long(&self) -> bool {
        (self.next - self.tried)
            .to_std()
            .is_ok_and(|wait| wait >= LONG)
    }
}

/// The channels that did not take the last message offered. Every clone sees the same.
#[derive(Clone, Default, Debug)]
pub struct Refusals(Arc<Mutex<BTreeMap<Destination, Refused>>>);

impl Refusals {
    /// All of them now.
    pub fn now(&self) -> BTreeMap<Destination, Refused> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.clone()
    }

    /// Notes how the last attempt at a channel ended.
    pub(super) fn note(&self, to: &Destination, refused: Option<Refused>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match refused {
            Some(refused) => all.insert(to.clone(), refused),
            None => all.remove(to),
        };
    }
}

/// Puts it on record that a channel takes no messages: once, and again when the reason is another. `held` is for how long
/// even a program that starts again must leave it in peace.
pub(super) async fn note(
    store: &Store,
    to: &Destination,
    refused: &Refused,
    held: Option<Duration>,
) -> Result<(), StoreError> {
    let now = refused.tried;
    let wait = (refused.next - now).to_std().unwrap_or_default();
    if wait < WORTH_NOTING {
        return Ok(());
    }
    let held = held.and_then(|held| TimeDelta::from_std(held).ok());
    let parked = Parked {
        to: to.clone(),
        message: refused.message,
        why: refused.why.clone(),
        until: held.map(|held| now + held),
    };
    let known = store.parked().await?;
    let known = known.into_iter().find(|one| one.parked.to == *to);
    let is_known = known.is_some_and(|known| {
        let is_held = |parked: &Parked| parked.until.is_some_and(|until| until > now);
        let same = known.parked.why == parked.why || now - known.noted < STANDS;
        same && is_held(&known.parked) == is_held(&parked)
    });
    if !is_known {
        store.append(Fact::Parked(parked), now, None).await?;
    }
    Ok(())
}
