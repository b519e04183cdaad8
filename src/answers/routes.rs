//! The routes in plain words, and what they would have sent.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, renamed::Renamed};
use crate::deliver::{self, Means, Patience, Saying};
use crate::house::House;
use crate::model::{Change, EntryNo, Hushed, Message, Period, Route, Severity};
use crate::routing::{self, About, Past, Sent};
use crate::store::ChangeFilter;
use crate::wording;

/// How far back is looked where nothing else is said.
const LOOKED_BACK: TimeDelta = TimeDelta::days(30);
const WEEK: TimeDelta = TimeDelta::days(7);
/// How many of the days with most messages are named.
const LOUDEST: usize = 3;
/// The most samples of a route.
const MOST_SAMPLES: usize = 20;

/// A route in plain words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct RouteOne {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub to: String,
    /// What it takes.
    pub takes: String,
    /// When it sends.
    pub sends: String,
}

/// Of which time a forecast is wanted.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct ForecastAsked {
    /// Since this time.
    pub since: Option<DateTime<Utc>>,
    /// Or for this long up to now, in milliseconds; thirty days where neither is said.
    pub ago_ms: Option<i64>,
    /// How many messages of each route are shown.
    pub samples: usize,
}

/// What the routes of today would have sent of the changes that are stored.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Forecasts {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until now.
    pub until: DateTime<Utc>,
    /// How many changes were offered to the routes.
    pub changes: usize,
    /// How many were held quiet: muted, noise, and the like.
    pub held: usize,
    /// How many of those offered no route takes.
    pub untaken: usize,
    /// When the newest change of the archive was seen, where none lies in that time.
    pub newest: Option<DateTime<Utc>>,
    /// Route by route.
    pub routes: Vec<Forecast>,
}

/// What one route would have sent.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Forecast {
    /// Which.
    #[serde(flatten)]
    pub route: RouteOne,
    /// How many messages beside its digests.
    pub messages: usize,
    /// How many of them make a sound.
    pub loud: usize,
    /// How many of them mention a role.
    pub mentions: usize,
    /// How many digests.
    pub digests: usize,
    /// How many changes all of them tell of.
    pub changes: usize,
    /// The messages beside its digests of each week, the last week last.
    pub weeks: Vec<usize>,
    /// The median of these.
    pub median: f64,
    /// The most of these.
    pub worst: usize,
    /// The days with most messages.
    pub days: Vec<(NaiveDate, usize)>,
    /// Some of its messages, those that matter most first.
    pub samples: Vec<SampleMessage>,
}

/// A message that would have been sent.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct SampleMessage {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it is a digest.
    pub is_digest: bool,
    /// The message.
    pub message: Message,
}

pub(super) fn routes(house: &House) -> Vec<RouteOne> {
    let in_force = house.in_force();
    let zone = in_force.watchlist.settings.timezone;
    let routes = in_force.watchlist.routes.iter();
    routes.map(|route| in_words(route, zone)).collect()
}

fn in_words(route: &Route, zone: chrono_tz::Tz) -> RouteOne {
    RouteOne {
        name: route.name.clone(),
        to: route.to.to_string(),
        takes: wording::route::takes(route),
        sends: wording::route::sends(route, zone),
    }
}

/// What the routes in force would have sent. Nothing is written.
pub(super) async fn forecast(house: &House, asked: &ForecastAsked) -> Result<Forecasts, NoAnswer> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let until = house.clock.now();
    let ago = asked.ago_ms.map_or(LOOKED_BACK, TimeDelta::milliseconds);
    let since = asked.since.unwrap_or(until - ago);
    let renamed = Renamed::since(house).await?;
    let filter = ChangeFilter {
        since: Some(since),
        ..ChangeFilter::default()
    };
    let mut all = renamed.changes(house.store.changes(&filter).await?);
    all.retain(|change| change.bounds.by <= until);
    all.sort_by_key(|change| (change.bounds.by, change.entry));
    let since = since
        .max(first(house, &all).await?.unwrap_or(since))
        .min(until);
    let seen = all.len();
    all.retain(is_offered);
    let past: Vec<Past<'_>> = (all.iter())
        .filter_map(|change| {
            let watch = watchlist.watch(&change.watch)?;
            let about = About {
                watch,
                severity: change.severity,
                findings: &change.findings,
            };
            let (entry, at) = (change.entry, change.bounds.by);
            Some(Past { entry, at, about })
        })
        .collect();
    let taken =
        |one: &&Past| (watchlist.routes.iter()).any(|route| routing::takes(route, &one.about));
    let untaken = past.len() - past.iter().filter(taken).count();
    let sent = routing::forecast(&watchlist.routes, &past, (since, until));
    let severities: BTreeMap<EntryNo, Severity> = (past.iter())
        .map(|one| (one.entry, one.about.severity))
        .collect();
    let means = Means::of(watchlist, house.clock.clone(), Patience::COMMAND);
    let mut routes = Vec::new();
    for route in &watchlist.routes {
        let own: Vec<&Sent> = sent.iter().filter(|one| one.route == route.name).collect();
        let mut summed = summed(in_words(route, means.zone), &own, route, (since, until));
        let count = asked.samples.min(MOST_SAMPLES);
        for one in chosen(&own, &severities, count) {
            let sample = sample(house, &means, route, one, since).await?;
            summed.samples.push(sample);
        }
        routes.push(summed);
    }
    Ok(Forecasts {
        since,
        until,
        changes: past.len(),
        held: seen - all.len(),
        untaken,
        newest: newest(house, seen).await?,
        routes,
    })
}

