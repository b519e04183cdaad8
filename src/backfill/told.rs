//! What is known of the past of pages, for whoever asks: no archive is asked for it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::backfill::own_first;
use crate::house::{House, InForce};
use crate::model::{Digest, EntryNo, Holding, Past, Version, WatchId};
use crate::past::{self, Stretch, Stretches};
use crate::store::StoreError;

/// The past of a page.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Told {
    /// The stretches and changes, earliest first, up to our own first version.
    pub past: Stretches,
    /// The backfilled texts in the shape of versions, earliest first.
    pub texts: Vec<Version>,
    /// The archives whose lists are not whole, and why.
    pub lacks: Vec<(String, String)>,
}

impl Told {
    /// The text that a stretch begins with, where something of it was forgotten.
    pub fn forgotten(&self, stretch: &Stretch) -> Option<&Version> {
        let first = |text: &&Version| text.point() == stretch.first;
        let text = self.texts.iter().find(first);
        text.filter(|text| text.forgotten.is_some())
    }
}

/// How backfilling stands for a page.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct FilledSoFar {
    /// Which page.
    pub watch: WatchId,
    /// How many copies the archives listed.
    pub listed: usize,
    /// How many of them were asked for.
    pub asked: usize,
    /// How many texts came.
    pub texts: usize,
    /// Of how many nothing is known.
    pub unread: usize,
    /// How many changes are known between them.
    pub changes: usize,
    /// Whether more are looked for by the same command.
    pub goes_on: bool,
    /// The earliest and the latest time of which something is known.
    pub reaches: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// When an archive was asked last, by our clock.
    pub last: Option<DateTime<Utc>>,
}

/// The past of a page as far as it was brought by an entry of the journal: the one source for what stood there when, by the word of
/// archives.
///
/// # Errors
/// The archive's.
pub async fn told(
    house: &House,
    in_force: &InForce,
    watch: &WatchId,
    as_of: EntryNo,
) -> Result<Option<Told>, StoreError> {
    let past = house.store.past_by(watch, as_of).await?;
    if past.brought.is_empty() {
        return Ok(None);
    }
    let (all, own) = all(house, in_force, (watch, as_of), &past).await?;
    let before = match own {
        Some((at, _)) => all
            .iter()
            .filter(|one| one.memento.at < at)
            .cloned()
            .collect(),
        None => all,
    };
    let lacks = past.lists.iter().filter_map(|taken| {
        let lacks = taken.list.lacks.clone()?;
        Some((taken.list.archive.clone(), lacks))
    });
    let mut texts = house.store.past_versions(watch).await?;
    texts.retain(|text| text.entry <= as_of);
    Ok(Some(Told {
        past: past::stretches(&before, own),
        texts: house.store.marked(texts).await?,
        lacks: lacks.collect(),
    }))
}

/// How backfilling stands for a page; nothing where no archive was asked for it.
///
/// # Errors
/// The archive's.
pub async fn standing(
    house: &House,
    in_force: &InForce,
    watch: &WatchId,
) -> Result<Option<FilledSoFar>, StoreError> {
    let past = house.store.past(watch).await?;
    if past.brought.is_empty() && past.lists.is_empty() {
        return Ok(None);
    }
    let (mut all, own) = all(house, in_force, (watch, EntryNo::MAX), &past).await?;
    if let Some((at, _)) = own {
        all.retain(|one| one.memento.at < at);
    }
    let told = past::stretches(&all, own);
    let end = own.map(|(_, text)| text);
    let (first, last) = (told.stretches.first(), told.stretches.last());
    let asked = past.brought.iter().map(|one| one.at);
    Ok(Some(FilledSoFar {
        watch: watch.clone(),
        listed: past
            .lists
            .iter()
            .map(|taken| taken.list.copies as usize)
            .sum(),
        asked: past.brought.len(),
        texts: past.texts().count(),
        unread: told.unread,
        changes: told.turns.len(),
        goes_on: past::next(&all, end, past::Manner::Bisect).is_some(),
        reaches: first
            .zip(last)
            .map(|(first, last)| (first.from, last.until)),
        last: asked.chain(past.lists.iter().map(|taken| taken.at)).max(),
    }))
}

type Own = Option<(DateTime<Utc>, Digest)>;

async fn all(
    house: &House,
    in_force: &InForce,
    (watch, as_of): (&WatchId, EntryNo),
    past: &Past,
) -> Result<(Vec<past::Candidate>, Own), StoreError> {
    let mut lists: Vec<(String, Vec<Holding>)> = Vec::new();
    for taken in &past.lists {
        let list = house.store.list_of(taken).await?;
        lists.push((taken.list.archive.clone(), list));
    }
    let mut versions = house.store.versions(watch).await?;
    versions.retain(|version| version.entry <= as_of);
    let own = own_first(house, in_force, &versions).await?;
    Ok((past::candidates(past, &lists), own))
}
