//! Takes whole archives in: WARC and WACZ files, and histories of files in git.
//!
//! Every record of a page that is watched becomes a capture with its own date, and says which file and which record of it it
//! came from. What is newer than all that is known of its page lands as a visit does; what is older has no number left among
//! the versions, and stands in the past of the page, under `b1`, `b2` and so on. Nobody is told of any of it.

mod built;
mod clerk;
mod files;
mod gather;
mod git;
mod http;
mod sound;
mod spool;
mod stream;
mod wanted;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use url::Url;

use crate::house::{House, NotDone};
use crate::imports::built::{Limit, built};
use crate::imports::clerk::Clerk;
use crate::imports::gather::{Gathered, gather};
use crate::imports::wanted::Wanted;
use crate::model::WatchId;
use crate::worker;

pub use files::is_whole;

/// What is taken in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct TakeAsked {
    /// From where.
    pub from: Source,
    /// For which watch; for all where absent.
    pub watch: Option<WatchId>,
    /// An address at which the page of that watch stood, beside those that are known.
    pub url: Option<Url>,
    /// A word about it.
    pub note: Option<String>,
}

/// A whole archive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// WARC and WACZ files and folders of them, as absolute paths.
    Files(Vec<PathBuf>),
    /// The history of a file in a git repository.
    Git {
        /// The repository, as an absolute path.
        repository: PathBuf,
        /// The file in it, from the top of the repository, parted by `/`.
        path: String,
    },
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct TakenIn {
    /// How many records, or commits, were read.
    pub read: u64,
    /// What became of those that are of a watch.
    pub watches: Vec<OfWatch>,
    /// How many were passed over, and why.
    pub passed: Vec<Passed>,
    /// Where files break off, in sentences; what stood before that is taken in.
    pub broken: Vec<String>,
}

/// Records that were passed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Passed {
    /// How many.
    pub count: u64,
    /// Which, in words that follow "3 records".
    pub which: String,
}

/// What became of the records of one watch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct OfWatch {
    /// Which watch.
    pub watch: WatchId,
    /// How many are versions now.
    pub versions: u64,
    /// How many saw the version once more that stood.
    pub again: u64,
    /// How often the page was gone.
    pub gone: u64,
    /// How many are texts of the past now, under numbers of their own.
    pub texts: u64,
    /// How many say of the past that there was no page.
    pub absent: u64,
    /// How many were here before.
    pub known: u64,
    /// How many say nothing that was not known, such as that there was no page before there was one.
    pub nothing: u64,
    /// How many could not be read.
    pub unread: u64,
    /// Why, of the first of them.
    pub reasons: Vec<String>,
    /// The earliest and the latest time of what was stored.
    pub reach: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl OfWatch {
    fn of(watch: WatchId) -> OfWatch {
        OfWatch {
            watch,
            versions: 0,
            again: 0,
            gone: 0,
            texts: 0,
            absent: 0,
            known: 0,
            nothing: 0,
            unread: 0,
            reasons: Vec::new(),
            reach: None,
        }
    }

    fn reaches(&mut self, at: DateTime<Utc>) {
        let (first, last) = self.reach.unwrap_or((at, at));
        self.reach = Some((first.min(at), last.max(at)));
    }

    /// How many records were stored.
    pub fn stored(&self) -> u64 {
        self.versions + self.again + self.gone + self.texts + self.absent
    }
}

/// Takes an archive in. `heard` hears of records read, with 0 for how many there are, and then of captures done and captures
/// in all; when nobody listens any more, it stops. What was taken in before is not taken in again.
///
/// # Errors
/// Where nothing can be read, or the archive fails.
pub async fn take(
    house: &House,
    asked: &TakeAsked,
    heard: mpsc::Sender<(u64, u64)>,
) -> Result<TakenIn, NotDone> {
    // The numbers of texts of the past are given in order.
    let _alone = house.alone_with_archives().await;
    match &asked.from {
        Source::Files(paths) => take_files(house, asked, paths, heard).await,
        Source::Git { repository, path } => {
            git::take(house, asked, (repository, path), heard).await
        }
    }
}

async fn take_files(
    house: &House,
    asked: &TakeAsked,
    paths: &[PathBuf],
    heard: mpsc::Sender<(u64, u64)>,
) -> Result<TakenIn, NotDone> {
    let in_force = house.in_force();
    let wanted = Wanted::of(house, &in_force, asked).await?;
    let (paths, most) = (paths.to_vec(), in_force.watchlist.settings.max_body);
    let (now, told) = (house.clock.now(), heard.clone());
    let found = worker::aside(move || {
        let paths = files::meant(&paths)?;
        gather(&paths, &wanted, most, now, &told)
    });
    let mut found: Gathered = found.await?;
    let items = std::mem::take(&mut found.items);
    tracing::debug!("captures in these files: {}", items.len());
    let found = Arc::new(found);
    let (all, mut clerk) = (items.len() as u64, Clerk::new(house));
    for (done, item) in (0..).zip(items) {
        tell(&heard, done, all)?;
        let (watch, record) = (item.watch.clone(), item.origin.record.clone());
        if clerk.is_known(&watch, &record).await? {
            continue;
        }
        let (at, from, note) = (item.at, found.clone(), asked.note.clone());
        let made = worker::aside(move || built(&from, &item, note.as_ref(), Limit(most))).await;
        match made {
            Ok(recorded) => clerk.take(&watch, recorded).await?,
            Err(why) => clerk.unread(&watch, at, &why),
        }
        tracing::debug!("{watch}: the record {record} has its turn behind it");
    }
    house.store.settle().await?;
    let passed = found.passed.iter().map(|(which, count)| Passed {
        count: *count,
        which: (*which).to_owned(),
    });
    Ok(TakenIn {
        read: found.read,
        watches: clerk.tallies(),
        passed: passed.collect(),
        broken: found.broken.clone(),
    })
}

/// Says how far it is, and stops where nobody listens.
fn tell(heard: &mpsc::Sender<(u64, u64)>, done: u64, all: u64) -> Result<(), NotDone> {
    if heard.is_closed() {
        return Err(stopped());
    }
    // Where nobody has time to listen, the next word says more.
    heard.try_send((done, all)).ok();
    Ok(())
}

/// That nobody listens any more.
fn stopped() -> NotDone {
    NotDone::refused(
        "It was stopped; what came until then is kept.",
        "Give the same command again: it goes on from there.",
    )
}
