//! What is seen when it is looked whether all is well.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::alarms::{Channel, Gap, Page, Seen};
use crate::deliver::Refused;
use crate::house::{House, InForce};
use crate::model::{DeliveryOutcome, Destination, FailureKind, State, WatchId};
use crate::store::{Delivered, StoreError};

/// How many of the last deliveries are looked at.
const DELIVERIES: usize = 500;

/// What is seen now.
pub(super) async fn now(
    house: &House,
    in_force: &InForce,
    (awake, gap): (DateTime<Utc>, Option<Gap>),
) -> Result<Seen, StoreError> {
    let states = house.store.states().await?;
    let states = states.iter().map(|(watch, state)| (watch, state)).collect();
    Ok(Seen {
        now: house.clock.now(),
        awake,
        gap,
        visited: visited(&states),
        pages: pages(in_force, &states),
        channels: channels(house, in_force).await?,
        free: free(house).await,
        bot: in_force.watchlist.has_bot(),
    })
}

fn visited(states: &BTreeMap<&WatchId, &State>) -> Option<DateTime<Utc>> {
    states.values().filter_map(|state| state.last_visit).max()
}

/// How the pages stand that are visited from here.
pub(super) fn pages(in_force: &InForce, states: &BTreeMap<&WatchId, &State>) -> Vec<Page> {
    let watchlist = &in_force.watchlist;
    let jitter = watchlist.settings.jitter_seconds;
    let never = State::default();
    let mut pages = Vec::new();
    for (watch, plan) in watchlist.enabled() {
        let state = states.get(&watch.id).copied().unwrap_or(&never);
        let failing = state.failing.as_ref();
        // Of a page that is gone it was said that it is not there.
        let gone = state.away && failing.is_some_and(|one| one.kind == FailureKind::NotFound);
        if watchlist.is_collected(&watch.url) || gone {
            continue;
        }
        let due = match state.last_visit {
            Some(last) => plan.next_for(&watch.id, last, jitter),
            None => Some(DateTime::<Utc>::MIN_UTC),
        };
        pages.push(Page {
            watch: watch.id.clone(),
            due,
            visited: state.last_visit,
            read: state.last_seen,
            failing: failing.map(|one| (one.since, one.why.clone())),
            told: failing.is_some_and(|one| one.told),
        });
    }
    pages
}

async fn channels(house: &House, in_force: &InForce) -> Result<Vec<Channel>, StoreError> {
    let owed = house.store.owed().await?;
    let routes = in_force.watchlist.routes.iter().map(|route| &route.to);
    let places: BTreeSet<&Destination> =
        routes.chain(owed.iter().map(|one| &one.owed.to)).collect();
    let refusals = house.refused();
    let deliveries = house.store.deliveries(Some(DELIVERIES)).await?;
    let mut channels = Vec::new();
    for to in places {
        let mut waits: Option<DateTime<Utc>> = None;
        for alert in owed.iter().filter(|alert| alert.owed.to == *to) {
            if let Some((_, at)) = house.store.composed(alert.id).await? {
                waits = Some(waits.map_or(at, |earlier| earlier.min(at)));
            }
        }
        let (sent, given_up) = last(house, to, &deliveries).await?;
        let refusal = refusals.get(to);
        channels.push(Channel {
            to: to.clone(),
            waits,
            why: refusal.map_or_else(
                || "it has not taken the last message yet".to_owned(),
                |refusal| refusal.why.clone(),
            ),
            refuses: refusal.is_some_and(Refused::is_for_long),
            given_up,
            sent,
        });
    }
    Ok(channels)
}

/// When the last message to a place got through; and when and why the last was given up, where that was later.
async fn last(
    house: &House,
    to: &Destination,
    deliveries: &[Delivered],
) -> Result<(Option<DateTime<Utc>>, Option<(DateTime<Utc>, String)>), StoreError> {
    let mut given_up = None;
    for one in deliveries.iter().filter(|one| one.to == *to) {
        match &one.outcome {
            DeliveryOutcome::Sent { .. } => return Ok((Some(one.at), given_up)),
            // Who dropped it knows why.
            DeliveryOutcome::Dropped { .. } => {}
            DeliveryOutcome::GivenUp { reason } => {
                // A message that somebody deleted and that could not be altered says nothing of the channel.
                let fact = house.store.entry(one.alert.entry).await?.fact;
                let owed = fact.owed().get(one.alert.index as usize);
                if given_up.is_none() && owed.is_some_and(|owed| owed.edits.is_none()) {
                    given_up = Some((one.at, reason.clone()));
                }
            }
        }
    }
    Ok((None, given_up))
}

/// The room that is left; that it cannot be told is no alarm.
async fn free(house: &House) -> Option<u64> {
    match house.store.space().await {
        Ok(space) => Some(space.free),
        Err(error) => {
            tracing::debug!("{error}");
            None
        }
    }
}
