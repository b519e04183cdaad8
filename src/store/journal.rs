//! The journal: entries as canonical JSON, chained by their hashes.

use std::io::Read;

use serde::Deserialize;

use crate::model::{Digest, Entry, EntryNo, Fact};
use crate::store::{disk::Disk, error::StoreError};

/// The format of the entries written today. Readers of every earlier one stay in `read_json`.
pub(super) const FORMAT: u32 = 1;
/// The longest value of an entry in bytes, compressed.
pub(super) const LONGEST: usize = 32 * 1024;

const LONGEST_JSON: u64 = 64 << 20;
const LEVEL: i32 = 9;

/// What the first entry says of the one before it: the digest of nothing.
pub(super) fn genesis() -> Digest {
    Digest::of(b"")
}

/// An entry as it is written, and its hash.
pub(super) fn encode(entry: &Entry) -> Result<(Vec<u8>, Digest), StoreError> {
    let what = || format!("entry {}", entry.no);
    let refused = |why: String| StoreError::refused(what(), why);
    let json = serde_json_canonicalizer::to_vec(entry).map_err(|e| refused(e.to_string()))?;
    let same = serde_json::from_slice::<Entry>(&json).is_ok_and(|read| read == *entry);
    if !same {
        return Err(refused(
            "it does not read back as it was written".to_owned(),
        ));
    }
    let value = zstd::bulk::compress(&json, LEVEL).map_err(|e| refused(e.to_string()))?;
    if value.len() > LONGEST {
        let length = value.len();
        return Err(refused(format!(
            "it has {length} bytes, and an entry has at most {LONGEST}"
        )));
    }
    Ok((value, Digest::of(&json)))
}

/// An entry as it was written, with its hash; `no` is the number under which it lies.
pub(super) fn decode(no: EntryNo, value: &[u8]) -> Result<(Entry, Digest), StoreError> {
    let damaged = |why: String| StoreError::damaged(format!("entry {no}"), why);
    let json = unpacked(no, value)?;
    let entry = read_json(&json).map_err(damaged)?;
    if entry.no != no {
        return Err(damaged(format!("it calls itself entry {}", entry.no)));
    }
    Ok((entry, Digest::of(&json)))
}

fn read_json(json: &[u8]) -> Result<Entry, String> {
    #[derive(Deserialize)]
    struct Formatted {
        format: u32,
    }
    let unreadable = |error: serde_json::Error| format!("it cannot be read ({error})");
    let Formatted { format } = serde_json::from_slice(json).map_err(unreadable)?;
    match format {
        1 => serde_json::from_slice(json).map_err(unreadable),
        _ => Err(format!(
            "it has format {format}, and this program reads up to {FORMAT}; use a newer version of smallprint"
        )),
    }
}

/// An entry as another archive hands it out, with its hash.
pub(super) fn from_json(json: &[u8]) -> Result<(Entry, Digest), StoreError> {
    let damaged = |why: String| StoreError::damaged("an entry of it", why);
    let hash = Digest::of(json);
    let entry = read_json(json).map_err(damaged)?;
    match is_canonical(&entry, hash) {
        true => Ok((entry, hash)),
        false => Err(StoreError::damaged(
            format!("entry {}", entry.no),
            "it is not written as this program writes it",
        )),
    }
}

/// Whether these are the bytes this program would write for the entry: what a hash is taken of.
pub(super) fn is_canonical(entry: &Entry, hash: Digest) -> bool {
    serde_json_canonicalizer::to_vec(entry).is_ok_and(|json| Digest::of(&json) == hash)
}

/// Puts an entry in its place.
pub(super) fn put(disk: &Disk, no: EntryNo, value: &[u8]) -> Result<(), StoreError> {
    disk.journal.insert(no.to_be_bytes(), value)
}

/// One entry and its hash.
pub(super) fn get(disk: &Disk, no: EntryNo) -> Result<Option<(Entry, Digest)>, StoreError> {
    match disk.journal.get(no.to_be_bytes())? {
        Some(value) => decode(no, &value).map(Some),
        None => Ok(None),
    }
}

/// The canonical JSON of an entry, as it was hashed, and its hash.
pub(super) fn json(disk: &Disk, no: EntryNo) -> Result<Option<(Vec<u8>, Digest)>, StoreError> {
    match disk.journal.get(no.to_be_bytes())? {
        Some(value) => {
            let json = unpacked(no, &value)?;
            let hash = Digest::of(&json);
            Ok(Some((json, hash)))
        }
        None => Ok(None),
    }
}

fn unpacked(no: EntryNo, value: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut json = Vec::new();
    zstd::Decoder::new(value)
        .and_then(|decoder| decoder.take(LONGEST_JSON).read_to_end(&mut json))
        .map_err(|error| {
            let why = format!("it cannot be unpacked ({error})");
            StoreError::damaged(format!("entry {no}"), why)
        })?;
    Ok(json)
}

/// The number of the last entry; 0 where there is none.
pub(super) fn last(disk: &Disk) -> Result<EntryNo, StoreError> {
    let last = disk.journal.last()?;
    last.map_or(Ok(0), |(key, _)| {
        let key: Result<[u8; 8], _> = key.as_ref().try_into();
        key.map(u64::from_be_bytes)
            .map_err(|_| StoreError::damaged("the journal", "a key in it is no entry number"))
    })
}

