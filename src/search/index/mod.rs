//! The index of an archive: beside its file on the disk, or with it in its database.

mod embedded;
mod served;
mod terms;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo, WatchId};
use crate::passages::{Step, Turn};
use crate::search::find::Seen;
use crate::store::{Store, StoreError};

pub(super) use embedded::Files;
pub(super) use served::{Tables, read};
pub(super) use terms::PART;
pub(super) use writer::Writer;

/// The format of what is written. An index of another one is made afresh.
const FORMAT: u32 = 2;
/// The order of what has not ended.
pub(super) const NEVER: u64 = u64::MAX;
/// How many passages may come by one entry.
const PLACES: u64 = 1 << 20;
/// Where in the directory of an archive the index lies that is no part of a database.
const FOLDER: &str = "search";

/// Why the index cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unusable {
    /// Another program, or a former part of this one, writes to it.
    #[error(
        "the index of the search is being opened, or written to by another; try again in a moment"
    )]
    Busy,
    /// Another program makes it afresh.
    #[error("the index of the search is being made afresh; try again in a moment")]
    Renewed,
    /// The database it lies in does not answer, or refuses.
    #[error("{0}")]
    Away(StoreError),
    /// It is damaged, or the disk is.
    #[error("{0}")]
    Damaged(String),
}

impl From<StoreError> for Unusable {
    fn from(error: StoreError) -> Unusable {
        Unusable::Away(error)
    }
}

/// How far an index goes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Mark {
    /// The format of the index.
    format: u32,
    /// The last entry of the journal that is in it.
    pub entry: EntryNo,
    /// The hash of that entry; absent where none is.
    pub hash: Option<Digest>,
}

impl Mark {
    /// Up to this entry.
    pub fn at(entry: EntryNo, hash: Option<Digest>) -> Mark {
        Mark {
            format: FORMAT,
            entry,
            hash,
        }
    }

    /// What was written beside an index; nothing is in one that has none.
    fn read(written: Option<&str>) -> Result<Mark, Unusable> {
        let Some(written) = written else {
            return Ok(Mark::at(0, None));
        };
        let mark: Result<Mark, _> = serde_json::from_str(written);
        let mark = mark.map_err(|error| Unusable::Damaged(error.to_string()))?;
        match mark.format {
            FORMAT => Ok(mark),
            other => Err(Unusable::Damaged(format!("it has format {other}"))),
        }
    }

    fn written(&self) -> String {
        serde_json::to_string(self).expect("a mark is plain data")
    }
}

/// The number under which a watch is indexed.
pub(super) fn number(watch: &WatchId) -> u64 {
    let Digest(bytes) = Digest::of(watch.0.as_bytes());
    bytes.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// Where a step stands in the order of all of them: entry by entry, and within an entry from the first passage on.
fn order(step: &Step) -> u64 {
    step.entry * PLACES + (PLACES - 2 - u64::from(step.place).min(PLACES - 2))
}

/// Where a turn of a page stands there: before all that comes or goes by it.
fn order_of_turn(turn: &Turn) -> u64 {
    turn.step.entry * PLACES + PLACES - 1
}

/// The entry of an order.
pub(super) fn entry_of(order: u64) -> EntryNo {
    order / PLACES
}

/// What stands in the order after everything of this entry, and before the next one.
pub(super) fn end_of(entry: EntryNo) -> u64 {
    entry.saturating_add(1).saturating_mul(PLACES)
}

/// Where an index lies.
#[derive(Clone)]
pub(super) enum Kind {
    Embedded(Files),
    Served(Tables),
}

/// The index, open. There may be several of one archive; only one writes at a time.
#[derive(Clone)]
pub struct Index {
    pub(super) kind: Kind,
    reached: Arc<Mutex<Reached>>,
    /// What was seen when, as it was read last, and the generation of the index that it was read from.
    seen: Arc<Mutex<Remembered>>,
}

/// How far an index goes.
#[derive(Clone, Copy, Debug)]
struct Reached {
    /// As it was written.
    written: Mark,
    /// Up to where the journal was looked through; further where nothing was to be written.
    upto: Mark,
}

/// What was seen when, for one generation of the index.
type Remembered = Option<(u64, Arc<Vec<Seen>>)>;

/// The folder of the index that lies beside the archive.
fn folder(dir: &Path) -> PathBuf {
    dir.join(FOLDER)
}

/// Takes a folder away, where it is there.
fn without(dir: &Path) -> Result<(), Unusable> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Unusable::Damaged(error.to_string()))
        }
        _ => Ok(()),
    }
}

