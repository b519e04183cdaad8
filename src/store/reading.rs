//! What can be asked of the archive; reading never writes.

mod known;

pub use known::AllNames;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use url::Url;

use crate::model::{
    Annotated, Bounds, Change, Copy, Coverage, Destination, Digest, Document, Entry, EntryNo,
    Follow, Look, Muted, Opening, Save, Span, State, Suggested, Trail, Version, VersionNo, WatchId,
};
use crate::store::{
    ChangeFilter, Leaf, Store, Verified, bodies,
    error::StoreError,
    forgetting, journal,
    rooms::Rooms,
    verify,
    views::{Briefs, Fired, Recorded, Sort},
};

impl Store {
    /// A body, its hash verified.
    pub async fn body(&self, digest: Digest) -> Result<Vec<u8>, StoreError> {
        self.blocking(move |rooms| Ok(body(rooms, digest)?.to_vec()))
            .await
    }

    /// Where the history of a watch stands, by any id it ever had.
    pub async fn state(&self, watch: &WatchId) -> Result<State, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().state(&watch))
            .await
    }

    /// Every watch ever visited, under its present id, with its state; by id.
    pub async fn states(&self) -> Result<Vec<(WatchId, State)>, StoreError> {
        self.blocking(|rooms| rooms.picture().states()).await
    }

    /// The last entry that is durable and how many looks wait to be sealed: whatever a state tells, it tells the same while
    /// these two stay.
    ///
    /// # Errors
    /// Where the archive is closed.
    pub fn mark(&self) -> Result<(EntryNo, usize), StoreError> {
        let waiting = self.opened()?.rooms.picture().waiting.len();
        Ok((*self.inner.news.borrow(), waiting))
    }

    /// Every watch ever visited, under its present id, by id.
    pub async fn watches(&self) -> Result<Vec<WatchId>, StoreError> {
        let states = self.states().await?;
        Ok(states.into_iter().map(|(watch, _)| watch).collect())
    }

    /// The versions of a watch, oldest first.
    pub async fn versions(&self, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().versions(&watch))
            .await
    }

    /// One version.
    pub async fn version(&self, watch: &WatchId, no: VersionNo) -> Result<Version, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().version(&watch, no))
            .await
    }

    /// The document of a version for whoever wants to read it.
    ///
    /// # Errors
    /// Where it was forgotten, with what is left of it.
    pub async fn readable(&self, version: &Version) -> Result<Document, StoreError> {
        let version = version.clone();
        self.blocking(move |rooms| {
            let digest = rooms.picture().document_of(&version)?;
            // Its bytes may be gone by themselves, where two ways of serving the same text differ.
            body(rooms, digest)?;
            document(rooms, digest)
        })
        .await
    }

    /// The document of a version, as the newest reader of it read it; where it was forgotten, what stands for it.
    pub async fn document(&self, version: &Version) -> Result<Document, StoreError> {
        let version = version.clone();
        self.blocking(move |rooms| {
            let digest = rooms.picture().document_of(&version)?;
            document(rooms, digest)
        })
        .await
    }

    /// The watches that go on with this one, each with the version of this one that it goes on from.
    pub async fn continuations(
        &self,
        watch: &WatchId,
    ) -> Result<Vec<(WatchId, VersionNo)>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().continuations(&watch))
            .await
    }

    /// A body that holds a document; where it was forgotten, what stands for it.
    pub async fn read_document(&self, digest: Digest) -> Result<Document, StoreError> {
        self.blocking(move |rooms| document(rooms, digest)).await
    }

    /// Changes, newest first.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, StoreError> {
        let filter = filter.clone();
        self.blocking(move |rooms| {
            let rows = rooms.picture().changes(&filter)?;
            rows.into_iter().map(|row| whole(rooms, row)).collect()
        })
        .await
    }

    /// The steps of a watch, oldest first, with their bounds; what was found of them is not read.
    pub async fn steps(&self, watch: &WatchId) -> Result<Vec<(Span, Bounds)>, StoreError> {
        let filter = ChangeFilter {
            watch: Some(watch.clone()),
            ..ChangeFilter::default()
        };
        self.blocking(move |rooms| {
            let rows = rooms.picture().changes(&filter)?.into_iter().rev();
            Ok(rows
                .map(|row| (row.change.span, row.change.bounds))
                .collect())
        })
        .await
    }

    /// A page of changes, newest first: as many as are asked for, or as were found among `enough` that were read.
    pub async fn leaf(&self, filter: &ChangeFilter) -> Result<Leaf, StoreError> {
        let filter = filter.clone();
        self.blocking(move |rooms| {
            let (rows, older) = rooms.picture().leaf(&filter)?;
            let changes = rows.into_iter().map(|row| whole(rooms, row));
            Ok(Leaf {
                changes: changes.collect::<Result<_, _>>()?,
                older,
            })
        })
        .await
    }

    /// Every change in a few bytes, in the order of the journal.
    pub async fn briefs(&self) -> Result<Briefs, StoreError> {
        self.blocking(|rooms| rooms.picture().briefs()).await
    }

    /// Every watch of which a version was read, by what it is called now, with the addresses at which that was.
    pub async fn read_at(&self) -> Result<Vec<(WatchId, Vec<Url>)>, StoreError> {
        self.blocking(|rooms| rooms.picture().read_at()).await
    }

    /// What came of the latest visits to a watch, oldest first.
    pub async fn visits(
        &self,
        watch: &WatchId,
        limit: usize,
    ) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().visits(&watch, limit))
            .await
    }

    /// The last entry of the journal with its hash; `None` before the first.
    pub async fn head(&self) -> Result<Option<(Entry, Digest)>, StoreError> {
        self.blocking(|rooms| match journal::last(&rooms.disk)? {
            0 => Ok(None),
            last => journal::get(&rooms.disk, last),
        })
        .await
    }

    /// One change; the latest where two have the same span.
    pub async fn change(&self, watch: &WatchId, span: Span) -> Result<Change, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| {
            let row = rooms.picture().change(&watch, span)?;
            whole(rooms, row)
        })
        .await
    }

    /// The change that an entry holds.
    pub async fn change_in(&self, entry: EntryNo) -> Result<Change, StoreError> {
        self.blocking(move |rooms| {
            let row = rooms.picture().change_in(entry)?;
            whole(rooms, row)
        })
        .await
    }

    /// Every mute there ever was, in order.
    pub async fn mutes(&self) -> Result<Vec<Muted>, StoreError> {
        self.blocking(|rooms| rooms.picture().mutes()).await
    }

    /// What people said of the change in this entry, in order; of every change where none is named.
    pub async fn annotations(&self, of: Option<EntryNo>) -> Result<Vec<Annotated>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.annotations(of))
            .await
    }

    /// The thread of a page in a forum, as far as it is opened.
    pub async fn thread(
        &self,
        watch: &WatchId,
        forum: &Destination,
    ) -> Result<Option<Opening>, StoreError> {
        let (watch, forum) = (watch.clone(), forum.clone());
        self.blocking(move |rooms| rooms.picture().view.thread(&watch, &forum))
            .await
    }

    /// What archives were found to hold of the text of the change in this entry, in the order in which they were asked.
    pub async fn copies(&self, of: EntryNo) -> Result<Vec<Copy>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.copies(of, EntryNo::MAX))
            .await
    }

    /// Whether an archive was asked to keep the page as it stood after the change in this entry.
    pub async fn save(&self, of: EntryNo) -> Result<Option<Save>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.save(of, EntryNo::MAX))
            .await
    }

    /// Every page that somebody wishes were watched, in order.
    pub async fn suggestions(&self) -> Result<Vec<Suggested>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.suggestions())
            .await
    }

    /// One entry of the journal.
    pub async fn entry(&self, no: EntryNo) -> Result<Entry, StoreError> {
        self.blocking(move |rooms| entry(rooms, no)).await
    }

    /// The hash of an entry: it covers every entry before it.
    pub async fn hash_of(&self, no: EntryNo) -> Result<Digest, StoreError> {
        self.blocking(move |rooms| match journal::get(&rooms.disk, no)? {
            Some((_, hash)) => Ok(hash),
            None => Err(StoreError::Missing(format!("entry {no}"))),
        })
        .await
    }

    /// The entries from this one on, so many at most, each with its hash.
    pub async fn entries(
        &self,
        from: EntryNo,
        most: usize,
    ) -> Result<Vec<(Entry, Digest)>, StoreError> {
        self.blocking(move |rooms| {
            let numbers = (from..).take(most);
            let found = numbers.map_while(|no| journal::get(&rooms.disk, no).transpose());
            found.collect()
        })
        .await
    }

    /// What a watch is called now, by any id it ever had.
    pub async fn called(&self, watch: &WatchId) -> Result<WatchId, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().view.now_called(&watch))
            .await
    }

    /// The text of a notice.
    pub async fn notice_text(&self, no: EntryNo) -> Result<String, StoreError> {
        self.blocking(move |rooms| {
            let text = entry(rooms, no)?.fact.notice();
            let text =
                text.ok_or_else(|| StoreError::Missing(format!("a notice in entry {no}")))?;
            Ok(String::from_utf8_lossy(&body(rooms, text)?).into_owned())
        })
        .await
    }

    /// The last entry of a page's move with its host that people were told of; 0 for none.
    pub async fn moves_told(&self) -> Result<EntryNo, StoreError> {
        self.blocking(|rooms| rooms.picture().moves_told()).await
    }

    /// Every lead there ever was, by id, with what became of it.
    pub async fn trails(&self) -> Result<Vec<Trail>, StoreError> {
        self.blocking(|rooms| rooms.picture().trails()).await
    }

    /// What of a watch was followed last; `None` where it never was.
    pub async fn followed(&self, watch: &WatchId) -> Result<Option<Vec<Follow>>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().followed(&watch))
            .await
    }

    /// The digest of the watchlist that came into force last.
    pub async fn last_watchlist(&self) -> Result<Option<Digest>, StoreError> {
        self.blocking(|rooms| rooms.picture().last_watchlist())
            .await
    }

    /// The watchlist that was in force when this entry was written.
    pub async fn watchlist_before(&self, no: EntryNo) -> Result<Option<Digest>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.watchlist_before(no))
            .await
    }

    /// Every rule that ever fired, with how often and when last, by id.
    pub async fn fired(&self) -> Result<Vec<(String, Fired)>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.fired()).await
    }

    /// The number of the last entry; 0 for none.
    pub async fn last_entry(&self) -> Result<EntryNo, StoreError> {
        self.blocking(|rooms| journal::last(&rooms.disk)).await
    }

    /// The documents versions were read as last.
    pub async fn documents_of(&self, versions: Vec<Version>) -> Result<Vec<Digest>, StoreError> {
        self.blocking(move |rooms| {
            let picture = rooms.picture();
            let digests = versions.iter().map(|version| picture.document_of(version));
            digests.collect()
        })
        .await
    }

    /// The document a version was read as last.
    pub async fn document_of(&self, version: &Version) -> Result<Digest, StoreError> {
        let version = version.clone();
        self.blocking(move |rooms| rooms.picture().document_of(&version))
            .await
    }

    /// How a watch was covered since a time; every visit either read the page or failed to (a page found gone is not read).
    pub async fn coverage(
        &self,
        watch: &WatchId,
        since: Option<DateTime<Utc>>,
    ) -> Result<Coverage, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().coverage(&watch, since))
            .await
    }

    /// The latest looks at a watch, newest first.
    pub async fn looks(&self, watch: &WatchId, limit: usize) -> Result<Vec<Look>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().looks(&watch, limit))
            .await
    }

    /// Walks the journal and every body it names; `progress` hears of entries and bodies done, and of all that are known of.
    pub async fn verify(
        &self,
        progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Verified, StoreError> {
        self.verify_from(1, progress).await
    }

    /// The same from this entry on: what stands before is taken as it is.
    pub async fn verify_from(
        &self,
        first: EntryNo,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Verified, StoreError> {
        let (heard, mut steps) = mpsc::unbounded_channel();
        let walk = self.blocking(move |rooms| {
            let applied = rooms.picture().view.applied()?;
            // Whoever watched the progress may have gone.
            verify::walk(&rooms.disk, first, applied, &|done, all| {
                let _ = heard.send((done, all));
            })
        });
        let watched = async {
            while let Some((done, all)) = steps.recv().await {
                progress(done, all);
            }
        };
        tokio::join!(walk, watched).0
    }
}

fn body(rooms: &Rooms, digest: Digest) -> Result<std::sync::Arc<Vec<u8>>, StoreError> {
    bodies::read(&rooms.disk, &rooms.disk.cache, digest)
}

/// A document; where it was forgotten, what stands for it.
pub(super) fn document(rooms: &Rooms, digest: Digest) -> Result<Document, StoreError> {
    let bytes = match body(rooms, digest) {
        Err(StoreError::Forgotten(_)) => return Ok(Document::forgotten()),
        bytes => bytes?,
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| StoreError::damaged(format!("the document {digest}"), error))
}

fn entry(rooms: &Rooms, no: EntryNo) -> Result<Entry, StoreError> {
    match journal::get(&rooms.disk, no)? {
        Some((entry, _)) => Ok(entry),
        None => Err(StoreError::Missing(format!("entry {no}"))),
    }
}

/// Whether a change is to or from a text that was forgotten: its sentence quotes it.
fn quotes_forgotten(rooms: &Rooms, change: &Change) -> Result<bool, StoreError> {
    if !forgetting::ever(&rooms.disk)? {
        return Ok(false);
    }
    for no in [change.span.from, change.span.to] {
        let Ok(version) = rooms.picture().version(&change.watch, no) else {
            continue;
        };
        let continued = version.continues.filter(|_| no == change.span.to);
        let continued = continued.and_then(|of| of.document);
        for digest in [version.document].into_iter().chain(continued) {
            if bodies::tombstone(&rooms.disk, digest)?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

pub(super) fn whole(rooms: &Rooms, row: Recorded) -> Result<Change, StoreError> {
    let mut change = row.change;
    if quotes_forgotten(rooms, &change)? {
        change.without_words();
        return Ok(change);
    }
    if let Some(digest) = row.findings {
        change.findings = match body(rooms, digest) {
            Err(StoreError::Forgotten(_)) => {
                change.without_words();
                Vec::new()
            }
            bytes => serde_json::from_slice(&bytes?)
                .map_err(|error| StoreError::damaged(format!("the findings {digest}"), error))?,
        };
    }
    Ok(change)
}
