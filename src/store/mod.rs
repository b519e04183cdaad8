//! The archive: a journal, the bodies it names, and the views that follow from it.

mod admission;
mod alarms;
mod bodies;
mod compact;
mod corrections;
mod disk;
mod earlier;
mod error;
mod forgetting;
mod index;
mod journal;
mod lock;
mod looks;
mod noise;
mod past;
mod proofs;
mod reading;
mod receiving;
mod relations;
mod rooms;
mod schemes;
mod sending;
mod sharing;
mod sights;
mod space;
mod standing;
mod titles;
mod verify;
mod views;
mod watchdog;
mod writer;
mod writes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use crate::meters;
use crate::model::{Change, ChangeKind, Digest, EntryNo, Fact, Look, Severity, WatchId};

use rooms::Rooms;
use watchdog::{Beat, Pulse};
use writer::{Reply, Request, Writer};

pub use compact::{Compacted, compact};
pub use disk::{IndexWriter, Place};
pub use earlier::{Moment, Stood};
pub use error::StoreError;
pub use index::{
    Asked, Column, Hits, Lexemes, PastRow, ReachRow, ServedIndex, StayRow, StoredStay, TurnRow,
    Wanted, Which,
};
pub use proofs::Vouched;
pub use reading::AllNames;
pub use sharing::{Lane, Leased};
pub use space::Space;
pub use views::{Brief, Briefs, CLOSE, Delivered, Fired, Outgoing, ParkedSince, Sort, Streak};
pub use writes::Writes;

/// How many read or pack at once, at most.
const AT_WORK: usize = 16;

/// The archive, open. Cheap to clone; every clone is the same archive.
///
/// Whoever drops the last clone without `close` waits until what was written is durable; looks not yet sealed are
/// sealed when it is opened again.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    dir: String,
    path: PathBuf,
    news: watch::Receiver<EntryNo>,
    beat: Beat,
    open: Mutex<Option<Open>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    gone: Mutex<Option<oneshot::Receiver<()>>>,
    // Whoever waits for one of them takes a thread of its own otherwise, and threads keep what they once needed.
    at_work: Arc<Semaphore>,
}

#[derive(Clone)]
struct Open {
    rooms: Arc<Rooms>,
    door: mpsc::Sender<Request>,
}

/// Which changes are asked for.
#[derive(Clone, Default, Debug)]
pub struct ChangeFilter {
    /// Only of this watch.
    pub watch: Option<WatchId>,
    /// Only seen at or after.
    pub since: Option<DateTime<Utc>>,
    /// Only of at least this severity.
    pub min_severity: Option<Severity>,
    /// Only of these watches, where they are given.
    pub watches: Option<BTreeSet<WatchId>>,
    /// Only seen before.
    pub until: Option<DateTime<Utc>>,
    /// Only of entries below this one.
    pub before: Option<EntryNo>,
    /// Only of these kinds; of all where none is named.
    pub kinds: Vec<ChangeKind>,
    /// Only those of which the page says this, by the word of the claim.
    pub claim: Option<String>,
    /// Only those on which this rule fired.
    pub rule: Option<String>,
    /// Only those in whose sentence, title or findings all of these words stand, case aside.
    pub words: Vec<String>,
    /// At most so many are read for their words and rules, where a page of them is asked for.
    pub enough: Option<usize>,
    /// Only so many, the newest of them.
    pub limit: Option<usize>,
}

/// Some changes of very many.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Leaf {
    /// The changes, newest first.
    pub changes: Vec<Change>,
    /// Below which entry the next ones are; `None` where there are none.
    pub older: Option<EntryNo>,
}

/// What `verify` found.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct Verified {
    /// Entries walked.
    pub entries: u64,
    /// Bodies read and hashed.
    pub bodies: u64,
    /// Their bytes, as served.
    pub bytes: u64,
    /// Bodies that were forgotten, as entries tell; no more than their hashes is kept.
    #[serde(default)]
    pub forgotten: u64,
    /// Whether bytes of such bodies may still lie on the disk, until `forget --compact` has written the archive anew.
    #[serde(default)]
    pub uncompacted: bool,
    /// The hash of the last entry.
    pub head: Option<Digest>,
    /// The first thing that is wrong, in a sentence.
    pub broken: Option<String>,
    /// Where that is.
    #[serde(default)]
    pub place: Option<Broken>,
    /// The first entry looked at: of those before it, and of bodies that only they name, nothing is said.
    #[serde(default)]
    pub from: EntryNo,
    /// What is wrong with the index of the search, which is made afresh then; filled in by who answers.
    #[serde(default)]
    pub search: Option<String>,
}

