//! Takes into the index what the journal has and it has not.

use std::collections::{BTreeMap, BTreeSet};

use tokio::runtime::Handle;

use crate::model::{
    Became, ChangeKind, Digest, Document, EntryNo, Fact, Landed, PastNo, VersionNo, WatchId,
};
use crate::passages::{Standing, Step, Turn};
use crate::search::index::{Index, Mark, Unusable, Writer};
use crate::search::past::PastStanding;
use crate::store::{ChangeFilter, Store, StoreError};

/// How many entries are looked through for one batch.
const ENTRIES: u64 = 20_000;
/// How many steps are taken into the index in one batch, unless one entry has more.
const TURNS: usize = 4_000;
/// How many entries that bring nothing may be looked through again after a start.
const UNWRITTEN: u64 = 5_000;
/// How many entries are read at a time.
const AT_A_TIME: usize = 500;

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum Behind {
    /// The index cannot be used.
    #[error("{0}")]
    Index(Unusable),
    /// The archive cannot be read.
    #[error("{0}")]
    Archive(#[from] StoreError),
}

impl From<Unusable> for Behind {
    fn from(error: Unusable) -> Behind {
        match error {
            // It lies in the same database.
            Unusable::Away(error) => Behind::Archive(error),
            other => Behind::Index(other),
        }
    }
}

/// Whether an index goes no further than the archive, and is of this one.
pub async fn fits(store: &Store, mark: Mark) -> Result<bool, StoreError> {
    if mark.entry == 0 {
        return Ok(true);
    }
    let known = store.entries(mark.entry, 1).await?;
    Ok(known
        .first()
        .is_some_and(|(_, hash)| Some(*hash) == mark.hash))
}

/// Takes in the next batch, up to this entry at most; how far the index goes then. What others took in since this process
/// knew that it was done up to an entry is told first. It blocks.
///
/// # Errors
/// Where the index cannot be written, or the archive not be read; the index stays as it was.
pub fn batch(
    index: &Index,
    store: &Store,
    (done, upto): (EntryNo, EntryNo),
    runtime: &Handle,
) -> Result<Mark, Behind> {
    let (written, begun) = index.reached()?;
    if begun.entry >= upto || begun.entry > done {
        return Ok(begun);
    }
    let (plan, mark) = runtime.block_on(plan(store, begun, upto))?;
    // Most entries bring no passage: how far the index goes need not be written for each of them.
    if plan.is_empty() && mark.entry.saturating_sub(written.entry) < UNWRITTEN {
        index.reach(mark);
        return Ok(mark);
    }
    let mut writer = index.writer()?;
    // Now that nobody else can write: somebody may have done so since.
    let now = writer.mark()?;
    if now != written {
        index.wrote(now);
        return Ok(now);
    }
    let reader = Reader { store, runtime };
    for watch in &plan.gone {
        writer.forget(watch)?;
    }
    for watch in &plan.afresh {
        afresh(&mut writer, &reader, watch, mark.entry)?;
    }
    for (watch, turns) in plan.turns {
        if !plan.afresh.contains(&watch) {
            go_on(&mut writer, &reader, &watch, turns, begun.entry)?;
        }
    }
    for (watch, texts) in plan.past {
        if !plan.afresh.contains(&watch) {
            let past = writer.past(&watch)?;
            take_past(&mut writer, &reader, (&watch, past), texts)?;
        }
    }
    writer.finish(mark)?;
    index.wrote(mark);
    Ok(mark)
}

/// What a batch has to do.
#[derive(Default)]
struct Plan {
    /// The steps of each page, with the document of each version.
    turns: BTreeMap<WatchId, Vec<(Turn, Option<Digest>)>>,
    /// The backfilled texts of each page, with their documents.
    past: BTreeMap<WatchId, Vec<(PastNo, Digest)>>,
    /// Pages whose old texts were read anew, or that are called otherwise now.
    afresh: BTreeSet<WatchId>,
    /// Names under which no page is known any more.
    gone: BTreeSet<WatchId>,
}

async fn plan(store: &Store, begun: Mark, upto: EntryNo) -> Result<(Plan, Mark), StoreError> {
    let mut plan = Plan::default();
    let mut mark = begun;
    let mut turns = 0;
    while mark.entry < upto && turns < TURNS && mark.entry - begun.entry < ENTRIES {
        let left = usize::try_from(upto - mark.entry).unwrap_or(AT_A_TIME);
        let entries = store.entries(mark.entry + 1, left.min(AT_A_TIME)).await?;
        if entries.is_empty() {
            break;
        }
        for (entry, hash) in entries {
            mark = Mark::at(entry.no, Some(hash));
            turns += plan.take(entry.no, &entry.fact);
        }
    }
    // Names are asked for at last: the archive knows those of today only.
    let mut called = BTreeSet::new();
    for watch in &plan.afresh {
        called.insert(store.called(watch).await?);
    }
    plan.gone.extend(
        plan.afresh
            .iter()
            .filter(|watch| !called.contains(*watch))
            .cloned(),
    );
    plan.afresh = called;
    let brought: BTreeSet<WatchId> = plan.turns.keys().chain(plan.past.keys()).cloned().collect();
    for watch in brought {
        let now = store.called(&watch).await?;
        if now != watch {
            // Its rename is an entry of this batch or a later one, and is told under both names.
            plan.turns.remove(&watch);
            plan.past.remove(&watch);
            plan.gone.insert(watch);
            plan.afresh.insert(now);
        }
    }
    Ok((plan, mark))
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.turns.is_empty()
            && self.past.is_empty()
            && self.afresh.is_empty()
            && self.gone.is_empty()
    }

    /// Notes what an entry asks for; how many steps that are.
    fn take(&mut self, no: EntryNo, fact: &Fact) -> usize {
        match fact {
            Fact::Landed(landed) if landed.span.from != landed.span.to => {
                let turns = self.turns.entry(landed.watch.clone()).or_default();
                turns.push((turn(no, landed), landed.document));
                1
            }
            Fact::Backfilled(copy) => match copy.text() {
                Some(text) => {
                    let texts = self.past.entry(copy.watch.clone()).or_default();
                    texts.push((text.no, text.document));
                    1
                }
                None => 0,
            },
            Fact::Watchlist { renamed, .. } => {
                for (old, new) in renamed {
                    self.afresh.extend([old.clone(), new.clone()]);
                }
                renamed.len()
            }
            // Their words go with the texts.
            Fact::Forgotten(forgetting) => {
                self.afresh.extend(forgetting.watches.iter().cloned());
                forgetting.watches.len()
            }
            Fact::Reread { watch, became, .. } => {
                let differs = !matches!(became, Some(Became::Same | Became::Unreadable { .. }));
                usize::from(differs && self.afresh.insert(watch.clone()))
            }
            Fact::RereadPast(again) => {
                let differs = again.became == Became::Differs;
                usize::from(differs && self.afresh.insert(again.watch.clone()))
            }
            _ => 0,
        }
    }
}

