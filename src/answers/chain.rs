//! What others check the journal by: checkpoints, proofs, keys, and whether the archive is whole.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answers::{NoAnswer, Response, search};
use crate::house::House;
use crate::model::{Checkpoint, Digest, EntryNo, KeyNoted, Proved};
use crate::proof::tree::{self, Head};
use crate::store::Broken;
use crate::witness::{self, NotSigned};

/// What somebody asks of the chain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "of")]
pub enum ChainAsked {
    /// A checkpoint over all that happened.
    Checkpoint,
    /// Every checkpoint there is.
    Checkpoints,
    /// The proof that an entry stands below a checkpoint.
    Proof {
        /// Which entry.
        entry: EntryNo,
    },
    /// The proof that one checkpoint continues another, by how many entries they cover.
    Consistency {
        /// The earlier one.
        from: u64,
        /// The later one.
        to: u64,
    },
    /// Every key, and what became of it.
    Keys,
    /// A key is made.
    NewKey {
        /// By whom.
        by: Option<String>,
    },
    /// Another key is put in its place.
    RotateKey {
        /// By whom.
        by: Option<String>,
        /// Why.
        why: Option<String>,
    },
    /// The key is lost.
    KeyLost {
        /// Who says so.
        by: Option<String>,
        /// What happened.
        why: String,
    },
}

impl ChainAsked {
    /// Whether the journal stays as it is, whatever is answered.
    pub(super) fn adds_nothing(&self) -> bool {
        match self {
            ChainAsked::Checkpoint
            | ChainAsked::NewKey { .. }
            | ChainAsked::RotateKey { .. }
            | ChainAsked::KeyLost { .. } => false,
            ChainAsked::Checkpoints
            | ChainAsked::Proof { .. }
            | ChainAsked::Consistency { .. }
            | ChainAsked::Keys => true,
        }
    }
}

/// What is answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Chained {
    /// To `Checkpoint` and `Checkpoints`, in order.
    Checkpoints(Vec<CheckpointOne>),
    /// To `Proof`.
    Proof(EntryProof),
    /// To `Consistency`.
    Consistency(Continuation),
    /// To all that is asked of keys, in order.
    Keys(Vec<Proved<KeyNoted>>),
}

/// A checkpoint with the word of authorities.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CheckpointOne {
    /// The checkpoint with its entry.
    #[serde(flatten)]
    pub made: Proved<Checkpoint>,
    /// What authorities said of it.
    pub stamps: Vec<StampOne>,
}

/// The word of an authority.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct StampOne {
    /// Which authority.
    pub authority: Url,
    /// The time it gives.
    pub time: DateTime<Utc>,
}

/// That an entry stands below a checkpoint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct EntryProof {
    /// Which entry.
    pub entry: EntryNo,
    /// Its hash in the chain: SHA-256 of its canonical JSON.
    pub hash: Digest,
    /// Its hash as a leaf: SHA-256 of a zero byte and that JSON.
    pub leaf: Digest,
    /// Its place in the tree, from 0.
    pub index: u64,
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// The path to the root.
    pub path: Vec<Digest>,
    /// The root.
    pub root: Digest,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// That one checkpoint continues another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Continuation {
    /// How many entries the earlier one covers.
    pub from: u64,
    /// Its root.
    pub from_root: Digest,
    /// How many entries the later one covers.
    pub to: u64,
    /// Its root.
    pub root: Digest,
    /// The path.
    pub path: Vec<Digest>,
    /// The later checkpoint, signed.
    pub checkpoint: String,
}

/// To `Chain`.
pub(super) async fn chain(house: &House, asked: ChainAsked) -> Result<Response, NoAnswer> {
    let told = match asked {
        ChainAsked::Checkpoint => {
            let made = witness::now(house).await?;
            Chained::Checkpoints(vec![with_stamps(house, made).await?])
        }
        ChainAsked::Checkpoints => {
            let mut all = Vec::new();
            for made in house.store.checkpoints().await? {
                all.push(with_stamps(house, made).await?);
            }
            Chained::Checkpoints(all)
        }
        ChainAsked::Proof { entry } => Chained::Proof(proof(house, entry).await?),
        ChainAsked::Consistency { from, to } => {
            Chained::Consistency(consistency(house, from, to).await?)
        }
        ChainAsked::Keys => Chained::Keys(house.store.signing_keys().await?),
        ChainAsked::NewKey { by } => Chained::Keys(vec![witness::make_key(house, by).await?]),
        ChainAsked::RotateKey { by, why } => {
            Chained::Keys(vec![witness::rotate_key(house, by, why).await?])
        }
        ChainAsked::KeyLost { by, why } => {
            Chained::Keys(vec![witness::key_lost(house, by, why).await?])
        }
    };
    Ok(Response::Chain(Box::new(told)))
}

