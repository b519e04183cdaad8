//! The states of all watches, read once as long as nothing new is known.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{EntryNo, State, WatchId};
use crate::store::{Store, StoreError};

type States = Arc<Vec<(WatchId, State)>>;

/// The states by id, and the mark of the archive before they were read.
#[derive(Default)]
pub(super) struct Known(Mutex<Option<((EntryNo, usize), States)>>);

impl Known {
    /// The states as they stand.
    pub(super) async fn of(&self, store: &Store) -> Result<States, StoreError> {
        let mark = store.mark()?;
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((_, states)) = known.filter(|(read, _)| *read == mark) {
            return Ok(states);
        }
        let states = Arc::new(store.states().await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((mark, states.clone()));
        Ok(states)
    }
}
