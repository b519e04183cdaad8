//! How often what pages state moved when their text changed, by host and by page.

use serde::{Deserialize, Serialize};

use crate::model::{EntryNo, Habit, Landed, WatchId};
use crate::store::{error::StoreError, views::View, views::keys, views::keys::WatchNo};

/// A habit with the last entry that told of it, so that no entry counts twice.
#[derive(Default, Serialize, Deserialize)]
struct Learned {
    applied: EntryNo,
    habit: Habit,
}

impl View {
    /// Counts an edit, where its claim tells of the habit of its site.
    pub(super) fn learn(
        &self,
        number: WatchNo,
        no: EntryNo,
        landed: &Landed,
    ) -> Result<(), StoreError> {
        let Some(moved) = landed.claim.as_ref().and_then(|claim| claim.moved()) else {
            return Ok(());
        };
        let host = landed.url.host_str().map(keys::habit_of_host);
        for key in host.into_iter().chain([keys::habit_of(number)]) {
            let mut row: Learned = self.row(&key)?.unwrap_or_default();
            if row.applied < no {
                row.applied = no;
                row.habit = row.habit.and(moved);
                self.put(&key, &row)?;
            }
        }
        Ok(())
    }

    /// The habit of a host.
    pub(super) fn habit_of_host(&self, host: &str) -> Result<Habit, StoreError> {
        self.habit(&keys::habit_of_host(host))
    }

    /// The habit of one page.
    pub(super) fn habit_of(&self, watch: &WatchId) -> Result<Habit, StoreError> {
        match self.number(watch)? {
            Some(number) => self.habit(&keys::habit_of(number)),
            None => Ok(Habit::default()),
        }
    }

    fn habit(&self, key: &[u8]) -> Result<Habit, StoreError> {
        let row: Option<Learned> = self.row(key)?;
        Ok(row.map(|row| row.habit).unwrap_or_default())
    }
}
