//! Bodies: whatever is long, kept once under its SHA-256, packed against an earlier one it resembles.

mod cache;
mod erase;
mod pack;
mod record;
mod stones;
mod walk;

use std::sync::Arc;

use crate::model::Digest;
use crate::store::{
    disk::{Bytes, Disk},
    error::StoreError,
};

use pack::Small;
use record::Record;

pub(super) use cache::Cache;
pub(super) use erase::{any, carry_over, entomb, erase};
pub(super) use stones::{Graveyard, forgotten_in, tombstone};
pub(super) use walk::check;

/// The longest value in bytes: 16 of them make a leaf that fits a segment, so sled writes no blob files.
const CHUNK: usize = 64 * 1024;
/// How many steps a body may be away from one that stands alone.
const DEEPEST: u8 = 15;

/// A body ready to be written.
pub(super) struct Packed {
    /// Its name.
    pub(super) digest: Digest,
    length: u64,
    base: Option<(Digest, u8)>,
    data: Vec<u8>,
}

/// Packs a body; `None` where it is kept already. Done outside the writer, since it takes a while.
pub(super) fn pack(
    disk: &Disk,
    digest: Digest,
    bytes: &[u8],
    like: Option<Digest>,
) -> Result<Option<Packed>, StoreError> {
    if is_kept(disk, digest)? {
        return Ok(None);
    }
    let base = like.and_then(|like| base(disk, like));
    let small = pack::pack(bytes, base.as_ref().map(|(_, _, base)| base.as_slice()));
    let small = small.map_err(|error| StoreError::refused(name(digest), error))?;
    let length = bytes.len() as u64;
    let (data, base) = match small {
        Small::Whole(data) => (data, None),
        Small::Delta(data) => (data, base.map(|(like, depth, _)| (like, depth + 1))),
    };
    Ok(Some(Packed {
        digest,
        length,
        base,
        data,
    }))
}

// A base that is missing, damaged or too deep is none: the new body then stands alone, which is always right.
fn base(disk: &Disk, like: Digest) -> Option<(Digest, u8, Arc<Vec<u8>>)> {
    let record = record(disk, like).ok()??;
    let depth = record.base.map_or(0, |(_, depth)| depth);
    if depth >= DEEPEST {
        return None;
    }
    match read(disk, &disk.cache, like) {
        Ok(bytes) => Some((like, depth, bytes)),
        Err(error) => {
            tracing::warn!("{error}; the next body is kept whole");
            None
        }
    }
}

/// Writes a body: its chunks, then the record that names them. Does nothing where it is kept already.
pub(super) fn put(disk: &Disk, place: u64, packed: &Packed) -> Result<(), StoreError> {
    match is_kept(disk, packed.digest)? {
        true => Ok(()),
        false => disk.together(|| write(disk, place, packed)).map(drop),
    }
}

/// The same in the place of whatever is kept.
fn write(disk: &Disk, place: u64, packed: &Packed) -> Result<Record, StoreError> {
    let mut chunks = 0;
    for chunk in packed.data.chunks(CHUNK) {
        disk.chunks.insert(chunk_key(place, chunks), chunk)?;
        chunks += 1;
    }
    let record = Record {
        length: packed.length,
        place,
        chunks,
        base: packed.base,
    };
    disk.bodies.insert(packed.digest.0, &record.to_bytes())?;
    Ok(record)
}

/// The number under which the next body's chunks lie: past whatever a crash may have left.
pub(super) fn next_place(disk: &Disk) -> Result<u64, StoreError> {
    let last = disk.chunks.last()?;
    let place = last.and_then(|(key, _)| key.first_chunk().copied().map(u64::from_be_bytes));
    Ok(place.map_or(1, |place| place + 1))
}

/// Whether a body is kept, or was and is forgotten: then it is not kept again.
pub(super) fn is_kept(disk: &Disk, digest: Digest) -> Result<bool, StoreError> {
    disk.bodies.contains_key(digest.0)
}

/// A body, its hash verified, and that of every body it is packed against.
pub(super) fn read(disk: &Disk, cache: &Cache, digest: Digest) -> Result<Arc<Vec<u8>>, StoreError> {
    let mut chain = Vec::new();
    let mut next = Some(digest);
    let mut bytes: Option<Arc<Vec<u8>>> = None;
    while let Some(link) = next {
        if let Some(known) = cache.get(link) {
            bytes = Some(known);
            break;
        }
        let found = match (record(disk, link), chain.last()) {
            (Err(StoreError::Forgotten(_)), Some((above, _))) => {
                let why = format!("{}, which it needs, was forgotten", name(link));
                return Err(damaged(*above, why));
            }
            (found, _) => found?,
        };
        let record = match chain.last() {
            _ if chain.len() > usize::from(DEEPEST) => {
                return Err(damaged(digest, "it is packed against too many others"));
            }
            None => found.ok_or_else(|| StoreError::Missing(name(digest)))?,
            Some((above, _)) => found.ok_or_else(|| {
                damaged(
                    *above,
                    format!("{}, which it needs, is missing", name(link)),
                )
            })?,
        };
        chain.push((link, record));
        next = record.base.map(|(base, _)| base);
    }
    for (link, record) in chain.into_iter().rev() {
        let base = record.base.and(bytes.as_ref());
        let read = Arc::new(unpack(
            disk,
            link,
            &record,
            base.map(|base| base.as_slice()),
        )?);
        cache.put(link, &read);
        bytes = Some(read);
    }
    bytes.ok_or_else(|| StoreError::Missing(name(digest)))
}

fn unpack(
    disk: &Disk,
    digest: Digest,
    record: &Record,
    base: Option<&[u8]>,
) -> Result<Vec<u8>, StoreError> {
    let mut data = Vec::new();
    for chunk in 0..record.chunks {
        let value = disk.chunks.get(chunk_key(record.place, chunk))?;
        let value = value.ok_or_else(|| {
            let (number, all) = (chunk + 1, record.chunks);
            damaged(digest, format!("part {number} of {all} is missing"))
        })?;
        data.extend_from_slice(&value);
    }
    let bytes = pack::unpack(&data, base, record.length)
        .map_err(|error| damaged(digest, format!("it cannot be unpacked ({error})")))?;
    if Digest::of(&bytes) != digest {
        return Err(damaged(digest, "its bytes have another hash"));
    }
    match bytes.len() as u64 == record.length {
        true => Ok(bytes),
        false => Err(damaged(digest, "its record gives it another length")),
    }
}

fn record(disk: &Disk, digest: Digest) -> Result<Option<Record>, StoreError> {
    let value = disk.bodies.get(digest.0)?;
    if let Some(entry) = value.as_ref().and_then(|value| record::forgotten(value)) {
        let left = stones::left_of(disk, digest, entry)?;
        return Err(StoreError::Forgotten(Box::new(left)));
    }
    let read = |value: Bytes| {
        Record::from_bytes(&value).ok_or_else(|| damaged(digest, "its record cannot be read"))
    };
    value.map(read).transpose()
}

fn chunk_key(place: u64, chunk: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&place.to_be_bytes());
    key[8..].copy_from_slice(&chunk.to_be_bytes());
    key
}

fn name(digest: Digest) -> String {
    format!("the body {digest}")
}

fn damaged(digest: Digest, why: impl ToString) -> StoreError {
    StoreError::damaged(name(digest), why)
}
