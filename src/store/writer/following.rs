//! Several writers at one archive: one appends at a time, and each follows what the others wrote.

use crate::model::Entry;
use crate::store::{error::StoreError, journal, looks, views::Picture};

use super::{Head, Writer};

impl Writer {
    /// Keeps others from appending until all that was asked for is done, and learns first what they wrote.
    pub(super) fn chain(&mut self) -> Result<(), StoreError> {
        if self.chained || !self.rooms.disk.is_shared() {
            return Ok(());
        }
        self.rooms.disk.chain(&|| self.pulse.busy())?;
        self.chained = true;
        self.follow()
    }

    /// Lets the next one append.
    pub(super) fn unchain(&mut self) -> Result<(), StoreError> {
        match std::mem::take(&mut self.chained) {
            true => self.rooms.disk.unchain(),
            false => Ok(()),
        }
    }

    /// Learns what other processes wrote.
    fn follow(&mut self) -> Result<(), StoreError> {
        let disk = &self.rooms.disk;
        let Some(applied) = self.rooms.picture().view.applied()? else {
            return Ok(());
        };
        if applied.entry == self.head.no {
            return Ok(());
        }
        let entries = (self.head.no + 1..=applied.entry).map(|no| {
            let found = journal::get(disk, no)?;
            let found = found.ok_or_else(|| StoreError::Missing(format!("entry {no}")))?;
            Ok(found.0)
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, StoreError>>()?;
        let mut picture = self.rooms.repaint();
        picture.view.followed(&entries)?;
        let Picture { view, waiting } = &mut *picture;
        for (_, look) in waiting {
            look.watch = view.now_called(&look.watch)?;
        }
        drop(picture);
        self.head = Head {
            no: applied.entry,
            hash: applied.hash,
            at: applied.at,
        };
        // What others wrote is seen before it is durable; whoever acts on it must not.
        self.sync()
    }

    /// Learns what other processes wrote, and seals the looks of those that are gone.
    pub(super) fn look_around(&mut self) -> Result<(), StoreError> {
        let disk = self.rooms.disk.clone();
        if disk.is_fenced() {
            // The first thing that is written says why.
            return disk.together(|| Ok(()));
        }
        self.follow()?;
        let gone = disk.fenced()?;
        if gone.is_empty() {
            return Ok(());
        }
        self.chain()?;
        // Somebody else may have done it meanwhile.
        for gone in disk.fenced()? {
            if let Some(numbers) = disk.looks_of(Some(gone)) {
                let looks = looks::among(&disk, numbers)?;
                let mut picture = self.rooms.repaint();
                let waits = |number| picture.waiting.iter().any(|(known, _)| *known == number);
                let new: Vec<_> = (looks.into_iter())
                    .filter(|(number, _)| !waits(*number))
                    .collect();
                picture.waiting.extend(new);
            }
            self.seal(self.time_of_waiting())?;
            disk.bury(gone)?;
        }
        self.sync()
    }
}
