//! Pages whose rows are news by themselves, and what lists show of documents without reading each anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{
    NoAnswer,
    promises::{self, Promised},
    renamed::Renamed,
};
use crate::house::{Gleaned, House};
use crate::model::{Kind, State, VersionNo, Watch, WatchId};

/// A table of so many rows is a register, whatever its page is.
const ROWS: usize = 20;
/// How many documents that nobody has read since the start are read for one answer.
const AT_ONCE: usize = 40;

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
    let known = known(house, &mut so_far.unread).await?;
    for (watch, state, known) in known {
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
                version: state.current.map_or(0, |current| current.no),
                last_change: state.last_change,
                watch: watch.id,
            });
        }
    }
    so_far.found.sort_by_key(|one| one.title.to_lowercase());
    Ok(so_far)
}

/// The promises that stand, the earliest first, as far as the pages were read.
pub(super) async fn promised(house: &House) -> Result<SoFar<Promised>, NoAnswer> {
    let mut so_far = SoFar::default();
    let known = known(house, &mut so_far.unread).await?;
    let promising = known
        .into_iter()
        .filter(|(_, _, known)| !known.promises.is_empty());
    let ids: Vec<WatchId> = promising.map(|(watch, _, _)| watch.id).collect();
    if !ids.is_empty() {
        so_far.found = promises::promises(house, &ids).await?;
    }
    Ok(so_far)
}

/// What lists show of the documents that stand; `unread` counts those that are still to be read for it.
async fn known(
    house: &House,
    unread: &mut usize,
) -> Result<Vec<(Watch, State, Arc<Gleaned>)>, NoAnswer> {
    let standing = standing(house).await?;
    let current = standing
        .iter()
        .filter_map(|(_, state)| state.current.clone());
    let remembered = house.remembers(current.collect()).await?;
    let mut known = Vec::new();
    let mut read = 0;
    for ((watch, state), remembered) in standing.into_iter().zip(remembered) {
        let gleaned = match (remembered, &state.current) {
            (Some(gleaned), _) => gleaned,
            (None, Some(current)) if read < AT_ONCE => {
                read += 1;
                house.gleaned(current).await?
            }
            (None, _) => {
                *unread += 1;
                continue;
            }
        };
        known.push((watch, state, gleaned));
    }
    Ok(known)
}

/// Reads every document once, so that lists are quick from then on.
///
/// # Errors
/// The archive's.
pub async fn read_ahead(house: &House) -> Result<(), NoAnswer> {
    house.store.briefs().await?;
    for (_, state) in standing(house).await? {
        if let Some(current) = &state.current {
            house.gleaned(current).await?;
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// The watches of the watchlist that were ever read, with their states.
async fn standing(house: &House) -> Result<Vec<(Watch, State)>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let mut states: BTreeMap<WatchId, State> = house.store.states().await?.into_iter().collect();
    let watches = house.in_force().watchlist.watches.clone().into_iter();
    Ok(watches
        .filter_map(|watch| {
            let state = states.remove(renamed.in_archive(&watch.id))?;
            state.current.is_some().then_some((watch, state))
        })
        .collect())
}
