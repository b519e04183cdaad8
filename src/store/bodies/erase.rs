//! Takes bodies out for good, and copies the others as they lie into a database that never held these.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Digest, EntryNo};
use crate::store::bodies::{
    DEEPEST, Packed, Record, Small, chunk_key, forgotten_in, name, pack, read, record, write,
};
use crate::store::{disk::Disk, error::StoreError};

/// Leaves no more of these bodies than a tombstone that names this entry. Bodies packed against one of them are packed anew
/// first. Doing it again, after it was done in part, is the same as doing it once. The bytes may lie on the disk until the
/// database is written anew.
pub(in crate::store) fn erase(
    disk: &Disk,
    doomed: &BTreeSet<Digest>,
    entry: EntryNo,
    next_place: &mut u64,
) -> Result<(), StoreError> {
    let mut records = all(disk)?;
    let leaning: Vec<Digest> = (records.iter())
        .filter(|(digest, _)| !doomed.contains(digest))
        .filter(|(_, record)| record.base.is_some_and(|(base, _)| doomed.contains(&base)))
        .map(|(digest, _)| *digest)
        .collect();
    for digest in leaning {
        // What cannot be read was damaged before, and stays so.
        let bytes = match read(disk, &disk.cache, digest) {
            Ok(bytes) => bytes,
            Err(error @ StoreError::Disk { .. }) => return Err(error),
            Err(error) => {
                tracing::error!("{error}; it cannot be packed anew");
                continue;
            }
        };
        let anew = stand_alone(disk, digest, &bytes, next_place)?;
        if let Some(old) = records.insert(digest, anew) {
            remove_chunks(disk, &old)?;
        }
    }
    deepen(disk, &mut records, doomed)?;
    for digest in doomed {
        if let Some(record) = records.get(digest) {
            disk.bodies.insert(digest.0, &record::tombstone(entry))?;
            remove_chunks(disk, record)?;
        } else if forgotten_in(disk, *digest)?.is_none() {
            // It was never here, or its record cannot be read.
            disk.bodies.insert(digest.0, &record::tombstone(entry))?;
        }
        disk.cache.drop(*digest);
    }
    Ok(())
}

/// Whether any of these bodies is kept.
pub(in crate::store) fn any(disk: &Disk, doomed: &BTreeSet<Digest>) -> Result<bool, StoreError> {
    let mut found = doomed.iter().map(|digest| record(disk, *digest));
    found.try_fold(false, |any, found| match found {
        Ok(found) => Ok(any || found.is_some()),
        Err(StoreError::Forgotten(_)) => Ok(any),
        // Its record cannot be read, and its bytes may lie anywhere.
        Err(StoreError::Damaged { .. }) => Ok(true),
        Err(error) => Err(error),
    })
}

/// Notes that a body was forgotten elsewhere before it came here, as this entry tells.
pub(in crate::store) fn entomb(
    disk: &Disk,
    digest: Digest,
    entry: EntryNo,
) -> Result<(), StoreError> {
    match disk.bodies.contains_key(digest.0) {
        Ok(true) => Ok(()),
        Ok(false) => disk.bodies.insert(digest.0, &record::tombstone(entry)),
        Err(error) => Err(error),
    }
}

/// Copies every body as it lies, and every tombstone; `heard` is called after each. What no record names is left behind.
pub(in crate::store) fn carry_over(
    from: &Disk,
    to: &Disk,
    heard: &mut dyn FnMut(),
) -> Result<(), StoreError> {
    for row in from.bodies.iter() {
        let (key, value) = row?;
        if let Some(record) = Record::from_bytes(&value) {
            for chunk in 0..record.chunks {
                let key = chunk_key(record.place, chunk);
                let bytes = from.chunks.get(key);
                if let Some(bytes) = bytes? {
                    to.chunks.insert(key, &bytes)?;
                }
            }
        }
        to.bodies.insert(key, &value)?;
        heard();
    }
    Ok(())
}

/// Every record that can be read.
fn all(disk: &Disk) -> Result<BTreeMap<Digest, Record>, StoreError> {
    let mut records = BTreeMap::new();
    for row in disk.bodies.iter() {
        let (key, value) = row?;
        let digest = key.as_ref().try_into().map(Digest);
        if let (Ok(digest), Some(record)) = (digest, Record::from_bytes(&value)) {
            records.insert(digest, record);
        }
    }
    Ok(records)
}

/// Packs a body so that it needs no other.
fn stand_alone(
    disk: &Disk,
    digest: Digest,
    bytes: &[u8],
    next_place: &mut u64,
) -> Result<Record, StoreError> {
    let small = pack::pack(bytes, None);
    let small = small.map_err(|error| StoreError::refused(name(digest), error))?;
    let (Small::Whole(data) | Small::Delta(data)) = small;
    let place = *next_place;
    *next_place += 1;
    let packed = Packed {
        digest,
        length: bytes.len() as u64,
        base: None,
        data,
    };
    write(disk, place, &packed)
}

/// Says again of each body how many steps it is from one that stands alone, nearest first, where that is other than it was.
fn deepen(
    disk: &Disk,
    records: &mut BTreeMap<Digest, Record>,
    doomed: &BTreeSet<Digest>,
) -> Result<(), StoreError> {
    let mut above: HashMap<Digest, Vec<Digest>> = HashMap::new();
    for (digest, record) in records.iter() {
        if let Some((base, _)) = record.base {
            above.entry(base).or_default().push(*digest);
        }
    }
    let alone = records.iter().filter(|(_, record)| record.base.is_none());
    let mut level: Vec<Digest> = alone.map(|(digest, _)| *digest).collect();
    for depth in 1..=DEEPEST {
        let next = level.iter().filter_map(|base| above.get(base)).flatten();
        let next: Vec<Digest> = next.copied().collect();
        for digest in &next {
            let Some(record) = records.get_mut(digest) else {
                continue;
            };
            if let Some((_, known)) = &mut record.base
                && *known != depth
            {
                *known = depth;
                if !doomed.contains(digest) {
                    disk.bodies.insert(digest.0, &record.to_bytes())?;
                }
            }
        }
        level = next;
    }
    Ok(())
}

fn remove_chunks(disk: &Disk, record: &Record) -> Result<(), StoreError> {
    for chunk in 0..record.chunks {
        disk.chunks.remove(chunk_key(record.place, chunk))?;
    }
    Ok(())
}
