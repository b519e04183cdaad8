//! Brings a mirror up to the archive it is of, over the network, and believes nothing that hashes and signatures do not say.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;
use tokio::sync::mpsc;

use crate::model::{Digest, Entry, EntryNo, Fact};
use crate::proof::tree::{self, Head};
use crate::proof::{Public, checkpoint};
use crate::store::{Store, StoreError};
use crate::transfer::{Carried, Kept, LastOf, NotMirrored, Source, SourceHead, TOGETHER};

/// What was brought, and how it stands to what the archive has signed.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Mirrored {
    /// What was brought.
    #[serde(flatten)]
    pub carried: Carried,
    /// How many entries the newest checkpoint of the archive covers, which the mirror continues; absent where it has none.
    pub checkpoint: Option<u64>,
}

/// Brings the mirror up to the last entry of the archive, as it stands when this begins. Every entry is held against the one
/// before it, every body against its hash, and all of it against the newest signed checkpoint, which bears the signature of
/// `key` where one is given, else of a key that the journal names.
///
/// # Errors
/// Where the archive gives no answers, or what it gives is not what the mirror holds, or does not hold.
pub async fn mirror(
    from: &Source,
    to: &Store,
    key: Option<&Public>,
    tell: &mpsc::Sender<(u64, u64)>,
) -> Result<Mirrored, NotMirrored> {
    let head = from.head().await?;
    let (begun, mut hash) = begins_alike(from, to, &head).await?;
    let mut last = LastOf::default();
    let mut waiting: VecDeque<Vec<u8>> = VecDeque::new();
    let (mut no, mut bodies, mut bytes) = (begun, 0, 0);
    let mut forgotten = Vec::new();
    while no < head.last {
        if waiting.is_empty() {
            let most = usize::try_from(head.last - no).unwrap_or(usize::MAX);
            waiting = from.entries(no, most.min(PAGE)).await?.into();
        }
        let mut entries = Vec::new();
        let most = waiting.len().min(TOGETHER);
        for json in waiting.drain(..most) {
            let (entry, own) = follows(from, &json, no, hash)?;
            (no, hash) = (entry.no, own);
            entries.push(entry);
        }
        if entries.is_empty() {
            let why = format!("entry {} is missing in its journal", no + 1);
            return Err(from.untrue(why));
        }
        let (more, long) = bring(from, to, &entries, (&mut last, &mut forgotten)).await?;
        bodies += more;
        bytes += long;
        to.receive(entries).await?;
        // Whoever watched the progress may have gone.
        tell.send((no, head.last)).await.ok();
    }
    if no == head.last && hash != head.hash {
        let why = format!("its last entry, {no}, has another hash than it says");
        return Err(from.untrue(why));
    }
    for (digest, told) in forgotten {
        // Whoever hands out the archive cannot leave something out and call it forgotten.
        let entry = if told <= no {
            Some(to.entry(told).await?)
        } else {
            None
        };
        let fact = entry.map(|entry| entry.fact);
        if !matches!(fact, Some(Fact::Forgotten(gone)) if gone.bodies.contains(&digest)) {
            let why = format!(
                "it says that entry {told} tells why the body {digest} is gone, and that does not"
            );
            return Err(from.untrue(why));
        }
    }
    let checkpoint = match &head.checkpoint {
        Some(note) => Some(signed(from, to, note, key).await?),
        None if key.is_some() || to.last_checkpoint().await?.is_some() => {
            let why = "it hands out no signed checkpoint, and there should be one";
            return Err(from.untrue(why.to_owned()));
        }
        None => None,
    };
    Ok(Mirrored {
        carried: Carried {
            dir: to.dir().to_owned(),
            entries: no - begun,
            bodies,
            bytes,
            last: no,
            head: hash,
            uncompacted: to.is_uncompacted().await?,
        },
        checkpoint,
    })
}

/// So many entries are asked for at once.
const PAGE: usize = 512;

/// The last entry of the mirror and its hash, where the archive has the same one.
async fn begins_alike(
    from: &Source,
    to: &Store,
    head: &SourceHead,
) -> Result<(EntryNo, Digest), NotMirrored> {
    let Some((last, hash)) = to.head().await? else {
        return Ok((0, Digest::of(b"")));
    };
    let another = |why: String| NotMirrored::Another {
        dir: to.dir().display().to_string(),
        host: from.host(),
        why,
    };
    if last.no > head.last {
        let why = format!(
            "it goes on to entry {}, and the journal there ends with entry {}; that one was cut short, or this one has gone its own way",
            last.no, head.last
        );
        return Err(another(why));
    }
    if hash_there(from, last.no).await? == hash {
        return Ok((last.no, hash));
    }
    // Each hash covers all entries before it: those that differ come after those that are the same.
    let (mut same, mut differs) = (0, last.no);
    while differs - same > 1 {
        let middle = same + (differs - same) / 2;
        match hash_there(from, middle).await? == to.hash_of(middle).await? {
            true => same = middle,
            false => differs = middle,
        }
    }
    Err(another(format!(
        "entry {differs} is the first that differs; it is of another archive, or one of the two has gone its own way"
    )))
}