/// The bodies an entry names, each with what it is to the entry.
pub(super) fn bodies(fact: &Fact) -> Vec<(&'static str, Digest)> {
    match fact {
        Fact::Landed(landed) => [
            ("the capture", Some(landed.capture)),
            ("the body", landed.body),
            ("the document", landed.document),
            ("the findings", landed.findings),
            ("the names", landed.names),
            (
                "the text that went on",
                landed.continues.as_ref().and_then(|went| went.document),
            ),
            ("the leads", landed.leads),
            ("what it has in common with others", landed.strands),
        ]
        .into_iter()
        .chain(
            (landed.beside.iter()).map(|beside| ("what stood beside the capture", Some(*beside))),
        )
        .filter_map(|(what, digest)| Some((what, digest?)))
        .collect(),
        Fact::Composed(composed) => vec![("the message", composed.payload)],
        Fact::Notice { text, .. } | Fact::HostMoved { text, .. } => vec![("the text", *text)],
        Fact::Digest { told, .. } => {
            let told = told.map(|told| ("what the digest tells", told));
            told.into_iter().collect()
        }
        Fact::Heartbeat { text, .. } | Fact::Alarmed { text, .. } => {
            let text = text.map(|text| ("the text", text));
            text.into_iter().collect()
        }
        Fact::Reread {
            document, names, ..
        } => [("the document", Some(*document)), ("the names", *names)]
            .into_iter()
            .filter_map(|(what, digest)| Some((what, digest?)))
            .collect(),
        Fact::RereadPast(again) => [
            ("the document", Some(again.document)),
            ("the names", again.names),
        ]
        .into_iter()
        .filter_map(|(what, digest)| Some((what, digest?)))
        .collect(),
        Fact::Threaded { opening, .. } => {
            vec![("the first message of the thread", opening.first)]
        }
        Fact::Led { leads, .. } => vec![("the leads", *leads)],
        Fact::Stamped(stamped) => vec![("the token", stamped.token)],
        Fact::Annotated { annotation, .. } => {
            let text = annotation
                .text
                .map(|text| ("the words of the annotation", text));
            text.into_iter().collect()
        }
        Fact::Listed(listed) => vec![("the list of an archive", listed.list)],
        Fact::Backfilled(copy) => match copy.text() {
            Some(text) => [
                ("the capture", Some(text.capture)),
                ("the body", Some(text.body)),
                ("the document", Some(text.document)),
                ("the names", text.names),
            ]
            .into_iter()
            .filter_map(|(what, digest)| Some((what, digest?)))
            .collect(),
            None => Vec::new(),
        },
        Fact::Looks { .. }
        | Fact::Delivery { .. }
        | Fact::Parked(_)
        | Fact::OwedAgain { .. }
        | Fact::ReadBack { .. }
        | Fact::Watchlist { .. }
        | Fact::Decided { .. }
        | Fact::Muted(_)
        | Fact::Unmuted { .. }
        | Fact::Suggested(_)
        | Fact::Key(_)
        | Fact::Checkpoint(_)
        | Fact::Copied { .. }
        | Fact::Saved(_)
        | Fact::Forgotten(_)
        | Fact::NameRuled { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WatchId;

    fn entry(no: EntryNo, retired: Vec<WatchId>) -> Entry {
        Entry {
            format: FORMAT,
            no,
            at: "2026-07-06T09:15:00Z".parse().expect("a time"),
            clock_went_back: false,
            previous: genesis(),
            fact: Fact::Watchlist {
                digest: Digest::of(b"a watchlist"),
                watches: 3,
                retired,
                renamed: vec![("old".into(), "new".into())],
            },
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        let entry = entry(7, vec!["gone".into()]);
        let (value, hash) = encode(&entry).expect("written");
        assert_eq!(decode(7, &value).expect("read"), (entry.clone(), hash));
        assert!(is_canonical(&entry, hash));
        let json = zstd::decode_all(value.as_slice()).expect("zstd");
        assert!(json.starts_with(br#"{"at":"2026-07-06T09:15:00Z","fact":{"digest":"#));
        assert_eq!(hash, Digest::of(&json));
    }

    #[test]
    fn an_entry_in_another_place_is_named() {
        let (value, _) = encode(&entry(7, vec![])).expect("written");
        let error = decode(8, &value).expect_err("in the wrong place");
        assert_eq!(
            error.to_string(),
            "entry 8 is damaged: it calls itself entry 7"
        );
    }

    #[test]
    fn an_entry_from_the_future_says_what_to_do() {
        let mut future = entry(7, vec![]);
        future.format = 2;
        let (value, _) = encode(&future).expect("written");
        let error = decode(7, &value).expect_err("from the future");
        assert!(error.to_string().contains("newer version"), "{error}");
    }

    #[test]
    fn an_entry_that_is_too_long_is_refused() {
        let retired = (0..2000u32)
            .map(|n| WatchId(Digest::of(&n.to_be_bytes()).to_string()))
            .collect();
        let error = encode(&entry(7, retired)).expect_err("too long");
        assert!(error.to_string().contains("at most 32768"), "{error}");
    }
}
