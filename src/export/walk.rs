//! A walk through the journal, entry by entry, as far as an export goes.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::export::Format;
use crate::export::choice::{Choice, Page};
use crate::house::NotDone;
use crate::model::{
    Annotation, Backfilled, Brought, Came, Change, Correction, Digest, Document, EntryNo, Fact,
    Landed, Look, PastNo, Version, VersionNo, WatchId,
};
use crate::store::{AllNames, Store, StoreError};

/// How many entries pass between two words on how far it is.
const TELL_EVERY: u64 = 64;

/// Reads the archive on a thread that may wait.
pub(super) struct Walk {
    store: Store,
    runtime: Handle,
    /// What is taken.
    pub(super) choice: Choice,
    heard: mpsc::Sender<(u64, u64)>,
    until: EntryNo,
    /// What the entries of earlier walks came to, and what all will come to.
    done: u64,
    all: u64,
    called: HashMap<WatchId, WatchId>,
    /// The backfilled texts of the page that was told of last.
    past: Option<(WatchId, Vec<Version>)>,
}

/// What an entry told of a page that is taken.
pub(super) enum Step {
    /// A visit brought something, or a saved file did.
    Landed(Box<Arrived>),
    /// A visit brought nothing new: its place within the entry from 0, what the archive calls its watch.
    Looked(EntryNo, usize, WatchId, Look),
    /// Somebody put a change right in public.
    Corrected(EntryNo, Annotation),
    /// An archive of the web told what a page was before it was watched.
    Backfilled(Box<Before>),
}

/// What an archive answered of a page as it was before: a text, that there was no page, or that it led elsewhere.
pub(super) struct Before {
    /// The page.
    pub(super) page: Page,
    /// The answer.
    pub(super) brought: Brought,
    /// The text in the shape of a version, where one came.
    pub(super) text: Option<Version>,
}

/// What a visit brought.
pub(super) struct Arrived {
    /// The entry that holds it.
    pub(super) entry: EntryNo,
    /// What the archive calls the watch now.
    pub(super) known: WatchId,
    /// The page.
    pub(super) page: Page,
    /// The entry.
    pub(super) landed: Landed,
    /// The change, where there was one.
    pub(super) change: Option<Change>,
    /// The version it brought, where it brought one.
    pub(super) version: Option<Version>,
}

impl Walk {
    /// Will walk once for each format.
    pub(super) fn new(
        store: Store,
        runtime: Handle,
        choice: Choice,
        heard: mpsc::Sender<(u64, u64)>,
        formats: &BTreeSet<Format>,
        until: EntryNo,
    ) -> Walk {
        Walk {
            store,
            runtime,
            choice,
            heard,
            until,
            done: 0,
            all: until * formats.len() as u64,
            called: HashMap::new(),
            past: None,
        }
    }

    /// Counts a walk as made.
    pub(super) fn skip(&mut self) {
        self.done += self.until;
    }

    /// Walks the journal and tells every step that is taken, in order.
    pub(super) fn steps(
        &mut self,
        mut tell: impl FnMut(&mut Walk, Step) -> Result<(), NotDone>,
    ) -> Result<(), NotDone> {
        for no in 1..=self.until {
            if no % TELL_EVERY == 0 {
                self.say(no)?;
            }
            let entry = self.runtime.block_on(self.store.entry(no))?;
            match entry.fact {
                Fact::Landed(landed) => {
                    if let Some(arrived) = self.arrived(no, *landed)? {
                        tell(self, Step::Landed(Box::new(arrived)))?;
                    }
                }
                Fact::Looks { looks } => {
                    for (place, look) in looks.into_iter().enumerate() {
                        let known = self.called(&look.watch)?;
                        if self.choice.page(&known).is_some() && self.choice.takes(look.at) {
                            tell(self, Step::Looked(no, place, known, look))?;
                        }
                    }
                }
                Fact::Backfilled(copy) => {
                    if let Some(before) = self.before(no, entry.at, *copy)? {
                        tell(self, Step::Backfilled(Box::new(before)))?;
                    }
                }
                Fact::Annotated { annotation, .. } if annotation.says.corrects() => {
                    tell(self, Step::Corrected(no, annotation))?;
                }
                _ => {}
            }
        }
        self.skip();
        self.say(0)
    }

    fn say(&self, no: EntryNo) -> Result<(), NotDone> {
        if self.heard.is_closed() {
            return Err(NotDone::refused(
                "The export was stopped.",
                "Give the same command again: it goes on from there.",
            ));
        }
        // Where nobody has time to listen, the next word says more.
        self.heard.try_send((self.done + no, self.all)).ok();
        Ok(())
    }

