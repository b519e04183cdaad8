//! The captures being read, in a line: side by side, and taken from it in order.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::extract;
use crate::house::{House, InForce};
use crate::model::{Became, Digest, Fact, ReaderId, Version, VersionNo, Watch, WatchId};
use crate::reread::again;
use crate::reread::groups::Done;
use crate::reread::{Outcome, Purpose, Report};
use crate::store::{Store, StoreError};

/// How many versions are in the line at most: so many that reading goes on while a group of others is written down.
const LONGEST: usize = 64;
/// How many kilobytes of documents wait at most until the archive takes them.
const MOST_WAITING: u32 = 32 << 10;

/// What all in the line share.
struct Shared {
    store: Store,
    in_force: Arc<InForce>,
    purpose: Purpose,
    /// Places to read at.
    reading: Semaphore,
    /// Room for what was read, in kilobytes.
    waiting: Semaphore,
}

/// A version that was read again.
struct Again {
    read_by: ReaderId,
    text: Digest,
    became: Became,
    /// What is to be appended; `None` where it was only tried.
    fact: Option<Fact>,
}

type Reading = JoinHandle<Result<Option<Again>, StoreError>>;

/// The last version done with, in the order of the line.
struct Last {
    watch: WatchId,
    no: VersionNo,
    /// The digest of its text as it was first read.
    text: Digest,
    /// The digest of its text as it is read today.
    today: Digest,
}

/// Versions on their way, the first to be done with in front.
pub(super) struct Line {
    shared: Arc<Shared>,
    places: VecDeque<(Arc<Watch>, Version, Option<Reading>)>,
    last: Option<Last>,
    done: mpsc::Sender<Done>,
}

impl Line {
    /// An empty line, which hands on what is done with.
    pub(super) fn new(house: &House, purpose: Purpose, done: mpsc::Sender<Done>) -> Line {
        let shared = Shared {
            store: house.store.clone(),
            in_force: house.in_force(),
            purpose,
            reading: Semaphore::new(side_by_side()),
            waiting: Semaphore::new(MOST_WAITING as usize),
        };
        Line {
            shared: Arc::new(shared),
            places: VecDeque::new(),
            last: None,
            done,
        }
    }

    /// Takes a version into the line, once there is room in it. One that a reader of today tried is not read again.
    pub(super) async fn take(
        &mut self,
        watch: &Arc<Watch>,
        version: Version,
    ) -> Result<(), StoreError> {
        while self.places.len() >= LONGEST {
            self.settle().await?;
        }
        let tried = (version.reread.as_ref()).and_then(|reread| reread.reader.as_ref());
        let reading = match tried {
            Some(by) if extract::is_of_today(by, &watch.reading) => None,
            _ => {
                let (shared, watch, version) =
                    (self.shared.clone(), watch.clone(), version.clone());
                Some(tokio::spawn(
                    async move { shared.read(watch, &version).await },
                ))
            }
        };
        self.places.push_back((watch.clone(), version, reading));
        Ok(())
    }

    /// Waits for all that are in the line.
    pub(super) async fn end(mut self) -> Result<(), StoreError> {
        while !self.places.is_empty() {
            self.settle().await?;
        }
        Ok(())
    }

    /// Is done with the first in the line.
    async fn settle(&mut self) -> Result<(), StoreError> {
        let Some((watch, version, reading)) = self.places.pop_front() else {
            return Ok(());
        };
        let again = match reading {
            None => None,
            Some(reading) => match reading.await {
                Ok(read) => read?,
                // What runs in there stumbles over no capture: only the archive could have.
                Err(error) => {
                    let what = format!("version {} of {}", version.no, watch.id);
                    let why = format!("it could not be read again ({error})");
                    return Err(StoreError::Damaged { what, why });
                }
            },
        };
        let today = (again.as_ref()).map_or_else(|| version.compared(), |again| again.text);
        let before = self.last.replace(Last {
            watch: version.watch.clone(),
            no: version.no,
            text: version.text,
            today,
        });
        // Between copies of archives a change is no step of ours: none is said to vanish.
        let own = version.backfilled.is_none();
        let before = before.filter(|before| own && before.watch == version.watch);
        let done = match again {
            None => Done::Passed,
            Some(again) => {
                let outcome = outcome(&version, before, again.became, again.text);
                let report = Report {
                    watch: watch.id.clone(),
                    version: version.no,
                    backfilled: version.backfilled.as_ref().map(|from| from.point),
                    read_by: again.read_by,
                    outcome,
                };
                Done::Read(Box::new((version, report, again.fact)))
            }
        };
        // Where nobody takes it, the archive has failed, and whoever took it says so.
        self.done.send(done).await.ok();
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let readings = self.places.iter().filter_map(|(_, _, read)| read.as_ref());
        readings.for_each(|reading| reading.abort());
    }
}

impl Shared {
    /// Reads a version again where another reader than today's read it last, and keeps the bodies of what came of it.
    async fn read(
        &self,
        watch: Arc<Watch>,
        version: &Version,
    ) -> Result<Option<Again>, StoreError> {
        let place = self.reading.acquire().await;
        let stands = self.store.document(version).await?;
        if stands.is_forgotten() {
            return Ok(None);
        }
        let read_by = stands.reader;
        if extract::is_of_today(&read_by, &watch.reading) {
            return Ok(None);
        }
        let in_force = self.in_force.clone();
        let made = again::read(&self.store, in_force, watch.clone(), version).await?;
        let became = again::became(version, &made);
        let text = (made.as_ref()).map_or_else(|_| version.compared(), |made| made.text);
        let fact = match self.purpose {
            Purpose::Try => None,
            Purpose::Keep => {
                // The archive takes nothing while it waits for the disk; others can read meanwhile.
                let length = made.as_ref().map_or(0, again::Made::length).div_ceil(1024);
                let length = u32::try_from(length).map_or(MOST_WAITING, |l| l.min(MOST_WAITING));
                let _room = self.waiting.acquire_many(length).await;
                drop(place);
                Some(again::written(&self.store, &watch, version, made).await?)
            }
        };
        Ok(Some(Again {
            read_by,
            text,
            became,
            fact,
        }))
    }
}

/// What became of a version whose text is this today; `before` is the one before it.
fn outcome(version: &Version, before: Option<Last>, became: Became, text: Digest) -> Outcome {
    if let Became::Unreadable { why } = became {
        return Outcome::Unreadable { why };
    }
    let vanishes = before.filter(|before| before.text != version.text && before.today == text);
    match (vanishes, became) {
        (Some(before), _) => Outcome::Vanishes { same_as: before.no },
        (None, Became::Same) => Outcome::Same,
        (None, _) => Outcome::Differs,
    }
}

/// How many captures are read at once: each may take much memory.
fn side_by_side() -> usize {
    available_parallelism().map_or(2, NonZero::get).clamp(2, 4)
}