/// An entry with which something is wrong.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Broken {
    /// Its number.
    pub entry: EntryNo,
    /// When it was written, as it says itself; absent where it cannot be read.
    pub at: Option<DateTime<Utc>>,
    /// When the entry before it was written.
    pub after: Option<DateTime<Utc>>,
}

impl Store {
    /// Opens the archive in this directory, which is made where it is missing.
    pub async fn open(dir: &Path) -> Result<Store, StoreError> {
        Store::open_as(dir, "").await
    }

    /// Whether there is an archive in this directory.
    pub fn is_there(dir: &Path) -> bool {
        disk::is_there(dir)
    }

    /// Whether there is an archive here, or in the database that is wished for.
    ///
    /// # Errors
    /// Where that database cannot be asked.
    pub async fn is_at(place: &Place) -> Result<bool, StoreError> {
        if place.database.is_none() || Store::is_there(&place.dir) {
            return Ok(Store::is_there(&place.dir));
        }
        let (place, dir) = (place.clone(), place.dir.display().to_string());
        let asked = tokio::task::spawn_blocking(move || disk::is_wished_for(&place)).await;
        asked.unwrap_or_else(|panic| {
            Err(StoreError::Disk {
                dir,
                verb: "opened",
                why: panic.to_string(),
            })
        })
    }