/// Whether a change was said, or would have been on some route: what was held quiet for other reasons stays quiet.
fn is_offered(change: &Change) -> bool {
    routing::hushed(change).is_none_or(|why| why == Hushed::Below)
}

/// Since when the archive knows anything: its first entry, or what was imported of an earlier time.
async fn first(house: &House, all: &[Change]) -> Result<Option<DateTime<Utc>>, NoAnswer> {
    if house.store.last_entry().await? == 0 {
        return Ok(None);
    }
    let began = house.store.entry(1).await?.at;
    let oldest = all.first().map(|change| change.bounds.by);
    Ok(Some(oldest.map_or(began, |oldest| oldest.min(began))))
}

/// The newest change there is, where none was seen in the time asked for.
async fn newest(house: &House, seen: usize) -> Result<Option<DateTime<Utc>>, NoAnswer> {
    if seen > 0 {
        return Ok(None);
    }
    let filter = ChangeFilter {
        limit: Some(1),
        ..ChangeFilter::default()
    };
    let newest = house.store.changes(&filter).await?;
    Ok(newest.first().map(|change| change.bounds.by))
}

fn summed(
    words: RouteOne,
    own: &[&Sent],
    route: &Route,
    time: (DateTime<Utc>, DateTime<Utc>),
) -> Forecast {
    let messages: Vec<&Sent> = own.iter().filter(|one| !one.is_digest).copied().collect();
    let weeks = weeks(&messages, time);
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for one in &messages {
        *days
            .entry(one.at.with_timezone(&route.zone).date_naive())
            .or_default() += 1;
    }
    let mut days: Vec<(NaiveDate, usize)> = days.into_iter().collect();
    days.sort_by_key(|(day, count)| (std::cmp::Reverse(*count), *day));
    days.truncate(LOUDEST);
    Forecast {
        route: words,
        messages: messages.len(),
        loud: messages.iter().filter(|one| one.loud).count(),
        mentions: messages.iter().filter(|one| one.mentions.is_some()).count(),
        digests: own.len() - messages.len(),
        changes: own.iter().map(|one| one.entries.len()).sum(),
        median: median(&weeks),
        worst: weeks.iter().copied().max().unwrap_or_default(),
        weeks,
        days,
        samples: Vec::new(),
    }
}

/// The messages of each whole week up to the end; of less than a week, all of them.
fn weeks(messages: &[&Sent], (since, until): (DateTime<Utc>, DateTime<Utc>)) -> Vec<usize> {
    let mut weeks = Vec::new();
    let mut end = until;
    while end - WEEK >= since || weeks.is_empty() {
        let within = |one: &&&Sent| one.at > end - WEEK && one.at <= end;
        weeks.push(messages.iter().filter(within).count());
        end -= WEEK;
    }
    weeks.reverse();
    weeks
}

fn median(counts: &[usize]) -> f64 {
    let mut counts = counts.to_vec();
    counts.sort_unstable();
    let middle = counts.len() / 2;
    match (counts.len() % 2, counts.get(middle)) {
        (_, None) => 0.0,
        (1, Some(count)) => *count as f64,
        (_, Some(count)) => (counts[middle - 1] + count) as f64 / 2.0,
    }
}

/// The messages worth showing: the last digest that tells of a change (the last one where none does), then those that matter most, newer ones first.
fn chosen<'s>(
    own: &[&'s Sent],
    severities: &BTreeMap<EntryNo, Severity>,
    count: usize,
) -> Vec<&'s Sent> {
    let weight = |one: &Sent| {
        let of = one.entries.iter().filter_map(|entry| severities.get(entry));
        of.max().copied()
    };
    let mut messages: Vec<&Sent> = own.iter().filter(|one| !one.is_digest).copied().collect();
    messages.sort_by_key(|one| std::cmp::Reverse((weight(one), one.at)));
    let mut digests = own.iter().rev().filter(|one| one.is_digest).copied();
    let last = digests.clone().next();
    let digest = digests.find(|one| !one.entries.is_empty()).or(last);
    digest.into_iter().chain(messages).take(count).collect()
}

/// The message as it would have stood there.
async fn sample(
    house: &House,
    means: &Means,
    route: &Route,
    sent: &Sent,
    since: DateTime<Utc>,
) -> Result<SampleMessage, NoAnswer> {
    let store = &house.store;
    let digest = match sent.is_digest {
        false => None,
        true => {
            let from = before(route, sent.at).max(since);
            let told = deliver::roundup(store, means, route, (from, sent.at)).await?;
            let period = Period {
                route: route.name.clone(),
                from,
                until: sent.at,
            };
            Some((period, told))
        }
    };
    let saying = Saying {
        entries: &sent.entries,
        digest,
        mark: "a sample",
    };
    let message = deliver::say(store, means, &saying).await?;
    Ok(SampleMessage {
        at: sent.at,
        is_digest: sent.is_digest,
        message: Message {
            silent: !sent.loud,
            mentions: sent.mentions,
            ..message
        },
    })
}

/// When the digest before this one was due.
fn before(route: &Route, at: DateTime<Utc>) -> DateTime<Utc> {
    let mut last = at - TimeDelta::days(8);
    while let Some(next) = routing::next_digest(route, last).filter(|next| *next < at) {
        last = next;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle() {
        for (counts, expected) in [
            (&[][..], 0.0),
            (&[4], 4.0),
            (&[9, 1], 5.0),
            (&[3, 0, 40], 3.0),
            (&[1, 2, 3, 40], 2.5),
        ] {
            assert_eq!(median(counts), expected, "{counts:?}");
        }
    }
}