fn turn(no: EntryNo, landed: &Landed) -> Turn {
    Turn {
        watch: landed.watch.clone(),
        title: landed.title.clone(),
        step: Step {
            entry: no,
            place: 0,
            span: landed.span,
            bounds: landed.bounds,
            kind: landed.kind,
            imported: landed.imported.is_some(),
            edited: None,
            other: None,
        },
    }
}

/// Reads the archive from where blocking is allowed.
struct Reader<'a> {
    store: &'a Store,
    runtime: &'a Handle,
}

impl Reader<'_> {
    fn document(&self, digest: Digest) -> Result<Document, StoreError> {
        self.runtime.block_on(self.store.read_document(digest))
    }

    /// The backfilled texts of a page up to an entry, with the documents as they are read today.
    fn past(&self, watch: &WatchId, upto: EntryNo) -> Result<Vec<(PastNo, Digest)>, StoreError> {
        let mut texts = self.runtime.block_on(self.store.past_versions(watch))?;
        texts.retain(|text| text.entry <= upto);
        let texts = texts.iter().map(|text| {
            let digest = self.runtime.block_on(self.store.document_of(text))?;
            Ok((text.no, digest))
        });
        texts.collect()
    }

    /// The steps of a page up to an entry, with the documents as they are read today.
    fn history(
        &self,
        watch: &WatchId,
        upto: EntryNo,
    ) -> Result<Vec<(Turn, Option<Digest>)>, StoreError> {
        let filter = ChangeFilter {
            watch: Some(watch.clone()),
            ..ChangeFilter::default()
        };
        let mut changes = self.runtime.block_on(self.store.changes(&filter))?;
        changes.retain(|change| change.entry <= upto);
        changes.reverse();
        let versions = self.runtime.block_on(self.store.versions(watch))?;
        let mut documents: BTreeMap<VersionNo, (Digest, bool)> = BTreeMap::new();
        for version in versions {
            let digest = self.runtime.block_on(self.store.document_of(&version))?;
            documents.insert(version.no, (digest, version.imported.is_some()));
        }
        let turns = changes.into_iter().map(|change| {
            let known = documents.get(&change.span.to).copied();
            let turn = Turn {
                watch: watch.clone(),
                title: change.title,
                step: Step {
                    entry: change.entry,
                    place: 0,
                    span: change.span,
                    bounds: change.bounds,
                    kind: change.kind,
                    imported: known.is_some_and(|(_, imported)| imported),
                    edited: None,
                    other: None,
                },
            };
            (turn, known.map(|(digest, _)| digest))
        });
        Ok(turns.collect())
    }
}

