//! Visits every watch when it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::daemon::territory::{ASK_EVERY, Territory};
use crate::daemon::{Household, PATIENCE};
use crate::fetch;
use crate::house::{House, InForce, Task};
use crate::meters;
use crate::model::{VisitReport, Watch, WatchId};
use crate::store::StoreError;
use crate::visit::{self, Heard, Wanted};

/// The longest to sleep, so that a clock that is set right is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Which watch is due when: one row a watch.
#[derive(Default)]
struct Rota {
    due: BTreeSet<(DateTime<Utc>, WatchId)>,
    of: BTreeMap<WatchId, DateTime<Utc>>,
}

impl Rota {
    fn set(&mut self, id: WatchId, at: DateTime<Utc>) {
        if let Some(old) = self.of.insert(id.clone(), at) {
            self.due.remove(&(old, id.clone()));
        }
        self.due.insert((at, id));
    }

    /// Takes one watch that is due, with the time at which it was.
    fn take(&mut self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, WatchId)> {
        let (at, id) = self.due.first().filter(|(at, _)| *at <= now).cloned()?;
        self.due.remove(&(at, id.clone()));
        self.of.remove(&id);
        Some((at, id))
    }

    fn next(&self) -> Option<DateTime<Utc>> {
        self.due.first().map(|(at, _)| *at)
    }
}

/// Visits what is due until asked to stop; running visits then end, or are cut off after a while.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    first_round(&household).await?;
    let house = &household.house;
    let mut rota = fresh(house).await?;
    let mut visits = JoinSet::new();
    let mut before = house.clock.now();
    let mut territory = Territory::default();
    loop {
        let now = house.clock.now();
        house.signs.show(Task::Visits);
        territory.survey(house).await?;
        // What was reckoned by a clock that ran ahead would keep pages unvisited until that time comes.
        if now < before {
            rota = fresh(house).await?;
            territory.forget();
        }
        before = now;
        let in_force = house.in_force();
        for id in territory.won(house).await? {
            if let Some(at) = next(house, &in_force, &id, now).await? {
                rota.set(id, at);
            }
        }
        let watchlist = &in_force.watchlist;
        let mut due = Vec::new();
        while let Some((at, id)) = rota.take(now) {
            let visited = |watch: &&Watch| watch.enabled && !watchlist.is_collected(&watch.url);
            if let Some(watch) = watchlist.watch(&id).filter(visited) {
                due.push((at, watch.clone()));
            }
        }
        let ours = territory
            .claim(house, due.iter().map(|(_, watch)| watch))
            .await?;
        for (at, watch) in due {
            if !ours.contains(&fetch::host_of(&watch.url)) {
                // Another process visits it; should that one be gone, this one does.
                territory.leave(&watch);
                continue;
            }
            // It may have been visited there a moment ago.
            let next = match house.store.is_shared()? {
                true => next(house, &in_force, &watch.id, now).await?,
                false => Some(at),
            };
            if let Some(next) = next.filter(|next| *next > now) {
                rota.set(watch.id, next);
                continue;
            }
            meters::begun_late(now - at);
            let outing = house.sets_out(&watch.url);
            let (house, in_force) = (house.clone(), in_force.clone());
            visits.spawn(async move {
                let _outing = outing;
                visit::visit_and_follow(&house, &in_force, &watch).await
            });
        }
        let led = territory.leading_here(house)?;
        if !led.is_empty() {
            let (house, in_force) = (house.clone(), in_force.clone());
            visits.spawn(async move { follow(&house, &in_force, &led).await });
        }
        let sleep = rota.next().map_or(LONGEST_SLEEP, |next| until(next, now));
        let sleep = match territory.waits() {
            true => sleep.min(ASK_EVERY),
            false => sleep,
        };
        tokio::select! {
            () = household.stopped() => break,
            () = tokio::time::sleep(sleep) => {}
            () = household.reloaded.notified() => {
                rota = fresh(house).await?;
                territory.forget();
            }
            Some(ended) = visits.join_next() => {
                for report in ended.expect("a stumble is a failure of its visit")? {
                    tell(&household, &report);
                    let now = house.clock.now();
                    if let Some(next) = next(house, &house.in_force(), &report.watch, now).await? {
                        rota.set(report.watch, next);
                    }
                }
            }
        }
    }
    finish(visits).await
}

