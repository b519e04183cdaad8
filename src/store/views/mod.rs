//! The views: what follows from the journal, in a shape that answers questions.

mod alarms;
mod annotations;
mod apply;
mod coverage;
mod fired;
mod found;
mod habits;
mod history;
mod keys;
mod landed;
mod ledger;
mod mutes;
mod named;
mod names;
mod outbox;
mod past;
mod picture;
mod places;
mod proofs;
mod said;
mod strands;
mod streaks;
mod threads;
mod volume;
mod watches;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::{Digest, Entry, EntryNo, Fact, WatchId};
use crate::store::{
    disk::{Bytes, Disk, Tree},
    error::StoreError,
    journal,
};

pub use coverage::Sort;
pub use fired::Fired;
pub(super) use history::Recorded;
pub use ledger::{Brief, Briefs};
pub use outbox::{Delivered, Outgoing, ParkedSince};
pub(super) use picture::Picture;
pub use streaks::{CLOSE, Streak};

/// Raised whenever the views are derived differently: views of another format are made afresh.
const FORMAT: u32 = 8;
/// So many entries of others are looked at one by one; of more than these everything is read anew.
const MOST_FOLLOWED: usize = 200;
/// The setting that names the views in force.
const IN_FORCE: &str = "views";

/// One generation of the views, in one tree of its own.
pub(super) struct View {
    disk: Arc<Disk>,
    tree: Tree,
    name: String,
    places: places::Places,
    ledger: ledger::Ledger,
    streaks: streaks::Streaks,
}

/// How far the views have followed the journal; also the head of the journal as the writer knows it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Applied {
    /// The last entry applied; 0 for none.
    pub(super) entry: EntryNo,
    /// Its hash.
    pub(super) hash: Digest,
    /// Its time.
    pub(super) at: DateTime<Utc>,
    /// How many looks are sealed in the journal up to it.
    pub(super) looks: u64,
}

/// The watches whose place or streaks an entry may alter; `None` where it may be any.
fn concerned(fact: &Fact) -> Option<Vec<&WatchId>> {
    match fact {
        Fact::Landed(landed) => Some(vec![&landed.watch]),
        Fact::Looks { looks } => Some(looks.iter().map(|look| &look.watch).collect()),
        Fact::Reread { watch, .. } | Fact::Led { watch, .. } | Fact::Decided { watch, .. } => {
            Some(vec![watch])
        }
        Fact::Watchlist { .. } | Fact::Forgotten(_) => None,
        _ => Some(Vec::new()),
    }
}

impl View {
    /// The views in force, brought up to the last entry; made afresh where they are missing, old or damaged.
    pub(super) fn open(disk: &Arc<Disk>) -> Result<View, StoreError> {
        let in_force = disk.setting(IN_FORCE)?;
        let name = in_force.unwrap_or_else(|| View::name(0));
        for other in disk.tree_names()? {
            if other.starts_with("views-") && other != name {
                disk.drop_tree(&other)?;
            }
        }
        let view = View::of(disk, name)?;
        if view.name.starts_with(&format!("views-{FORMAT}-")) {
            match view.catch_up() {
                Err(StoreError::Damaged { what, why }) if !what.starts_with("entry") => {
                    tracing::warn!("{what} is damaged: {why}; the views are made afresh");
                }
                other => return other.map(|()| view),
            }
        }
        let fresh = view.afresh(&mut |_, _| ())?;
        fresh.put_in_force()?;
        Ok(fresh)
    }

    /// The views in force, where others are at work on the archive: they keep them in step with the journal.
    pub(super) fn join(disk: &Arc<Disk>) -> Result<View, StoreError> {
        let name = disk.setting(IN_FORCE)?.unwrap_or_else(|| View::name(0));
        match name.starts_with(&format!("views-{FORMAT}-")) {
            true => View::of(disk, name),
            false => Err(StoreError::Disk {
                dir: disk.dir.clone(),
                verb: "opened",
                why: "another version of smallprint is at work on it; stop the others first, then start all of them anew"
                    .to_owned(),
            }),
        }
    }