/// Writes a page from its beginning.
fn afresh(
    writer: &mut Writer<'_>,
    reader: &Reader<'_>,
    watch: &WatchId,
    upto: EntryNo,
) -> Result<(), Behind> {
    writer.forget(watch)?;
    let turns = reader.history(watch, upto)?;
    take(writer, reader, Standing::default(), turns, 0)?;
    let texts = reader.past(watch, upto)?;
    take_past(writer, reader, (watch, PastStanding::default()), texts)
}

/// Goes on from what is in the index.
fn go_on(
    writer: &mut Writer<'_>,
    reader: &Reader<'_>,
    watch: &WatchId,
    turns: Vec<(Turn, Option<Digest>)>,
    begun: EntryNo,
) -> Result<(), Behind> {
    let standing = Standing::of(writer.standing(watch)?);
    take(writer, reader, standing, turns, begun)
}

/// Takes in these backfilled texts of a page, beside those that are known.
fn take_past(
    writer: &mut Writer<'_>,
    reader: &Reader<'_>,
    (watch, mut past): (&WatchId, PastStanding),
    texts: Vec<(PastNo, Digest)>,
) -> Result<(), Behind> {
    for (no, digest) in texts {
        past.take(watch, no, &reader.document(digest)?);
    }
    Ok(writer.put_past(watch, &past)?)
}

/// Takes these steps. What came after `begun` is not in the index yet.
fn take(
    writer: &mut Writer<'_>,
    reader: &Reader<'_>,
    mut standing: Standing,
    turns: Vec<(Turn, Option<Digest>)>,
    begun: EntryNo,
) -> Result<(), Behind> {
    for (turn, digest) in turns {
        let there = turn.step.span.to != 0 && turn.step.kind != ChangeKind::Vanished;
        let document = digest
            .filter(|_| there)
            .map(|digest| reader.document(digest))
            .transpose()?;
        for stay in standing.step(&turn, document.as_ref()).ended {
            if stay.came.entry <= begun {
                writer.replace(&stay);
            }
            writer.add(&stay)?;
        }
        writer.add_turn(&turn)?;
    }
    let new = standing.stays().filter(|stay| stay.came.entry > begun);
    for stay in new {
        writer.add(stay)?;
    }
    Ok(())
}
