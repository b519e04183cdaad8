//! Words and phrases over all versions: an index that follows from the journal and can be made afresh from it.
//!
//! What is in it is each passage of each page with its stays: from which version to which it stood there without a break.
//! Passages of backfilled texts are in it under a field of their own, so that no other question meets them. It is brought up
//! to the journal by a task of its own after entries are durable, so that nobody waits for it; how far it goes is written with
//! what it holds, so that after a crash it goes on from there. An archive in a database has it there, for all processes that
//! are at work on it; every other one has it in a folder beside it. Both give the same answers.

mod find;
mod follow;
mod index;
pub mod marks;
mod past;
pub mod query;
pub mod words;

pub use find::{Found, FoundPast, NotFound, Scope, Seen};
pub use index::Unusable;
pub use past::PastPassage;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::model::{EntryNo, WatchId};
use crate::search::follow::Behind;
use crate::search::index::Index;
use crate::search::query::Clause;
use crate::store::Store;

/// How long to wait before it is tried again after something went wrong.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// The same where it went wrong again and again.
const TRY_AT_LEAST_EVERY: Duration = Duration::from_secs(120);
/// How long a question waits until the index is open.
const OPEN_WITHIN: Duration = Duration::from_secs(5);

/// The index of an archive, and the task that keeps it. Whoever drops it ends the task.
pub struct Search {
    shelf: Arc<Shelf>,
    progress: watch::Receiver<Progress>,
    keeper: JoinHandle<()>,
}

/// How far the index goes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Progress {
    /// The last entry that is in it.
    pub entry: EntryNo,
    /// Why it does not go on, while it does not.
    pub trouble: Option<String>,
}

struct Shelf {
    index: RwLock<Option<Index>>,
    /// Rings when the index is to be made afresh.
    afresh: Notify,
    /// Rings when it is to be opened again.
    again: Notify,
    /// How far it goes.
    tell: watch::Sender<Progress>,
}

impl Search {
    /// Whether this archive has an index.
    pub async fn is_there(store: &Store) -> bool {
        let store = store.clone();
        let there = blocking(move || Ok(Index::is_there(&store)?)).await;
        // Where that cannot be said, whoever asks it more is told why.
        there.unwrap_or(true)
    }

    /// Opens the index of an archive, in `DIR/search` or in its database, and keeps it up to the journal from now on.
    pub fn begin(store: Store) -> Search {
        let (tell, progress) = watch::channel(Progress::default());
        let shelf = Arc::new(Shelf {
            index: RwLock::new(None),
            afresh: Notify::new(),
            again: Notify::new(),
            tell,
        });
        let keeper = tokio::spawn(keep(shelf.clone(), store));
        Search {
            shelf,
            progress,
            keeper,
        }
    }

    /// How far the index goes now.
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Waits until it goes up to this entry, for so long at most; `heard` is told how far it is.
    pub async fn upto(
        &self,
        entry: EntryNo,
        most: Duration,
        mut heard: impl FnMut(EntryNo),
    ) -> Progress {
        let mut progress = self.progress.clone();
        let reached = async {
            loop {
                let now = progress.borrow_and_update().clone();
                heard(now.entry);
                let stuck = now.trouble.is_some() && most == Duration::MAX;
                if now.entry >= entry || stuck || progress.changed().await.is_err() {
                    return;
                }
            }
        };
        drop(tokio::time::timeout(most, reached).await);
        self.progress()
    }

    /// Finds the passages that have what is looked for.
    ///
    /// # Errors
    /// Where too much would have to be looked for, or the index cannot be used; then it is made afresh.
    pub async fn find(&self, clause: Clause, scope: Scope) -> Result<Found, NotFound> {
        let as_of = scope.as_of.unwrap_or_default();
        let found = self
            .using(move |index| find::stays(index, &clause, &scope))
            .await?;
        // Meanwhile it may have been begun anew, and lack what it had when the question was put.
        match self.progress().entry < as_of {
            true => Err(Unusable::Renewed.into()),
            false => Ok(found),
        }
    }

    /// Finds the passages of backfilled texts that have what is looked for, in no order; of the scope, only the pages count.
    ///
    /// # Errors
    /// As for [`Search::find`].
    pub async fn find_past(&self, clause: Clause, scope: Scope) -> Result<FoundPast, NotFound> {
        self.using(move |index| find::past(index, &clause, &scope))
            .await
    }

    /// Every time at which a page was seen in another state, in the order of the journal.
    ///
    /// # Errors
    /// Where the index cannot be used; then it is made afresh.
    pub async fn seen(&self) -> Result<Arc<Vec<Seen>>, NotFound> {
        self.using(|index| Ok(index.seen()?)).await
    }

    /// How the page is numbered in what was seen.
    pub fn number(watch: &WatchId) -> u64 {
        index::number(watch)
    }

    /// Whether all of the index is as it was written. Where it is not, it is made afresh.
    ///
    /// # Errors
    /// What is damaged.
    pub async fn check(&self) -> Result<(), NotFound> {
        self.using(|index| Ok(index.check()?)).await
    }

    /// Lets the index be made afresh.
    pub fn afresh(&self) {
        self.shelf.take();
        self.shelf.afresh.notify_one();
    }

