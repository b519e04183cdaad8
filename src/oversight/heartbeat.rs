//! The heartbeat, with the figures it tells.

use chrono::{DateTime, Utc};

use crate::alarms::{self, Due, Figures, Gap, Names};
use crate::deliver::{self, Means, Patience};
use crate::house::{House, InForce};
use crate::model::{Beat, ChangeKind, DeliveryOutcome, Fact, Severity, WatchId};
use crate::oversight::name;
use crate::routing;
use crate::store::{ChangeFilter, StoreError};
use crate::wire::base64;

/// The most deliveries that are counted.
const COUNTED: usize = 20_000;

/// Owes the heartbeat where its hour has come. Gives how many messages are owed.
pub(super) async fn beat(
    house: &House,
    in_force: &InForce,
    gap: Option<Gap>,
) -> Result<usize, StoreError> {
    let operators = &in_force.watchlist.operators;
    let Some(at) = operators.heartbeat else {
        return Ok(0);
    };
    let now = house.clock.now();
    let last = house.store.last_heartbeat().await?;
    let (beat, from, text) = match alarms::due(at, operators.zone, last, now) {
        Due::Later => return Ok(0),
        Due::Begin(beat) => (beat, beat.until, None),
        Due::Say(beat, from) => {
            let figures = figures(house, in_force, (beat, from), gap).await?;
            let of = |watch: &WatchId| name(in_force, watch);
            let zone = operators.zone;
            let text = figures.text(&Names { of: &of, zone });
            tracing::info!("{text}");
            let text = house.store.keep(text.into_bytes(), None).await?;
            (beat, from, Some(text))
        }
    };
    let routes = &in_force.watchlist.routes;
    let owed = match text {
        Some(_) => routing::silently(routing::of_program(routes, Severity::RECORD, now)),
        None => Vec::new(),
    };
    let count = owed.len();
    let fact = Fact::Heartbeat {
        beat,
        from,
        text,
        owed,
    };
    house.store.append(fact, now, None).await?;
    Ok(count)
}

async fn figures(
    house: &House,
    in_force: &InForce,
    (beat, from): (Beat, DateTime<Utc>),
    gap: Option<Gap>,
) -> Result<Figures, StoreError> {
    let store = &house.store;
    let watchlist = &in_force.watchlist;
    let means = Means::of(watchlist, house.clock.clone(), Patience::DAEMON);
    let period = (from, beat.until);
    let told = deliver::visited(store, &means, |_| true, period).await?;
    let filter = ChangeFilter {
        since: Some(from),
        ..ChangeFilter::default()
    };
    let within = |at: DateTime<Utc>| from < at && at <= beat.until;
    let mut changes = store.changes(&filter).await?;
    changes.retain(|one| one.kind != ChangeKind::Appeared && within(one.bounds.by));
    let mut deliveries = store.deliveries(Some(COUNTED)).await?;
    deliveries.retain(|one| one.watch.is_some() && within(one.at));
    let sent = |outcome: &DeliveryOutcome| matches!(outcome, DeliveryOutcome::Sent { .. });
    let (sent, given_up): (Vec<_>, Vec<_>) = deliveries.iter().partition(|one| sent(&one.outcome));
    let (mut waiting, mut parked) = (0, 0);
    for alert in store.owed().await? {
        match store.composed(alert.id).await? {
            Some(_) => parked += 1,
            // What the program says of itself is no alert.
            None => waiting += usize::from(alert.watch.is_some()),
        }
    }
    let space = store.space().await.ok();
    Ok(Figures {
        beat,
        from,
        pages: told.pages,
        visits: told.visits,
        read: told.read,
        unread: told.unread,
        unread_in_all: told.unread_in_all,
        changes: changes.len(),
        sent: sent.len(),
        given_up: given_up.len(),
        waiting,
        parked,
        space: space.map(|space| (space.taken, space.free)),
        checkpoint: store.last_checkpoint().await?.map(|last| {
            let root = base64(&last.what.root.0);
            (last.what.size, root)
        }),
        ringing: store.ringing().await?,
        gap,
    })
}
