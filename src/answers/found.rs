//! What watches lead to, and what somebody decides on it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::house::House;
use crate::model::{Fact, Fate, How, Trail, Watch, WatchId};
use crate::watchlist::Trails;

/// A lead as `list --found` shows it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct FoundOne {
    /// Its name.
    pub watch: WatchId,
    /// What became of it.
    pub fate: Fate,
    /// Whether it is visited on schedule now.
    pub visited: bool,
    /// The watch that led to it.
    pub parent: WatchId,
    /// What it is to that watch.
    pub how: How,
    /// What the page that leads to it calls it.
    pub title: String,
    /// Its address.
    pub url: String,
    /// When it was found.
    pub since: DateTime<Utc>,
    /// When it was read first.
    pub read: Option<DateTime<Utc>>,
    /// Why it is watched, or no longer; for one that is unread, why it could not be read.
    pub why: Option<String>,
}

/// What came of a decision: the lead as it is now, and the watch to take over into the watchlist.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Decision {
    /// The lead.
    pub found: FoundOne,
    /// The watch it is visited as; `None` where what led to it is no longer watched.
    pub watch: Option<Watch>,
}

pub(super) async fn found(house: &House) -> Result<Vec<FoundOne>, NoAnswer> {
    let trails = trails(house).await?;
    let mut rows = Vec::new();
    for trail in trails.values() {
        rows.push(one(house, trail).await?);
    }
    rows.sort_by(|a, b| (&a.parent, a.since, &a.watch).cmp(&(&b.parent, b.since, &b.watch)));
    Ok(rows)
}

/// Notes what becomes of a lead from now on.
pub(super) async fn decide(house: &House, id: &WatchId, fate: Fate) -> Result<Decision, NoAnswer> {
    if !trails(house).await?.contains_key(id) {
        return Err(NoAnswer::Unknown {
            what: format!("Nothing was found under the name “{id}”."),
            remedy: Some("`smallprint list --found` names what was found.".to_owned()),
        });
    }
    let watch = id.clone();
    let fact = Fact::Decided { watch, fate };
    house.store.append(fact, house.clock.now(), None).await?;
    house.refresh().await?;
    let trails = trails(house).await?;
    let trail = trails.get(id).ok_or_else(|| NoAnswer::Unknown {
        what: format!("Nothing was found under the name “{id}”."),
        remedy: None,
    })?;
    Ok(Decision {
        found: one(house, trail).await?,
        watch: house.in_force().watchlist.led(&trail.lead, &trails),
    })
}

async fn trails(house: &House) -> Result<Trails, NoAnswer> {
    let trails = house.store.trails().await?.into_iter();
    Ok(trails
        .map(|trail| (trail.lead.watch.clone(), trail))
        .collect::<BTreeMap<_, _>>())
}

async fn one(house: &House, trail: &Trail) -> Result<FoundOne, NoAnswer> {
    let lead = &trail.lead;
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(&lead.watch);
    let failing = match lead.fate {
        Fate::Unread => house.store.state(&lead.watch).await?.failing,
        _ => None,
    };
    Ok(FoundOne {
        watch: lead.watch.clone(),
        fate: lead.fate,
        visited: watch.is_some_and(|watch| watch.enabled),
        parent: lead.parent.clone(),
        how: lead.how,
        title: lead.title.clone(),
        url: lead.url.to_string(),
        since: trail.since,
        read: trail.read,
        why: lead.why.clone().or(failing.map(|failing| failing.why)),
    })
}
