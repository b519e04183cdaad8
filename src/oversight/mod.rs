//! What the program says of itself: its heartbeat, and alarms.

mod heartbeat;
mod seen;

use chrono::{DateTime, TimeDelta, Utc};

use crate::alarms::{self, Gap, Limits, Names, Seen, Turns};
use crate::house::{House, InForce};
use crate::model::{Alarm, Destination, Digest, Fact, Readers, Ringing, Severity, State, WatchId};
use crate::routing;
use crate::store::StoreError;
use crate::watchlist::Operators;

/// The most alarms one message is about, so that its entry stays small; the others have their turn at the next look.
const TOGETHER: usize = 200;
/// How much it matters that visits are late, a channel refuses, the disk is filling or Discord is closed: it makes a sound.
const PRESSING: Severity = Severity(4);
/// How much it matters that pages go unread, or that an alarm ends.
const CALM: Severity = Severity(3);

/// Whoever looks, again and again, whether all is well.
#[derive(Debug)]
pub struct Overseer {
    /// Since when visits could be made.
    awake: DateTime<Utc>,
    /// The last look.
    looked: DateTime<Utc>,
    /// The watchlist that was in force then.
    under: Digest,
    /// The last gap, and whether it is still to be told.
    gap: Option<Gap>,
    fresh: bool,
}

impl Overseer {
    /// Begins to oversee: what was not visited since the last visit is a gap.
    ///
    /// # Errors
    /// The archive's.
    pub async fn begin(house: &House) -> Result<Overseer, StoreError> {
        let now = house.clock.now();
        let in_force = house.in_force();
        let states = house.store.states().await?.into_iter();
        let visits = states.filter_map(|(_, state)| state.last_visit.filter(|last| *last <= now));
        let gap = visits
            .max()
            .and_then(|last| alarms::gap(last, now, &limits(&in_force.watchlist.operators)));
        Ok(Overseer {
            awake: now,
            looked: now,
            under: in_force.watchlist.digest,
            gap,
            fresh: gap.is_some(),
        })
    }

    /// Looks whether all is well, and owes what is to be said of it. Gives how many messages are owed.
    ///
    /// # Errors
    /// The archive's.
    pub async fn look(&mut self, house: &House) -> Result<usize, StoreError> {
        let in_force = house.in_force();
        let limits = limits(&in_force.watchlist.operators);
        self.wake(house.clock.now(), &in_force, &limits);
        house.signs.note_awake(self.awake);
        let gap = self.gap.filter(|_| self.fresh);
        let seen = seen::now(house, &in_force, (self.awake, gap)).await?;
        let ringing = house.store.ringing().await?;
        let mut turns = alarms::turns(&seen, &ringing, &limits);
        turns.begun.truncate(TOGETHER);
        turns.known.truncate(TOGETHER);
        turns.ended.truncate(TOGETHER);
        let mut owed = say(house, &in_force, turns, &seen).await?;
        self.fresh = false;
        owed += heartbeat::beat(house, &in_force, self.gap).await?;
        Ok(owed)
    }

    /// Notes the time, and whether there was a gap before it.
    fn wake(&mut self, now: DateTime<Utc>, in_force: &InForce, limits: &Limits) {
        if let Some(gap) = alarms::gap(self.looked, now, limits) {
            (self.gap, self.fresh, self.awake) = (Some(gap), true, now);
        }
        // What another watchlist wants to be visited was not due before. A clock that was set back begins anew.
        if self.under != in_force.watchlist.digest || now < self.looked {
            (self.under, self.awake) = (in_force.watchlist.digest, now);
        }
        self.looked = now;
    }
}

/// How late the visit to the most overdue watch is, of those that could be made since then.
pub fn lateness(
    in_force: &InForce,
    states: &[(WatchId, State)],
    awake: DateTime<Utc>,
    now: DateTime<Utc>,
) -> TimeDelta {
    let states = states.iter().map(|(watch, state)| (watch, state)).collect();
    let pages = seen::pages(in_force, &states);
    let due = pages.iter().filter_map(|page| page.due);
    let late = due.map(|due| now - due.max(awake)).max();
    late.unwrap_or_default().max(TimeDelta::zero())
}

