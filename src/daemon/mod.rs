//! The household: starts the tasks of `run`, watches over them and stops them.

mod bot;
mod collecting;
mod copies;
mod deliveries;
mod listening;
mod outside;
mod overseeing;
mod reload;
mod rota;
mod territory;
mod window;
mod witnessing;

pub use outside::Outside;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::house::{self, House, Opening, Task};
use crate::oversight::Overseer;
use crate::store::{Leased, StoreError};
use crate::visit::{self, Others};

/// How long running visits may take to end once the program is asked to stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried to have leased what another process has.
const CLAIM_EVERY: Duration = Duration::from_secs(1);
/// How often looks are sealed into the journal.
const SEAL_EVERY: Duration = Duration::from_secs(300);

/// Which part of the work is done here; others that share the archive do the rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles {
    /// Pages are visited, and collectors heard.
    pub visits: bool,
    /// Alerts are sent, Discord is listened to, and it is looked whether all is well.
    pub deliveries: bool,
    /// The window is open.
    pub window: bool,
}

impl Roles {
    /// All of it.
    pub const ALL: Roles = Roles {
        visits: true,
        deliveries: true,
        window: true,
    };

    /// The tasks that go round and round for it.
    fn tasks(self) -> impl Iterator<Item = Task> {
        Task::ALL.into_iter().filter(move |task| match task {
            Task::Visits => self.visits,
            Task::Deliveries | Task::Oversight => self.deliveries,
        })
    }
}

/// What the tasks share.
#[derive(Clone)]
struct Household {
    house: Arc<House>,
    opening: Opening,
    /// Rings when an alert is owed.
    owed: Arc<Notify>,
    /// Rings when another watchlist is in force.
    reloaded: Arc<Notify>,
    /// Rings then too, for whoever listens for collectors.
    relisten: Arc<Notify>,
    /// For whoever keeps the window.
    rewindow: Arc<Notify>,
    /// And for whoever listens in Discord.
    rebot: Arc<Notify>,
    /// For whoever shows the program to those who watch over it.
    reshow: Arc<Notify>,
    /// Rings when a channel refuses, for whoever looks whether all is well.
    look: Arc<Notify>,
    /// Turns true when the program is asked to stop.
    stop: watch::Receiver<bool>,
}

impl Household {
    /// Waits until the program is asked to stop.
    async fn stopped(&self) {
        let mut stop = self.stop.clone();
        stop.wait_for(|stop| *stop).await.ok();
    }

    /// Waits until this is leased to this process, or the program is asked to stop; whether it is leased.
    async fn leased(&self, what: Leased, task: Option<Task>) -> Result<bool, StoreError> {
        loop {
            if let Some(task) = task {
                self.house.signs.show(task);
            }
            if self.house.store.lease(what).await? {
                return Ok(true);
            }
            tokio::select! {
                () = self.stopped() => return Ok(false),
                () = tokio::time::sleep(CLAIM_EVERY) => {}
            }
        }
    }
}

/// Visits on schedule, delivers, and reads the watchlist again when it changes, until `stop` turns true.
///
/// # Errors
/// The archive's: without it nothing may be said.
pub async fn run(
    house: Arc<House>,
    opening: Opening,
    roles: Roles,
    outside: &Outside,
    stop: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    roles.tasks().for_each(|task| house.signs.begin(task));
    outside.open(&house);
    house::record(&house).await?;
    let household = Household {
        house,
        opening,
        owed: Arc::new(Notify::new()),
        reloaded: Arc::new(Notify::new()),
        relisten: Arc::new(Notify::new()),
        rewindow: Arc::new(Notify::new()),
        rebot: Arc::new(Notify::new()),
        look: Arc::new(Notify::new()),
        reshow: Arc::new(Notify::new()),
        stop,
    };
    // Before the first visit, while it can be seen how long there was none.
    let mut overseer = Overseer::begin(&household.house).await?;
    if roles.deliveries && household.house.store.lease(Leased::Upkeep).await? {
        overseer.look(&household.house).await?;
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(reload::keep(household.clone()));
    if roles.visits {
        tasks.spawn(rota::keep(household.clone()));
        tasks.spawn(collecting::keep(household.clone()));
    }
    if roles.deliveries {
        tasks.spawn(deliveries::keep(household.clone()));
        tasks.spawn(deliveries::hear(household.clone()));
        tasks.spawn(bot::keep(household.clone()));
        tasks.spawn(overseeing::keep(household.clone(), overseer));
        tasks.spawn(copies::keep(household.clone()));
        tasks.spawn(copies::save(household.clone()));
        tasks.spawn(witnessing::keep(household.clone()));
    }
    if roles.window {
        tasks.spawn(window::keep(household.clone()));
    }
    tasks.spawn(hold(household.clone()));
    tasks.spawn(seal(household.clone()));
    tasks.spawn(show(household.clone(), outside.clone()));
    // From here on the index follows the journal by itself.
    household.house.search();
    let mut outcome = Ok(());
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tasks.abort_all();
                outcome = outcome.and(Err(error));
            }
            Err(cut_off) => assert!(cut_off.is_cancelled(), "a household task does not panic"),
        }
    }
    outcome
}

/// Shows the program to those who watch over it, where the watchlist in force says so.
async fn show(household: Household, outside: Outside) -> Result<(), StoreError> {
    tokio::select! {
        () = household.stopped() => {}
        () = outside.keep(&household.house, &household.reshow) => {}
    }
    Ok(())
}

/// Sees that this process is one of those that share the archive; what others took over is not gone on with.
async fn hold(household: Household) -> Result<(), StoreError> {
    tokio::select! {
        () = household.stopped() => Ok(()),
        gone = household.house.taken_over() => Err(gone),
    }
}

/// Seals looks every few minutes, and tells of pages that moved with their host.
async fn seal(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = tokio::time::sleep(SEAL_EVERY) => {
                house.store.seal(house.clock.now()).await?;
                if !house.store.lease(Leased::Moves).await? {
                    continue;
                }
                if visit::tell_moves(house, &house.in_force(), Others::MayCome).await? > 0 {
                    household.owed.notify_one();
                }
            }
        }
    }
}
