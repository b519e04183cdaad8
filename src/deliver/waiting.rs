//! The alerts owed, with how far each is on its way.

use crate::model::{Alert, Fact};
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
