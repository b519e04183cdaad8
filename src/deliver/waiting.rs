//! The alerts owed, with how far each is on its way.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Alert, Fact, Waits};
use crate::routing::{Stands, Waiting};
use crate::store::{Store, StoreError};

/// Reads them, oldest first.
pub(super) async fn read(store: &Store) -> Result<Vec<Waiting>, StoreError> {
    let mut waiting = Vec::new();
    for alert in store.owed().await? {
        let stands = stands(store, &alert).await?;
        waiting.push(Waiting { alert, stands });
    }
    Ok(waiting)
}

/// For how long the oldest of these alerts could have been sent, had its channel taken it.
pub fn oldest(owed: &[Alert], now: DateTime<Utc>) -> Option<TimeDelta> {
    let since = owed.iter().filter_map(|alert| match alert.owed.waits {
        None => Some(alert.at),
        Some(Waits::Quiet { until } | Waits::Batch { until }) => Some(until.max(alert.at)),
        Some(Waits::Digest) => None,
    });
    let since = since.filter(|since| *since <= now);
    since.min().map(|since| now - since)
}

async fn stands(store: &Store, alert: &Alert) -> Result<Stands, StoreError> {
    if let Some((composed, _)) = store.composed(alert.id).await? {
        return Ok(Stands::Composed(composed.id));
    }
    // Only what goes at once on a route, and is nobody's change, can be a digest.
    let owed = &alert.owed;
    let perhaps = alert.watch.is_none() && owed.waits.is_none() && owed.route.is_some();
    if perhaps && let Fact::Digest { .. } = store.entry(alert.id.entry).await?.fact {
        return Ok(Stands::Digest);
    }
    Ok(Stands::Owed)
}
