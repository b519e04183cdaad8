//! The versions and changes of one watch.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Change, Coverage, State, Version, VersionNo, WatchId};
use crate::store::ChangeFilter;

/// Everything `history` shows of a watch.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Timeline {
    /// Which watch.
    pub id: WatchId,
    /// What people call it.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How it stands.
    pub state: State,
    /// How often it was visited.
    pub coverage: Coverage,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// Its changes, oldest first.
    pub changes: Vec<Change>,
    /// The watches that go on with it, each with the version it goes on from.
    pub continued_by: Vec<(WatchId, VersionNo)>,
}

pub(super) async fn history(house: &House, id: &WatchId) -> Result<Timeline, NoAnswer> {
    let in_force = house.in_force();
    let watch = in_force
        .watchlist
        .watches
        .iter()
        .find(|watch| watch.id == *id);
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let state = house.store.state(known).await?;
    if watch.is_none() && state.visits == 0 && state.current.is_none() {
        return Err(no_watch(house, id));
    }
    let current = state.current.as_ref();
    let title = watch
        .map(|watch| watch.name().to_owned())
        .or_else(|| current.map(|version| version.title.clone()));
    let url = watch
        .map(|watch| watch.url.to_string())
        .or_else(|| current.map(|version| version.url.to_string()));
    let filter = ChangeFilter {
        watch: Some(known.clone()),
        ..ChangeFilter::default()
    };
    let mut changes = renamed.changes(house.store.changes(&filter).await?);
    changes.reverse();
    let mut continued_by = house.store.continuations(known).await?;
    for (other, _) in &mut continued_by {
        *other = renamed.now(other).clone();
    }
    Ok(Timeline {
        id: id.clone(),
        title: title.unwrap_or_else(|| id.0.clone()),
        url: url.unwrap_or_default(),
        coverage: house.store.coverage(known, None).await?,
        versions: renamed.versions(house.store.versions(known).await?),
        changes,
        continued_by,
        state,
    })
}
