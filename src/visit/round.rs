//! Several visits, side by side, with one message at the end of a first round.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::fetch;
use crate::house::{House, InForce};
use crate::model::{Fact, First, Outcome, Severity, VisitReport, Watch, WatchId};
use crate::routing;
use crate::schedule::Plan;
use crate::store::StoreError;
use crate::visit::{Others, overdue, tell_moves, visit_and_follow};

/// Which watches are wanted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// These, enabled or not.
    These(Vec<WatchId>),
    /// All that are enabled.
    All,
    /// Those that are enabled and due.
    Due,
}

/// What is heard of a round while it goes on.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// So many visits are about to be made.
    Begun(usize),
    /// One has ended.
    Visited(Box<VisitReport>),
}

/// What a round came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Round {
    /// How many visits.
    pub visits: usize,
    /// How many pages were read for the first time.
    pub appeared: usize,
    /// How many changed.
    pub changed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many alerts are owed because of it.
    pub alerts: usize,
}

impl Round {
    fn count(&mut self, report: &VisitReport) {
        self.visits += 1;
        self.alerts += report.alerts;
        match report.outcome {
            Outcome::Appeared => self.appeared += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Unchanged => {}
        }
    }
}

/// Visits the watches wanted, side by side within the fetcher's limits, and tells `heard` of each as it ends.
///
/// # Errors
/// The archive's; visits that had begun are finished first.
pub async fn round(
    house: &Arc<House>,
    wanted: &Wanted,
    heard: mpsc::Sender<Heard>,
) -> Result<Round, StoreError> {
    house.refresh().await?;
    let in_force = house.in_force();
    let places = choose(house, &in_force, wanted).await?;
    let places = ours(house, &in_force, places, wanted).await?;
    let watches = || {
        let all = &in_force.watchlist.watches;
        places.iter().map(|place| &all[*place])
    };
    let ids: Vec<WatchId> = watches().map(|watch| watch.id.clone()).collect();
    let mut newcomers = Newcomers::among(house, watches()).await?;
    heard.send(Heard::Begun(places.len())).await.ok();
    let mut visits = JoinSet::new();
    for place in places.iter().copied() {
        let (house, in_force) = (house.clone(), in_force.clone());
        visits.spawn(async move {
            let watch = &in_force.watchlist.watches[place];
            visit_and_follow(&house, &in_force, watch).await
        });
    }
    let mut round = Round::default();
    let mut trouble = None;
    while let Some(joined) = visits.join_next().await {
        match joined.expect("a stumble is a failure of its visit") {
            Ok(reports) => {
                for report in reports {
                    round.count(&report);
                    newcomers.count(&report);
                    heard.send(Heard::Visited(Box::new(report))).await.ok();
                }
            }
            Err(error) => trouble = Some(error),
        }
    }
    if let Some(error) = trouble {
        return Err(error);
    }
    round.alerts += tell_moves(house, &in_force, Others::Came).await?;
    round.alerts += overdue::say(house, &in_force, &ids).await?;
    if let Some(text) = newcomers.summary() {
        round.alerts += notice(house, &in_force, text).await?;
    }
    house.store.seal(house.clock.now()).await?;
    Ok(round)
}

/// The places of the wanted watches in the watchlist: there may be very many, each with a visit that has not set out yet.
async fn choose(
    house: &House,
    in_force: &InForce,
    wanted: &Wanted,
) -> Result<Vec<usize>, StoreError> {
    let watchlist = &in_force.watchlist;
    let mut chosen = Vec::new();
    for (place, (watch, plan)) in watchlist.watches.iter().zip(&watchlist.plans).enumerate() {
        let take = match wanted {
            Wanted::These(ids) => ids.contains(&watch.id),
            _ if !watch.enabled || watchlist.is_collected(&watch.url) => false,
            Wanted::All => true,
            Wanted::Due => is_due(house, in_force, watch, plan).await?,
        };
        if take {
            chosen.push(place);
        }
    }
    Ok(chosen)
}

