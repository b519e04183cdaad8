//! Versions and changes, by watch and over all watches.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Change, Digest, EntryNo, Span, Version, VersionNo, WatchId};
use crate::store::{
    ChangeFilter,
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

/// A change as the views keep it; its findings lie in a body.
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct Recorded {
    /// The change, without findings.
    pub(in crate::store) change: Change,
    /// Where its findings are.
    pub(in crate::store) findings: Option<Digest>,
}

/// A change in the order of the journal.
#[derive(Serialize, Deserialize)]
pub(super) struct Timed {
    /// Whose change.
    pub(super) watch: WatchNo,
    /// The latest first sight among this change and all before it, so that a search back in time knows where to end.
    pub(super) newest: DateTime<Utc>,
}

impl View {
    /// The versions of a watch before the current one and that one as it was first written, oldest first.
    pub(super) fn versions(&self, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
        match self.number(watch)? {
            Some(number) => self
                .rows(&keys::versions(number))
                .map(|row| Ok(row?.1))
                .collect(),
            None => Ok(Vec::new()),
        }
    }

    /// One version as it was last written.
    pub(super) fn version(
        &self,
        watch: &WatchId,
        no: VersionNo,
    ) -> Result<Option<Version>, StoreError> {
        match self.number(watch)? {
            Some(number) => self.row(&keys::version(number, no)),
            None => Ok(None),
        }
    }

    /// The document of a version: the one it was last reread as, or the first.
    pub(super) fn document_of(&self, version: &Version) -> Result<Digest, StoreError> {
        let Some(number) = self.number(&version.watch)? else {
            return Ok(version.document);
        };
        let reread = self.row(&keys::reread(number, version.no))?;
        Ok(reread.unwrap_or(version.document))
    }

    /// The watches that go on with this one, each with the version of this one that it goes on from.
    pub(super) fn continuations(
        &self,
        watch: &WatchId,
    ) -> Result<Vec<(WatchId, VersionNo)>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for row in self.rows::<(WatchNo, VersionNo)>(&keys::continuations(number)) {
            let (_, (other, no)) = row?;
            found.extend(self.called(other)?.map(|called| (called, no)));
        }
        Ok(found)
    }

    /// The changes that pass, newest first.
    pub(super) fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Recorded>, StoreError> {
        match &filter.watch {
            Some(watch) => self.changes_of(watch, filter),
            None => self.changes_of_all(filter),
        }
    }

    fn changes_of(
        &self,
        watch: &WatchId,
        filter: &ChangeFilter,
    ) -> Result<Vec<Recorded>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Vec::new());
        };
        let rows = self.rows::<Recorded>(&keys::changes(number)).rev();
        let rows = rows.map(|row| Ok(row?.1));
        let passing = rows.filter(|row| row.as_ref().map_or(true, |row| passes(row, filter)));
        passing.take(filter.limit.unwrap_or(usize::MAX)).collect()
    }

    fn changes_of_all(&self, filter: &ChangeFilter) -> Result<Vec<Recorded>, StoreError> {
        let mut found = Vec::new();
        let limit = filter.limit.unwrap_or(usize::MAX);
        for row in self.rows::<Timed>(keys::TIMELINE).rev() {
            let (key, timed) = row?;
            if found.len() >= limit || filter.since.is_some_and(|since| timed.newest < since) {
                break;
            }
            let entry = key.last_chunk().copied().map_or(0, u64::from_be_bytes);
            if let Some(row) = self.row(&keys::change(timed.watch, entry))?
                && passes(&row, filter)
            {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// The change that an entry holds.
    pub(in crate::store) fn change_in(
        &self,
        entry: EntryNo,
    ) -> Result<Option<Recorded>, StoreError> {
        match self.row::<Timed>(&keys::timeline(entry))? {
            Some(timed) => self.row(&keys::change(timed.watch, entry)),
            None => Ok(None),
        }
    }

    /// The latest change of a watch with this span.
    pub(super) fn change(
        &self,
        watch: &WatchId,
        span: Span,
    ) -> Result<Option<Recorded>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(None);
        };
        for row in self.rows::<Recorded>(&keys::changes(number)).rev() {
            let (_, row) = row?;
            if row.change.span == span {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

fn passes(row: &Recorded, filter: &ChangeFilter) -> bool {
    let change = &row.change;
    filter.since.is_none_or(|since| change.bounds.by >= since)
        && filter
            .min_severity
            .is_none_or(|least| change.severity >= least)
}
