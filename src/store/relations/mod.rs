//! Keeps the tables that are asked in SQL beside a journal in PostgreSQL: each entry with the transaction that writes it.
//!
//! They follow from the journal and the bodies it names, as the views do, and can be made afresh. The embedded store has none.

mod deeds;

use std::collections::BTreeSet;

use crate::model::{Digest, Document, Entry, Fact};
use crate::passages::{self, Passage};
use crate::store::{bodies, disk::Disk, error::StoreError, journal};

pub(in crate::store) use deeds::{Deed, clean, cleaned};

use deeds::Held;

/// After so many entries it is said how far they are, where many are to be taken in.
const SAID_EVERY: u64 = 20_000;

/// The passages of a document, in order.
pub(in crate::store) type Passages = Vec<(Passage, String)>;

/// Takes in an entry; it belongs into the transaction that writes it.
pub(super) fn follow(disk: &Disk, entry: &Entry, hash: Digest) -> Result<(), StoreError> {
    let Some(tables) = disk.relations() else {
        return Ok(());
    };
    let held = held(disk, entry)?;
    let going = match &entry.fact {
        Fact::Forgotten(forgetting) => forgetting.bodies.iter().copied().collect(),
        _ => BTreeSet::new(),
    };
    let read = |document: Digest| match going.contains(&document) {
        true => Ok(Passages::new()),
        false => passages_of(disk, document),
    };
    tables.take(entry.no, &deeds::of(entry, hash, &held), &read)
}

/// Takes in what the journal has and the tables have not; all of it where they are of another archive. It goes on where it
/// was stopped.
pub(super) fn catch_up(disk: &Disk, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    let Some(tables) = disk.relations() else {
        return Ok(());
    };
    let last = journal::last(disk)?;
    let mut upto = 0;
    if let Some((no, hash)) = tables.upto()? {
        let known = journal::get(disk, no)?;
        match known.is_some_and(|(_, known)| known.to_string() == hash) {
            true => upto = no,
            false => tables.empty()?,
        }
    }
    if upto < last {
        tracing::info!("the tables for SQL are filled from the journal, {upto} of {last} entries");
    }
    for no in upto + 1..=last {
        let found = journal::get(disk, no)?;
        let (entry, hash) =
            found.ok_or_else(|| StoreError::damaged(format!("entry {no}"), "it is missing"))?;
        disk.together(|| follow(disk, &entry, hash))?;
        progress(no, last);
        if no % SAID_EVERY == 0 {
            tracing::info!("the tables for SQL have {no} of {last} entries");
        }
    }
    Ok(())
}

/// Makes them afresh.
pub(super) fn afresh(disk: &Disk, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    match disk.relations() {
        Some(tables) => tables.empty()?,
        None => return Ok(()),
    }
    catch_up(disk, progress)
}

/// The bodies of an entry that the tables are about.
fn held(disk: &Disk, entry: &Entry) -> Result<Held, StoreError> {
    let Fact::Landed(landed) = &entry.fact else {
        return Ok(Held::default());
    };
    let mut held = Held::default();
    if let Some(document) = landed.document {
        held.forgotten_in = bodies::forgotten_in(disk, document)?;
    }
    let continued = landed.continues.as_ref().and_then(|before| before.document);
    for digest in landed.findings.into_iter().chain(continued) {
        held.quotes_forgotten |= bodies::forgotten_in(disk, digest)?.is_some();
    }
    if let Some(bytes) = landed.findings.map(|findings| read(disk, findings)) {
        let findings = bytes?.map(|bytes| serde_json::from_slice(&bytes));
        held.findings = findings.and_then(Result::ok).unwrap_or_default();
    }
    Ok(held)
}

/// The passages of a document; none where it was forgotten, or cannot be read, of which `verify` tells.
fn passages_of(disk: &Disk, document: Digest) -> Result<Passages, StoreError> {
    let bytes = read(disk, document)?;
    let document: Option<Document> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(document.map_or_else(Passages::new, |document| passages::passages(&document)))
}

/// A body; `None` where it was forgotten or is damaged.
fn read(disk: &Disk, digest: Digest) -> Result<Option<std::sync::Arc<Vec<u8>>>, StoreError> {
    match bodies::read(disk, &disk.cache, digest) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error @ StoreError::Disk { .. }) => Err(error),
        Err(_) => Ok(None),
    }
}