/// Says once that Discord's gateway is closed for good. Gives how many messages are owed.
///
/// # Errors
/// The archive's.
pub async fn closed(house: &House, why: &str) -> Result<usize, StoreError> {
    let ringing = house.store.ringing().await?;
    if ringing.iter().any(|one| one.alarm == Alarm::Deaf) {
        // Somebody was told, and whoever started the program again sees it here.
        tracing::error!("{why}");
        return Ok(0);
    }
    let begun = vec![Ringing {
        alarm: Alarm::Deaf,
        since: house.clock.now(),
        why: why.to_owned(),
    }];
    let turns = Turns {
        begun,
        ..Turns::default()
    };
    of_gateway(house, turns).await
}

/// Says once that it is open again, where it was closed for good. Gives how many messages are owed.
///
/// # Errors
/// The archive's.
pub async fn open(house: &House) -> Result<usize, StoreError> {
    let mut ended = house.store.ringing().await?;
    ended.retain(|one| one.alarm == Alarm::Deaf);
    let turns = Turns {
        ended,
        ..Turns::default()
    };
    of_gateway(house, turns).await
}

async fn of_gateway(house: &House, turns: Turns) -> Result<usize, StoreError> {
    let in_force = house.in_force();
    let now = house.clock.now();
    let seen = Seen {
        now,
        awake: now,
        gap: None,
        visited: None,
        pages: Vec::new(),
        channels: Vec::new(),
        free: None,
        bot: true,
    };
    say(house, &in_force, turns, &seen).await
}

/// Stores what becomes of alarms, with what is owed because of it, and says it in the log.
async fn say(
    house: &House,
    in_force: &InForce,
    turns: Turns,
    seen: &Seen,
) -> Result<usize, StoreError> {
    if turns.is_empty() {
        return Ok(0);
    }
    let of = |watch: &WatchId| name(in_force, watch);
    let zone = in_force.watchlist.operators.zone;
    let text = alarms::text(&turns, seen, &Names { of: &of, zone });
    let mut owed = Vec::new();
    if let Some(text) = &text {
        match turns.begun.is_empty() {
            true => tracing::info!("{text}"),
            false => tracing::error!("{text}"),
        }
        let ringing = house.store.ringing().await?;
        let shut = |to: &Destination| is_shut(to, &ringing, &turns);
        let routes = &in_force.watchlist.routes;
        // A gap is over when it is told: where nobody keeps the program in particular, the log is enough.
        let operated = routes
            .iter()
            .any(|route| route.readers == Readers::Operators);
        if operated || !only_slept(&turns) {
            owed = routing::of_alarm(routes, severity(&turns), shut, seen.now);
        }
    }
    let count = owed.len();
    let text = match text {
        Some(text) => Some(house.store.keep(text.into_bytes(), None).await?),
        None => None,
    };
    let gone = turns.ended.into_iter().chain(turns.dropped);
    let fact = Fact::Alarmed {
        begun: turns.begun.into_iter().chain(turns.known).collect(),
        ended: gone.map(|one| one.alarm).collect(),
        text,
        owed,
    };
    house.store.append(fact, seen.now, None).await?;
    Ok(count)
}

/// Whether a place is not to be relied on: it refuses, or it is Discord's and Discord is closed to the bot.
fn is_shut(to: &Destination, ringing: &[Ringing], turns: &Turns) -> bool {
    let over = |one: &&Ringing| !turns.ended.contains(one);
    let mut ringing = ringing.iter().filter(over).chain(&turns.begun);
    ringing.any(|one| match &one.alarm {
        Alarm::Refused(refusing) => refusing == to,
        Alarm::Deaf => matches!(to, Destination::Discord(_)),
        _ => false,
    })
}

/// Whether a gap is all there is to say.
fn only_slept(turns: &Turns) -> bool {
    let mut said = turns.begun.iter().chain(&turns.ended);
    said.all(|one| one.alarm == Alarm::Asleep)
}

fn severity(turns: &Turns) -> Severity {
    let begun = turns.begun.iter().map(|one| match one.alarm {
        Alarm::Late | Alarm::Refused(_) | Alarm::Disk | Alarm::Deaf => PRESSING,
        Alarm::Asleep | Alarm::Unread(_) => CALM,
    });
    begun.max().unwrap_or(CALM)
}

/// What a page is called.
fn name(in_force: &InForce, watch: &WatchId) -> String {
    let known = in_force.watchlist.watch(watch);
    known.map_or(watch.0.clone(), |watch| watch.name().to_owned())
}

fn limits(operators: &Operators) -> Limits {
    Limits {
        late: operators.late_after,
        unread: operators.unread_after,
        refused: operators.refused_after,
        disk: operators.disk_below,
    }
}
