//! What every errand works with: the archive, the watchlist in force, the hands and the clock.

mod files;
mod gleaned;
mod known;
mod not_done;
mod outings;
mod queues;
mod record;
mod signs;
mod unset;
mod urging;
mod visitors;

pub use files::{
    Opening, STORE_PASSWORD, Terminal, Unopened, as_watched, named_files, read_in_force,
    read_rules, read_watchlist, secret_files, secret_in,
};
pub use gleaned::{Gleaned, GleanedTable};
pub use not_done::NotDone;
pub use outings::Outing;
pub use queues::Slot;
pub use record::{record, renamed};
pub use signs::{Signs, Task};
pub use unset::unset;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex as StdMutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard};
use url::Url;

use crate::browser::Browser;
use crate::channels::{Channels, Secret};
use crate::clock::Clock;
use crate::deliver::{Means, Paid, Patience, Payer};
use crate::fetch::{self, Fetcher, Leave};
use crate::house::known::Known;
use crate::house::outings::Outings;
use crate::house::queues::Queues;
use crate::house::urging::Urging;
use crate::house::visitors::Visitors;
use crate::model::{Digest, ReaderId, State, Version, VersionNo, WatchId};
use crate::search::Search;
use crate::store::{Lane, Leased, Store, StoreError};
use crate::watchlist::{Trails, Watchlist};
use crate::wire::Names;
use crate::worker::Workers;

/// The archive, the watchlist in force, the hands and the clock.
pub struct House {
    /// The archive.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Signs of life of the tasks that work here.
    pub signs: Signs,
    in_force: RwLock<Arc<InForce>>,
    // To which hosts something is under way.
    outings: Outings,
    queues: Queues,
    /// The leads that stand among the watches in force, and the watches among which they were put.
    led: StdMutex<Option<(Trails, Arc<InForce>)>>,
    lane: Mutex<()>,
    filling: Mutex<()>,
    visitors: Visitors,
    payer: Mutex<Option<Hired>>,
    urging: Urging,
    search: OnceLock<Search>,
    known: Known,
    gleanings: gleaned::Gleanings,
}

/// The one payer of the archive, with what it was hired for.
struct Hired {
    payer: Payer,
    under: Arc<InForce>,
    patience: Patience,
}

/// A watchlist with the hands that follow from it.
pub struct InForce {
    /// The watchlist.
    pub watchlist: Watchlist,
    /// Fetches pages with its manners.
    pub fetcher: Fetcher,
    /// Read what is dangerous to read.
    pub workers: Workers,
    /// Builds the pages that need it.
    pub browser: Arc<Browser>,
    /// Sends messages with its secrets.
    pub channels: Channels,
    /// What a collector must know, where there is one to be heard and a secret for it.
    pub secret: Option<Secret>,
    /// What whoever reads in the window must know, where reading is not for everybody.
    pub password: Option<Secret>,
    /// What a mirror of the archive must know, where there may be one.
    pub mirror: Option<Secret>,
    /// Under which key an archive of the web is asked to keep copies, where the watchlist names one.
    pub archive_key: Option<Secret>,
    /// Where the key is with which checkpoints are signed.
    pub key: KeyPlace,
    /// Where the names of hosts are looked up.
    pub names: Names,
}

/// Where the key is with which checkpoints are signed.
#[derive(Clone, Debug)]
pub enum KeyPlace {
    /// In this file, which may not be there yet.
    File(std::path::PathBuf),
    /// It was given; absent where the variable of this name is not set.
    Given(String, Option<Secret>),
}

impl InForce {
    /// Whether there is a key to sign with.
    pub fn can_sign(&self) -> bool {
        match &self.key {
            KeyPlace::File(path) => path.exists(),
            KeyPlace::Given(_, key) => key.is_some(),
        }
    }
}

/// How often it is seen that this process is one of those that share the archive.
const HOLD_EVERY: Duration = Duration::from_secs(1);

/// Asks hosts only while no other process that shares the archive can have taken over.
fn guard(in_force: &InForce, store: &Store) {
    let store = store.clone();
    let leave = move || match store.lives() {
        true => Leave::Given,
        // It may be that a sign of life is only late.
        false if !store.is_fenced() => Leave::NotNow,
        false => Leave::Never,
    };
    in_force.fetcher.only_with(leave);
}

