//! Reads old captures with the rules of today, quietly.

mod again;
mod line;

pub use again::{brought, keep};

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::extract;
use crate::house::{self, House};
use crate::model::{Document, ReaderId, Reading, Version, VersionNo, Watch, WatchId};
use crate::reread::line::{Line, Place};
use crate::store::StoreError;

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
    /// Which version.
    pub version: VersionNo,
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

/// Reads the captures of these watches again wherever another reader than today's read them. Captures are read side by
/// side and kept one by one, the oldest version of a watch first; where it is stopped, it goes on from there the next time,
/// since what is to be done is known by who read a version last.
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
    let known = |watch: &Watch| {
        let old = renamed.iter().find(|(_, new)| *new == watch.id);
        old.map_or_else(|| watch.id.clone(), |(old, _)| old.clone())
    };
    let mut all = 0;
    for watch in watches {
        all += u64::from(house.store.state(&known(watch)).await?.versions);
    }
    heard.send(Heard::Begun(all)).await.ok();
    let mut line = Line::new(house, purpose, heard, side_by_side());
    for watch in watches {
        let watch = Arc::new(watch.clone());
        let mut before = None;
        for version in house.store.versions(&known(&watch)).await? {
            let after = before.replace(version.clone());
            let read_by = outdated(house, &version, &watch.reading).await?;
            let place = Place {
                watch: watch.clone(),
                version,
                after,
                read_by,
            };
            line.take(place).await?;
        }
    }
    line.end().await
}

/// Whether this is not how the pages of a watch are read today.
pub fn is_outdated(document: &Document, watch: &Watch) -> bool {
    !extract::is_of_today(&document.reader, &watch.reading)
}

/// Who read this version last, where that is not a reader of today, and one of today has not tried.
async fn outdated(
    house: &House,
    version: &Version,
    reading: &Reading,
) -> Result<Option<ReaderId>, StoreError> {
    let tried = (version.reread.as_ref()).and_then(|reread| reread.reader.as_ref());
    if tried.is_some_and(|by| extract::is_of_today(by, reading)) {
        return Ok(None);
    }
    let by = house.store.document(version).await?.reader;
    Ok((!extract::is_of_today(&by, reading)).then_some(by))
}

/// How many captures are read at once: each may take much memory.
fn side_by_side() -> usize {
    available_parallelism().map_or(2, NonZero::get).clamp(2, 4)
}
