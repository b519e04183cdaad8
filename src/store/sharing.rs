//! What several processes that share an archive do one at a time; where there is one holder, everything is that holder's.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::WeakSender;

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::rooms::Rooms;
use crate::store::writer::Request;

/// How often it is seen what others wrote.
const EVERY: Duration = Duration::from_millis(250);

/// What the leases of hosts begin with.
const HOST: &str = "host ";

/// What one process alone does for now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Leased {
    /// It sends what is owed.
    Deliveries,
    /// It listens in Discord.
    Gateway,
    /// It looks whether all is well, signs the journal, and seeks copies elsewhere.
    Upkeep,
    /// It tells of pages that moved with their host.
    Moves,
}

impl Leased {
    /// The name of its lease.
    fn name(self) -> &'static str {
        match self {
            Leased::Deliveries => "deliveries",
            Leased::Gateway => "gateway",
            Leased::Upkeep => "upkeep",
            Leased::Moves => "moves",
        }
    }
}

/// The name of the lease of a host.
fn host_lease(host: &str) -> String {
    format!("{HOST}{host}")
}

/// How many of these hosts are leased to this process.
fn leased_of(rooms: &Rooms, hosts: &BTreeSet<String>) -> usize {
    let leased = rooms.disk.leased();
    let leased = leased.iter().filter_map(|name| name.strip_prefix(HOST));
    leased.filter(|host| hosts.contains(*host)).count()
}

/// The turn to judge; no other process has it until this is dropped.
pub struct Lane(Option<Arc<Rooms>>);

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(rooms) = self.0.take() {
            // The database is asked where waiting is allowed. Where it does not answer, the turn ended with the connection.
            tokio::task::spawn_blocking(move || {
                if let Err(error) = rooms.disk.leave_lane() {
                    tracing::debug!("{error}");
                }
            });
        }
    }
}

impl Store {
    /// Whether other processes may be at work on the archive.
    ///
    /// # Errors
    /// Where the archive is closed.
    pub fn is_shared(&self) -> Result<bool, StoreError> {
        Ok(self.opened()?.rooms.disk.is_shared())
    }

    /// That this process may go on with what is leased to it.
    ///
    /// # Errors
    /// Where the archive is closed or cannot be written any more, and where this process gave no sign of life for so long that
    /// others may have taken over.
    pub async fn holds_on(&self) -> Result<(), StoreError> {
        let holds_on = |rooms: &Rooms| {
            rooms.check()?;
            rooms.disk.holds_on()
        };
        match self.is_shared()? {
            true => self.blocking(holds_on).await,
            false => holds_on(&self.opened()?.rooms),
        }
    }

    /// Whether nobody can have taken over what is leased to this process, as far as is known here.
    pub fn lives(&self) -> bool {
        self.opened()
            .map_or(true, |opened| opened.rooms.disk.lives())
    }

    /// Whether others took over what this process did.
    pub fn is_fenced(&self) -> bool {
        (self.opened()).is_ok_and(|opened| opened.rooms.disk.is_fenced())
    }

    /// Waits until no other process judges pages; what the others wrote is known then.
    ///
    /// # Errors
    /// The archive's.
    pub async fn lane(&self) -> Result<Lane, StoreError> {
        if !self.is_shared()? {
            return Ok(Lane(None));
        }
        let kept = self.opened()?.rooms;
        // Whoever no longer waits for it lets go of it all the same.
        let enter = move |rooms: &Rooms| {
            rooms.disk.enter_lane()?;
            Ok(Lane(Some(kept)))
        };
        let lane = self.blocking(enter).await?;
        self.ask(|reply| Request::Follow(Some(reply))).await?;
        Ok(lane)
    }

    /// Whether this is leased to this process, or free and leased to it now.
    ///
    /// # Errors
    /// The archive's.
    pub async fn lease(&self, what: Leased) -> Result<bool, StoreError> {
        self.opened()?.rooms.check()?;
        let names = vec![what.name().to_owned()];
        let mine = self.blocking(move |rooms| rooms.disk.claim(&names, None));
        Ok(!mine.await?.is_empty())
    }

    /// Who visits this host, such as "pid 12: smallprint run".
    ///
    /// # Errors
    /// The archive's.
    pub async fn visitor_of(&self, host: &str) -> Result<Option<String>, StoreError> {
        let name = host_lease(host);
        self.blocking(move |rooms| rooms.disk.lessee(&name)).await
    }

    /// The hosts that are leased to this process, where hosts have to be.
    ///
    /// # Errors
    /// Where the archive is closed.
    pub fn leased_hosts(&self) -> Result<BTreeSet<String>, StoreError> {
        let leased = self.opened()?.rooms.disk.leased();
        let hosts = leased.iter().filter_map(|name| name.strip_prefix(HOST));
        Ok(hosts.map(str::to_owned).collect())
    }

    /// Who has this, such as "pid 12: smallprint run".
    ///
    /// # Errors
    /// The archive's.
    pub async fn lessee(&self, what: Leased) -> Result<Option<String>, StoreError> {
        self.blocking(move |rooms| rooms.disk.lessee(what.name()))
            .await
    }

    /// Of these hosts, those that are leased to this process: what is free is leased to it now, as long as it has no more than
    /// its share of the hosts that are visited in all, where these are said.
    ///
    /// # Errors
    /// The archive's.
    pub async fn lease_hosts(
        &self,
        hosts: BTreeSet<String>,
        all: Option<BTreeSet<String>>,
    ) -> Result<BTreeSet<String>, StoreError> {
        if !self.is_shared()? {
            return Ok(hosts);
        }
        self.opened()?.rooms.check()?;
        let names: Vec<String> = hosts.iter().map(|host| host_lease(host)).collect();
        let claim = move |rooms: &Rooms| {
            let room = |all: BTreeSet<String>| {
                let share = rooms.disk.share(all.len())?;
                Ok(share.saturating_sub(leased_of(rooms, &all)))
            };
            rooms.disk.claim(&names, all.map(room).transpose()?)
        };
        let mine = self.blocking(claim).await?;
        let leased = |host: &String| mine.contains(&host_lease(host));
        Ok(hosts.into_iter().filter(leased).collect())
    }

    /// How many of the hosts that are visited in all are leased to this process above its share.
    ///
    /// # Errors
    /// The archive's.
    pub async fn surplus(&self, all: BTreeSet<String>) -> Result<usize, StoreError> {
        if !self.is_shared()? {
            return Ok(0);
        }
        self.blocking(move |rooms| {
            let share = rooms.disk.share(all.len())?;
            Ok(leased_of(rooms, &all).saturating_sub(share))
        })
        .await
    }

    /// Gives hosts back, once all looks at them are sealed; for a while nobody visits them.
    ///
    /// # Errors
    /// The archive's.
    pub async fn release_hosts(
        &self,
        hosts: &BTreeSet<String>,
        rest: Duration,
    ) -> Result<(), StoreError> {
        let names: Vec<String> = hosts.iter().map(|host| host_lease(host)).collect();
        self.blocking(move |rooms| rooms.disk.release(&names, rest))
            .await
    }
}

/// Starts the thread that sees what others wrote; it ends with the archive.
pub(super) fn follow(door: WeakSender<Request>) -> std::io::Result<()> {
    let follow = move || {
        loop {
            std::thread::sleep(EVERY);
            let Some(door) = door.upgrade() else {
                return;
            };
            if door.blocking_send(Request::Follow(None)).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("store-follower".into())
        .spawn(follow)
        .map(drop)
}
