//! Where the next bodies go.

use crate::store::{bodies, disk::Disk, error::StoreError, rooms::Rooms};

/// So many numbers for bodies are taken together where the archive is shared.
const TOGETHER: u64 = 1_000;

/// Where the next bodies go.
pub(super) struct Places {
    /// The next number.
    pub(super) next: u64,
    // From here on numbers are given to others that share the archive.
    end: Option<u64>,
}

impl Places {
    /// Takes up where the archive stands.
    pub(super) fn open(rooms: &Rooms) -> Result<Places, StoreError> {
        let next = match rooms.only {
            true => bodies::next_place(&rooms.disk)?,
            // Whoever was there first knows, and gives numbers out.
            false => 0,
        };
        Ok(Places { next, end: None })
    }

    /// A number that nobody else is given.
    pub(super) fn take(&mut self, disk: &Disk) -> Result<u64, StoreError> {
        if self.end == Some(self.next) {
            self.reserve(disk)?;
        }
        let place = self.next;
        self.next += 1;
        Ok(place)
    }

    /// Takes numbers that nobody else is given, where others share the archive.
    pub(super) fn reserve(&mut self, disk: &Disk) -> Result<(), StoreError> {
        if let Some(first) = disk.places(TOGETHER, self.next)? {
            self.next = first;
            self.end = Some(first + TOGETHER);
        }
        Ok(())
    }
}
