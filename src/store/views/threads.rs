//! The threads of pages in forums, and the copies that archives hold.

use crate::model::{Copy, Destination, Entry, EntryNo, Fact, Opening, Save, WatchId};
use crate::store::{error::StoreError, views::View, views::keys};

impl View {
    /// Notes the thread of a page, a copy of it with the edits that lead there, or that an archive was asked for one.
    pub(super) fn note_elsewhere(&self, entry: &Entry) -> Result<(), StoreError> {
        match &entry.fact {
            Fact::Threaded {
                watch,
                forum,
                opening,
                owed,
            } => {
                self.owe(entry, Some(watch), owed)?;
                let key = keys::thread(self.number_or_new(watch)?, forum);
                self.put(&key, opening)
            }
            Fact::Copied { copy, owed } => {
                let watch = (self.change_in(copy.of)?).map(|row| row.change.watch);
                self.owe(entry, watch.as_ref(), owed)?;
                self.put(&keys::copy(copy.of, entry.no), copy)
            }
            Fact::Saved(save) => self.put(&keys::save(save.of), &(entry.no, save)),
            _ => Ok(()),
        }
    }

    /// Whether an archive was asked to keep the page as it stood after a change, as far as that is in entries up to this one.
    pub(in crate::store) fn save(
        &self,
        of: EntryNo,
        as_of: EntryNo,
    ) -> Result<Option<Save>, StoreError> {
        let asked: Option<(EntryNo, Save)> = self.row(&keys::save(of))?;
        Ok(asked
            .filter(|(entry, _)| *entry <= as_of)
            .map(|(_, save)| save))
    }

    /// The thread of a page in a forum, as far as it is opened.
    pub(in crate::store) fn thread(
        &self,
        watch: &WatchId,
        forum: &Destination,
    ) -> Result<Option<Opening>, StoreError> {
        match self.number(watch)? {
            Some(number) => self.row(&keys::thread(number, forum)),
            None => Ok(None),
        }
    }

    /// What archives were found to hold of the text of a change, in the order in which they were asked, as far as that is in
    /// entries up to this one.
    pub(in crate::store) fn copies(
        &self,
        of: EntryNo,
        as_of: EntryNo,
    ) -> Result<Vec<Copy>, StoreError> {
        let range = keys::copy(of, 0)..=keys::copy(of, as_of);
        let rows = self.tree.range(range).map(|row| {
            let (_, row) = row?;
            self.parse(&row)
        });
        rows.collect()
    }
}
