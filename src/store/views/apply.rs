//! What an entry does to the views; doing it twice is the same as doing it once.

use std::collections::BTreeMap;

use crate::model::{
    Digest, Entry, EntryNo, Fact, Look, Reread, Ruling, Suggested, Suggestion, Version, VersionNo,
    WatchId,
};
use crate::store::{
    error::StoreError,
    views::coverage::Mark,
    views::keys::{self, WatchNo},
    views::watches::{StateRow, fold},
    views::{Applied, View},
};

impl View {
    /// Derives the rows of one entry. Every table is written so that the row which says "done" comes last.
    pub(in crate::store) fn apply(&self, entry: &Entry, hash: Digest) -> Result<(), StoreError> {
        let mut sealed = self.applied()?.map_or(0, |applied| applied.looks);
        match &entry.fact {
            Fact::Landed(landed) => self.landed(entry, landed)?,
            Fact::Looks { looks } => {
                self.looked(entry, looks)?;
                sealed += looks.len() as u64;
            }
            Fact::Composed(composed) => self.composed(entry.no, composed)?,
            Fact::Delivery { message, outcome } => self.delivered(entry, *message, outcome)?,
            Fact::Parked(parked) => self.park(entry, parked)?,
            Fact::OwedAgain { message } => self.owe_again(*message)?,
            Fact::ReadBack { message, lacks } => self.read_back(entry, *message, lacks)?,
            Fact::Watchlist {
                digest,
                retired,
                renamed,
                ..
            } => self.in_force(entry, *digest, retired, renamed)?,
            Fact::Notice { .. }
            | Fact::Digest { .. }
            | Fact::Heartbeat { .. }
            | Fact::Alarmed { .. }
            | Fact::HostMoved { .. } => self.told(entry)?,
            Fact::Led { watch, leads } => self.lead(entry, watch, *leads)?,
            Fact::Decided { watch, fate } => self.decide(entry, watch, *fate)?,
            Fact::NameRuled {
                name,
                ruled,
                by,
                why,
            } => {
                let ruling = Ruling {
                    decided: ruled.clone(),
                    by: by.clone(),
                    why: why.clone(),
                    at: entry.at,
                };
                self.rule_name(entry.no, name, ruling)?;
            }
            Fact::Muted(mute) => self.note_mute(entry, mute)?,
            Fact::Unmuted { no, by, why } => self.lift_mute(entry, *no, by, why.as_ref())?,
            Fact::Annotated { annotation, owed } => {
                let watch = (self.change_in(annotation.of)?).map(|row| row.change.watch);
                self.owe(entry, watch.as_ref(), owed)?;
                self.annotate(entry, annotation)?;
            }
            Fact::Listed(listed) => self.list_past(entry, listed)?,
            Fact::Backfilled(copy) => self.backfill(entry, copy)?,
            Fact::RereadPast(again) => self.reread_past(entry, again)?,
            Fact::Suggested(suggestion) => self.suggest(entry, suggestion)?,
            Fact::Key(_) | Fact::Checkpoint(_) | Fact::Stamped(_) => self.note_proof(entry)?,
            // What is left of bodies stands where they stood, and needs no row.
            Fact::Forgotten(_) => {}
            Fact::Threaded { .. } | Fact::Copied { .. } | Fact::Saved(_) => {
                self.note_elsewhere(entry)?;
            }
            Fact::Reread {
                watch,
                version,
                document,
                text,
                names,
                reader,
                became,
            } => {
                let reread = Reread {
                    at: entry.at,
                    reader: reader.clone(),
                    became: became.clone(),
                    document: *document,
                    text: *text,
                };
                self.reread(entry.no, (watch, *version), &reread, *names)?;
            }
        }
        if entry.no == 1 {
            self.put(keys::SINCE, &entry.at)?;
        }
        let applied = Applied {
            entry: entry.no,
            hash,
            at: entry.at,
            looks: sealed,
        };
        self.put(keys::APPLIED, &applied)
    }

