//! Words and phrases over all versions: an index that follows from the journal and can be made afresh from it.
//!
//! What is in it is each passage of each page with its stays: from which version to which it stood there without a break.
//! Passages of backfilled texts are in it under a field of their own, so that no other question meets them. It is brought up to the journal by a task of its own after entries are durable, so that nobody waits for it; how far it goes
//! is written with what it holds, so that after a crash it goes on from there.

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

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::model::{EntryNo, WatchId};
use crate::search::follow::Behind;
use crate::search::index::Index;
use crate::search::query::Clause;
use crate::store::Store;

/// Where in the directory of the archive the index lies.
const FOLDER: &str = "search";
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
    dir: PathBuf,
    index: RwLock<Option<Index>>,
    /// Rings when the index is to be made afresh.
    afresh: Notify,
    /// How far it goes.
    tell: watch::Sender<Progress>,
}

impl Search {
    /// Whether this archive has an index.
    pub fn is_there(store: &Store) -> bool {
        store.dir().join(FOLDER).exists()
    }

    /// Opens the index of an archive, in `DIR/search`, and keeps it up to the journal from now on.
    pub fn begin(store: Store) -> Search {
        let dir = store.dir().join(FOLDER);
        let (tell, progress) = watch::channel(Progress::default());
        let shelf = Arc::new(Shelf {
            dir,
            index: RwLock::new(None),
            afresh: Notify::new(),
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
        self.using(move |index| index.find(&clause, &scope)).await
    }

    /// Finds the passages of backfilled texts that have what is looked for, in no order; of the scope, only the pages count.
    ///
    /// # Errors
    /// As for [`Search::find`].
    pub async fn find_past(&self, clause: Clause, scope: Scope) -> Result<FoundPast, NotFound> {
        self.using(move |index| index.find_past(&clause, &scope))
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

    /// Whether every file of the index is as it was written. Where one is not, it is made afresh.
    ///
    /// # Errors
    /// What is damaged.
    pub async fn check(&self) -> Result<(), NotFound> {
        self.using(|index| Ok(index.check()?)).await
    }

    /// Lets the index be made afresh.
    pub fn afresh(&self) {
        self.shelf.take();
        self.shelf.tell.send_modify(|progress| progress.entry = 0);
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
        if let Err(NotFound::Unusable(Unusable::Damaged(why))) = &done {
            tracing::warn!("the index of the search is made afresh: {why}");
            self.afresh();
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

    fn take(&self) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
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
                tokio::select! {
                    changed = news.changed() => match changed {
                        Ok(()) => {}
                        Err(_) => return,
                    },
                    () = shelf.afresh.notified() => forget(&shelf).await,
                }
            }
            // The archive was closed, or is in trouble, of which it says more itself.
            Err(Behind::Archive(error)) => {
                tell.send_modify(|progress| progress.trouble = Some(error.to_string()));
                return;
            }
            Err(Behind::Index(error)) => {
                if let Unusable::Damaged(why) = &error {
                    tracing::warn!("the index of the search is made afresh: {why}");
                    forget(&shelf).await;
                    // Once it may have been damaged; twice it is the disk.
                    if pause > TRY_EVERY {
                        tell.send_modify(|progress| progress.trouble = Some(why.clone()));
                    }
                    pause = (pause * 2).min(TRY_AT_LEAST_EVERY);
                }
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn forget(shelf: &Shelf) {
    shelf.take();
    shelf.tell.send_modify(|progress| progress.entry = 0);
    let dir = shelf.dir.clone();
    let forgotten = tokio::task::spawn_blocking(move || Index::forget(&dir)).await;
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
        let work = move || follow::batch(&index, &store, upto, &runtime);
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
    let open = |dir: &Path| {
        let dir = dir.to_owned();
        blocking(move || Ok(Index::open(&dir)?))
    };
    let mut index = open(&shelf.dir).await?;
    let mark = index.mark()?;
    if !follow::fits(store, mark).await? {
        tracing::info!(
            "the index of the search is of another archive, or ahead of this one; it is made afresh"
        );
        drop(index);
        forget(shelf).await;
        index = open(&shelf.dir).await?;
    }
    let entry = index.mark()?.entry;
    shelf.put(index.clone());
    shelf.tell.send_modify(|progress| progress.entry = entry);
    Ok(index)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Behind> + Send + 'static,
) -> Result<T, Behind> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(Unusable::Damaged(panic.to_string()).into()))
}