    fn arrived(&mut self, no: EntryNo, landed: Landed) -> Result<Option<Arrived>, NotDone> {
        let known = self.called(&landed.watch)?;
        let page = self.choice.page(&known).cloned();
        let Some(page) = page.filter(|_| self.choice.takes(landed.bounds.by)) else {
            return Ok(None);
        };
        let brought = !matches!(landed.span.to, 0) && landed.span.to != landed.span.from;
        let version = match brought {
            true => Some(self.version(&known, landed.span.to)?),
            false => None,
        };
        let change = match landed.span.from != landed.span.to {
            true => Some(self.runtime.block_on(self.store.change_in(no))?),
            false => None,
        };
        Ok(Some(Arrived {
            entry: no,
            known,
            page,
            landed,
            change,
            version,
        }))
    }

    /// What was backfilled, where it tells something and is of the time that is taken: that in which the copy was made.
    fn before(
        &mut self,
        entry: EntryNo,
        at: DateTime<Utc>,
        copy: Backfilled,
    ) -> Result<Option<Before>, NotDone> {
        let known = self.called(&copy.watch)?;
        let page = self.choice.page(&known).cloned();
        let Some(page) = page.filter(|_| self.choice.takes(copy.memento.at)) else {
            return Ok(None);
        };
        let text = match &copy.came {
            Came::Text(text) => Some(self.past_version(&known, text.no)?),
            Came::Absent { .. } | Came::Elsewhere { .. } => None,
            Came::Another { .. } | Came::Nothing { .. } => return Ok(None),
        };
        let brought = Brought {
            entry,
            at,
            copy,
            reread: None,
            names: None,
        };
        Ok(Some(Before {
            page,
            brought,
            text,
        }))
    }

    fn past_version(&mut self, known: &WatchId, no: PastNo) -> Result<Version, NotDone> {
        if self.past.as_ref().is_none_or(|(of, _)| of != known) {
            let all = self.runtime.block_on(self.store.past_versions(known))?;
            self.past = Some((known.clone(), all));
        }
        let all = self.past.iter().flat_map(|(_, all)| all);
        let found = all.into_iter().find(|text| text.no == no).cloned();
        let missing = || StoreError::Missing(format!("the backfilled text b{no} of {known}"));
        Ok(found.ok_or_else(missing)?)
    }

    /// What the archive calls a watch now.
    fn called(&mut self, watch: &WatchId) -> Result<WatchId, NotDone> {
        if let Some(called) = self.called.get(watch) {
            return Ok(called.clone());
        }
        let called = self.runtime.block_on(self.store.called(watch))?;
        self.called.insert(watch.clone(), called.clone());
        Ok(called)
    }

    /// A version, by what the archive calls its watch.
    pub(super) fn version(&self, known: &WatchId, no: VersionNo) -> Result<Version, NotDone> {
        Ok(self.runtime.block_on(self.store.version(known, no))?)
    }

    /// The document of a version, as it was read last.
    pub(super) fn document(&self, version: &Version) -> Result<Document, NotDone> {
        Ok(self.runtime.block_on(self.store.document(version))?)
    }

    /// A body.
    pub(super) fn body(&self, digest: Digest) -> Result<Vec<u8>, NotDone> {
        Ok(self.runtime.block_on(self.store.body(digest))?)
    }

    /// A body, or `None` where it was forgotten.
    pub(super) fn left(&self, digest: Digest) -> Result<Option<Vec<u8>>, NotDone> {
        Ok(self.runtime.block_on(self.store.body_left(digest))?)
    }

    /// Plain data out of a body.
    pub(super) fn read<T: serde::de::DeserializeOwned>(
        &self,
        digest: Digest,
    ) -> Result<T, NotDone> {
        let bytes = self.body(digest)?;
        let read = serde_json::from_slice(&bytes);
        Ok(read.map_err(|error| StoreError::Damaged {
            what: format!("the body {digest}"),
            why: error.to_string(),
        })?)
    }

    /// Every name of the archive.
    pub(super) fn names(&self) -> Result<AllNames, NotDone> {
        Ok(self.runtime.block_on(self.store.names())?)
    }

    /// A correction as readers are shown it, and its change; `None` where the change is not taken.
    pub(super) fn correction(
        &mut self,
        entry: EntryNo,
        of: EntryNo,
    ) -> Result<Option<(Correction, Page)>, NotDone> {
        let change = match self.runtime.block_on(self.store.change_in(of)) {
            // Not every entry that says something holds a change.
            Err(StoreError::Missing(_)) => return Ok(None),
            found => found?,
        };
        let page = self.choice.page(&change.watch).cloned();
        let Some(page) = page.filter(|_| self.choice.takes(change.bounds.by)) else {
            return Ok(None);
        };
        let all = self.runtime.block_on(self.store.corrections(of))?;
        let own = all.into_iter().find(|one| one.entry == entry);
        Ok(own.map(|own| (own, page)))
    }
}