    /// Notes what is told of no single page, with what it is about.
    fn told(&self, entry: &Entry) -> Result<(), StoreError> {
        self.owe(entry, None, entry.fact.owed())?;
        match &entry.fact {
            Fact::Notice {
                about, promises, ..
            } => {
                self.note_told(about)?;
                for promise in promises {
                    self.put(&keys::promise(*promise), &entry.no)?;
                }
                Ok(())
            }
            Fact::Digest { route, until, .. } => self.put(&keys::digest(route), until),
            Fact::Heartbeat { beat, .. } => self.put(keys::HEARTBEAT, beat),
            Fact::Alarmed { begun, ended, .. } => self.ring(begun, ended),
            Fact::HostMoved { up_to, .. } => self.put(keys::MOVES_TOLD, up_to),
            _ => Ok(()),
        }
    }

    /// Notes the watchlist that came into force.
    fn in_force(
        &self,
        entry: &Entry,
        digest: Digest,
        retired: &[WatchId],
        renamed: &[(WatchId, WatchId)],
    ) -> Result<(), StoreError> {
        for (old, new) in renamed {
            self.rename(old, new)?;
        }
        self.retire(entry, retired)?;
        self.put(keys::WATCHLIST, &digest)?;
        self.put(&keys::watchlist(entry.no), &digest)
    }

    fn looked(&self, entry: &Entry, looks: &[Look]) -> Result<(), StoreError> {
        let mut rows: BTreeMap<WatchNo, StateRow> = BTreeMap::new();
        for (index, look) in looks.iter().enumerate() {
            let number = self.number_or_new(&look.watch)?;
            self.visited(number, (look.at, entry.no, index as u32), Mark::from(look))?;
            let row = match rows.entry(number) {
                std::collections::btree_map::Entry::Occupied(row) => row.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(self.state_row(number)?)
                }
            };
            if row.applied < entry.no {
                fold(&mut row.state, look);
            }
        }
        for (number, mut row) in rows {
            row.applied = row.applied.max(entry.no);
            self.put(&keys::state(number), &row)?;
        }
        Ok(())
    }

    /// Notes that somebody wishes that a page were watched.
    fn suggest(&self, entry: &Entry, suggestion: &Suggestion) -> Result<(), StoreError> {
        let suggested = Suggested {
            entry: entry.no,
            suggestion: suggestion.clone(),
            at: entry.at,
        };
        self.put(&keys::suggestion(entry.no), &suggested)
    }

    /// Notes that a notice said of these watches that they go on failing.
    pub(super) fn note_told(&self, about: &[WatchId]) -> Result<(), StoreError> {
        for watch in about {
            if let Some(number) = self.number(watch)? {
                let mut row = self.state_row(number)?;
                if let Some(failing) = &mut row.state.failing {
                    failing.told = true;
                }
                self.put(&keys::state(number), &row)?;
            }
        }
        Ok(())
    }

    fn retire(&self, entry: &Entry, retired: &[WatchId]) -> Result<(), StoreError> {
        for watch in retired {
            let Some(number) = self.number(watch)? else {
                continue;
            };
            let mut row = self.state_row(number)?;
            if row.applied < entry.no {
                row.state.retired = true;
                row.applied = entry.no;
                self.put(&keys::state(number), &row)?;
            }
        }
        Ok(())
    }

    fn reread(
        &self,
        entry: EntryNo,
        (watch, version): (&WatchId, VersionNo),
        reread: &Reread,
        names: Option<Digest>,
    ) -> Result<(), StoreError> {
        let number = self.number_or_new(watch)?;
        let key = keys::version(number, version);
        if let Some(mut row) = self.row::<Version>(&key)? {
            row.reread = Some(reread.clone());
            self.put(&key, &row)?;
            if let Some(names) = names {
                self.sight_late(entry, number, &row, names)?;
            }
        }
        let mut state = self.state_row(number)?;
        if let Some(current) = &mut state.state.current
            && current.no == version
        {
            current.reread = Some(reread.clone());
            self.put(&keys::state(number), &state)?;
        }
        self.put(&keys::reread(number, version), &reread.document)
    }

    pub(super) fn mark(&self, key: &[u8], mark: Mark) -> Result<(), StoreError> {
        self.tree.insert(key, &[mark.letter()])
    }
}
