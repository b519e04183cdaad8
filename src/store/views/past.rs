//! What was backfilled of pages: apart from their versions, so that no number of our own depends on it.

use std::collections::BTreeSet;

use crate::model::{
    Backfilled, Brought, Entry, EntryNo, Imported, ListTaken, Listed, Past, PastNo, Reread,
    RereadPast, WatchId,
};
use crate::store::{
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

impl View {
    /// Notes the list of an archive; of several for one address the last one holds.
    pub(super) fn list_past(&self, entry: &Entry, listed: &Listed) -> Result<(), StoreError> {
        let number = self.number_or_new(&listed.watch)?;
        let key = keys::past_list(number, entry.no);
        let taken = ListTaken {
            entry: entry.no,
            at: entry.at,
            list: listed.clone(),
        };
        self.put(&key, &taken)
    }

    /// Notes what came of asking for a copy.
    pub(super) fn backfill(&self, entry: &Entry, copy: &Backfilled) -> Result<(), StoreError> {
        let number = self.number_or_new(&copy.watch)?;
        if let Some(text) = copy.text() {
            self.put(&keys::past_last(number), &text.no)?;
        }
        self.take_record(number, entry, copy.imported.as_ref())?;
        let key = keys::past(number, entry.no);
        let brought = Brought {
            entry: entry.no,
            at: entry.at,
            copy: copy.clone(),
            reread: None,
            names: None,
        };
        self.put(&key, &brought)
    }

    /// Notes that a record of a whole archive was taken in.
    pub(super) fn take_record(
        &self,
        number: WatchNo,
        entry: &Entry,
        imported: Option<&Imported>,
    ) -> Result<(), StoreError> {
        match imported.and_then(|imported| imported.record.as_ref()) {
            Some(record) => self.put(&keys::record(number, record), &entry.no),
            None => Ok(()),
        }
    }

    /// The entry by which a record of a whole archive was taken in for a watch, where it was.
    pub(in crate::store) fn record_taken(
        &self,
        watch: &WatchId,
        record: &str,
    ) -> Result<Option<EntryNo>, StoreError> {
        match self.number(watch)? {
            Some(number) => self.row(&keys::record(number, record)),
            None => Ok(None),
        }
    }

    /// The number that the next backfilled text of a watch gets.
    pub(in crate::store) fn next_past(&self, watch: &WatchId) -> Result<PastNo, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(1);
        };
        match self.row::<PastNo>(&keys::past_last(number))? {
            Some(last) => Ok(last + 1),
            // It was brought before this was noted, or there is none.
            None => Ok(self.past(watch, EntryNo::MAX)?.next()),
        }
    }

    /// Notes how later rules read a backfilled text.
    pub(super) fn reread_past(&self, entry: &Entry, again: &RereadPast) -> Result<(), StoreError> {
        let number = self.number_or_new(&again.watch)?;
        for row in self.rows::<Brought>(&keys::pasts(number)) {
            let (key, mut brought) = row?;
            if brought.copy.text().is_some_and(|text| text.no == again.no) {
                brought.names = again.names;
                brought.reread = Some(Reread {
                    at: entry.at,
                    reader: Some(again.reader.clone()),
                    became: Some(again.became.clone()),
                    document: again.document,
                    text: again.text,
                });
                return self.put(&key, &brought);
            }
        }
        Ok(())
    }

    /// All that was backfilled of a watch, by any id it ever had, in entries up to this one.
    pub(in crate::store) fn past(
        &self,
        watch: &WatchId,
        as_of: EntryNo,
    ) -> Result<Past, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Past::default());
        };
        let brought = self.rows::<Brought>(&keys::pasts(number));
        let mut past = Past {
            brought: brought
                .map(|row| Ok(row?.1))
                .collect::<Result<_, StoreError>>()?,
            lists: Vec::new(),
        };
        past.brought.retain(|brought| brought.entry <= as_of);
        for row in self.rows::<ListTaken>(&keys::past_lists(number)) {
            let (_, taken) = row?;
            let (archive, page) = (&taken.list.archive, &taken.list.page);
            let same =
                |other: &ListTaken| other.list.archive == *archive && other.list.page == *page;
            if taken.entry <= as_of {
                past.lists.retain(|other| !same(other));
                past.lists.push(taken);
            }
        }
        let called = self.now_called(watch)?;
        for brought in &mut past.brought {
            brought.copy.watch = called.clone();
        }
        for taken in &mut past.lists {
            taken.list.watch = called.clone();
        }
        Ok(past)
    }

    /// The watches of which anything was backfilled, in order of their names.
    pub(in crate::store) fn with_past(&self) -> Result<Vec<WatchId>, StoreError> {
        let mut found = BTreeSet::new();
        let mut next = Some(keys::PASTS.to_vec());
        while let Some(from) = next.take() {
            let Some(row) = self.tree.range(from..keys::after(keys::PASTS)).next() else {
                break;
            };
            let (key, _) = row?;
            let number = keys::watch_of(keys::PASTS, &key);
            found.extend(self.called(number)?);
            next = number.checked_add(1).map(keys::pasts);
        }
        Ok(found.into_iter().collect())
    }

    /// Whether a watch was ever visited.
    pub(in crate::store) fn is_known(&self, watch: &WatchId) -> Result<bool, StoreError> {
        Ok(self.number(watch)?.is_some())
    }
}
