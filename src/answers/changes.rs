//! Changes over all watches.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, corrections, renamed::Renamed};
use crate::house::House;
use crate::model::{Change, Severity};
use crate::store::ChangeFilter;

/// Which changes are asked for.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct ChangesAsked {
    /// Only seen at or after.
    pub since: Option<DateTime<Utc>>,
    /// Only of watches of this topic.
    pub topic: Option<String>,
    /// Only of at least this severity.
    pub min_severity: Option<Severity>,
}

pub(super) async fn changes(house: &House, asked: &ChangesAsked) -> Result<Vec<Change>, NoAnswer> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    if let Some(topic) = &asked.topic {
        let named = watchlist
            .watches
            .iter()
            .any(|watch| watch.topics.contains(topic));
        if !named && !watchlist.topics.contains_key(topic) {
            let topics: Vec<&str> = watchlist.topics.keys().map(String::as_str).collect();
            return Err(NoAnswer::Unknown {
                what: format!("There is no topic “{topic}”."),
                remedy: Some(format!("The topics are: {}.", topics.join(", "))),
            });
        }
    }
    let filter = ChangeFilter {
        since: asked.since,
        min_severity: asked.min_severity,
        ..ChangeFilter::default()
    };
    let renamed = Renamed::since(house).await?;
    let mut changes = renamed.changes(house.store.changes(&filter).await?);
    if let Some(topic) = &asked.topic {
        let of_topic = |change: &Change| {
            watchlist
                .watches
                .iter()
                .any(|watch| watch.id == change.watch && watch.topics.contains(topic))
        };
        changes.retain(of_topic);
    }
    Ok(corrections::with_corrections(house, changes).await?)
}
