//! Finds passages in the index: the newest first, bounded, each as often as it stood.

mod embedded;
mod newest;
mod served;
mod stays;

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::model::{EntryNo, WatchId};
use crate::passages::Stay;
use crate::search::index::{Index, Kind, Unusable};
use crate::search::marks::marks;
use crate::search::past::PastPassage;
use crate::search::query::{Clause, Within};
use crate::store::StoreError;

/// The most words that a beginning may stand for.
const ENOUGH_WORDS: usize = 1_000;
/// How many passages are looked at for one answer whose words must be touched by a change.
const LOOKED_AT: usize = 5_000;
/// How many more than asked for are counted among them.
const COUNTED: usize = 200;

/// Where it is looked.
#[derive(Clone, Default, Debug)]
pub struct Scope {
    /// In what.
    pub within: Within,
    /// On these pages only.
    pub only: Option<HashSet<WatchId>>,
    /// Not on these.
    pub except: HashSet<WatchId>,
    /// What stood, came or went from then on.
    pub from: Option<DateTime<Utc>>,
    /// What stood, came or went before then.
    pub until: Option<DateTime<Utc>>,
    /// As the archive stood after this entry.
    pub as_of: Option<EntryNo>,
    /// What comes after this place in an earlier answer.
    pub after: Option<u64>,
    /// No more than so many.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// The passages, newest first.
    pub stays: Vec<Stay>,
    /// How many there are, whatever the limit; where not all were looked at, at least so many.
    pub count: usize,
    /// Whether `count` is exact.
    pub counted: bool,
    /// On how many pages they stand.
    pub pages: usize,
    /// Where the next answer goes on; absent where there is nothing more.
    pub next: Option<u64>,
}

/// What was found in backfilled texts.
#[derive(Clone, Default, Debug)]
pub struct FoundPast {
    /// The passages.
    pub passages: Vec<PastPassage>,
    /// Whether these are all of them.
    pub counted: bool,
}

/// Why nothing can be found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotFound {
    /// The index cannot be used.
    #[error("{0}")]
    Unusable(#[from] Unusable),
    /// So many words begin so that they are not all looked for.
    #[error("more than {ENOUGH_WORDS} words begin with “{0}”")]
    TooMany(String),
}

impl From<tantivy::TantivyError> for NotFound {
    fn from(error: tantivy::TantivyError) -> NotFound {
        NotFound::Unusable(error.into())
    }
}

impl From<StoreError> for NotFound {
    fn from(error: StoreError) -> NotFound {
        NotFound::Unusable(error.into())
    }
}

/// When a page was seen in another state than before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The entry of the journal that holds it.
    pub entry: EntryNo,
    /// The number of the page (only good to tell pages apart).
    pub page: u64,
    /// The last sight of the state before, in seconds; absent for the first sight.
    pub after: Option<i64>,
    /// The first sight of this state, in seconds.
    pub by: i64,
    /// Whether there was no page.
    pub away: bool,
}

/// Finds the passages that have what is looked for.
///
/// # Errors
/// Where too much would have to be looked for, or the index cannot be used.
pub(super) fn stays(index: &Index, clause: &Clause, scope: &Scope) -> Result<Found, NotFound> {
    match (scope.within, &index.kind) {
        (Within::Past, _) => Ok(Found::default()),
        (_, Kind::Embedded(files)) => files.find(clause, scope),
        (_, Kind::Served(tables)) => tables.find(clause, scope),
    }
}

/// Finds the passages of backfilled texts that have what is looked for.
///
/// # Errors
/// As for [`stays`].
pub(super) fn past(index: &Index, clause: &Clause, scope: &Scope) -> Result<FoundPast, NotFound> {
    let only = scope.only.as_ref();
    let mut passages = match &index.kind {
        Kind::Embedded(files) => files.find_past(clause, only)?,
        Kind::Served(tables) => tables.find_past(clause, only)?,
    };
    let counted = passages.len() <= LOOKED_AT;
    passages.truncate(LOOKED_AT);
    Ok(FoundPast { passages, counted })
}

/// Those of the passages that may be meant, the newest first, in which what is looked for was touched by the change.
fn touched(
    clause: &Clause,
    scope: &Scope,
    stays: impl Iterator<Item = Result<(u64, Stay), Unusable>>,
) -> Result<Found, Unusable> {
    let mut found = Found {
        counted: true,
        ..Found::default()
    };
    let mut pages = HashSet::new();
    let mut last = None;
    for (looked, stay) in stays.enumerate() {
        let is_enough = found.stays.len() >= scope.limit && found.count >= scope.limit + COUNTED;
        if looked == LOOKED_AT || is_enough {
            found.counted = false;
            break;
        }
        let (order, stay) = stay?;
        let step = match scope.within {
            Within::Removed => stay.went.as_ref(),
            _ => Some(&stay.came),
        };
        let edited = step.and_then(|step| step.edited.as_deref());
        if marks(clause, &stay.text, edited).is_none() {
            continue;
        }
        found.count += 1;
        pages.insert(stay.watch.clone());
        if found.stays.len() < scope.limit {
            found.stays.push(stay);
            last = Some(order);
        } else {
            found.next = last;
        }
    }
    found.pages = pages.len();
    Ok(found)
}
