//! Where every page stands, as other pages need to know it: kept in memory, and read anew only where something was written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use crate::model::{Digest, VersionNo, WatchId};
use crate::store::error::StoreError;
use crate::store::views::View;
use crate::store::views::keys::{self, WatchNo};

/// Where a page stands that was read at least once, as the journal alone gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Its watch, as it is called now.
    pub(super) watch: WatchId,
    /// The address of its last version.
    pub(super) url: String,
    /// The document of that, as it was read last.
    pub(super) document: Digest,
    /// Whether the page is gone since.
    pub(super) away: bool,
    /// Whether the watch is no longer in the watchlist.
    pub(super) retired: bool,
}

/// The places that are known, and those that were written to since.
#[derive(Default)]
pub(super) struct Places(Mutex<Known>);

#[derive(Default)]
struct Known {
    places: BTreeMap<WatchNo, Arc<Place>>,
    /// Whose rows were written since; `None` until they are first read.
    stale: Option<BTreeSet<WatchNo>>,
}

/// The row of a state, read only for what is kept here.
#[derive(Deserialize)]
struct Row {
    state: Part,
}

#[derive(Deserialize)]
struct Part {
    current: Option<Current>,
    away: bool,
    retired: bool,
}

#[derive(Deserialize)]
struct Current {
    no: VersionNo,
    url: String,
    document: Digest,
}

impl Places {
    /// Lets go of all that is kept.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Known::default();
    }

    /// Notes that a row is written or removed.
    pub(super) fn touch(&self, key: &[u8]) {
        let told = [keys::STATES, keys::CALLED, keys::REREAD];
        let rest = told.iter().find_map(|table| key.strip_prefix(*table));
        let number = rest.and_then(|rest| rest.first_chunk().copied());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(stale), Some(number)) = (&mut known.stale, number) {
            stale.insert(u32::from_be_bytes(number));
        }
    }
}

impl View {
    /// Where every page that was ever read stands.
    pub(super) fn places(&self) -> Result<Vec<Arc<Place>>, StoreError> {
        let mut known = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = match &known.stale {
            Some(stale) => stale.clone(),
            None => self.all()?.into_iter().map(|(number, _)| number).collect(),
        };
        for number in stale {
            match self.read_place(number)? {
                Some(place) => known.places.insert(number, Arc::new(place)),
                None => known.places.remove(&number),
            };
        }
        known.stale = Some(BTreeSet::new());
        Ok(known.places.values().cloned().collect())
    }

    fn read_place(&self, number: WatchNo) -> Result<Option<Place>, StoreError> {
        let row: Option<Row> = self.row(&keys::state(number))?;
        let (Some(watch), Some(Row { state })) = (self.called(number)?, row) else {
            return Ok(None);
        };
        let Some(current) = state.current else {
            return Ok(None);
        };
        let reread = self.row(&keys::reread(number, current.no))?;
        Ok(Some(Place {
            watch,
            url: current.url,
            document: reread.unwrap_or(current.document),
            away: state.away,
            retired: state.retired,
        }))
    }
}
