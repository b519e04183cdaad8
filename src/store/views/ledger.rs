//! Every change in a few bytes, kept in memory as far as somebody asked: what lists are filtered and counted by.

use std::collections::{BTreeMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, Utc};

use crate::model::{Change, ChangeKind, Claim, EntryNo, Severity, WatchId};
use crate::store::{
    ChangeFilter,
    error::StoreError,
    views::View,
    views::history::{Recorded, Timed},
    views::keys::{self, WatchNo},
};

/// The changes read so far, in the order of the journal.
#[derive(Default)]
pub(super) struct Ledger {
    rows: RwLock<Vec<Brief>>,
}

/// A change in a few bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brief {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// The number of the watch, by which [`Briefs`] has its name.
    pub watch: u32,
    /// When it was first seen.
    pub by: DateTime<Utc>,
    /// How much it matters.
    pub severity: Severity,
    /// What sort of step it is.
    pub kind: ChangeKind,
    /// What the page says of it, by the word of the claim.
    pub claim: Option<&'static str>,
    /// Whether the page's own note mentions words that changed.
    pub mentions: bool,
}

/// All changes in a few bytes each.
#[derive(Clone, Default, Debug)]
pub struct Briefs {
    /// The changes, in the order of the journal.
    pub rows: Vec<Brief>,
    /// What the watches are called now.
    pub watches: BTreeMap<u32, WatchId>,
}

impl Timed {
    /// The row of a change.
    pub(super) fn of(watch: WatchNo, change: &Change, newest: DateTime<Utc>) -> Timed {
        let mentions = matches!(&change.claim, Some(Claim::Announced { mentions, .. }) if !mentions.is_empty());
        Timed {
            watch,
            newest,
            by: change.bounds.by,
            severity: change.severity,
            kind: change.kind,
            claim: change.claim.as_ref().map(|claim| claim.word().into()),
            mentions,
        }
    }

    fn brief(&self, entry: EntryNo) -> Brief {
        let claim = self.claim.as_deref();
        Brief {
            entry,
            watch: self.watch,
            by: self.by,
            severity: self.severity,
            kind: self.kind,
            claim: Claim::WORDS.into_iter().find(|word| claim == Some(word)),
            mentions: self.mentions,
        }
    }
}

impl View {
    /// Every change in a few bytes.
    pub(super) fn briefs(&self) -> Result<Briefs, StoreError> {
        Ok(Briefs {
            rows: self.ledger()?.clone(),
            watches: self.all()?.into_iter().collect(),
        })
    }

    /// The changes that pass, newest first, and below which entry the next ones are.
    pub(super) fn leaf(
        &self,
        filter: &ChangeFilter,
    ) -> Result<(Vec<Recorded>, Option<EntryNo>), StoreError> {
        let watches = self.numbers(filter)?;
        let limit = filter.limit.unwrap_or(usize::MAX);
        let enough = filter.enough.unwrap_or(usize::MAX);
        let ledger = self.ledger()?;
        let passing = ledger.iter().rev().filter(|row| {
            filter.allows(row.entry, row.by, row.severity, row.kind)
                && filter.claims(row.claim)
                && watches
                    .as_ref()
                    .is_none_or(|watches| watches.contains(&row.watch))
        });
        let mut found = Vec::new();
        for (read, brief) in passing.enumerate() {
            if found.len() >= limit || read >= enough {
                return Ok((found, Some(brief.entry + 1)));
            }
            let row = self.row::<Recorded>(&keys::change(brief.watch, brief.entry))?;
            if let Some(row) = row
                && self.passes(&row, filter)?
            {
                found.push(row);
            }
        }
        Ok((found, None))
    }

    /// The numbers of the watches asked for; `None` where all are.
    fn numbers(&self, filter: &ChangeFilter) -> Result<Option<HashSet<WatchNo>>, StoreError> {
        let mut numbers = HashSet::new();
        let one = filter.watch.iter();
        let several = filter.watches.iter().flatten();
        for watch in one.chain(several) {
            numbers.extend(self.number(watch)?);
        }
        let all = filter.watch.is_none() && filter.watches.is_none();
        Ok((!all).then_some(numbers))
    }

    /// The ledger, brought up to the last entry applied.
    fn ledger(&self) -> Result<RwLockReadGuard<'_, Vec<Brief>>, StoreError> {
        let applied = self.applied()?.map_or(0, |applied| applied.entry);
        let rows = &self.ledger.rows;
        let next = |rows: &[Brief]| rows.last().map_or(0, |row| row.entry) + 1;
        let read = rows.read().unwrap_or_else(PoisonError::into_inner);
        let range = |from: EntryNo| keys::timeline(from)..keys::timeline(applied + 1);
        if self.tree.range(range(next(&read))).next().is_none() {
            return Ok(read);
        }
        drop(read);
        let mut write = rows.write().unwrap_or_else(PoisonError::into_inner);
        for row in self.tree.range(range(next(&write))) {
            let (key, value) = row?;
            let entry = key.last_chunk().copied().map_or(0, u64::from_be_bytes);
            write.push(self.parse::<Timed>(&value)?.brief(entry));
        }
        drop(write);
        Ok(rows.read().unwrap_or_else(PoisonError::into_inner))
    }
}