impl House {
    /// A house with this watchlist in force.
    pub fn new(store: Store, clock: Clock, in_force: InForce) -> House {
        guard(&in_force, &store);
        House {
            store,
            clock,
            signs: Signs::default(),
            outings: Outings::default(),
            queues: Queues::default(),
            in_force: RwLock::new(Arc::new(in_force)),
            led: StdMutex::new(None),
            lane: Mutex::new(()),
            filling: Mutex::new(()),
            visitors: Visitors::default(),
            payer: Mutex::new(None),
            urging: Urging::default(),
            search: OnceLock::new(),
            known: Known::default(),
            gleanings: gleaned::Gleanings::default(),
        }
    }

    /// What is in force now. An errand asks once and keeps what it got.
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts another watchlist in force, for errands that begin from now on.
    pub fn put_in_force(&self, in_force: InForce) {
        guard(&in_force, &self.store);
        *self
            .in_force
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(in_force);
    }

    /// The index of the archive, which is opened and kept from the first time on that somebody asks for it.
    pub fn search(&self) -> &Search {
        self.search
            .get_or_init(|| Search::begin(self.store.clone()))
    }

    /// Every watch ever visited with its state, as it stood at the last entry of the journal: looks that came since are not in
    /// it.
    ///
    /// # Errors
    /// The archive's.
    pub async fn known(&self) -> Result<Arc<Vec<(WatchId, State)>>, StoreError> {
        self.known.of(&self.store).await
    }

