//! Who publishes what: how much, when, and how much of it is announced.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::announced::Tally;
use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{ChangeKind, WatchId};

/// What one publisher did.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct PublisherOne {
    /// Its name, or the host of pages whose watch names none.
    pub publisher: String,
    /// How many of its pages are or were watched.
    pub pages: usize,
    /// How many changes were seen, first sights left out.
    pub changes: usize,
    /// Those of severity 3 and more.
    pub grave: usize,
    /// When the last of them was first seen.
    pub last: Option<DateTime<Utc>>,
    /// How many were first seen in which month (2016-07) of the watchlist's time zone; months without any are left out.
    pub months: Vec<(String, usize)>,
    /// How many were first seen on which day of the week, Monday first.
    pub weekdays: [usize; 7],
    /// What the pages said of the edits.
    pub tally: Tally,
}

/// The publisher of every page.
pub(super) struct Publishers(BTreeMap<WatchId, String>);

impl Publishers {
    /// As the watches say, else the hosts.
    pub(super) async fn of(house: &House) -> Result<Publishers, NoAnswer> {
        let renamed = Renamed::since(house).await?;
        let in_force = house.in_force();
        let host = |url: &url::Url| url.host_str().map(str::to_owned);
        let mut all = BTreeMap::new();
        for watch in in_force.watchlist.watches.iter() {
            let named = watch.publisher.clone().or_else(|| host(&watch.url));
            all.insert(
                watch.id.clone(),
                named.unwrap_or_else(|| watch.id.to_string()),
            );
        }
        for (id, state) in house.known().await?.iter() {
            let id = renamed.now(id).clone();
            all.entry(id).or_insert_with_key(|id| {
                let current = state.current.as_ref();
                let named = current.and_then(|version| host(&version.url));
                named.unwrap_or_else(|| id.to_string())
            });
        }
        Ok(Publishers(all))
    }

    /// Who publishes this page.
    pub(super) fn who<'a>(&'a self, id: &'a WatchId) -> &'a str {
        self.0.get(id).map_or(id.0.as_str(), String::as_str)
    }

    /// Whether there is, or was, such a page.
    pub(super) fn knows(&self, id: &WatchId) -> bool {
        self.0.contains_key(id)
    }

    /// The pages of this publisher.
    pub(super) fn pages(&self, publisher: &str) -> Result<BTreeSet<WatchId>, NoAnswer> {
        let own = self.0.iter().filter(|(_, named)| *named == publisher);
        let own: BTreeSet<WatchId> = own.map(|(id, _)| id.clone()).collect();
        match own.is_empty() {
            false => Ok(own),
            true => Err(NoAnswer::Unknown {
                what: format!("No page is watched of a publisher “{publisher}”."),
                remedy: Some("`smallprint announced` names those that changed something.".into()),
            }),
        }
    }
}

/// What every publisher did, or this one, by name. No document is read for it.
pub(super) async fn publishers(
    house: &House,
    only: Option<&str>,
) -> Result<Vec<PublisherOne>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let publishers = Publishers::of(house).await?;
    if let Some(name) = only {
        publishers.pages(name)?;
    }
    let zone = house.in_force().watchlist.settings.timezone;
    let briefs = house.store.briefs().await?;
    let mut rows: BTreeMap<&str, PublisherOne> = BTreeMap::new();
    for name in publishers.0.values() {
        let row = rows.entry(name).or_default();
        row.publisher.clone_from(name);
        row.tally.publisher.clone_from(name);
        row.pages += 1;
    }
    let who: BTreeMap<u32, &str> = briefs
        .watches
        .iter()
        .map(|(number, id)| (*number, publishers.who(renamed.now(id))))
        .collect();
    let mut months: BTreeMap<(&str, i32, u32), usize> = BTreeMap::new();
    for brief in &briefs.rows {
        let Some(name) = who.get(&brief.watch) else {
            continue;
        };
        let wanted = only.is_none_or(|only| only == *name);
        if brief.kind == ChangeKind::Appeared || !wanted {
            continue;
        }
        let row = rows.entry(name).or_default();
        let here = brief.by.with_timezone(&zone);
        row.changes += 1;
        row.grave += usize::from(brief.severity.0 >= 3);
        row.last = row.last.max(Some(brief.by));
        row.weekdays[here.weekday().num_days_from_monday() as usize] += 1;
        row.tally.count(brief);
        *months.entry((name, here.year(), here.month())).or_default() += 1;
    }
    for ((name, year, month), count) in months {
        let row = rows.entry(name).or_default();
        row.months.push((format!("{year}-{month:02}"), count));
    }
    let rows = rows.into_values();
    Ok(rows
        .filter(|row| only.is_none_or(|only| only == row.publisher))
        .collect())
}
