//! Reads what waits to be read of what a watch leads to, as far as the budget goes.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::house::{House, InForce};
use crate::model::{Fact, Fate, First, Lead, Outcome, VisitReport, Watch, WatchId};
use crate::store::StoreError;
use crate::visit::visit_and_go_on;
use crate::watchlist::Trails;

/// Within which time the budget counts.
const A_DAY: TimeDelta = TimeDelta::days(1);
/// How often in a row a lead may fail before it is no longer tried.
const TRIES: u32 = 5;

/// Visits one watch, then reads what it leads to and nobody has read yet. The first report is its own.
///
/// # Errors
/// Only the archive's.
pub async fn visit_and_follow(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    watch: &Watch,
) -> Result<Vec<VisitReport>, StoreError> {
    let mut reports = vec![visit_and_go_on(house, in_force, watch).await?];
    if !watch.follow.is_empty() {
        reports.extend(Box::pin(follow_up(house, in_force, watch)).await?);
    }
    Ok(reports)
}

/// Reads what a watch leads to and nobody has read yet, as far as it is visited from here.
///
/// # Errors
/// Only the archive's.
pub async fn follow_up(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    watch: &Watch,
) -> Result<Vec<VisitReport>, StoreError> {
    let mut reports = Vec::new();
    if watch.follow.is_empty() {
        return Ok(reports);
    }
    let mut tried = BTreeSet::new();
    while let Some(next) = next(house, in_force, watch, (Reader::Here, &tried)).await? {
        tried.insert(next.id.clone());
        let report = visit_and_go_on(house, in_force, &next).await?;
        settle(house, &next.id, &report).await?;
        reports.push(report);
    }
    house.refresh().await?;
    Ok(reports)
}

/// Who reads a lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// This machine.
    Here,
    /// A collector, since its host is not visited from here.
    Elsewhere,
}

/// What a watch leads to that waits to be read and is not visited from here, as far as the budget goes.
pub(in crate::visit) async fn waiting_elsewhere(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
) -> Result<Vec<Watch>, StoreError> {
    let mut waiting = Vec::new();
    if watch.follow.is_empty() {
        return Ok(waiting);
    }
    let mut tried = BTreeSet::new();
    while let Some(next) = next(house, in_force, watch, (Reader::Elsewhere, &tried)).await? {
        tried.insert(next.id.clone());
        waiting.push(next);
    }
    Ok(waiting)
}

/// The next lead to be read: of those found first the news first.
async fn next(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    (reader, tried): (Reader, &BTreeSet<WatchId>),
) -> Result<Option<Watch>, StoreError> {
    let trails = house.store.trails().await?.into_iter();
    let trails: Trails = trails
        .map(|trail| (trail.lead.watch.clone(), trail))
        .collect();
    let watchlist = &in_force.watchlist;
    let root = match trails.get(&watch.id) {
        Some(trail) => watchlist.root(&trail.lead, &trails),
        None => watchlist.own(&watch.id),
    };
    let Some(root) = root else { return Ok(None) };
    let mut below = trails
        .values()
        .filter(|trail| leads_from(watch, &trail.lead, &trails));
    if below.clone().all(|trail| trail.lead.fate != Fate::Unread) {
        return Ok(None);
    }
    let now = house.clock.now();
    let of_root = trails
        .values()
        .filter(|trail| leads_from(root, &trail.lead, &trails));
    let read = of_root.filter(|trail| {
        trail
            .read
            .is_some_and(|read| now - read < A_DAY && read <= now)
    });
    let failed = tried
        .iter()
        .filter(|id| trails.get(*id).is_some_and(|trail| trail.read.is_none()));
    if read.count() + failed.count() >= watchlist.settings.follow_budget {
        return Ok(None);
    }
    let mut waiting: Vec<_> = below
        .by_ref()
        .filter(|trail| trail.lead.fate == Fate::Unread && !tried.contains(&trail.lead.watch))
        .collect();
    waiting.sort_by_key(|trail| (trail.lead.first == First::Baseline, trail.since));
    for trail in waiting {
        let state = house.store.state(&trail.lead.watch).await?;
        if state.failing.is_some_and(|failing| failing.count >= TRIES) {
            continue;
        }
        let reads = |watch: &Watch| match watchlist.is_collected(&watch.url) {
            true => reader == Reader::Elsewhere,
            false => reader == Reader::Here,
        };
        if let Some(next) = watchlist.led(&trail.lead, &trails).filter(reads)
            && (reader == Reader::Elsewhere || house.is_ours(&next.url).await?)
        {
            return Ok(Some(next));
        }
    }
    Ok(None)
}

/// Whether a watch led to this lead, through others or not.
fn leads_from(watch: &Watch, lead: &Lead, trails: &Trails) -> bool {
    let is_it = |id: &WatchId| *id == watch.id || watch.was.contains(id);
    let mut parent = &lead.parent;
    for _ in 0..trails.len() {
        if is_it(parent) {
            return true;
        }
        match trails.get(parent) {
            Some(trail) => parent = &trail.lead.parent,
            None => return false,
        }
    }
    false
}

/// A lead with a history of its own from before is watched on, though nothing landed.
pub(in crate::visit) async fn settle(
    house: &House,
    id: &WatchId,
    report: &VisitReport,
) -> Result<(), StoreError> {
    if report.outcome == Outcome::Failed || report.version.is_none() {
        return Ok(());
    }
    let trails = house.store.trails().await?;
    let unread = |lead: &Lead| lead.watch == *id && lead.fate == Fate::Unread;
    if trails.iter().any(|trail| unread(&trail.lead)) {
        let fact = Fact::Decided {
            watch: id.clone(),
            fate: Fate::Watched,
        };
        house.store.append(fact, house.clock.now(), None).await?;
    }
    Ok(())
}
