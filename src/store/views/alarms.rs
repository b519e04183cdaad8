//! The alarms that ring, and the last heartbeat.

use crate::model::{Alarm, Beat, Ringing, WatchId};
use crate::store::{
    error::StoreError,
    views::{View, keys},
};

impl View {
    /// Notes the alarms that began and those that ended.
    pub(super) fn ring(&self, begun: &[Ringing], ended: &[Alarm]) -> Result<(), StoreError> {
        for alarm in ended {
            self.remove(&key(alarm)?)?;
        }
        for ringing in begun {
            self.put(&key(&ringing.alarm)?, ringing)?;
        }
        // That a page goes on failing is told with it.
        let unread = begun.iter().filter_map(|one| match &one.alarm {
            Alarm::Unread(watch) => Some(watch.clone()),
            _ => None,
        });
        self.note_told(&unread.collect::<Vec<WatchId>>())
    }

    /// The alarms that ring, in order.
    pub(in crate::store) fn ringing(&self) -> Result<Vec<Ringing>, StoreError> {
        let rows = self.rows::<Ringing>(keys::ALARMS);
        let all: Result<Vec<Ringing>, StoreError> = rows.map(|row| Ok(row?.1)).collect();
        let mut all = all?;
        all.sort_by(|one, other| one.alarm.cmp(&other.alarm));
        Ok(all)
    }

    /// The last heartbeat.
    pub(in crate::store) fn last_heartbeat(&self) -> Result<Option<Beat>, StoreError> {
        self.row(keys::HEARTBEAT)
    }
}

fn key(alarm: &Alarm) -> Result<Vec<u8>, StoreError> {
    let alarm =
        serde_json::to_vec(alarm).map_err(|error| StoreError::refused("an alarm", error))?;
    Ok(keys::alarm(&alarm))
}
