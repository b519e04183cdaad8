//! Names that the watchlist has given and the archive has not heard of: the next visit tells it, reading must not.

use crate::answers::NoAnswer;
use crate::house::{self, House};
use crate::model::{Change, Version, WatchId};

/// Old names with the new ones.
pub(super) struct Renamed(Vec<(WatchId, WatchId)>);

impl Renamed {
    /// Compares the watchlist in force with the archive.
    pub(super) async fn since(house: &House) -> Result<Renamed, NoAnswer> {
        Ok(Renamed(house::renamed(house).await?))
    }

    /// The name under which the archive knows a watch.
    pub(super) fn in_archive<'a>(&'a self, id: &'a WatchId) -> &'a WatchId {
        let known = self.0.iter().find(|(_, new)| new == id);
        known.map_or(id, |(old, _)| old)
    }

    /// The name that a watch of the archive has in the watchlist.
    pub(super) fn now<'a>(&'a self, id: &'a WatchId) -> &'a WatchId {
        let known = self.0.iter().find(|(old, _)| old == id);
        known.map_or(id, |(_, new)| new)
    }

    /// The same versions under the new name.
    pub(super) fn versions(&self, mut versions: Vec<Version>) -> Vec<Version> {
        for version in &mut versions {
            version.watch = self.now(&version.watch).clone();
        }
        versions
    }

    /// The same changes under the new name.
    pub(super) fn changes(&self, mut changes: Vec<Change>) -> Vec<Change> {
        for change in &mut changes {
            change.watch = self.now(&change.watch).clone();
        }
        changes
    }
}
