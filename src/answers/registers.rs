//! Pages whose rows are news by themselves, and what lists show of documents without reading each anew.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::answers::{
    NoAnswer,
    promises::{self, Promised},
    renamed::Renamed,
};
use crate::house::{Gleaned, House, InForce};
use crate::model::{Kind, Version, VersionNo, Watch, WatchId};

/// A table of so many rows is a register, whatever its page is.
const ROWS: usize = 20;
/// How many documents that nobody has read since the start are read for one answer.
const AT_ONCE: usize = 6;
/// So long nobody was answered before a document is read ahead.
const QUIET: Duration = Duration::from_millis(300);

/// A document with tables.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct RegisterOne {
    /// Which watch.
    pub watch: WatchId,
    /// What people call it.
    pub title: String,
    /// Who publishes it, where the watch says so.
    pub publisher: Option<String>,
    /// Whether the watchlist says that its rows are news.
    pub register: bool,
    /// Its tables, each with its number, its rows, and its columns.
    pub tables: Vec<(usize, usize, Vec<String>)>,
    /// The version they stand in.
    pub version: VersionNo,
    /// When it last changed.
    pub last_change: Option<DateTime<Utc>>,
}

/// Something read off documents, as far as they were read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct SoFar<T> {
    /// What was found.
    pub found: Vec<T>,
    /// How many documents are still to be read for it; they are read in time.
    pub unread: usize,
}

impl<T> Default for SoFar<T> {
    fn default() -> SoFar<T> {
        SoFar {
            found: Vec::new(),
            unread: 0,
        }
    }
}

/// The registers, by title.
pub(super) async fn registers(house: &House) -> Result<SoFar<RegisterOne>, NoAnswer> {
    let mut so_far = SoFar::default();
    let in_force = house.in_force();
    let known = known(house, &in_force, &mut so_far.unread).await?;
    for (stands, known) in known {
        let watch = &in_force.watchlist.watches[stands.place];
        let register = watch.reading.kind == Kind::Register || known.keyed;
        let large = known.tables.iter().any(|table| table.rows >= ROWS);
        if register || large {
            let tables = (1..).zip(&known.tables);
            so_far.found.push(RegisterOne {
                title: watch.name().to_owned(),
                publisher: watch.publisher.clone(),
                register,
                tables: tables
                    .map(|(no, table)| (no, table.rows, table.columns.clone()))
                    .collect(),
                version: stands.current.no,
                last_change: stands.last_change,
                watch: watch.id.clone(),
            });
        }
    }
    so_far.found.sort_by_key(|one| one.title.to_lowercase());
    Ok(so_far)
}

/// The promises that stand, the earliest first, as far as the pages were read.
pub(super) async fn promised(house: &House) -> Result<SoFar<Promised>, NoAnswer> {
    let mut so_far = SoFar::default();
    let in_force = house.in_force();
    let known = known(house, &in_force, &mut so_far.unread).await?;
    let watches = &in_force.watchlist.watches;
    let promising = known.iter().filter(|(_, known)| !known.promises.is_empty());
    let ids: Vec<WatchId> = promising
        .map(|(stands, _)| watches[stands.place].id.clone())
        .collect();
    if !ids.is_empty() {
        so_far.found = promises::promises(house, &ids).await?;
    }
    Ok(so_far)
}

/// What lists show of the documents that stand; `unread` counts those that are still to be read for it.
async fn known(
    house: &House,
    in_force: &InForce,
    unread: &mut usize,
) -> Result<Vec<(Stands, Arc<Gleaned>)>, NoAnswer> {
    let standing = standing(house, in_force).await?;
    let current = standing.iter().map(|one| one.current.clone());
    let remembered = house.remembers(current.collect()).await?;
    let mut known = Vec::new();
    let mut read = 0;
    for (stands, remembered) in standing.into_iter().zip(remembered) {
        let gleaned = match remembered {
            Some(gleaned) => gleaned,
            None if read < AT_ONCE => {
                read += 1;
                house.gleaned(&stands.current).await?
            }
            None => {
                *unread += 1;
                continue;
            }
        };
        known.push((stands, gleaned));
    }
    Ok(known)
}

/// Reads every document once, so that lists are quick from then on; before each of them it waits until nobody was answered
/// for a moment.
///
/// # Errors
/// The archive's.
pub async fn read_ahead(
    house: &House,
    answered: &watch::Receiver<Instant>,
) -> Result<(), NoAnswer> {
    house.store.briefs().await?;
    quiet(answered).await;
    for stands in standing(house, &house.in_force()).await? {
        house.gleaned(&stands.current).await?;
        quiet(answered).await;
    }
    Ok(())
}

async fn quiet(answered: &watch::Receiver<Instant>) {
    loop {
        let since = answered.borrow().elapsed();
        match QUIET.checked_sub(since) {
            None => return,
            Some(left) => tokio::time::sleep(left).await,
        }
    }
}

/// A watch of the watchlist that was ever read, and the version that stands.
struct Stands {
    /// Its place in the watchlist.
    place: usize,
    current: Version,
    last_change: Option<DateTime<Utc>>,
}

/// The watches of this watchlist that were ever read.
async fn standing(house: &House, in_force: &InForce) -> Result<Vec<Stands>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = house.known().await?;
    let stands = |(place, watch): (usize, &Watch)| {
        let id = renamed.in_archive(&watch.id);
        let found = known.binary_search_by(|(known, _)| known.cmp(id)).ok()?;
        let (_, state) = known.get(found)?;
        Some(Stands {
            place,
            current: state.current.clone()?,
            last_change: state.last_change,
        })
    };
    let watches = in_force.watchlist.watches.iter().enumerate();
    Ok(watches.filter_map(stands).collect())
}
