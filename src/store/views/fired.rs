//! How often each rule fired, and which watchlist was in force when.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo, Finding, Landed};
use crate::store::{bodies, error::StoreError, views::View, views::keys};

/// How often a rule fired in this archive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Fired {
    /// On how many changes.
    pub changes: u64,
    /// When the last of them was first seen.
    pub last: DateTime<Utc>,
    /// The entry that holds it.
    pub entry: EntryNo,
}

impl View {
    /// Counts the rules that fired on a change, each once.
    pub(super) fn count_rules(&self, no: EntryNo, landed: &Landed) -> Result<(), StoreError> {
        let Some(digest) = landed.findings else {
            return Ok(());
        };
        let findings = match self.read_findings(digest) {
            Ok(findings) => findings,
            // The journal stands even where such a body is damaged; `verify` names it.
            Err(error) => {
                tracing::warn!("{error}; its rules are not counted");
                return Ok(());
            }
        };
        let rules: BTreeSet<String> = findings.into_iter().map(|found| found.rule).collect();
        for rule in rules {
            let key = keys::fired(&rule);
            let counted = self.row::<Fired>(&key)?;
            if counted.as_ref().is_some_and(|fired| fired.entry >= no) {
                continue;
            }
            let fired = Fired {
                changes: counted.map_or(0, |fired| fired.changes) + 1,
                last: landed.bounds.by,
                entry: no,
            };
            self.put(&key, &fired)?;
        }
        Ok(())
    }

    /// Every rule that ever fired, by id.
    pub(in crate::store) fn fired(&self) -> Result<Vec<(String, Fired)>, StoreError> {
        let rows = self.rows::<Fired>(keys::FIRED);
        let rule = |key: &[u8]| String::from_utf8_lossy(&key[keys::FIRED.len()..]).into_owned();
        rows.map(|row| row.map(|(key, fired)| (rule(&key), fired)))
            .collect()
    }

    /// The watchlist that was in force before an entry was written.
    pub(in crate::store) fn watchlist_before(
        &self,
        no: EntryNo,
    ) -> Result<Option<Digest>, StoreError> {
        let range = keys::WATCHLISTS.to_vec()..keys::watchlist(no);
        match self.tree.range(range).next_back() {
            Some(Ok((_, value))) => Ok(Some(self.parse(&value)?)),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        }
    }

    /// The entries after this one with which a watchlist came into force.
    pub(in crate::store) fn watchlists_since(
        &self,
        no: EntryNo,
    ) -> Result<Vec<EntryNo>, StoreError> {
        let range = keys::watchlist(no + 1)..=keys::watchlist(EntryNo::MAX);
        let rows = self.tree.range(range).map(|row| {
            let (key, _) = row?;
            Ok(key.last_chunk().copied().map_or(0, u64::from_be_bytes))
        });
        rows.collect()
    }

    pub(super) fn read_findings(&self, digest: Digest) -> Result<Vec<Finding>, StoreError> {
        let body = bodies::read(&self.disk, &self.disk.cache, digest)?;
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(format!("the findings {digest}"), error))
    }
}
