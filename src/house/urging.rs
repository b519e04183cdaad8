//! How those who ask about the outbox reach the one who pays it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::deliver::{Refusals, Refused};
use crate::house::House;
use crate::model::Destination;

/// What is shared with the payer.
#[derive(Default)]
pub(super) struct Urging {
    pub(super) refusals: Refusals,
    again: Mutex<BTreeSet<Destination>>,
    rings: Notify,
    keeps: AtomicBool,
}

impl Urging {
    /// The channels that somebody wants tried again; they are handed out once.
    pub(super) fn taken(&self) -> BTreeSet<Destination> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut again)
    }
}

impl House {
    /// The channels that did not take the last message offered, as the payer remembers.
    pub fn refused(&self) -> BTreeMap<Destination, Refused> {
        self.urging.refusals.now()
    }

    /// Has these channels tried again at once, by whoever pays.
    pub fn urge(&self, channels: BTreeSet<Destination>) {
        let mut again = self
            .urging
            .again
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        again.extend(channels);
        drop(again);
        self.urging.rings.notify_one();
    }

    /// Says that something new is owed, so that whoever pays looks at once.
    pub fn note_owed(&self) {
        self.urging.rings.notify_one();
    }

    /// Waits until something is owed or somebody wants channels tried again.
    pub async fn urged(&self) {
        self.urging.rings.notified().await;
    }

    /// Says that somebody pays what is owed from now on, for as long as the program runs.
    pub fn note_payer(&self) {
        self.urging.keeps.store(true, Ordering::SeqCst);
    }

    /// Whether somebody pays what is owed without being asked.
    pub fn has_payer(&self) -> bool {
        self.urging.keeps.load(Ordering::SeqCst)
    }
}
