//! What another machine brings: how what it found lands as a visit does.

mod believed;
mod unbrought;
mod wanted;

pub use unbrought::unbrought;
pub use wanted::wants;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;

use crate::collect::{Carried, Parcel};
use crate::house::{House, InForce};
use crate::model::{
    Capture, Collected, Failure, FailureKind, LookOutcome, Provenance, Render, Served, State,
    VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::bring::{Brought, Errand};
use crate::visit::collected::believed::{against_the_clock, believable};
use crate::visit::collected::wanted::instead;
use crate::visit::following::Company;
use crate::visit::landing::{Found, Word, land};
use crate::visit::read::read;
use crate::visit::told::told;
use crate::visit::{following, lasting, look, unchanged};
use crate::watchlist;

/// The longest name of a collector, in characters.
const LONGEST_NAME: usize = 64;
/// How many looks are searched for one that a parcel was taken for.
const LOOKED_BACK: usize = 1_000;

/// What came of a parcel.
#[derive(Debug)]
pub enum Taken {
    /// It landed, as a visit does.
    Landed(Box<VisitReport>),
    /// It had landed before.
    Had,
    /// It is not taken.
    Refused {
        /// Why not, in a sentence.
        why: String,
        /// Whether it never will be.
        for_good: bool,
    },
}

impl Taken {
    fn never(why: String) -> Taken {
        Taken::Refused {
            why,
            for_good: true,
        }
    }
}

/// Takes a parcel: what it tells is a visit of the time it was made. It is durable when this returns.
///
/// # Errors
/// Only the archive's.
pub async fn collected(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    (parcel, body): (Parcel, Vec<u8>),
    sent: DateTime<Utc>,
) -> Result<Taken, StoreError> {
    let Some(watch) = wanted_watch(house, in_force, &parcel).await? else {
        let why = format!(
            "There is no watch “{}” that is brought from other machines.",
            parcel.watch
        );
        return Ok(Taken::never(why));
    };
    let _alone = house.alone_at(&watch.id).await;
    let state = house.store.state(&watch.id).await?;
    if was_taken(house, &watch, &state, parcel.at).await? {
        house.store.settle().await?;
        return Ok(Taken::Had);
    }
    if let Some(refused) = against_the_clock(house, &state, &parcel, sent) {
        return Ok(refused);
    }
    let url = &parcel.asked;
    let zone = in_force.watchlist.settings.timezone;
    let own = watchlist::address_on(&watch.url, parcel.at.with_timezone(&zone).date_naive());
    let fine = own == *url || instead(house, &watch, &state, &own).await?.as_ref() == Some(url);
    if !fine {
        let why = format!("“{}” is not at {url}, but at {own}.", watch.id);
        return Ok(Taken::never(why));
    }
    if let Err(why) = believable(&in_force.fetcher, &parcel, &body) {
        return Ok(Taken::never(why));
    }
    following::begin(house, in_force, &watch, &state).await?;
    let was_unread = in_force.watchlist.watch(&watch.id).is_none();
    // Where the program itself stumbles over what came, that is a failure of this visit, and the others go on.
    let mut one = JoinSet::new();
    let at_work = (house.clone(), in_force.clone(), watch.clone(), state);
    let said = collected_of(house, &parcel);
    one.spawn(async move {
        let (house, in_force, watch, state) = at_work;
        go(&house, &in_force, &watch, &state, (parcel, body)).await
    });
    let taken = match one.join_next().await {
        Some(Ok(taken)) => taken?,
        Some(Err(_)) | None => {
            let why = "smallprint stumbled over it; the fault is in the program, please report it";
            let failure = Failure::new(FailureKind::Unreadable, why);
            let report = crate::visit::look_failed(house, &watch, failure, Some(said)).await?;
            Taken::Landed(Box::new(report))
        }
    };
    if let Taken::Landed(report) = &taken {
        told(report, None);
        if report.failure.is_some() {
            lasting::say(house, in_force, &watch.id).await?;
        }
        if was_unread {
            following::settle(house, &watch.id, report).await?;
        }
        if was_unread || !watch.follow.is_empty() {
            house.refresh().await?;
        }
    }
    house.store.settle().await?;
    Ok(taken)
}

/// The watch a parcel is for: one that is brought, or a lead to such a host that waits to be read.
async fn wanted_watch(
    house: &House,
    in_force: &InForce,
    parcel: &Parcel,
) -> Result<Option<Watch>, StoreError> {
    let watchlist = &in_force.watchlist;
    let brought = |watch: &Watch| {
        watch.enabled && watch.render == Render::Plain && watchlist.is_collected(&watch.url)
    };
    if let Some(watch) = watchlist.watch(&parcel.watch) {
        return Ok(Some(watch.clone()).filter(brought));
    }
    let trails = house.store.trails().await?.into_iter();
    let trails: watchlist::Trails = trails
        .map(|trail| (trail.lead.watch.clone(), trail))
        .collect();
    let trail = trails.get(&parcel.watch);
    let led = trail.and_then(|trail| watchlist.led(&trail.lead, &trails));
    Ok(led.filter(brought))
}

/// Whether a parcel of this time was taken before.
async fn was_taken(
    house: &House,
    watch: &Watch,
    state: &State,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let store = &house.store;
    if state.last_visit == Some(at) || state.last_seen == Some(at) {
        return Ok(true);
    }
    if state.last_visit.is_none_or(|last| last < at) {
        return Ok(false);
    }
    let looks = store.looks(&watch.id, LOOKED_BACK).await?;
    let versions = store.versions(&watch.id).await?;
    Ok(looks.iter().any(|look| look.at == at) || versions.iter().any(|version| version.at == at))
}

fn collected_of(house: &House, parcel: &Parcel) -> Collected {
    Collected {
        collector: clean(&parcel.collector),
        at: parcel.at,
        received: house.clock.now(),
    }
}

fn clean(name: &str) -> String {
    let plain = name.chars().filter(|char| !char.is_control());
    plain.take(LONGEST_NAME).collect()
}

/// Lands what a parcel brought.
async fn go(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    (parcel, body): (Parcel, Vec<u8>),
) -> Result<Taken, StoreError> {
    let said = collected_of(house, &parcel);
    let landed = |report| Ok(Taken::Landed(Box::new(report)));
    let settled = crate::visit::is_settled(house, watch, state).await?;
    match parcel.carried {
        Carried::Served { capture } => {
            let provenance = Provenance::Collected {
                collector: said.collector.clone(),
                received: said.received,
                moved_ms: parcel.moved_ms,
            };
            let capture = Capture {
                provenance,
                ..capture
            };
            if settled && crate::visit::is_as_last_served(state, &capture) {
                return landed(crate::visit::look_unchanged(house, watch, state, &capture).await?);
            }
            let brought = Brought {
                capture,
                body,
                beside: Vec::new(),
            };
            match read(in_force, watch, brought).await {
                Ok(arrival) => {
                    let errand = Errand {
                        house,
                        in_force,
                        watch,
                        asked: &parcel.asked,
                        validators: None,
                    };
                    landed(crate::visit::land_with_company(errand, state, arrival).await?)
                }
                Err(failure) => {
                    landed(crate::visit::look_failed(house, watch, failure, Some(said)).await?)
                }
            }
        }
        Carried::NotModified { validators, hops } => {
            let given = crate::visit::validators(watch, state, house.clock.now());
            if !settled || given != Some(&validators) {
                return Ok(Taken::never(
                    "It was asked for with what no longer holds; it is asked for whole next time."
                        .to_owned(),
                ));
            }
            let body = None;
            let outcome = LookOutcome::Unchanged { body, validators };
            let served = hops.last().map(Served::of);
            look(house, watch, (said.at, outcome, served), Some(said)).await?;
            landed(unchanged(house, watch, state))
        }
        Carried::Failed {
            failure,
            host_answers,
        } => {
            let missing = failure.kind == FailureKind::NotFound && host_answers;
            if missing && crate::visit::is_missing_again(state, said.at) {
                let found = Found::Gone(failure, Word::Collected(said));
                let nobody = (&Company::default(), None);
                return landed(land(house, in_force, watch, found, nobody).await?);
            }
            landed(crate::visit::look_failed(house, watch, failure, Some(said)).await?)
        }
    }
}
