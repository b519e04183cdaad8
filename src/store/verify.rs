//! Walks the journal and every body it names, and says what is wrong first.

use std::collections::HashSet;

use crate::model::{Digest, Entry, EntryNo, Fact, LookOutcome};
use crate::store::{
    Verified,
    bodies::{self, Cache},
    disk::Disk,
    error::StoreError,
    journal,
    views::Applied,
};

/// Walks the journal up to `applied`, the last entry the archive knows of, and every body it names.
pub(super) fn walk(
    disk: &Disk,
    applied: Option<Applied>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Verified, StoreError> {
    let mut walk = Walk {
        disk,
        cache: Cache::default(),
        seen: HashSet::new(),
        verified: Verified::default(),
    };
    let last = applied.as_ref().map_or(0, |applied| applied.entry);
    let mut previous = journal::genesis();
    for no in 1..=last {
        match walk.entry(no, previous) {
            Ok(hash) => previous = hash,
            Err(error @ StoreError::Disk { .. }) => return Err(error),
            Err(error) => {
                walk.verified.broken = Some(error.to_string());
                break;
            }
        }
        walk.verified.entries = no;
        walk.verified.head = Some(previous);
        progress(no, last);
    }
    let known = applied.map_or(previous, |applied| applied.hash);
    if walk.verified.broken.is_none() && known != previous {
        let error = altered(last, "its hash is not the one noted when it was written");
        walk.verified.broken = Some(error.to_string());
    }
    Ok(walk.verified)
}

struct Walk<'a> {
    disk: &'a Disk,
    // Not the archive's own: everything is read from the disk at least once.
    cache: Cache,
    seen: HashSet<Digest>,
    verified: Verified,
}

impl Walk<'_> {
    fn entry(&mut self, no: EntryNo, previous: Digest) -> Result<Digest, StoreError> {
        let found = journal::get(self.disk, no)?;
        let (entry, hash) = found.ok_or_else(|| altered(no, "it is missing"))?;
        if entry.previous != previous {
            return Err(match no {
                1 => altered(1, "it says that something came before it"),
                _ => {
                    let why = format!("its hash is not the one that entry {no} gives for it");
                    altered(no - 1, &why)
                }
            });
        }
        if !journal::is_canonical(&entry, hash) {
            return Err(altered(no, "it is not written as this program writes it"));
        }
        self.bodies(&entry)?;
        Ok(hash)
    }

    fn bodies(&mut self, entry: &Entry) -> Result<(), StoreError> {
        for (what, digest) in journal::bodies(&entry.fact) {
            self.body(digest)
                .map_err(|error| of_entry(entry.no, what, error))?;
        }
        // The bytes behind an unchanged look and a watchlist are kept or not as the caller likes.
        for digest in mentioned(&entry.fact) {
            if bodies::is_kept(self.disk, digest)? {
                self.body(digest)
                    .map_err(|error| of_entry(entry.no, "a body", error))?;
            }
        }
        Ok(())
    }

    fn body(&mut self, digest: Digest) -> Result<(), StoreError> {
        if self.seen.insert(digest) {
            let bytes = bodies::read(self.disk, &self.cache, digest)?;
            self.verified.bodies += 1;
            self.verified.bytes += bytes.len() as u64;
        }
        Ok(())
    }
}

/// Bodies that an entry may name without their being kept.
pub(super) fn mentioned(fact: &Fact) -> Vec<Digest> {
    match fact {
        Fact::Looks { looks } => looks
            .iter()
            .filter_map(|look| match &look.outcome {
                LookOutcome::Unchanged { body, .. } => *body,
                LookOutcome::Failed { .. } => None,
            })
            .collect(),
        Fact::Watchlist { digest, .. } => vec![*digest],
        _ => Vec::new(),
    }
}

fn altered(no: EntryNo, why: &str) -> StoreError {
    StoreError::damaged(format!("entry {no}"), why)
}

fn of_entry(no: EntryNo, what: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged { what: body, why } => {
            StoreError::damaged(format!("entry {no}: {what} ({body})"), why)
        }
        StoreError::Missing(body) => {
            StoreError::damaged(format!("entry {no}: {what} ({body})"), "it is missing")
        }
        other => other,
    }
}
