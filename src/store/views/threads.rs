//! The threads of pages in forums, and the copies that archives hold.

use crate::model::{Copy, Destination, EntryNo, Opening, WatchId};
use crate::store::{error::StoreError, views::View, views::keys};

impl View {
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

    /// What archives were found to hold of the text of a change, in the order in which they were asked.
    pub(in crate::store) fn copies(&self, of: EntryNo) -> Result<Vec<Copy>, StoreError> {
        let rows = self.rows::<Copy>(&keys::copies(of));
        rows.map(|row| row.map(|(_, copy)| copy)).collect()
    }
}
