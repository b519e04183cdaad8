//! What pages say will be there by when.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Bounds, Promise, VersionNo, WatchId};

/// A promise, with the page that makes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Promised {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// In which version it stands; the current one.
    pub version: VersionNo,
    /// Between which times that version came.
    pub bounds: Bounds,
    /// The promise.
    #[serde(flatten)]
    pub promise: Promise,
    /// Whether its day has passed.
    pub overdue: bool,
}

/// The promises that stand on these pages now, on all where none is named, the earliest first.
pub(super) async fn promises(house: &House, ids: &[WatchId]) -> Result<Vec<Promised>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let in_force = house.in_force();
    let zone = in_force.watchlist.settings.timezone;
    let today = house.clock.now().with_timezone(&zone).date_naive();
    let wanted: Vec<WatchId> = match ids {
        [] => {
            let watches = in_force.watchlist.watches.iter();
            watches.map(|watch| watch.id.clone()).collect()
        }
        ids => ids.to_vec(),
    };
    let mut found = Vec::new();
    for id in wanted {
        let state = house.store.state(renamed.in_archive(&id)).await?;
        let Some(current) = state.current else {
            if ids.is_empty() {
                continue;
            }
            return Err(match in_force.watchlist.watch(&id) {
                Some(_) => no_version(&id, "yet", None),
                None => no_watch(house, &id),
            });
        };
        let made = house.gleaned(&current).await?.promises.clone();
        found.extend(made.into_iter().map(|promise| Promised {
            watch: id.clone(),
            title: current.title.clone(),
            version: current.no,
            bounds: Bounds {
                after: current.after,
                by: current.at,
            },
            overdue: promise.due < today,
            promise,
        }));
    }
    let first = |promised: &Promised| -> (NaiveDate, WatchId) {
        (promised.promise.due, promised.watch.clone())
    };
    found.sort_by_key(first);
    Ok(found)
}
