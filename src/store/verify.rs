//! Walks the journal and every body it names, and says what is wrong first.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::model::{Digest, Entry, EntryNo, Fact, LookOutcome};
use crate::store::{
    Broken, Verified, bodies, disk::Disk, error::StoreError, forgetting, journal, views::Applied,
};

/// Walks the journal from this entry up to `applied`, the last one the archive knows of, and every body that is named on the
/// way. `heard` hears how many entries and bodies are done, and how many there are as far as is known.
pub(super) fn walk(
    disk: &Disk,
    first: EntryNo,
    applied: Option<Applied>,
    heard: &(dyn Fn(u64, u64) + Sync),
) -> Result<Verified, StoreError> {
    let last = applied.as_ref().map_or(0, |applied| applied.entry);
    if first > last.max(1) {
        let why = match last {
            0 => "the journal is empty".to_owned(),
            last => format!("the last one is entry {last}"),
        };
        return Err(StoreError::Missing(format!("entry {first} ({why})")));
    }
    let mut walk = Walk {
        disk,
        seen: HashSet::new(),
        named: Vec::new(),
        before: None,
    };
    let mut verified = Verified {
        from: first,
        ..Verified::default()
    };
    let mut previous = walk.start(first)?;
    let mut broken: Option<(EntryNo, StoreError)> = None;
    for no in first..=last {
        match walk.entry(no, previous) {
            Ok((hash, at)) => {
                previous = hash;
                walk.before = Some((no, at));
            }
            Err(error @ StoreError::Disk { .. }) => return Err(error),
            Err(error) => {
                let of = number(&error).unwrap_or(no);
                broken = Some((of, error));
                break;
            }
        }
        verified.entries += 1;
        verified.head = Some(previous);
        heard(verified.entries, last + 1 - first);
    }
    let known = applied.map_or(previous, |applied| applied.hash);
    if broken.is_none() && known != previous {
        let error = altered(last, "its hash is not the one noted when it was written");
        broken = Some((last, error));
    }
    let wrong = walk.bodies(&mut verified, heard)?;
    let first_wrong = walk.first_wrong(wrong);
    let earlier = match (broken, first_wrong) {
        (Some(entry), Some(body)) if entry.0 < body.0 => Some(entry),
        (entry, body) => body.or(entry),
    };
    if let Some((no, error)) = earlier {
        verified.place = Some(walk.place(no));
        verified.broken = Some(error.to_string());
    }
    Ok(verified)
}

/// A body with the first entry that names it, and what it is to the entry.
type Named = (Digest, EntryNo, &'static str);

struct Walk<'a> {
    disk: &'a Disk,
    seen: HashSet<Digest>,
    named: Vec<Named>,
    // The last entry that was sound, with its time.
    before: Option<(EntryNo, DateTime<Utc>)>,
}

