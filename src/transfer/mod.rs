//! Carries an archive to another place, entry by entry and body by body, so that the copy is the same record.

mod letter;
mod mirror;
mod source;

pub use letter::{Kept, LETTER, SourceHead};
pub use mirror::{Mirrored, mirror};
pub use source::{NotMirrored, Source};

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::model::{Digest, Entry, EntryNo, Fact, WatchId};
use crate::store::{Place, Store, StoreError};

/// So many entries are made durable together.
const TOGETHER: usize = 64;

/// What was carried.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Carried {
    /// The directory of the copy.
    pub dir: PathBuf,
    /// The entries that it lacked.
    pub entries: u64,
    /// The bodies that it lacked.
    pub bodies: u64,
    /// Their length in bytes, unpacked.
    pub bytes: u64,
    /// The last entry of the copy.
    pub last: EntryNo,
    /// Its hash, which covers every entry before it; of nothing where there is none.
    pub head: Digest,
    /// Whether the copy held what was forgotten since: it is taken out, and its bytes may lie on the disk until
    /// `forget --compact` has written the copy anew.
    pub uncompacted: bool,
}

/// Why nothing more was carried. What was carried by then is whole.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// The copy is none of this archive.
    #[error("{dir} is no copy of this archive: {why}")]
    Another {
        /// The directory of the copy.
        dir: String,
        /// What tells that it is none.
        why: String,
    },
    /// An archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] StoreError),
}

/// Brings the copy in `dir` up to the last entry of this archive; looks that wait are sealed first, so that it holds them.
/// An archive that is written to meanwhile is copied as it stood when this began.
///
/// # Errors
/// Where what is in `dir` is no copy of this archive, or one of the two fails.
pub async fn backup(
    store: &Store,
    dir: &Path,
    now: DateTime<Utc>,
    tell: mpsc::Sender<(u64, u64)>,
) -> Result<Carried, NotCarried> {
    store.seal(now).await?;
    let until = store.last_entry().await?;
    let copy = Store::open_as(Place::from(dir).alone(), "smallprint backup").await?;
    let carried = carry(store, &copy, until, &tell).await;
    copy.close(now).await?;
    carried
}

/// Carries what the copy lacks up to the entry `until`. Every body is held against its hash as it is read, and every entry
/// against the one before it.
///
/// # Errors
/// As [`backup`].
pub async fn carry(
    from: &Store,
    to: &Store,
    until: EntryNo,
    tell: &mpsc::Sender<(u64, u64)>,
) -> Result<Carried, NotCarried> {
    let begun = begins_alike(from, to).await?;
    let mut last = LastOf::default();
    let (mut bodies, mut bytes) = (0, 0);
    let mut no = begun;
    while no < until {
        let most = TOGETHER.min(usize::try_from(until - no).unwrap_or(TOGETHER));
        let read = from.entries(no + 1, most).await?;
        let entries: Vec<Entry> = read.into_iter().map(|(entry, _)| entry).collect();
        let Some(end) = entries.last().map(|entry| entry.no) else {
            return Err(StoreError::Missing(format!("entry {}", no + 1)).into());
        };
        let mut left = Vec::new();
        for entry in &entries {
            for digest in from.bodies_named(entry).await? {
                if to.keeps(digest).await? {
                    continue;
                }
                match from.body(digest).await {
                    Ok(body) => {
                        bodies += 1;
                        bytes += body.len() as u64;
                        to.keep(body, last.like(to, entry, digest).await?).await?;
                    }
                    Err(StoreError::Forgotten(stone)) => left.push((digest, stone.entry)),
                    Err(error) => return Err(error.into()),
                }
            }
            last.note(entry);
        }
        to.entomb(left).await?;
        to.receive(entries).await?;
        no = end;
        // Whoever watched the progress may have gone.
        tell.send((no, until)).await.ok();
    }
    let head = match to.head().await? {
        Some((_, hash)) => hash,
        None => Digest::of(b""),
    };
    Ok(Carried {
        dir: to.dir().to_owned(),
        entries: no - begun,
        bodies,
        bytes,
        last: no,
        head,
        uncompacted: to.is_uncompacted().await?,
    })
}

/// The last entry of the copy, where the two archives are the same up to there.
async fn begins_alike(from: &Store, to: &Store) -> Result<EntryNo, NotCarried> {
    let Some((last, hash)) = to.head().await? else {
        return Ok(0);
    };
    let another = |why: String| NotCarried::Another {
        dir: to.dir().display().to_string(),
        why,
    };
    match from.hash_of(last.no).await {
        Ok(own) if own == hash => Ok(last.no),
        Ok(_) => Err(another(format!(
            "its entry {} is another one; it is of another archive, or has gone its own way",
            last.no
        ))),
        Err(StoreError::Missing(_)) => Err(another(format!(
            "it goes on to entry {}, which is not here; it is of another archive, or has gone its own way",
            last.no
        ))),
        Err(error) => Err(error.into()),
    }
}

/// What was kept of each watch last: what comes next resembles it, and is packed against it.
#[derive(Default)]
struct LastOf(HashMap<WatchId, (Option<Digest>, Option<Digest>)>);

impl LastOf {
    /// What a body of this entry probably resembles.
    async fn like(
        &mut self,
        to: &Store,
        entry: &Entry,
        digest: Digest,
    ) -> Result<Option<Digest>, StoreError> {
        let Fact::Landed(landed) = &entry.fact else {
            return Ok(None);
        };
        if !self.0.contains_key(&landed.watch) {
            let state = to.state(&landed.watch).await?;
            let document = match &state.current {
                Some(version) => Some(to.document_of(version).await?),
                None => None,
            };
            self.0.insert(landed.watch.clone(), (state.body, document));
        }
        let known = self.0.get(&landed.watch).copied().unwrap_or_default();
        Ok(match Some(digest) {
            digest if digest == landed.body => known.0,
            digest if digest == landed.document => known.1,
            _ => None,
        })
    }

    fn note(&mut self, entry: &Entry) {
        if let Fact::Landed(landed) = &entry.fact
            && let Some((body, document)) = self.0.get_mut(&landed.watch)
        {
            *body = landed.body.or(*body);
            *document = landed.document.or(*document);
        }
    }
}