async fn with_stamps(house: &House, made: Proved<Checkpoint>) -> Result<CheckpointOne, NoAnswer> {
    let stamps = house.store.stamps(made.entry).await?.into_iter();
    let stamps = stamps.map(|stamp| StampOne {
        authority: stamp.what.authority,
        time: stamp.what.time,
    });
    Ok(CheckpointOne {
        made,
        stamps: stamps.collect(),
    })
}

/// The proof that an entry stands below the newest checkpoint.
pub(super) async fn proof(house: &House, entry: EntryNo) -> Result<EntryProof, NoAnswer> {
    let last = house.store.last_entry().await?;
    if entry == 0 || entry > last {
        return Err(no_entry(entry, last));
    }
    let made = house.store.last_checkpoint().await?;
    let made = made.filter(|made| made.what.size >= entry);
    let made = made.ok_or_else(|| NoAnswer::Unknown {
        what: format!("No checkpoint covers entry {entry} yet."),
        remedy: Some("`smallprint checkpoint` makes one now.".to_owned()),
    })?;
    let leaves = house.store.leaves(made.what.size).await?;
    let index = usize::try_from(entry - 1).unwrap_or(usize::MAX);
    let proof = EntryProof {
        entry,
        hash: house.store.hash_of(entry).await?,
        leaf: leaves[index],
        index: entry - 1,
        size: made.what.size,
        path: tree::inclusion(&leaves, index),
        root: made.what.root,
        checkpoint: made.what.note,
    };
    match tree::includes(proof.leaf, proof.index, proof.size, &proof.path, proof.root) {
        true => Ok(proof),
        false => Err(not_continued(proof.size)),
    }
}

async fn consistency(house: &House, from: u64, to: u64) -> Result<Continuation, NoAnswer> {
    let all = house.store.checkpoints().await?;
    let find = |size: u64| {
        let found = all.iter().find(|made| made.what.size == size);
        found.map(|made| &made.what).ok_or_else(|| {
            let sizes: Vec<String> = (all.iter().rev().take(10))
                .map(|made| made.what.size.to_string())
                .collect();
            NoAnswer::Unknown {
                what: format!("There is no checkpoint over {size} entries."),
                remedy: Some(match sizes.is_empty() {
                    true => "`smallprint checkpoint` makes one now.".to_owned(),
                    false => format!("There are some over {}.", sizes.join(", ")),
                }),
            }
        })
    };
    let (first, second) = (find(from)?, find(to)?);
    if from > to {
        return Err(NoAnswer::Unknown {
            what: format!("The checkpoint over {to} entries is the earlier one."),
            remedy: Some(format!("Ask for --from {to} --to {from}.")),
        });
    }
    let leaves = house.store.leaves(second.size).await?;
    let path = tree::consistency(&leaves, usize::try_from(from).unwrap_or(usize::MAX));
    let head = |made: &Checkpoint| Head {
        size: made.size,
        root: made.root,
    };
    match tree::extends(head(first), head(second), &path) {
        true => Ok(Continuation {
            from,
            from_root: first.root,
            to,
            root: second.root,
            path,
            checkpoint: second.note.clone(),
        }),
        false => Err(not_continued(to)),
    }
}

/// To `Verify`.
pub(super) async fn verify(
    house: &House,
    since: Option<EntryNo>,
    heard: impl FnMut(u64, u64) + Send,
) -> Result<Response, NoAnswer> {
    let last = house.store.last_entry().await?;
    if let Some(since) = since.filter(|since| *since > last.max(1)) {
        return Err(no_entry(since, last));
    }
    let mut verified = house.store.verify_from(since.unwrap_or(1), heard).await?;
    if verified.broken.is_none()
        && let Some((entry, why)) = witness::contradiction(house).await?
    {
        verified.broken = Some(why);
        verified.place = Some(Broken {
            entry,
            at: house.store.entry(entry).await.ok().map(|entry| entry.at),
            after: None,
        });
    }
    verified.search = search::verify(house).await;
    Ok(Response::Verify(verified))
}

fn no_entry(entry: EntryNo, last: EntryNo) -> NoAnswer {
    NoAnswer::Unknown {
        what: format!("There is no entry {entry} in the journal."),
        remedy: Some(format!("The last one is entry {last}.")),
    }
}

fn not_continued(size: u64) -> NoAnswer {
    NoAnswer::Archive(format!(
        "the journal is not the one of which the checkpoint over {size} entries was signed; `smallprint verify` says more"
    ))
}

impl From<NotSigned> for NoAnswer {
    fn from(error: NotSigned) -> NoAnswer {
        match error {
            NotSigned::Refused { what, remedy } => NoAnswer::Unknown {
                what,
                remedy: Some(remedy),
            },
            NotSigned::Archive(error) => error.into(),
        }
    }
}