impl Walk<'_> {
    /// The hash that the first entry must give for the one before it.
    fn start(&mut self, first: EntryNo) -> Result<Digest, StoreError> {
        if first <= 1 {
            return Ok(journal::genesis());
        }
        // What stands before is taken as it is: somebody looked at it earlier.
        let found = journal::get(self.disk, first - 1)?;
        let (entry, hash) = found.ok_or_else(|| altered(first - 1, "it is missing"))?;
        self.before = Some((first - 1, entry.at));
        Ok(hash)
    }

    fn entry(
        &mut self,
        no: EntryNo,
        previous: Digest,
    ) -> Result<(Digest, DateTime<Utc>), StoreError> {
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
        self.note(&entry)?;
        Ok((hash, entry.at))
    }

    /// Notes the bodies that an entry is the first to name.
    fn note(&mut self, entry: &Entry) -> Result<(), StoreError> {
        for (what, digest) in journal::bodies(&entry.fact) {
            if self.seen.insert(digest) {
                self.named.push((digest, entry.no, what));
            }
        }
        // The bytes behind an unchanged look and a watchlist are kept or not as the caller likes.
        for digest in mentioned(&entry.fact) {
            if !self.seen.contains(&digest) && bodies::is_kept(self.disk, digest)? {
                self.seen.insert(digest);
                self.named.push((digest, entry.no, "a body"));
            }
        }
        Ok(())
    }

    /// Checks the bodies noted, and says what is wrong with some.
    fn bodies(
        &self,
        verified: &mut Verified,
        heard: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<BTreeMap<Digest, StoreError>, StoreError> {
        let wanted: Vec<Digest> = self.named.iter().map(|(digest, ..)| *digest).collect();
        let all = verified.entries + wanted.len() as u64;
        let done = AtomicU64::new(verified.entries);
        let walked = bodies::check(self.disk, &wanted, &|| {
            heard(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        })?;
        verified.bodies = walked.sound;
        verified.bytes = walked.bytes;
        verified.uncompacted = forgetting::is_owed(self.disk)?;
        let mut wrong = walked.wrong;
        let told =
            |error: &StoreError| matches!(error, StoreError::Forgotten(left) if left.at.is_some());
        let known = wrong.len();
        wrong.retain(|_, error| !told(error));
        verified.forgotten = (known - wrong.len()) as u64;
        Ok(wrong)
    }

    /// The first entry that names a body with which something is wrong.
    fn first_wrong(
        &self,
        mut wrong: BTreeMap<Digest, StoreError>,
    ) -> Option<(EntryNo, StoreError)> {
        let mut named = self.named.iter();
        let (digest, no, what) = named.find(|(digest, ..)| wrong.contains_key(digest))?;
        let error = wrong.remove(digest)?;
        Some((*no, of_entry(*no, what, error)))
    }

    /// Where something is wrong, and when that was written.
    fn place(&self, no: EntryNo) -> Broken {
        let at = |no| {
            let found = journal::get(self.disk, no).ok().flatten();
            found.map(|(entry, _)| entry.at)
        };
        Broken {
            entry: no,
            at: at(no),
            after: no.checked_sub(1).filter(|no| *no > 0).and_then(at),
        }
    }
}

/// The entry that a sentence of ours is about.
fn number(error: &StoreError) -> Option<EntryNo> {
    let StoreError::Damaged { what, .. } = error else {
        return None;
    };
    what.strip_prefix("entry ")?.parse().ok()
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
        StoreError::Forgotten(left) => StoreError::damaged(
            format!("entry {no}: {what} (the body {})", left.body),
            format!(
                "it is missing, and entry {}, which is to tell why, does not; a copy that was stopped goes on when the same command is given again",
                left.entry
            ),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{Store, views::View};

    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = (self.0)
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }
    }

    /// An archive with this many notices, each in a body packed against the one before.
    async fn furnished(dir: &std::path::Path, notices: u32) {
        let store = Store::open(dir).await.expect("open");
        let mut last = None;
        for no in 0..notices {
            let lines = (0..40).map(|line| format!("line {line} {}\n", (line * 7 + no) % 40));
            let text = lines.collect::<String>().into_bytes();
            let kept = store.keep(text, last).await.expect("kept");
            last = Some(kept);
            let fact = Fact::Notice {
                text: kept,
                owed: Vec::new(),
                about: Vec::new(),
                promises: Vec::new(),
            };
            let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(i64::from(no));
            store.append(fact, at, None).await.expect("appended");
        }
        store.close(DateTime::UNIX_EPOCH).await.expect("closed");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_a_thousand_bytes_altered_in_journal_and_bodies_whatever_alters_what_is_kept_is_named()
     {
        let dir = tempfile::tempdir().expect("a directory");
        furnished(dir.path(), 12).await;
        let disk = Arc::new(Disk::open(dir.path()).expect("open"));
        let applied = View::open(&disk).expect("views").applied().expect("read");
        let walked = || walk(&disk, 1, applied.clone(), &|_, _| ()).expect("a walk");
        let whole = walked();
        assert_eq!(whole.broken, None);
        let (mut dice, mut unseen) = (Dice(20_160_706), 0);
        let trees = [&disk.journal, &disk.chunks, &disk.bodies];
        for round in 0..1_000 {
            let tree = trees[round % trees.len()];
            let keys: Vec<_> = tree.iter().flatten().map(|(key, _)| key).collect();
            let key = &keys[dice.below(keys.len())];
            let sound = tree.get(key).expect("read").expect("a value");
            let mut altered = sound.to_vec();
            let at = dice.below(altered.len());
            altered[at] ^= 1 << dice.below(8);
            tree.insert(key, &altered).expect("written");
            let found = walked();
            let named = (found.broken.as_deref()).is_some_and(|why| why.starts_with("entry "))
                && found.place.is_some();
            // A packed value may be written in several ways that unpack to the same: then nothing that is kept was altered,
            // since all of it was hashed once more.
            let same = found == whole && round % 3 < 2;
            unseen += usize::from(same);
            assert!(
                named || same,
                "round {round}, byte {at} of {}: {:?}",
                sound.len(),
                found.broken
            );
            tree.insert(key, &sound).expect("written");
        }
        assert!(unseen < 50, "{unseen} of them altered nothing");
        assert_eq!(walked(), whole);
    }
}
