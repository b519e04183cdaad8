//! Every visit, by watch and time: what was covered, and the latest looks.

use chrono::{DateTime, Utc};

use crate::model::{Coverage, EntryNo, Fact, FailureKind, Look, LookOutcome, WatchId};
use crate::store::{
    disk::Pair, error::StoreError, journal, views::View, views::keys, views::keys::WatchNo,
};

/// What came of a visit, in one letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// A look at a page that was read.
    LookRead,
    /// A look that failed.
    LookFailed,
    /// A look that failed because there was no page.
    LookMissing,
    /// A visit that brought something and read the page.
    LandedRead,
    /// A visit that found the page gone.
    LandedAway,
}

impl Mark {
    pub(super) fn letter(self) -> u8 {
        match self {
            Mark::LookRead => b'r',
            Mark::LookFailed => b'f',
            Mark::LookMissing => b'm',
            Mark::LandedRead => b'R',
            Mark::LandedAway => b'F',
        }
    }

    fn of(value: &[u8]) -> Option<Mark> {
        let marks = [
            Mark::LookRead,
            Mark::LookFailed,
            Mark::LookMissing,
            Mark::LandedRead,
            Mark::LandedAway,
        ];
        marks.into_iter().find(|mark| value == [mark.letter()])
    }

    pub(super) fn is_read(self) -> bool {
        matches!(self, Mark::LookRead | Mark::LandedRead)
    }

    fn is_look(self) -> bool {
        matches!(self, Mark::LookRead | Mark::LookFailed | Mark::LookMissing)
    }
}

/// What came of a visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// The page was read, and was as before.
    Same,
    /// The page was read, and had changed.
    Changed,
    /// The page was found gone.
    Away,
    /// There was no page: it is still gone where it was found gone before, else nothing is sure yet.
    Missing,
    /// No document came.
    Failed,
}

impl From<Mark> for Sort {
    fn from(mark: Mark) -> Sort {
        match mark {
            Mark::LookRead => Sort::Same,
            Mark::LookFailed => Sort::Failed,
            Mark::LookMissing => Sort::Missing,
            Mark::LandedRead => Sort::Changed,
            Mark::LandedAway => Sort::Away,
        }
    }
}

impl From<&Look> for Mark {
    fn from(look: &Look) -> Mark {
        match look.outcome {
            LookOutcome::Unchanged { .. } => Mark::LookRead,
            LookOutcome::Failed {
                kind: FailureKind::NotFound,
                ..
            } => Mark::LookMissing,
            LookOutcome::Failed { .. } => Mark::LookFailed,
        }
    }
}