async fn hash_there(from: &Source, no: EntryNo) -> Result<Digest, NotMirrored> {
    let found = from.entries(no - 1, 1).await?;
    let json = found.first();
    let json = json.ok_or_else(|| from.untrue(format!("entry {no} is missing in its journal")))?;
    Ok(Digest::of(json))
}

/// An entry as it was handed out, where it follows on the one before it.
fn follows(
    from: &Source,
    json: &[u8],
    before: EntryNo,
    hash: Digest,
) -> Result<(Entry, Digest), NotMirrored> {
    let no = before + 1;
    let (entry, own) = Store::entry_in(json).map_err(|error| match error {
        StoreError::Damaged { why, .. } => from.untrue(format!("entry {no}: {why}")),
        other => other.into(),
    })?;
    match entry.no == no && entry.previous == hash {
        true => Ok((entry, own)),
        false if entry.no != no => {
            Err(from.untrue(format!("in the place of entry {no} is entry {}", entry.no)))
        }
        // Which of the two was altered nobody can tell from here; the chain breaks between them.
        false => Err(from.untrue(format!(
            "entry {no} does not follow on entry {before}: the hash it gives for it is another one"
        ))),
    }
}

/// Brings the bodies that these entries name and that are not here; how many, and how long they are.
async fn bring(
    from: &Source,
    to: &Store,
    entries: &[Entry],
    (last, forgotten): (&mut LastOf, &mut Vec<(Digest, EntryNo)>),
) -> Result<(u64, u64), NotMirrored> {
    let (mut seen, mut lacking) = (BTreeSet::new(), VecDeque::new());
    for (at, entry) in entries.iter().enumerate() {
        for (digest, must) in Store::bodies_in(entry) {
            if seen.insert(digest) && !to.keeps(digest).await? {
                lacking.push_back((digest, must, at));
            }
        }
    }
    let (mut bodies, mut bytes, mut noted) = (0, 0, 0);
    let mut left = Vec::new();
    while !lacking.is_empty() {
        let wanted: Vec<Digest> = lacking.iter().map(|(digest, ..)| *digest).collect();
        for (digest, kept) in from.bodies(&wanted).await? {
            let Some((_, must, at)) = lacking.pop_front() else {
                break;
            };
            let entry = &entries[at];
            for earlier in &entries[noted..at] {
                last.note(earlier);
            }
            noted = at;
            match kept {
                Kept::Here(body) => {
                    bodies += 1;
                    bytes += body.len() as u64;
                    to.keep(body, last.like(to, entry, digest).await?).await?;
                }
                Kept::Nowhere if !must => {}
                Kept::Forgotten(told) => left.push((digest, told)),
                Kept::Nowhere => {
                    return Err(from.untrue(format!(
                        "entry {} names the body {digest}, which is not there",
                        entry.no
                    )));
                }
            }
        }
    }
    entries[noted..].iter().for_each(|entry| last.note(entry));
    to.entomb(left.clone()).await?;
    forgotten.extend(left);
    Ok((bodies, bytes))
}

/// Holds the mirror against a checkpoint of the archive; how many entries that covers.
async fn signed(
    from: &Source,
    to: &Store,
    note: &str,
    key: Option<&Public>,
) -> Result<u64, NotMirrored> {
    let head = match key {
        Some(key) => checkpoint::open(note, key)
            .map_err(|why| from.untrue(format!("of its checkpoint: {why}")))?,
        None => by_any_key(to, note).await?.ok_or_else(|| {
            from.untrue(
                "its checkpoint bears the signature of no key that its journal names".to_owned(),
            )
        })?,
    };
    let last = to.last_entry().await?;
    let covered = head.size <= last && tree::root(&to.leaves(head.size).await?) == head.root;
    if !covered {
        return Err(from.untrue(format!(
            "it has signed a checkpoint over {} entries, and those it hands out have another root: it tells different journals to different people",
            head.size
        )));
    }
    // A mirror that loses its end is known by it too.
    to.note_aside(note.to_owned()).await?;
    Ok(head.size)
}

async fn by_any_key(to: &Store, note: &str) -> Result<Option<Head>, StoreError> {
    let keys = to.signing_keys().await?;
    let keys = (keys.iter()).filter_map(|noted| Public::read(&noted.what.public));
    Ok(keys
        .filter_map(|key| checkpoint::open(note, &key).ok())
        .next())
}
