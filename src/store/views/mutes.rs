//! What people asked not to be told of.

use crate::model::{Entry, Lifted, Mute, Muted};
use crate::store::{error::StoreError, views::View, views::keys};

impl View {
    /// Notes a mute.
    pub(super) fn note_mute(&self, entry: &Entry, mute: &Mute) -> Result<(), StoreError> {
        let muted = Muted {
            mute: mute.clone(),
            since: entry.at,
            lifted: None,
        };
        self.put(&keys::mute(mute.no), &muted)
    }

    /// Notes that a mute was lifted; the first word counts.
    pub(super) fn lift_mute(
        &self,
        entry: &Entry,
        no: u32,
        by: &str,
        why: Option<&String>,
    ) -> Result<(), StoreError> {
        let Some(muted) = self.mute(no)?.filter(|muted| muted.lifted.is_none()) else {
            return Ok(());
        };
        let lifted = Lifted {
            by: by.to_owned(),
            at: entry.at,
            why: why.cloned(),
        };
        let lifted = Some(lifted);
        self.put(&keys::mute(no), &Muted { lifted, ..muted })
    }

    /// The mute of this number.
    pub(in crate::store) fn mute(&self, no: u32) -> Result<Option<Muted>, StoreError> {
        self.row(&keys::mute(no))
    }

    /// Every mute there ever was, in order, each under what its watch is called now.
    pub(super) fn mutes(&self) -> Result<Vec<Muted>, StoreError> {
        let mut mutes = Vec::new();
        for row in self.rows::<Muted>(keys::MUTES) {
            let (_, mut muted) = row?;
            if let Some(watch) = &muted.mute.scope.watch {
                muted.mute.scope.watch = Some(self.now_called(watch)?);
            }
            mutes.push(muted);
        }
        Ok(mutes)
    }
}
