//! Whether the archive takes what is written, for whoever watches over the program.

use std::time::Duration;

use crate::model::EntryNo;
use crate::store::{Store, locked};

/// From so long on a write is said to hang; after twice as long again the watchdog ends the process.
const LONG: Duration = Duration::from_secs(10);

/// Whether the archive takes what is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Writes {
    /// It does; this is its last entry.
    Taken(EntryNo),
    /// One write has not come to its end for so long.
    Hang(Duration),
    /// It does not, for this reason, until the program is started again.
    Refused(String),
    /// It was closed.
    Closed,
}

impl Store {
    /// Whether the archive takes what is written. It is told without asking the disk, so that nobody waits for it.
    pub fn writes(&self) -> Writes {
        let open = locked(&self.inner.open);
        let Some(open) = &*open else {
            return Writes::Closed;
        };
        if let Err(error) = open.rooms.check() {
            return Writes::Refused(error.to_string());
        }
        match self.inner.beat.busy_for() {
            Some(busy) if busy >= LONG => Writes::Hang(busy),
            _ => Writes::Taken(*self.inner.news.borrow()),
        }
    }
}
