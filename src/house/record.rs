//! Puts the watchlist in force on record, so that the archive knows which watches there are.

use std::collections::BTreeSet;

use crate::house::House;
use crate::model::{Fact, Watch, WatchId};
use crate::store::StoreError;

/// Writes down that another watchlist is in force than the last time, which watches it retires and which it renames.
///
/// # Errors
/// The archive's.
pub async fn record(house: &House) -> Result<(), StoreError> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    if house.store.last_watchlist().await? == Some(watchlist.digest) {
        return Ok(());
    }
    let known: BTreeSet<WatchId> = house.store.watches().await?.into_iter().collect();
    let renamed = renamed(house).await?;
    let stays = |id: &WatchId| {
        watchlist
            .watches
            .iter()
            .any(|watch| watch.id == *id || watch.was.contains(id))
            || renamed.iter().any(|(old, _)| old == id)
    };
    let retired: Vec<WatchId> = known.iter().filter(|id| !stays(id)).cloned().collect();
    let watches = watchlist.enabled().count();
    let fact = Fact::Watchlist {
        digest: watchlist.digest,
        watches,
        retired,
        renamed,
    };
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(())
}

/// Old and new ids of the watches that the watchlist in force renames and the archive knows by their old ids still.
///
/// # Errors
/// The archive's.
pub async fn renamed(house: &House) -> Result<Vec<(WatchId, WatchId)>, StoreError> {
    let in_force = house.in_force();
    let watches = &in_force.watchlist.watches;
    if watches.iter().all(|watch| watch.was.is_empty()) {
        return Ok(Vec::new());
    }
    let known: BTreeSet<WatchId> = house.store.watches().await?.into_iter().collect();
    let pair = |watch: &Watch| {
        let old = watch.was.iter().find(|old| known.contains(*old));
        let old = old.filter(|_| !known.contains(&watch.id))?;
        Some((old.clone(), watch.id.clone()))
    };
    Ok(watches.iter().filter_map(pair).collect())
}