/// Of these places those whose hosts no other process visits that shares the archive. Whatever is due is visited by those
/// others; where pages are asked for by name, that they are visited elsewhere is the answer.
async fn ours(
    house: &House,
    in_force: &InForce,
    places: Vec<usize>,
    wanted: &Wanted,
) -> Result<Vec<usize>, StoreError> {
    let all = &in_force.watchlist.watches;
    let host = |place: &usize| fetch::host_of(&all[*place].url);
    let shared = match wanted {
        Wanted::Due => Some(hosts(in_force)),
        Wanted::All | Wanted::These(_) => None,
    };
    let wished = places.iter().map(host).collect();
    let ours = house.store.lease_hosts(wished, shared).await?;
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        (places.into_iter()).partition(|place| ours.contains(&host(place)));
    match elsewhere.first() {
        Some(first) if *wanted != Wanted::Due => {
            let visitor = house.store.visitor_of(&host(first)).await?;
            let what = match elsewhere.len() {
                1 => format!("{} is visited", all[*first].id),
                more => format!(
                    "{more} of these pages, such as {}, are visited",
                    all[*first].id
                ),
            };
            Err(StoreError::elsewhere(what, visitor))
        }
        _ => Ok(here),
    }
}

/// The hosts of all pages that are visited from here or by others that share the archive.
pub fn hosts(in_force: &InForce) -> BTreeSet<String> {
    let watchlist = &in_force.watchlist;
    let visited = (watchlist.enabled()).filter(|(watch, _)| !watchlist.is_collected(&watch.url));
    visited
        .map(|(watch, _)| fetch::host_of(&watch.url))
        .collect()
}

/// Whether a watch is due: by its plan, or for its second look.
///
/// # Errors
/// The archive's.
pub(super) async fn is_due(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    plan: &Plan,
) -> Result<bool, StoreError> {
    let state = house.store.state(&watch.id).await?;
    let now = house.clock.now();
    let second = state.look_again_at().is_some_and(|due| due <= now);
    // A clock that ran ahead and was set right must not keep a page unvisited until that time comes.
    let last = state.last_visit.filter(|last| *last <= now);
    let jitter = in_force.watchlist.settings.jitter_seconds;
    Ok(second || plan.is_due(&watch.id, last, now, jitter))
}

/// The watches of a round that were never visited before.
struct Newcomers {
    watches: BTreeSet<WatchId>,
    /// Whether the text of one of them is not reported.
    baseline: bool,
    /// Whether others were watched before.
    joining: bool,
    read: usize,
    failed: usize,
}

impl Newcomers {
    async fn among<'a>(
        house: &House,
        watches: impl Iterator<Item = &'a Watch>,
    ) -> Result<Newcomers, StoreError> {
        let known: BTreeSet<WatchId> = house.store.watches().await?.into_iter().collect();
        let mut newcomers = Newcomers {
            watches: BTreeSet::new(),
            baseline: false,
            joining: !known.is_empty(),
            read: 0,
            failed: 0,
        };
        for watch in watches {
            if house.store.state(&watch.id).await?.visits == 0 {
                newcomers.watches.insert(watch.id.clone());
                newcomers.baseline |= watch.first == First::Baseline;
            }
        }
        Ok(newcomers)
    }

    fn count(&mut self, report: &VisitReport) {
        if self.watches.contains(&report.watch) {
            match report.outcome {
                Outcome::Failed => self.failed += 1,
                _ => self.read += 1,
            }
        }
    }

    /// What is watched now, and that text already there is not reported.
    fn summary(&self) -> Option<String> {
        let more = if self.joining { "more " } else { "" };
        let pages = if self.read == 1 { "page" } else { "pages" };
        self.baseline.then(|| {
            format!(
                "Watching {} {more}{pages}, {} could not be read; text already there will not be reported.",
                self.read, self.failed
            )
        })
    }
}

/// Owes one message to the operators, or to every place that is told of anything.
async fn notice(house: &House, in_force: &InForce, text: String) -> Result<usize, StoreError> {
    let now = house.clock.now();
    let owed = routing::of_program(&in_force.watchlist.routes, Severity::RECORD, now);
    let owed = routing::silently(owed);
    let count = owed.len();
    let text = house.store.keep(text.into_bytes(), None).await?;
    let about = Vec::new();
    let fact = Fact::Notice {
        text,
        owed,
        about,
        promises: Vec::new(),
    };
    house.store.append(fact, now, None).await?;
    Ok(count)
}
