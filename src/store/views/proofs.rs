//! Keys, checkpoints and stamps, as the journal has them.

use serde::de::DeserializeOwned;

use crate::model::{
    AlertId, Anchor, AnchoredBy, Checkpoint, DeliveryOutcome, Destination, Entry, EntryNo, Fact,
    KeyNoted, Proved, Stamped,
};
use crate::store::{bodies, error::StoreError, journal, views::View, views::keys};
use crate::wire::base64;

/// The sorts of anchors, as keys have them.
const SORTS: [u8; 2] = [STAMPED, POSTED];
const STAMPED: u8 = b's';
const POSTED: u8 = b'p';
/// The root in a heartbeat is of one of the last so many checkpoints before it.
const LATEST: usize = 3;

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
                if let Some(made) = self.checkpoint(what.checkpoint)? {
                    let anchor = Anchor {
                        checkpoint: what.checkpoint,
                        size: made.what.size,
                        entry: no,
                        at: what.time,
                        by: AnchoredBy::Stamped {
                            authority: what.authority.clone(),
                        },
                    };
                    self.put(&keys::anchor(STAMPED, anchor.size, no), &anchor)?;
                }
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

    /// Notes the checkpoint that stands in a channel from now on, where what was delivered there is a heartbeat with its root.
    pub(super) fn note_posted(
        &self,
        entry: &Entry,
        (alert, to): (AlertId, &Destination),
        outcome: &DeliveryOutcome,
    ) -> Result<(), StoreError> {
        if outcome.is_given_up() || *to == Destination::Terminal {
            return Ok(());
        }
        let told = journal::get(&self.disk, alert.entry)?;
        let Some(Fact::Heartbeat {
            text: Some(text), ..
        }) = told.map(|(told, _)| told.fact)
        else {
            return Ok(());
        };
        // A text that was forgotten anchors nothing any more.
        let Ok(text) = bodies::read(&self.disk, &self.disk.cache, text) else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&text);
        let rows = self.rows::<Proved<Checkpoint>>(keys::CHECKPOINTS);
        for row in rows.rev().take(LATEST) {
            let (_, made) = row?;
            if made.entry < alert.entry && text.contains(&base64(&made.what.root.0)) {
                let anchor = Anchor {
                    checkpoint: made.entry,
                    size: made.what.size,
                    entry: entry.no,
                    at: entry.at,
                    by: AnchoredBy::Posted { to: to.clone() },
                };
                return self.put(&keys::anchor(POSTED, anchor.size, entry.no), &anchor);
            }
        }
        Ok(())
    }

    /// The anchors of the first checkpoint of each sort that covers an entry, as far as the journal knew of them by another.
    pub(in crate::store) fn anchors(
        &self,
        covered: EntryNo,
        as_of: EntryNo,
    ) -> Result<Vec<Anchor>, StoreError> {
        let mut found: Vec<Anchor> = Vec::new();
        for sort in SORTS {
            let first = found.len();
            let range = keys::anchor(sort, covered, 0)..=keys::anchor(sort, EntryNo::MAX, as_of);
            for row in self.tree.range(range) {
                let (_, row) = row?;
                let anchor: Anchor = self.parse(&row)?;
                if (found.get(first)).is_some_and(|first| first.size != anchor.size) {
                    break;
                }
                if anchor.entry <= as_of {
                    found.push(anchor);
                }
            }
        }
        Ok(found)
    }

    /// The last anchor of each sort.
    pub(in crate::store) fn last_anchors(&self) -> Result<Vec<Anchor>, StoreError> {
        let last = SORTS.map(|sort| self.rows(&keys::anchors(sort)).next_back());
        let last = last.into_iter().flatten();
        last.map(|row| row.map(|(_, row)| row)).collect()
    }

    fn checkpoint(&self, entry: EntryNo) -> Result<Option<Proved<Checkpoint>>, StoreError> {
        self.row(&keys::checkpoint(entry))
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