/// What came of a visit and of what it led to.
type Visited = Result<Vec<VisitReport>, StoreError>;

/// Reads at hosts of this process what pages lead to that others visit.
async fn follow(house: &Arc<House>, in_force: &Arc<InForce>, led: &[Watch]) -> Visited {
    let mut reports = Vec::new();
    for watch in led {
        reports.extend(visit::follow_up(house, in_force, watch).await?);
    }
    Ok(reports)
}

/// Waits for visits that go on, but not for ever.
async fn finish(mut visits: JoinSet<Visited>) -> Result<(), StoreError> {
    let all = async {
        while let Some(ended) = visits.join_next().await {
            if let Ok(result) = ended {
                result?;
            }
        }
        Ok(())
    };
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(result) => result,
        Err(_) => Ok(()),
    }
}

/// The first round after a start: everything that is due, once, however many ticks were missed.
async fn first_round(household: &Household) -> Result<(), StoreError> {
    let (tell_of, mut told) = mpsc::channel(64);
    let house = household.house.clone();
    let round: JoinHandle<Result<visit::Round, StoreError>> =
        tokio::spawn(async move { visit::round(&house, &Wanted::Due, tell_of).await });
    let hear = async {
        loop {
            // What is heard first is that the visits begin.
            match tokio::time::timeout(LONGEST_SLEEP, told.recv()).await {
                Ok(None) => return,
                Ok(Some(Heard::Visited(report))) => tell(household, &report),
                Ok(Some(Heard::Begun(_))) | Err(_) => {}
            }
            household.house.signs.show(Task::Visits);
        }
    };
    tokio::select! {
        () = hear => {
            let round = round.await.expect("a round does not panic")?;
            let read = round.visits - round.failed;
            let visit::Round { visits, failed, changed, .. } = round;
            tracing::info!(visits, failed, changed, "the first round is done: {read} read, {failed} failed, {changed} changed");
            household.owed.notify_one();
        }
        () = async { household.stopped().await; tokio::time::sleep(PATIENCE).await } => {}
    }
    Ok(())
}

/// A rota of every enabled watch.
async fn fresh(house: &Arc<House>) -> Result<Rota, StoreError> {
    let in_force = house.in_force();
    let now = house.clock.now();
    let mut rota = Rota::default();
    let watchlist = &in_force.watchlist;
    let visited = (watchlist.enabled()).filter(|(watch, _)| !watchlist.is_collected(&watch.url));
    for (watch, _) in visited {
        if let Some(at) = next(house, &in_force, &watch.id, now).await? {
            rota.set(watch.id.clone(), at);
        }
    }
    Ok(rota)
}

/// When a watch is due next: now where it was never visited, else after its last visit or for its second look.
async fn next(
    house: &Arc<House>,
    in_force: &InForce,
    id: &WatchId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let watchlist = &in_force.watchlist;
    let Some(plan) = watchlist.plan(id) else {
        return Ok(None);
    };
    let state = house.store.state(id).await?;
    // A clock that ran ahead and was set right must not keep a page unvisited until that time comes.
    let regular = match state.last_visit.filter(|last| *last <= now) {
        None => Some(now),
        Some(last) => plan.next_for(id, last, watchlist.settings.jitter_seconds),
    };
    let second = state.look_again_at();
    Ok(regular.into_iter().chain(second).min())
}

fn until(next: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (next - now).to_std().unwrap_or_default().min(LONGEST_SLEEP)
}

/// Rings where an alert may be owed because of a visit.
pub(super) fn tell(household: &Household, report: &VisitReport) {
    if report.entry.is_some() {
        household.owed.notify_one();
    }
}
