//! The states of all watches, read once an entry of the journal.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{EntryNo, State, WatchId};
use crate::store::{Store, StoreError};

type States = Arc<Vec<(WatchId, State)>>;

/// The states, and the entry after which they were read.
#[derive(Default)]
pub(super) struct Known(Mutex<Option<(EntryNo, States)>>);

impl Known {
    /// The states as they stood at the last entry.
    pub(super) async fn of(&self, store: &Store) -> Result<States, StoreError> {
        let entry = *store.news().borrow();
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((_, states)) = known.filter(|(read, _)| *read == entry) {
            return Ok(states);
        }
        let states = Arc::new(store.states().await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((entry, states.clone()));
        Ok(states)
    }
}
