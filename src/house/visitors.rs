//! Who visits which watch, and what is known of its version meanwhile.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::model::{Digest, ReaderId, Version, VersionNo, WatchId};

/// One row a watch that was visited since the start.
#[derive(Default)]
pub(super) struct Visitors(Mutex<BTreeMap<WatchId, Row>>);

#[derive(Default)]
struct Row {
    door: Arc<tokio::sync::Mutex<()>>,
    read: Option<(VersionNo, ReaderId)>,
    /// The gist of the page as it stands in this version.
    gist: Option<(VersionNo, Digest)>,
    untold: Option<DateTime<Utc>>,
    reminded: Option<NaiveDate>,
}

impl Visitors {
    /// What whoever visits this watch holds.
    pub(super) fn door(&self, watch: &WatchId) -> Arc<tokio::sync::Mutex<()>> {
        self.with(watch, |row| row.door.clone())
    }

    /// Whether this version is known to stand as this reader reads it.
    pub(super) fn know(&self, version: &Version, reader: &ReaderId) -> bool {
        let known = |row: &mut Row| matches!(&row.read, Some((no, by)) if *no == version.no && by == reader);
        self.with(&version.watch, known)
    }

    pub(super) fn note(&self, version: &Version, reader: ReaderId) {
        self.with(&version.watch, |row| row.read = Some((version.no, reader)));
    }

    /// The gist of the page as it stands in this version, as far as it is known. (Who reads it is part of it.)
    pub(super) fn gist(&self, version: &Version) -> Option<Digest> {
        let known = |row: &mut Row| row.gist.filter(|(no, _)| *no == version.no);
        self.with(&version.watch, known).map(|(_, gist)| gist)
    }

    pub(super) fn note_gist(&self, watch: &WatchId, no: VersionNo, gist: Digest) {
        self.with(watch, |row| row.gist = Some((no, gist)));
    }

    /// When the interface of its site last had nothing to tell of this watch.
    pub(super) fn untold(&self, watch: &WatchId) -> Option<DateTime<Utc>> {
        self.with(watch, |row| row.untold)
    }

    pub(super) fn note_untold(&self, watch: &WatchId, at: DateTime<Utc>) {
        self.with(watch, |row| row.untold = Some(at));
    }

    /// Whether this is the first time on that day that the promises of a watch are looked at; it is noted.
    pub(super) fn remind(&self, watch: &WatchId, day: NaiveDate) -> bool {
        self.with(watch, |row| row.reminded.replace(day) != Some(day))
    }

    fn with<T>(&self, watch: &WatchId, work: impl FnOnce(&mut Row) -> T) -> T {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(rows.entry(watch.clone()).or_default())
    }
}
