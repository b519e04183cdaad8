//! Signs what the journal comes to, once a day, and asks authorities to stamp it.

mod keys;
mod stamping;

pub use keys::{key_lost, make_key, rotate_key};

use crate::house::House;
use crate::model::{Checkpoint, EntryNo, Fact, Proved};
use crate::proof::tree::{self, Head};
use crate::proof::{Public, checkpoint, note};
use crate::store::StoreError;

/// How many entries are read at once.
const AT_ONCE: usize = 500;

/// Why something was not signed.
#[derive(Debug, thiserror::Error)]
pub enum NotSigned {
    /// Something is missing or not allowed.
    #[error("{what}")]
    Refused {
        /// What, in a sentence.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The archive's.
    #[error(transparent)]
    Archive(#[from] StoreError),
}

impl NotSigned {
    pub(crate) fn refused(what: impl Into<String>, remedy: impl Into<String>) -> NotSigned {
        NotSigned::Refused {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

/// The checkpoint over all that happened: a new one where something did since the last. Then authorities are asked to stamp it.
///
/// # Errors
/// Where there is no key, or the journal does not continue what was signed.
pub async fn now(house: &House) -> Result<Proved<Checkpoint>, NotSigned> {
    let made = {
        let _alone = house.lane().await?;
        made(house).await?
    };
    stamping::stamp(house, &made).await?;
    Ok(made)
}

/// The same once a day, where there is a key; `None` where it is not due.
///
/// # Errors
/// As for [`now`].
pub async fn daily(house: &House) -> Result<Option<Proved<Checkpoint>>, NotSigned> {
    let last = house.store.last_checkpoint().await?;
    let today = house.clock.now().date_naive();
    if let Some(last) = last.filter(|last| last.at.date_naive() >= today) {
        // An authority that was not there is asked again.
        stamping::stamp(house, &last).await?;
        return Ok(None);
    }
    if !keys::is_there(house) {
        return Ok(None);
    }
    now(house).await.map(Some)
}

/// A text that ends with a line feed, signed with the key of the archive.
///
/// # Errors
/// Where there is no key.
pub async fn sign(house: &House, text: &str) -> Result<String, NotSigned> {
    let _alone = house.lane().await?;
    let key = keys::at_hand(house).await?;
    Ok(note::sign(text, &key))
}

/// The first checkpoint that covers this entry: the one that there is, else a new one.
///
/// # Errors
/// As for [`now`].
pub async fn covering(house: &House, entry: EntryNo) -> Result<Proved<Checkpoint>, NotSigned> {
    let last = house.store.last_checkpoint().await?;
    match last.filter(|last| last.what.size >= entry) {
        Some(last) => Ok(last),
        None => now(house).await,
    }
}

/// The key whose signature this checkpoint bears, as the journal has it.
///
/// # Errors
/// The archive's.
pub async fn key_of(house: &House, made: &Checkpoint) -> Result<Option<Public>, StoreError> {
    let keys = house.store.signing_keys().await?;
    let noted = keys.iter().find(|noted| noted.what.id == made.key);
    Ok(noted.and_then(|noted| Public::read(&noted.what.public)))
}

/// Says what is wrong with the checkpoints, held against the journal as it is on the disk; `None` where nothing is.
///
/// # Errors
/// Where the archive cannot be read.
pub async fn contradiction(house: &House) -> Result<Option<(EntryNo, String)>, StoreError> {
    let last = house.store.last_entry().await?;
    let leaves = house.store.leaves_afresh(last).await?;
    let wrong = |size: EntryNo, root| {
        let covered = usize::try_from(size).ok()?;
        let why = match leaves.get(..covered) {
            None => format!(
                "the journal ends with entry {last}, and a checkpoint was signed over {size} entries: the last ones are gone"
            ),
            Some(leaves) if tree::root(leaves) != root => format!(
                "entry {size}, or one before it, is not what was signed: the checkpoint over {size} entries has another root"
            ),
            Some(_) => return None,
        };
        Some((size.min(last), why))
    };
    for made in house.store.checkpoints().await? {
        let public = key_of(house, &made.what).await?;
        let head = public.map(|public| checkpoint::open(&made.what.note, &public));
        let own = Head {
            size: made.what.size,
            root: made.what.root,
        };
        if !matches!(head, Some(Ok(head)) if head == own) {
            let why = format!(
                "entry {} is damaged: the signature of its checkpoint does not hold",
                made.entry
            );
            return Ok(Some((made.entry, why)));
        }
        if let Some(found) = wrong(own.size, own.root) {
            return Ok(Some(found));
        }
    }
    let aside = house.store.noted_aside();
    let Some(aside) = aside else {
        return Ok(None);
    };
    let keys = house.store.signing_keys().await?;
    let keys = keys
        .iter()
        .filter_map(|noted| Public::read(&noted.what.public));
    let heads: Vec<Head> = keys
        .filter_map(|key| checkpoint::open(&aside, &key).ok())
        .collect();
    match heads.first() {
        Some(head) => Ok(wrong(head.size, head.root)),
        None => {
            let path = house.store.dir().join("checkpoint");
            let why = format!(
                "{} holds no checkpoint that a key of this archive has signed",
                path.display()
            );
            Ok(Some((last, why)))
        }
    }
}

async fn made(house: &House) -> Result<Proved<Checkpoint>, NotSigned> {
    let key = keys::at_hand(house).await?;
    let size = house.store.last_entry().await?;
    let last = house.store.last_checkpoint().await?;
    if let Some(last) = &last
        && last.what.key == key.public().id_text()
        && !anything_since(house, last.what.size).await?
    {
        return Ok(last.clone());
    }
    let leaves = house.store.leaves(size).await?;
    if let Some(Proved { what, .. }) = &last {
        let covered = usize::try_from(what.size).unwrap_or(usize::MAX);
        let same = leaves.get(..covered).map(tree::root) == Some(what.root);
        if !same {
            let remedy = format!(
                "the journal is not the one of which the checkpoint over {} entries was signed; `smallprint verify` says more",
                what.size
            );
            return Err(StoreError::Damaged {
                what: "the journal".to_owned(),
                why: remedy,
            }
            .into());
        }
    }
    let head = Head {
        size,
        root: tree::root(&leaves),
    };
    let what = checkpoint::sign(head, &key);
    let at = house.clock.now();
    let fact = Fact::Checkpoint(what.clone());
    let entry = house.store.append(fact, at, None).await?;
    house.store.note_aside(what.note.clone()).await?;
    Ok(Proved { entry, at, what })
}

/// Whether anything happened after this entry but that something was signed or stamped.
async fn anything_since(house: &House, last: EntryNo) -> Result<bool, StoreError> {
    let own = |fact: &Fact| matches!(fact, Fact::Checkpoint(_) | Fact::Stamped(_));
    let mut from = last + 1;
    loop {
        let entries = house.store.entries(from, AT_ONCE).await?;
        if entries.iter().any(|(entry, _)| !own(&entry.fact)) {
            return Ok(true);
        }
        match entries.len() {
            AT_ONCE => from += AT_ONCE as EntryNo,
            _ => return Ok(false),
        }
    }
}
