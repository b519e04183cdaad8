//! How many of their edits publishers announced, over time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{Change, Claim, WatchId};
use crate::store::ChangeFilter;

/// What is counted, by whom and by what time.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct AnnouncedAsked {
    /// Whose edits are counted together.
    pub by: By,
    /// The stretches of time.
    pub per: Per,
    /// Only what was seen at or after.
    pub since: Option<DateTime<Utc>>,
}

/// Whose edits are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Those of a publisher; of a host, where a watch names no publisher.
    #[default]
    Publisher,
    /// Those of a watch.
    Watch,
}

/// The stretches of time that are counted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Years.
    #[default]
    Year,
    /// Months.
    Month,
}

/// The edits of one publisher or watch in one stretch of time.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct Tally {
    /// The publisher, or the host of a page whose watch names none.
    pub publisher: String,
    /// The watch, where they are counted by watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchId>,
    /// The year (2016) or month (2016-07) in the time zone of the watchlist; absent for all of it.
    pub period: Option<String>,
    /// The edits that a page can be held to: announced, unannounced, minor and back-dated.
    pub edits: usize,
    /// Those that were announced by a date or a note.
    pub announced: usize,
    /// Of the announced, those whose note mentions words that changed.
    pub mentioned: usize,
    /// Those of which the page says nothing.
    pub unannounced: usize,
    /// The same on GOV.UK, which allows small edits without a note.
    pub minor: usize,
    /// Those dated to a day after which the old text was still seen.
    pub back_dated: usize,
    /// The announced among the edits, from 0 to 1; absent where there are none.
    pub share: Option<f64>,
    /// Edits that no claim can be held against: nothing is stated, or the site is not known to move it. Not among `edits`.
    pub no_claim: usize,
    /// Edits of spelling, punctuation and order of which nothing was said. Not among `edits`.
    pub slight: usize,
    /// How often a date or note moved and nothing else did. Not among `edits`.
    pub date_only: usize,
    /// How often a past note was altered or taken out. Not among `edits`.
    pub history_rewritten: usize,
    /// How often a date moved back. Not among `edits`.
    pub date_moved_back: usize,
}

impl Tally {
    fn count(&mut self, claim: &Claim) {
        match claim {
            Claim::Announced { mentions, .. } => {
                self.announced += 1;
                self.mentioned += usize::from(!mentions.is_empty());
            }
            Claim::Unannounced => self.unannounced += 1,
            Claim::Minor => self.minor += 1,
            Claim::BackDated { .. } => self.back_dated += 1,
            Claim::Slight => self.slight += 1,
            Claim::DateOnly { .. } => self.date_only += 1,
            Claim::HistoryRewritten { .. } => self.history_rewritten += 1,
            Claim::DateMovedBack { .. } => self.date_moved_back += 1,
            Claim::NotPossible { .. } => self.no_claim += 1,
        }
        self.edits = self.announced + self.unannounced + self.minor + self.back_dated;
        self.share = (self.edits > 0).then(|| self.announced as f64 / self.edits as f64);
    }
}

/// The tallies by publisher or watch, the whole of each first, then its years or months.
pub(super) async fn announced(
    house: &House,
    asked: &AnnouncedAsked,
) -> Result<Vec<Tally>, NoAnswer> {
    let filter = ChangeFilter {
        since: asked.since,
        ..ChangeFilter::default()
    };
    let renamed = Renamed::since(house).await?;
    let changes = renamed.changes(house.store.changes(&filter).await?);
    let zone = house.in_force().watchlist.settings.timezone;
    let form = match asked.per {
        Per::Year => "%Y",
        Per::Month => "%Y-%m",
    };
    let mut publishers: BTreeMap<WatchId, String> = BTreeMap::new();
    let mut tallies: BTreeMap<(String, Option<WatchId>, Option<String>), Tally> = BTreeMap::new();
    for Change {
        watch,
        claim,
        bounds,
        ..
    } in changes
    {
        let Some(claim) = claim else { continue };
        let publisher = match publishers.get(&watch) {
            Some(known) => known.clone(),
            None => {
                let found = publisher(house, &renamed, &watch).await?;
                publishers.insert(watch.clone(), found.clone());
                found
            }
        };
        let one = (asked.by == By::Watch).then_some(watch);
        let period = bounds.by.with_timezone(&zone).format(form).to_string();
        for period in [None, Some(period)] {
            let key = (publisher.clone(), one.clone(), period.clone());
            let tally = tallies.entry(key).or_insert_with(|| Tally {
                publisher: publisher.clone(),
                watch: one.clone(),
                period,
                ..Tally::default()
            });
            tally.count(&claim);
        }
    }
    Ok(tallies.into_values().collect())
}

/// Who publishes a page: as its watch says, else its host.
async fn publisher(house: &House, renamed: &Renamed, id: &WatchId) -> Result<String, NoAnswer> {
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(id);
    if let Some(named) = watch.and_then(|watch| watch.publisher.clone()) {
        return Ok(named);
    }
    let host = |url: &url::Url| url.host_str().map(str::to_owned);
    if let Some(host) = watch.and_then(|watch| host(&watch.url)) {
        return Ok(host);
    }
    let current = house.store.state(renamed.in_archive(id)).await?.current;
    let host = current.and_then(|version| host(&version.url));
    Ok(host.unwrap_or_else(|| id.to_string()))
}