    /// Follows what others wrote: what is kept in memory of these entries is read anew.
    pub(super) fn followed(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut all = entries.len() > MOST_FOLLOWED;
        for entry in entries.iter().take(MOST_FOLLOWED) {
            match concerned(&entry.fact) {
                Some(watches) => {
                    for watch in watches {
                        if let Some(number) = self.number(watch)? {
                            self.places.touch(&keys::state(number));
                            self.read_streaks(number)?;
                        }
                    }
                }
                None => all = true,
            }
        }
        if all {
            self.places.forget();
            self.streaks.forget();
        }
        Ok(())
    }

    /// The next generation, derived from the whole journal but not yet in force.
    pub(super) fn afresh(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<View, StoreError> {
        let number = self.name.rsplit('-').next();
        let generation = number.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        let name = View::name(generation + 1);
        self.disk.drop_tree(&name)?;
        let fresh = View::of(&self.disk, name)?;
        let last = journal::last(&self.disk)?;
        for no in 1..=last {
            fresh.follow(no)?;
            progress(no, last);
        }
        Ok(fresh)
    }

    /// Makes this the generation that answers from now on.
    pub(super) fn put_in_force(&self) -> Result<(), StoreError> {
        self.disk.set(IN_FORCE, &self.name)
    }

    /// Gives back the room of a generation no longer in force.
    pub(super) fn drop_it(self) -> Result<(), StoreError> {
        self.disk.drop_tree(&self.name)
    }

    /// How far it has followed; `None` before the first entry.
    pub(super) fn applied(&self) -> Result<Option<Applied>, StoreError> {
        self.row(keys::APPLIED)
    }

    fn of(disk: &Arc<Disk>, name: String) -> Result<View, StoreError> {
        Ok(View {
            disk: disk.clone(),
            tree: disk.tree(&name)?,
            name,
            places: places::Places::default(),
            ledger: ledger::Ledger::default(),
            streaks: streaks::Streaks::default(),
        })
    }

    fn name(generation: u64) -> String {
        format!("views-{FORMAT}-{generation}")
    }

    // What a crash left between an entry and its rows: applying is idempotent, so the tail is simply applied again.
    fn catch_up(&self) -> Result<(), StoreError> {
        let applied = self.applied()?.map_or(0, |applied| applied.entry);
        let last = journal::last(&self.disk)?;
        if applied > last {
            return Err(StoreError::damaged(
                "the journal",
                format!("it ends with entry {last}, and entry {applied} was known"),
            ));
        }
        (applied + 1..=last).try_for_each(|no| self.follow(no))
    }

    fn follow(&self, no: EntryNo) -> Result<(), StoreError> {
        let found = journal::get(&self.disk, no)?;
        let (entry, hash) =
            found.ok_or_else(|| StoreError::damaged(format!("entry {no}"), "it is missing"))?;
        self.disk.together(|| self.apply(&entry, hash))
    }

    fn row<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let value = self.tree.get(key)?;
        value.map(|value| self.parse(&value)).transpose()
    }

    fn parse<T: DeserializeOwned>(&self, value: &[u8]) -> Result<T, StoreError> {
        serde_json::from_slice(value).map_err(|error| {
            StoreError::damaged(
                "a row of the views",
                format!("{error}; run `smallprint rebuild`"),
            )
        })
    }

    fn put<T: Serialize>(&self, key: &[u8], row: &T) -> Result<(), StoreError> {
        let value = serde_json::to_vec(row)
            .map_err(|error| StoreError::refused("a row of the views", error))?;
        self.places.touch(key);
        self.tree.insert(key, &value)
    }

    fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        self.places.touch(key);
        self.tree.remove(key)
    }

    // The rows whose keys begin so, in order of their keys.
    fn rows<'a, T: DeserializeOwned + 'a>(
        &'a self,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(Bytes, T), StoreError>> + 'a {
        self.tree.scan_prefix(prefix).map(|row| {
            let (key, value) = row?;
            let row = self.parse(&value)?;
            Ok((key, row))
        })
    }
}
