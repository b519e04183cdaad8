//! Reads old captures with the rules of today, quietly.

mod again;
mod groups;
mod line;

pub use again::{brought, keep};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::extract;
use crate::house::{self, House};
use crate::model::{Document, Point, ReaderId, VersionNo, Watch, WatchId};
use crate::reread::line::Line;
use crate::store::{Store, StoreError};

/// Whether what was read again is stored.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It is stored.
    Keep,
    /// It is only said what would become of it.
    Try,
}

/// What is heard of it while it goes on.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// So many versions are about to be looked at.
    Begun(u64),
    /// One stands as the rules of today read it, or cannot be read by them, and was left as it is.
    Passed,
    /// One was read again.
    Read(Box<Report>),
}

/// What became of one version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Report {
    /// Whose version.
    pub watch: WatchId,
    /// Which version; of a backfilled text its number.
    pub version: VersionNo,
    /// Which backfilled text, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfilled: Option<Point>,
    /// Who read it before.
    pub read_by: ReaderId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of the text of a version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It is the same as when it was first read.
    Same,
    /// It differs, for a technical reason: the page did not change.
    Differs,
    /// Its text is that of the version before now. It stays listed.
    Vanishes {
        /// That version.
        same_as: VersionNo,
    },
    /// The rules of today cannot read it; it stands as it was read before.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// What it came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Summary {
    /// How many versions were looked at.
    pub versions: u64,
    /// How many of them were read again.
    pub reread: u64,
    /// How many of those have the same text.
    pub same: u64,
    /// How many have another one.
    pub differs: u64,
    /// How many have that of the version before.
    pub vanishes: u64,
    /// How many cannot be read.
    pub unreadable: u64,
}

impl Summary {
    fn count(&mut self, outcome: &Outcome) {
        self.reread += 1;
        match outcome {
            Outcome::Same => self.same += 1,
            Outcome::Differs => self.differs += 1,
            Outcome::Vanishes { .. } => self.vanishes += 1,
            Outcome::Unreadable { .. } => self.unreadable += 1,
        }
    }
}

/// Reads the captures of these watches again wherever another reader than today's read them, and after them the copies that
/// archives of the web gave of the pages. Captures are read side by
/// side and kept in order, the oldest version of a watch first, in groups that share one wait for the disk. They are
/// walked and never gathered, however many there are. Where it is stopped, it goes on from there the next time, since what
/// is to be done is known by who read a version last.
///
/// # Errors
/// The archive's.
pub async fn reread(
    house: &Arc<House>,
    watches: &[Watch],
    purpose: Purpose,
    heard: mpsc::Sender<Heard>,
) -> Result<Summary, StoreError> {
    let renamed = house::renamed(house).await?;
    let mut ids: Vec<WatchId> = Vec::with_capacity(watches.len());
    let mut all = 0;
    for watch in watches {
        let old = renamed.iter().find(|(_, new)| *new == watch.id);
        let id = old.map_or(&watch.id, |(old, _)| old);
        all += u64::from(house.store.state(id).await?.versions);
        all += house.store.past_versions(id).await?.len() as u64;
        ids.push(id.clone());
    }
    heard.send(Heard::Begun(all)).await.ok();
    let (tell, done) = mpsc::channel(groups::LARGEST);
    let line = Line::new(house, purpose, tell);
    let walk = walk(&house.store, watches, &ids, line);
    let ((), summary) = tokio::try_join!(walk, groups::keep(house, done, heard))?;
    Ok(summary)
}

/// Takes every version of these watches into the line, one after the other; `ids` are what the archive calls them.
async fn walk(
    store: &Store,
    watches: &[Watch],
    ids: &[WatchId],
    mut line: Line,
) -> Result<(), StoreError> {
    for (watch, id) in watches.iter().zip(ids) {
        let watch = Arc::new(watch.clone());
        for no in 1..=store.state(id).await?.versions {
            let version = store.version(id, no).await?;
            line.take(&watch, version).await?;
        }
        for text in store.past_versions(id).await? {
            line.take(&watch, text).await?;
        }
    }
    line.end().await
}

/// Whether this is not how the pages of a watch are read today.
pub fn is_outdated(document: &Document, watch: &Watch) -> bool {
    !extract::is_of_today(&document.reader, &watch.reading)
}