    /// Puts the leads that are watched now among the watches in force, as the archive has them.
    ///
    /// # Errors
    /// The archive's.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let trails = self.store.trails().await?.into_iter();
        let trails: Trails = trails
            .map(|trail| (trail.lead.watch.clone(), trail))
            .collect();
        let mut led = self.led.lock().unwrap_or_else(PoisonError::into_inner);
        let mut in_force = self
            .in_force
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if (led.as_ref()).is_some_and(|(of, among)| *of == trails && Arc::ptr_eq(among, &in_force))
        {
            return Ok(());
        }
        let watchlist = in_force.watchlist.with_leads(&trails);
        if watchlist.watches != in_force.watchlist.watches {
            *in_force = Arc::new(InForce {
                watchlist,
                fetcher: in_force.fetcher.clone(),
                workers: in_force.workers.clone(),
                browser: in_force.browser.clone(),
                channels: in_force.channels.clone(),
                secret: in_force.secret.clone(),
                password: in_force.password.clone(),
                mirror: in_force.mirror.clone(),
                archive_key: in_force.archive_key.clone(),
                key: in_force.key.clone(),
                names: in_force.names.clone(),
            });
        }
        *led = Some((trails, in_force.clone()));
        Ok(())
    }

    /// The one lane in which steps are compared, judged and appended, so that no two visits both see a name first.
    /// No other process that shares the archive has it either.
    ///
    /// # Errors
    /// The archive's.
    pub async fn lane(&self) -> Result<(MutexGuard<'_, ()>, Lane), StoreError> {
        let alone = self.lane.lock().await;
        Ok((alone, self.store.lane().await?))
    }

    /// Waits until this process is none of those any more that share the archive; why not. Where nobody can share it, for ever.
    pub async fn taken_over(&self) -> StoreError {
        match self.store.is_shared() {
            Ok(true) => {}
            Ok(false) => std::future::pending().await,
            Err(closed) => return closed,
        }
        loop {
            tokio::time::sleep(HOLD_EVERY).await;
            if let Err(gone) = self.store.holds_on().await {
                return gone;
            }
        }
    }

    /// Says that something sets out to the host of this address; until it is dropped the host is not given away.
    pub fn sets_out(&self, to: &Url) -> Outing {
        self.outings.begin(to)
    }

    /// Whether anything is under way to this host.
    pub fn is_out(&self, to: &str) -> bool {
        self.outings.is_to(to)
    }

    /// Whether this process may visit the host of an address: no other one that shares the archive does.
    ///
    /// # Errors
    /// The archive's.
    pub async fn is_ours(&self, url: &Url) -> Result<bool, StoreError> {
        let host = fetch::host_of(url);
        let ours = self.store.lease_hosts(BTreeSet::from([host]), None).await?;
        Ok(!ours.is_empty())
    }

    /// Waits until nobody else asks archives of the web for what pages said before; whoever has the guard is the only one.
    pub async fn alone_with_archives(&self) -> MutexGuard<'_, ()> {
        self.filling.lock().await
    }

    /// Waits until one more visit to this address may begin. What visits bring waits in memory for the one lane, so that they
    /// are no more than the lane takes in.
    pub async fn may_begin(&self, to: &Url) -> Slot {
        self.queues.begin(to).await
    }

    /// How many visits have not begun, over all hosts, and to the host to which most go.
    pub fn queued(&self) -> (usize, usize) {
        self.queues.waiting()
    }

    /// Waits until nobody else visits this watch; whoever has the guard is the only one.
    pub async fn alone_at(&self, watch: &WatchId) -> OwnedMutexGuard<()> {
        self.visitors.door(watch).lock_owned().await
    }

    /// Whether this version is known to stand as this reader reads it.
    pub fn was_read_by(&self, version: &Version, reader: &ReaderId) -> bool {
        self.visitors.know(version, reader)
    }

    /// Notes that this version stands as this reader reads it.
    pub fn note_read_by(&self, version: &Version, reader: ReaderId) {
        self.visitors.note(version, reader);
    }

    /// The gist of the page as it stands in this version, as far as it is known since the start.
    pub fn gist(&self, version: &Version) -> Option<Digest> {
        self.visitors.gist(version)
    }

    /// Notes the gist of the page as it stands in this version.
    pub fn note_gist(&self, watch: &WatchId, version: VersionNo, gist: Digest) {
        self.visitors.note_gist(watch, version, gist);
    }

    /// When the interface of its site last had nothing to tell of this watch, as far as is known since the start.
    pub fn untold(&self, watch: &WatchId) -> Option<DateTime<Utc>> {
        self.visitors.untold(watch)
    }

    /// Notes that the interface of its site has nothing to tell of this watch now.
    pub fn note_untold(&self, watch: &WatchId) {
        self.visitors.note_untold(watch, self.clock.now());
    }

    /// Whether this is the first time on that day that the promises of a watch are looked at; it is noted.
    pub fn remind(&self, watch: &WatchId, day: NaiveDate) -> bool {
        self.visitors.remind(watch, day)
    }

    /// Pays the alerts owed, with this patience. There is one payer: two could both send a message. Where another process that
    /// shares the archive pays them, that is the error.
    ///
    /// # Errors
    /// The archive's.
    pub async fn pay(&self, patience: Patience) -> Result<Paid, StoreError> {
        if !self.store.lease(Leased::Deliveries).await? {
            let payer = self.store.lessee(Leased::Deliveries).await?;
            return Err(StoreError::elsewhere("alerts are sent", payer));
        }
        self.pay_for(patience, Duration::MAX).await
    }

    /// The same, but a channel that takes longer than this goes on by itself, and nobody waits for it.
    ///
    /// # Errors
    /// The archive's.
    pub async fn pay_for(&self, patience: Patience, most: Duration) -> Result<Paid, StoreError> {
        let under = self.in_force();
        let mut hired = self.payer.lock().await;
        let fits = |hired: &Hired| Arc::ptr_eq(&hired.under, &under) && hired.patience == patience;
        if !hired.as_ref().is_some_and(fits) {
            if let Some(former) = hired.as_mut() {
                former.payer.finish().await?;
            }
            let means = Means::of(&under.watchlist, self.clock.clone(), patience);
            let payer = Payer::new(self.store.clone(), under.channels.clone(), means)
                .telling(self.urging.refusals.clone());
            *hired = Some(Hired {
                payer,
                under,
                patience,
            });
        }
        let hired = hired.as_mut().expect("a payer was just hired");
        hired.payer.try_again(&self.urging.taken());
        hired.payer.pay_for(most).await
    }

    /// Waits until what is being sent stands on record, and sends nothing more.
    ///
    /// # Errors
    /// The archive's.
    pub async fn finish_paying(&self) -> Result<(), StoreError> {
        match self.payer.lock().await.as_mut() {
            Some(hired) => hired.payer.finish().await,
            None => Ok(()),
        }
    }
}