impl View {
    /// What came of the latest visits that stand in the journal, newest first.
    pub(super) fn visits(
        &self,
        watch: &WatchId,
        limit: usize,
    ) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Vec::new());
        };
        let range = keys::visits(number)..keys::visits(number + 1);
        self.sorts(self.tree.range(range).rev().take(limit))
    }

    /// What came of every visit that stands in the journal, oldest first.
    pub(super) fn visits_of(
        &self,
        number: WatchNo,
    ) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
        let range = keys::visits(number)..keys::visits(number + 1);
        self.sorts(self.tree.range(range))
    }

    fn sorts(
        &self,
        rows: impl Iterator<Item = Result<Pair, StoreError>>,
    ) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
        let sort = |row: Result<Pair, StoreError>| {
            let (key, value) = row?;
            let visit = keys::read_visit(&key).zip(Mark::of(&value));
            let visit = visit.map(|((at, _, _), mark)| (at, mark.into()));
            visit.ok_or_else(|| {
                StoreError::damaged(
                    "a row of the views",
                    "a visit cannot be read; run `smallprint rebuild`",
                )
            })
        };
        rows.map(sort).collect()
    }

    /// The last time each watch was read, as the journal stood after this entry, which was written then.
    pub(in crate::store) fn read_by(
        &self,
        entry: EntryNo,
        at: DateTime<Utc>,
    ) -> Result<Vec<(WatchId, DateTime<Utc>)>, StoreError> {
        let mut read = Vec::new();
        for (number, watch) in self.all()? {
            let range = keys::visits(number)..=keys::visit(number, at, EntryNo::MAX, u32::MAX);
            for row in self.tree.range(range).rev() {
                let (key, value) = row?;
                let visit = keys::read_visit(&key).zip(Mark::of(&value));
                let ((at, written, _), mark) = visit.ok_or_else(|| unreadable(&watch))?;
                if written <= entry && mark.is_read() {
                    read.push((watch, at));
                    break;
                }
            }
        }
        Ok(read)
    }

    /// The visits to a watch since a time, as the journal alone gives them.
    pub(super) fn coverage(
        &self,
        watch: &WatchId,
        since: Option<DateTime<Utc>>,
    ) -> Result<Coverage, StoreError> {
        let mut coverage = Coverage::default();
        let Some(number) = self.number(watch)? else {
            return Ok(coverage);
        };
        let end = keys::visits(number + 1);
        let start = match since {
            Some(since) => keys::visits_since(number, since),
            None => keys::visits(number),
        };
        for row in self.tree.range(start..end) {
            let (key, value) = row?;
            let visit = keys::read_visit(&key).zip(Mark::of(&value));
            let ((at, _, _), mark) = visit.ok_or_else(|| unreadable(watch))?;
            count(&mut coverage, at, mark.is_read());
        }
        Ok(coverage)
    }

    /// The latest sealed looks at a watch before a time, newest first.
    pub(super) fn sealed_looks(
        &self,
        watch: &WatchId,
        until: Option<DateTime<Utc>>,
        limit: usize,
    ) -> Result<Vec<Look>, StoreError> {
        let mut looks = Vec::new();
        let Some(number) = self.number(watch)? else {
            return Ok(looks);
        };
        let mut batch: (u64, Vec<Look>) = (0, Vec::new());
        let end = match until {
            Some(until) => keys::visits_since(number, until),
            None => keys::visits(number + 1),
        };
        for row in self.tree.range(keys::visits(number)..end).rev() {
            if looks.len() == limit {
                break;
            }
            let (key, value) = row?;
            let visit = keys::read_visit(&key).zip(Mark::of(&value));
            let ((_, entry, index), mark) = visit.ok_or_else(|| unreadable(watch))?;
            if !mark.is_look() {
                continue;
            }
            if batch.0 != entry {
                batch = (entry, self.batch(entry)?);
            }
            let look = batch.1.get(index as usize).cloned();
            looks.push(look.ok_or_else(|| unreadable(watch))?);
        }
        Ok(looks)
    }

    /// When a page was last read before a time, as the journal alone gives it.
    pub(in crate::store) fn read_before(
        &self,
        watch: &WatchId,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(None);
        };
        let range = keys::visits(number)..keys::visits_since(number, until);
        for row in self.tree.range(range).rev() {
            let (key, value) = row?;
            let visit = keys::read_visit(&key).zip(Mark::of(&value));
            let ((at, _, _), mark) = visit.ok_or_else(|| unreadable(watch))?;
            if mark.is_read() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn batch(&self, entry: u64) -> Result<Vec<Look>, StoreError> {
        match journal::get(&self.disk, entry)?.map(|(entry, _)| entry.fact) {
            Some(Fact::Looks { looks }) => Ok(looks),
            _ => Err(StoreError::damaged(
                format!("entry {entry}"),
                "the views take it for a batch of looks; run `smallprint rebuild`",
            )),
        }
    }
}

/// Counts one visit.
pub(super) fn count(coverage: &mut Coverage, at: DateTime<Utc>, read: bool) {
    coverage.visits += 1;
    match read {
        true => coverage.read += 1,
        false => coverage.failed += 1,
    }
    coverage.first = Some(coverage.first.map_or(at, |first| first.min(at)));
    coverage.last = Some(coverage.last.map_or(at, |last| last.max(at)));
}

/// Whether a look read the page.
pub(super) fn read(look: &Look) -> bool {
    matches!(look.outcome, LookOutcome::Unchanged { .. })
}

fn unreadable(watch: &WatchId) -> StoreError {
    StoreError::damaged(
        "a row of the views",
        format!("a visit to {watch} cannot be read; run `smallprint rebuild`"),
    )
}
