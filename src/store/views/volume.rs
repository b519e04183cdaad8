//! How much changed, by the time it was first seen.

use std::collections::HashSet;

use crate::model::{ChangeKind, EntryNo, Landed, Severity, VolumeAsked};
use crate::store::{
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

impl View {
    /// Counts a change; a first reading that is a baseline is none.
    pub(super) fn count(
        &self,
        number: WatchNo,
        no: EntryNo,
        landed: &Landed,
    ) -> Result<(), StoreError> {
        let baseline = landed.kind == ChangeKind::Appeared && landed.severity <= Severity::RECORD;
        if baseline || landed.imported.is_some() {
            return Ok(());
        }
        self.put(&keys::changed(landed.bounds.by, no), &number)
    }

    /// How many changes the watches had on each of the days.
    pub(super) fn volume(&self, asked: &VolumeAsked) -> Result<Vec<u32>, StoreError> {
        let mut numbers: HashSet<WatchNo> = HashSet::new();
        for watch in &asked.watches {
            numbers.extend(self.number(watch)?);
        }
        let mut counts = vec![0; asked.days.len()];
        let (Some((first, _)), Some((_, last))) = (asked.days.first(), asked.days.last()) else {
            return Ok(counts);
        };
        // A change at the very end is the one that is judged, or one beside it in the same second.
        let range = keys::changed_since(*first)..keys::changed_since(*last);
        for row in self.tree.range(range) {
            let (key, value) = row?;
            let Some(at) = keys::read_changed(&key) else {
                continue;
            };
            let day = asked.days.partition_point(|(begins, _)| *begins <= at);
            let Some(day) = day.checked_sub(1).filter(|day| at < asked.days[*day].1) else {
                continue;
            };
            if numbers.contains(&self.parse::<WatchNo>(&value)?) {
                counts[day] += 1;
            }
        }
        Ok(counts)
    }
}