impl Index {
    /// Whether an archive has one. It waits for its database, where it has one.
    ///
    /// # Errors
    /// Where that does not answer.
    pub fn is_there(store: &Store) -> Result<bool, Unusable> {
        match store.index()? {
            Some(tables) => Ok(tables.reach()?.is_some_and(|reach| reach.mark.is_some())),
            None => Ok(folder(store.dir()).exists()),
        }
    }

    /// Whether it lies with its archive in a database.
    pub(super) fn is_served(&self) -> bool {
        matches!(self.kind, Kind::Served(_))
    }

    /// Opens the index of an archive, or makes an empty one.
    ///
    /// # Errors
    /// Where it is damaged, or of another format.
    pub fn open(store: &Store) -> Result<Index, Unusable> {
        let folder = folder(store.dir());
        let kind = match store.index()? {
            Some(tables) => {
                // Each machine kept one of its own before.
                if let Err(error) = without(&folder) {
                    tracing::debug!("{}: {error}", folder.display());
                }
                Kind::Served(Tables::open(tables)?)
            }
            None => Kind::Embedded(Files::open(&folder)?),
        };
        let nothing = Mark::at(0, None);
        let opened = Index {
            kind,
            reached: Arc::new(Mutex::new(Reached {
                written: nothing,
                upto: nothing,
            })),
            seen: Arc::default(),
        };
        opened.wrote(opened.mark()?);
        Ok(opened)
    }

    /// Takes an index away, so that it is made afresh.
    ///
    /// # Errors
    /// The disk's, or the database's.
    pub fn forget(store: &Store) -> Result<(), Unusable> {
        match store.index()? {
            Some(tables) => Ok(tables.clear()?),
            None => without(&folder(store.dir())),
        }
    }

    /// How far it goes, as it was written, and up to where the journal was looked through since. Where somebody else wrote,
    /// nothing was.
    pub(super) fn reached(&self) -> Result<(Mark, Mark), Unusable> {
        let written = self.mark()?;
        let known = *self.noted();
        if known.written != written {
            self.wrote(written);
            return Ok((written, written));
        }
        Ok((written, known.upto))
    }

    /// Notes up to where the journal was looked through, where nothing was to be written.
    pub(super) fn reach(&self, mark: Mark) {
        self.noted().upto = mark;
    }

    /// Notes how far it goes, as it was written.
    pub(super) fn wrote(&self, mark: Mark) {
        *self.noted() = Reached {
            written: mark,
            upto: mark,
        };
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, Reached> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it goes, as it was written.
    ///
    /// # Errors
    /// Where that cannot be read, or it is of another format.
    pub fn mark(&self) -> Result<Mark, Unusable> {
        match &self.kind {
            Kind::Embedded(files) => files.mark(),
            Kind::Served(tables) => tables.mark(),
        }
    }

    /// Whether all of it is as it was written.
    ///
    /// # Errors
    /// Where it is not, or cannot be read.
    pub fn check(&self) -> Result<(), Unusable> {
        match &self.kind {
            Kind::Embedded(files) => files.check(),
            Kind::Served(tables) => tables.check(),
        }
    }

    /// Every time at which a page was seen in another state, in the order of the journal.
    ///
    /// # Errors
    /// Where the index cannot be used.
    pub fn seen(&self) -> Result<Arc<Vec<Seen>>, Unusable> {
        let mut remembered = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = match &self.kind {
            Kind::Embedded(files) => files.generation(),
            Kind::Served(tables) => tables.generation()?,
        };
        if let Some((of, seen)) = &*remembered
            && *of == generation
        {
            return Ok(seen.clone());
        }
        let seen = Arc::new(match &self.kind {
            Kind::Embedded(files) => files.seen()?,
            Kind::Served(tables) => tables.seen()?,
        });
        *remembered = Some((generation, seen.clone()));
        Ok(seen)
    }

    /// Begins to write. Nobody else writes until the writer is dropped.
    pub(super) fn writer(&self) -> Result<Writer<'_>, Unusable> {
        Ok(match &self.kind {
            Kind::Embedded(files) => Writer::Embedded(Box::new(files.writer()?)),
            Kind::Served(tables) => Writer::Served(Box::new(tables.writer()?)),
        })
    }
}
