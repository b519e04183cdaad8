//! Keys, checkpoints and stamps, as the journal has them.

use serde::de::DeserializeOwned;

use crate::model::{Checkpoint, Entry, EntryNo, Fact, KeyNoted, Proved, Stamped};
use crate::store::{error::StoreError, views::View, views::keys};

impl View {
    /// Notes a key, a checkpoint or a stamp.
    pub(super) fn note_proof(&self, entry: &Entry) -> Result<(), StoreError> {
        let (no, at) = (entry.no, entry.at);
        match &entry.fact {
            Fact::Key(what) => {
                let what = what.clone();
                let row = Proved {
                    entry: no,
                    at,
                    what,
                };
                self.put(&keys::signing(no), &row)
            }
            Fact::Checkpoint(what) => {
                let what = what.clone();
                let row = Proved {
                    entry: no,
                    at,
                    what,
                };
                self.put(&keys::checkpoint(no), &row)
            }
            Fact::Stamped(what) => {
                let what = what.clone();
                let key = keys::stamp(what.checkpoint, no);
                let row = Proved {
                    entry: no,
                    at,
                    what,
                };
                self.put(&key, &row)
            }
            _ => Ok(()),
        }
    }

    /// Every key there ever was, in order.
    pub(in crate::store) fn signing_keys(&self) -> Result<Vec<Proved<KeyNoted>>, StoreError> {
        self.every(keys::SIGNING)
    }

    /// Every checkpoint, in order.
    pub(in crate::store) fn checkpoints(&self) -> Result<Vec<Proved<Checkpoint>>, StoreError> {
        self.every(keys::CHECKPOINTS)
    }

    /// The last checkpoint.
    pub(in crate::store) fn last_checkpoint(
        &self,
    ) -> Result<Option<Proved<Checkpoint>>, StoreError> {
        let last = self.rows(keys::CHECKPOINTS).next_back().transpose()?;
        Ok(last.map(|(_, row)| row))
    }

    /// What authorities said of a checkpoint, in order.
    pub(in crate::store) fn stamps(
        &self,
        checkpoint: EntryNo,
    ) -> Result<Vec<Proved<Stamped>>, StoreError> {
        self.every(&keys::stamps(checkpoint))
    }

    fn every<T: DeserializeOwned>(&self, table: &[u8]) -> Result<Vec<T>, StoreError> {
        let rows = self.rows(table);
        rows.map(|row| row.map(|(_, row)| row)).collect()
    }
}
