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
    house.refresh().await?;
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
    let retired = known.iter().filter(|id| !stays(id)).cloned();
    let retired = without_leads(house, retired.collect()).await?;
    let own = |(watch, _): &(&Watch, _)| watch.found_by.is_none();
    let watches = watchlist.enabled().filter(own).count();
    let fact = Fact::Watchlist {
        digest: watchlist.digest,
        watches,
        retired,
        renamed,
    };
    // What was written is kept with what was judged by it; the first text has the digest of the fact.
    for text in watchlist.texts.iter() {
        house.store.keep(text.clone().into_bytes(), None).await?;
    }
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(())
}

/// Of these ids those that are to be retired now: a lead stands in no watchlist, and is retired once, when what led to
/// it stands there no longer.
async fn without_leads(house: &House, ids: Vec<WatchId>) -> Result<Vec<WatchId>, StoreError> {
    let trails = house.store.trails().await?;
    let leads: BTreeSet<&WatchId> = trails.iter().map(|trail| &trail.lead.watch).collect();
    let (mut retired, mut of_leads) = (Vec::new(), 0);
    for id in ids {
        if leads.contains(&id) {
            let more = of_leads < MOST_LEADS && !house.store.state(&id).await?.retired;
            of_leads += usize::from(more);
            if !more {
                continue;
            }
        }
        retired.push(id);
    }
    Ok(retired)
}

/// The most leads that one entry retires, so that it stays within its bounds; none of them is visited in any case.
const MOST_LEADS: usize = 200;

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
