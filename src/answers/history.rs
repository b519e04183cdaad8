//! The versions and changes of one watch.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{
    Corroboration, NoAnswer, corrections, corroborated, no_watch, renamed::Renamed,
};
use crate::backfill::{self, Told};
use crate::house::House;
use crate::model::{Change, Coverage, EntryNo, State, Version, VersionNo, WatchId};
use crate::store::ChangeFilter;
use crate::watchlist::address_on;

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
    /// Where its text was read, oldest first; more than one where it moved.
    pub addresses: Vec<Address>,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// Its changes, oldest first.
    pub changes: Vec<Change>,
    /// The watches that go on with it, each with the version it goes on from.
    pub continued_by: Vec<(WatchId, VersionNo)>,
    /// What independent archives say of its changes and what anchors them, by their entries; of a change that nobody corroborates there is nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub corroborated: BTreeMap<EntryNo, Corroboration>,
    /// What archives of the web hold of it from before, as far as that was brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<Told>,
}

/// An address of a watch, with the times between which its text was read there.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Address {
    /// The address.
    pub url: String,
    /// The first time.
    pub from: DateTime<Utc>,
    /// The last time.
    pub until: DateTime<Utc>,
}

/// The addresses of these versions, in order; versions that follow one another at one address are one row.
pub(super) fn addresses(versions: &[Version]) -> Vec<Address> {
    let mut addresses: Vec<Address> = Vec::new();
    for version in versions {
        match addresses.last_mut() {
            Some(last) if last.url == version.url.as_str() => last.until = version.last_seen,
            _ => addresses.push(Address {
                url: version.url.to_string(),
                from: version.at,
                until: version.last_seen,
            }),
        }
    }
    addresses
}

/// What a watch is called, and where it is.
///
/// # Errors
/// Where neither the watchlist nor the archive has it.
pub(super) fn whereabouts(
    house: &House,
    id: &WatchId,
    state: &State,
) -> Result<(String, String), NoAnswer> {
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(id);
    if watch.is_none() && state.visits == 0 && state.current.is_none() {
        return Err(no_watch(house, id));
    }
    let current = state.current.as_ref();
    let title = watch
        .map(|watch| watch.name().to_owned())
        .or_else(|| current.map(|version| version.title.clone()));
    let zone = in_force.watchlist.settings.timezone;
    let today = house.clock.now().with_timezone(&zone).date_naive();
    let url = watch
        .map(|watch| address_on(&watch.url, today).to_string())
        .or_else(|| current.map(|version| version.url.to_string()));
    Ok((
        title.unwrap_or_else(|| id.0.clone()),
        url.unwrap_or_default(),
    ))
}

pub(super) async fn history(house: &House, id: &WatchId) -> Result<Timeline, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let state = house.store.state(known).await?;
    let (title, url) = whereabouts(house, id, &state)?;
    let filter = ChangeFilter {
        watch: Some(known.clone()),
        ..ChangeFilter::default()
    };
    let mut changes = house.store.changes(&filter).await?;
    changes.reverse();
    let last = house.store.last_entry().await?;
    let corroborated = corroborated::of_all(house, &changes, last).await?;
    let changes = corrections::with_corrections(house, renamed.changes(changes)).await?;
    let mut continued_by = house.store.continuations(known).await?;
    for (other, _) in &mut continued_by {
        *other = renamed.now(other).clone();
    }
    let versions = house.store.versions(known).await?;
    let versions = renamed.versions(house.store.marked(versions).await?);
    Ok(Timeline {
        addresses: addresses(&versions),
        id: id.clone(),
        title,
        url,
        coverage: house.store.coverage(known, None).await?,
        versions,
        changes,
        continued_by,
        corroborated,
        past: backfill::told(house, &house.in_force(), known, last).await?,
        state,
    })
}
