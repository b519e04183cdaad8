//! The watches and how they stand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{Failing, State, VersionNo, Watch, WatchId};
use crate::schedule::Plan;

/// How a watch stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Read at the last visit.
    Read,
    /// Never visited, or visited and never read: not "gone".
    NeverRead,
    /// The last visit failed.
    Failing,
    /// Vanished, or redirected away.
    Gone,
    /// In the watchlist, switched off.
    Disabled,
    /// No longer in the watchlist; its history stays readable.
    Retired,
}

/// One watch as `list` shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Listed {
    /// Its name; `watch` in JSON, as everywhere.
    #[serde(rename = "watch")]
    pub id: WatchId,
    /// What people call it.
    pub title: String,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Its address.
    pub url: String,
    /// Its topics.
    pub topics: Vec<String>,
    /// How it stands.
    pub standing: Standing,
    /// The version that stands, or stood last.
    pub version: Option<VersionNo>,
    /// When it was last read.
    pub last_seen: Option<DateTime<Utc>>,
    /// When it last changed.
    pub last_change: Option<DateTime<Utc>>,
    /// The failure that goes on.
    pub failing: Option<Failing>,
    /// How many visits there were.
    pub visits: u64,
    /// When it is due next.
    pub next: Option<DateTime<Utc>>,
    /// Whether it is visited even where robots.txt forbids it.
    pub ignore_robots: bool,
    /// The watch that led to it, where it stands in no watchlist.
    pub found_by: Option<WatchId>,
}

pub(super) async fn list(house: &House) -> Result<Vec<Listed>, NoAnswer> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let renamed = Renamed::since(house).await?;
    let known = house.known().await?;
    let states: BTreeMap<&WatchId, &State> = known.iter().map(|(id, state)| (id, state)).collect();
    let mut rows = Vec::new();
    let mut named = BTreeSet::new();
    for (watch, plan) in watchlist.watches.iter().zip(&watchlist.plans) {
        let known = renamed.in_archive(&watch.id);
        // An earlier name of a watch leads to its state too.
        let earlier = match states.contains_key(known) {
            true => None,
            false => Some(house.store.state(known).await?),
        };
        let Some(state) = states.get(known).copied().or(earlier.as_ref()) else {
            continue;
        };
        named.insert(watch.id.clone());
        rows.push(listed(
            house,
            watch,
            plan,
            state,
            watchlist.settings.jitter_seconds,
        ));
    }
    let trails = house.store.trails().await?;
    let unwatched = trails.iter().map(|trail| &trail.lead);
    let unwatched: BTreeSet<&WatchId> = unwatched
        .filter(|lead| !lead.fate.is_watched())
        .map(|lead| &lead.watch)
        .collect();
    for (id, state) in states {
        if unwatched.contains(id) {
            continue;
        }
        if !named.contains(renamed.now(id)) {
            rows.push(retired(id.clone(), state));
        }
    }
    Ok(rows)
}

fn listed(house: &House, watch: &Watch, plan: &Plan, state: &State, jitter: u32) -> Listed {
    let standing = match state {
        _ if !watch.enabled => Standing::Disabled,
        State { away: true, .. } => Standing::Gone,
        State { current: None, .. } => Standing::NeverRead,
        State {
            failing: Some(_), ..
        } => Standing::Failing,
        _ => Standing::Read,
    };
    let now = house.clock.now();
    let next = watch.enabled.then(|| match state.last_visit {
        None => Some(now),
        Some(last) => plan
            .next_for(&watch.id, last, jitter)
            .map(|next| next.max(now)),
    });
    Listed {
        id: watch.id.clone(),
        title: watch.name().to_owned(),
        publisher: watch.publisher.clone(),
        url: watch.url.to_string(),
        topics: watch.topics.clone(),
        standing,
        version: state.current.as_ref().map(|version| version.no),
        last_seen: state.last_seen,
        last_change: state.last_change,
        failing: state.failing.clone(),
        visits: state.visits,
        next: next.flatten(),
        ignore_robots: watch.ignore_robots,
        found_by: watch.found_by.clone(),
    }
}

fn retired(id: WatchId, state: &State) -> Listed {
    let current = state.current.as_ref();
    Listed {
        title: current.map_or_else(|| id.0.clone(), |version| version.title.clone()),
        id,
        publisher: None,
        url: current
            .map(|version| version.url.to_string())
            .unwrap_or_default(),
        topics: Vec::new(),
        standing: Standing::Retired,
        version: current.map(|version| version.no),
        last_seen: state.last_seen,
        last_change: state.last_change,
        failing: state.failing.clone(),
        visits: state.visits,
        next: None,
        ignore_robots: false,
        found_by: None,
    }
}