    /// The index, once it is open; it is not waited for long.
    async fn opened(&self) -> Option<Index> {
        let mut progress = self.progress.clone();
        let open = async {
            loop {
                progress.borrow_and_update();
                if let Some(index) = self.shelf.opened() {
                    return Some(index);
                }
                progress.changed().await.ok()?;
            }
        };
        tokio::time::timeout(OPEN_WITHIN, open).await.ok().flatten()
    }

    async fn using<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Index) -> Result<T, NotFound> + Send + 'static,
    ) -> Result<T, NotFound> {
        let index = self.opened().await.ok_or(Unusable::Busy)?;
        let done = tokio::task::spawn_blocking(move || work(&index)).await;
        let done = done.unwrap_or_else(|panic| Err(Unusable::Damaged(panic.to_string()).into()));
        match &done {
            Err(NotFound::Unusable(Unusable::Damaged(why))) => {
                tracing::warn!("the index of the search is made afresh: {why}");
                self.afresh();
            }
            Err(NotFound::Unusable(Unusable::Renewed)) => {
                self.shelf.take();
                self.shelf.again.notify_one();
            }
            _ => {}
        }
        done
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Shelf {
    fn opened(&self) -> Option<Index> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, index: Index) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
    }

    /// Lets go of the index, so that it is opened again.
    fn take(&self) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.tell.send_modify(|progress| progress.entry = 0);
    }
}

/// Keeps the index up to the journal until the archive is closed.
async fn keep(shelf: Arc<Shelf>, store: Store) {
    let tell = &shelf.tell;
    let mut news = store.news();
    let mut pause = TRY_EVERY;
    loop {
        let upto = *news.borrow_and_update();
        let caught_up = catch_up(&shelf, &store, upto).await;
        match caught_up {
            Ok(()) => {
                pause = TRY_EVERY;
                tell.send_if_modified(|progress| progress.trouble.take().is_some());
                tokio::select! {
                    changed = news.changed() => match changed {
                        Ok(()) => {}
                        Err(_) => return,
                    },
                    () = shelf.afresh.notified() => forget(&shelf, &store).await,
                    () = shelf.again.notified() => {}
                }
                continue;
            }
            Err(Behind::Index(Unusable::Renewed)) => shelf.take(),
            // The archive is in trouble, of which it says more itself, or was closed.
            Err(Behind::Archive(error)) => {
                if shelf.opened().is_some_and(|index| index.is_served()) {
                    shelf.take();
                }
                tell.send_modify(|progress| progress.trouble = Some(error.to_string()));
                if news.has_changed().is_err() {
                    return;
                }
            }
            Err(Behind::Index(Unusable::Damaged(why))) => {
                tracing::warn!("the index of the search is made afresh: {why}");
                forget(&shelf, &store).await;
                // Once it may have been damaged; twice it is the disk.
                if pause > TRY_EVERY {
                    tell.send_modify(|progress| progress.trouble = Some(why.clone()));
                }
                pause = (pause * 2).min(TRY_AT_LEAST_EVERY);
            }
            Err(Behind::Index(_)) => {}
        }
        tokio::time::sleep(pause).await;
    }
}

async fn forget(shelf: &Shelf, store: &Store) {
    shelf.take();
    let store = store.clone();
    let forgotten = tokio::task::spawn_blocking(move || Index::forget(&store)).await;
    if let Ok(Err(error)) = forgotten {
        tracing::warn!("the index of the search cannot be made afresh: {error}");
    }
}

/// Takes in everything up to an entry.
async fn catch_up(shelf: &Shelf, store: &Store, upto: EntryNo) -> Result<(), Behind> {
    let index = match shelf.opened() {
        Some(index) => index,
        None => opened(shelf, store).await?,
    };
    loop {
        let (index, store, runtime) = (
            index.clone(),
            store.clone(),
            tokio::runtime::Handle::current(),
        );
        let done = shelf.tell.borrow().entry;
        if done >= upto {
            return Ok(());
        }
        let work = move || follow::batch(&index, &store, (done, upto), &runtime);
        let mark = blocking(work).await?;
        // Meanwhile somebody may have asked for another one.
        if shelf.opened().is_none() {
            return Ok(());
        }
        shelf.tell.send_modify(|progress| {
            *progress = Progress {
                entry: mark.entry,
                trouble: None,
            };
        });
        if mark.entry == done {
            return Ok(());
        }
    }
}

/// Opens the index, an empty one where the one there is not of this archive.
async fn opened(shelf: &Shelf, store: &Store) -> Result<Index, Behind> {
    let open = || {
        let store = store.clone();
        blocking(move || {
            let index = Index::open(&store)?;
            let mark = index.mark()?;
            Ok((index, mark))
        })
    };
    let (mut index, mut mark) = open().await?;
    if !follow::fits(store, mark).await? {
        tracing::info!(
            "the index of the search is of another archive, or ahead of this one; it is made afresh"
        );
        drop(index);
        forget(shelf, store).await;
        (index, mark) = open().await?;
    }
    shelf.put(index.clone());
    shelf
        .tell
        .send_modify(|progress| progress.entry = mark.entry);
    Ok(index)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Behind> + Send + 'static,
) -> Result<T, Behind> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(Unusable::Damaged(panic.to_string()).into()))
}
