//! When the text that stands was seen, and how it was served each time.

use chrono::{DateTime, Utc};

use crate::model::{Capture, LookOutcome, Served, Sight, Version, WatchId};
use crate::store::{Moment, bodies, error::StoreError, rooms::Rooms};

/// How many looks are looked through, the newest of them.
const LOOKED_THROUGH: usize = 200;

/// The times from then on at which the text was seen that stands now, or stood at a moment, oldest first. What somebody
/// saved is their word, and not counted.
pub(super) fn since(
    rooms: &Rooms,
    watch: &WatchId,
    since: DateTime<Utc>,
    until: Option<Moment>,
) -> Result<Vec<Sight>, StoreError> {
    let mut versions = rooms.picture().versions(watch)?;
    versions.retain(|version| until.is_none_or(|until| version.entry < until.entry));
    let standing = standing(versions);
    let Some(first) = standing.first() else {
        return Ok(Vec::new());
    };
    let since = since.max(first.at);
    let mut sights = Vec::new();
    for version in &standing {
        if version.at >= since && version.imported.is_none() {
            sights.push(Sight {
                at: version.at,
                served: Some(served(rooms, version)?),
            });
        }
    }
    let looks = rooms.picture();
    let looks = looks.looks_before(watch, until.map(|until| until.at), LOOKED_THROUGH)?;
    let read = looks
        .into_iter()
        .filter(|look| look.at >= since && matches!(look.outcome, LookOutcome::Unchanged { .. }));
    sights.extend(read.map(|look| Sight {
        at: look.at,
        served: look.served,
    }));
    sights.sort_by_key(|sight| sight.at);
    Ok(sights)
}

/// The versions at the end that have the text of the last one.
fn standing(mut versions: Vec<Version>) -> Vec<Version> {
    let Some(text) = versions.last().map(Version::compared) else {
        return versions;
    };
    let same = |version: &&Version| version.compared() == text;
    let count = versions.iter().rev().take_while(same).count();
    versions.split_off(versions.len() - count)
}

fn served(rooms: &Rooms, version: &Version) -> Result<Served, StoreError> {
    let body = bodies::read(&rooms.disk, &rooms.disk.cache, version.capture)?;
    let capture: Capture = serde_json::from_slice(&body)
        .map_err(|error| StoreError::damaged(format!("the capture {}", version.capture), error))?;
    Ok(Served::of(capture.answer()))
}