    /// Opens the archive and writes down who holds it, such as "smallprint run", for those who come second.
    pub async fn open_as(place: impl Into<Place>, holder: &str) -> Result<Store, StoreError> {
        let (place, holder) = (place.into(), holder.to_owned());
        let name = place.dir.display().to_string();
        let opened = tokio::task::spawn_blocking(move || Inner::open(&place, &holder)).await;
        let inner = opened.unwrap_or_else(|panic| {
            let why = format!("{panic}; keep the directory as it is and restore from a copy");
            Err(StoreError::damaged(format!("the archive {name}"), why))
        })?;
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// The directory of the archive.
    pub fn dir(&self) -> &Path {
        &self.inner.path
    }

    /// The number of the last entry that is durable, and each time another one is; it ends when the archive is closed.
    pub fn news(&self) -> watch::Receiver<EntryNo> {
        self.inner.news.clone()
    }

    /// Keeps a body and names it. `like` is an earlier body it is probably similar to.
    ///
    /// It is durable with the next entry that is acknowledged, which is the one that names it at the latest.
    pub async fn keep(&self, bytes: Vec<u8>, like: Option<Digest>) -> Result<Digest, StoreError> {
        let length = bytes.len();
        let packed = self.blocking(move |rooms| {
            let digest = Digest::of(&bytes);
            Ok((digest, bodies::pack(&rooms.disk, digest, &bytes, like)?))
        });
        let (digest, packed) = packed.await?;
        match packed {
            Some(packed) => {
                self.ask(|reply| Request::Keep(packed, reply)).await?;
                meters::kept(length);
            }
            None => self.opened()?.rooms.check()?,
        }
        Ok(digest)
    }

    /// Appends one entry; it is durable when this returns, with every body and look that came before it.
    ///
    /// For a `Landed`, `after` is the last entry about its watch that was known when it was judged (`State::entry`);
    /// it is not looked at for other facts. Every body the fact names must be kept already.
    pub async fn append(
        &self,
        fact: Fact,
        at: DateTime<Utc>,
        after: Option<EntryNo>,
    ) -> Result<EntryNo, StoreError> {
        let fact = Box::new(fact);
        let began = Instant::now();
        let no = (self.ask(|reply| Request::Append(fact, at, after, reply))).await?;
        meters::appended(began.elapsed());
        Ok(no)
    }

    /// Appends these entries in this order, and makes them durable together: one wait for the disk, however many they
    /// are. Each is an entry by itself: where one is refused, or the machine stops, those before it may stand.
    pub async fn append_all(&self, facts: Vec<Fact>, at: DateTime<Utc>) -> Result<(), StoreError> {
        if facts.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        self.ask(|reply| Request::AppendAll(facts, at, reply))
            .await?;
        meters::appended(began.elapsed());
        Ok(())
    }

    /// Notes a visit that brought nothing new. It counts at once, and is durable with the next entry, `seal` or `close`,
    /// half a second later at most unless the machine loses power.
    pub async fn look(&self, look: Look) -> Result<(), StoreError> {
        self.ask(|reply| Request::Look(look, reply)).await
    }

    /// Makes all that was noted durable: looks that wait to be sealed too.
    pub async fn settle(&self) -> Result<(), StoreError> {
        self.ask(Request::Settle).await
    }

    /// Seals the looks noted so far into the journal.
    pub async fn seal(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.ask(|reply| Request::Seal(now, reply)).await
    }

    /// Makes the views afresh; `progress` hears of entries done and entries in all. Readers see the old ones until then.
    pub async fn rebuild(
        &self,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<(), StoreError> {
        let (heard, mut steps) = mpsc::unbounded_channel();
        let done = self.ask(|reply| Request::Rebuild(heard, reply));
        let watched = async {
            while let Some((step, all)) = steps.recv().await {
                progress(step, all);
            }
        };
        tokio::join!(done, watched).0
    }

    /// Seals, flushes and closes the archive for every clone; another process can open it when this returns.
    pub async fn close(self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sealed = self.ask(|reply| Request::Close(now, reply)).await;
        let open = locked(&self.inner.open).take();
        drop(open);
        let thread = locked(&self.inner.thread).take();
        let gone = locked(&self.inner.gone).take();
        if let Some(thread) = thread {
            // A writer that panicked has said so; what it left is put in order at the next start.
            drop(tokio::task::spawn_blocking(move || thread.join()).await);
        }
        if let Some(gone) = gone {
            drop(gone.await);
        }
        sealed
    }

    fn opened(&self) -> Result<Open, StoreError> {
        let open = locked(&self.inner.open).clone();
        open.ok_or_else(|| self.unusable("it was closed"))
    }

    // Asks the writer, and waits for its answer.
    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let Open { door, rooms } = self.opened()?;
        let sent = door.send(request(reply)).await;
        drop(door);
        let stopped = || match rooms.check() {
            Err(error) => error,
            Ok(()) => self.unusable("its writer has stopped"),
        };
        sent.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    // Does what blocks where blocking is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rooms) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = self.inner.at_work.clone().acquire_owned().await;
        let rooms = self.opened()?.rooms;
        let work = move || {
            let done = work(&rooms);
            drop(place);
            done
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|panic| Err(self.unusable(&panic.to_string())))
    }

    fn unusable(&self, why: &str) -> StoreError {
        StoreError::Disk {
            dir: self.inner.dir.clone(),
            verb: "used",
            why: why.to_owned(),
        }
    }
}

impl Inner {
    fn open(place: &Place, holder: &str) -> Result<Inner, StoreError> {
        let dir = place.dir.as_path();
        let trouble = |error: std::io::Error| StoreError::Disk {
            dir: dir.display().to_string(),
            verb: "opened",
            why: error.to_string(),
        };
        let (rooms, gone) = Rooms::open(place, holder)?;
        let rooms = Arc::new(rooms);
        let pulse = Pulse::start(dir.display().to_string()).map_err(trouble)?;
        let beat = pulse.beat();
        let (writer, news) = Writer::new(rooms.clone(), pulse)?;
        if rooms.only && !place.alone {
            rooms.disk.let_in()?;
        }
        let (door, requests) = mpsc::channel(1024);
        if rooms.disk.is_shared() && !place.alone {
            sharing::follow(door.downgrade()).map_err(trouble)?;
        }
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run(requests))
            .map_err(trouble)?;
        Ok(Inner {
            dir: dir.display().to_string(),
            path: dir.to_owned(),
            news,
            beat,
            open: Mutex::new(Some(Open { rooms, door })),
            thread: Mutex::new(Some(thread)),
            gone: Mutex::new(Some(gone)),
            at_work: Arc::new(Semaphore::new(AT_WORK)),
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(locked(&self.open).take());
        if let Some(thread) = locked(&self.thread).take() {
            // A writer that panicked has said so.
            drop(thread.join());
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
