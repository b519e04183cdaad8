//! The record of a body: where it lies and how it is packed.

use crate::model::{Digest, EntryNo};

const FORMAT: u8 = 1;
/// The format of what is left of a body that was forgotten.
const TOMBSTONE: u8 = 2;
const HEAD: usize = 1 + 8 + 8 + 4 + 1;

/// What is left of a body that was forgotten, as bytes: format, and the number of the entry that tells of it.
pub(super) fn tombstone(entry: EntryNo) -> Vec<u8> {
    let mut bytes = vec![TOMBSTONE];
    bytes.extend(entry.to_be_bytes());
    bytes
}

/// The entry that tells that this body was forgotten; `None` where these bytes say no such thing.
pub(super) fn forgotten(bytes: &[u8]) -> Option<EntryNo> {
    let entry = bytes.strip_prefix(&[TOMBSTONE])?;
    Some(EntryNo::from_be_bytes(entry.try_into().ok()?))
}

/// Where a body lies and how it is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Record {
    /// Its length in bytes, as served.
    pub(super) length: u64,
    /// The number under which its chunks lie.
    pub(super) place: u64,
    /// How many chunks.
    pub(super) chunks: u32,
    /// The body it is packed against, and how many steps it is to one that stands alone.
    pub(super) base: Option<(Digest, u8)>,
}

impl Record {
    /// As bytes: format, length, place, chunks, depth, base; numbers big-endian.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 32);
        bytes.push(FORMAT);
        bytes.extend(self.length.to_be_bytes());
        bytes.extend(self.place.to_be_bytes());
        bytes.extend(self.chunks.to_be_bytes());
        bytes.push(self.base.map_or(0, |(_, depth)| depth));
        bytes.extend(self.base.iter().flat_map(|(digest, _)| digest.0));
        bytes
    }

    /// From bytes; `None` where they are no record.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Record> {
        let (head, base) = bytes.split_at_checked(HEAD)?;
        let depth = head[HEAD - 1];
        let base = match (depth, base.len()) {
            (0, 0) => None,
            (1.., 32) => Some((Digest(base.try_into().ok()?), depth)),
            _ => return None,
        };
        (head[0] == FORMAT).then_some(Record {
            length: u64::from_be_bytes(head[1..9].try_into().ok()?),
            place: u64::from_be_bytes(head[9..17].try_into().ok()?),
            chunks: u32::from_be_bytes(head[17..21].try_into().ok()?),
            base,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_names_its_entry_and_is_no_record() {
        let bytes = tombstone(1_234);
        assert_eq!(forgotten(&bytes), Some(1_234));
        assert_eq!(Record::from_bytes(&bytes), None);
        assert_eq!(forgotten(&bytes[..8]), None);
    }

    #[test]
    fn a_record_reads_back_as_it_is_written() {
        for base in [None, Some((Digest::of(b"base"), 15))] {
            let record = Record {
                length: 49_000,
                place: 17,
                chunks: 2,
                base,
            };
            let bytes = record.to_bytes();
            assert_eq!(Record::from_bytes(&bytes), Some(record));
            assert_eq!(Record::from_bytes(&bytes[1..]), None);
            assert_eq!(forgotten(&bytes), None);
        }
    }
}
