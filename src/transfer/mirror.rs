//! Brings a mirror up to the archive it is of, over the network, and believes nothing that hashes and signatures do not say.

use std::collections::{BTreeSet, HashMap, VecDeque};

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
    let (begun, hash) = begins_alike(from, to, &head).await?;
    // First the chain to its end, then what it names: nothing is taken that does not hold.
    let chain = chain(from, &head, begun, hash).await?;
    let checkpoint = signed(from, to, &head, &chain, key).await?;
    let mut last = LastOf::default();
    let mut waiting: VecDeque<Vec<u8>> = VecDeque::new();
    let (mut no, mut hash, mut bodies, mut bytes) = (begun, hash, 0, 0);
    while no < head.last {
        if waiting.is_empty() {
            waiting = page(from, no, head.last).await?;
        }
        let mut entries = Vec::new();
        let most = waiting.len().min(TOGETHER);
        for json in waiting.drain(..most) {
            let (entry, own) = follows(from, &json, no, hash)?;
            if chain.hashes.get(place(entry.no, begun)) != Some(&own) {
                return Err(from.untrue(format!("entry {} is another one than before", entry.no)));
            }
            (no, hash) = (entry.no, own);
            entries.push(entry);
        }
        let (more, long) = bring(from, to, (&entries, &chain), &mut last).await?;
        bodies += more;
        bytes += long;
        to.receive(entries).await?;
        // Whoever watched the progress may have gone.
        tell.send((no, head.last)).await.ok();
    }
    if let (Some(_), Some(note)) = (checkpoint, head.checkpoint) {
        // A mirror that loses its end is known by it too.
        to.note_aside(note).await?;
    }
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
    (entries, chain): (&[Entry], &Chain),
    last: &mut LastOf,
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
                // Whoever hands out the archive cannot leave something out and call it forgotten.
                Kept::Forgotten(told) if chain.forgotten.get(&digest) == Some(&told) => {
                    left.push((digest, told));
                }
                Kept::Forgotten(told) => {
                    return Err(from.untrue(format!(
                        "it says that entry {told} tells why the body {digest} is gone, and that does not"
                    )));
                }
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
    to.entomb(left).await?;
    Ok((bodies, bytes))
}

/// The hashes of what the mirror lacks.
struct Chain {
    /// Of each entry, as the next one gives it.
    hashes: Vec<Digest>,
    /// Of each entry, as a leaf of the tree.
    leaves: Vec<Digest>,
    /// The keys that these entries name.
    keys: Vec<Public>,
    /// What they say is forgotten, and which of them says it.
    forgotten: HashMap<Digest, EntryNo>,
    /// Whether one of them holds a checkpoint.
    signed: bool,
}

/// Follows the journal of the archive from an entry of the mirror to its end.
async fn chain(
    from: &Source,
    head: &SourceHead,
    begun: EntryNo,
    mut hash: Digest,
) -> Result<Chain, NotMirrored> {
    let mut chain = Chain {
        hashes: Vec::new(),
        leaves: Vec::new(),
        keys: Vec::new(),
        forgotten: HashMap::new(),
        signed: false,
    };
    let mut no = begun;
    while no < head.last {
        for json in page(from, no, head.last).await? {
            let (entry, own) = follows(from, &json, no, hash)?;
            (no, hash) = (entry.no, own);
            chain.hashes.push(own);
            chain.leaves.push(tree::leaf(&json));
            match &entry.fact {
                Fact::Key(noted) => chain.keys.extend(Public::read(&noted.public)),
                Fact::Checkpoint(_) => chain.signed = true,
                Fact::Forgotten(gone) => {
                    let gone = gone.bodies.iter().map(|digest| (*digest, no));
                    chain.forgotten.extend(gone);
                }
                _ => {}
            }
        }
    }
    match hash == head.hash {
        true => Ok(chain),
        false => {
            let why = format!("its last entry, {no}, has another hash than it says");
            Err(from.untrue(why))
        }
    }
}

/// The place of an entry among those that the mirror lacked.
fn place(no: EntryNo, begun: EntryNo) -> usize {
    usize::try_from(no - begun - 1).unwrap_or(usize::MAX)
}

/// The next entries, one at least.
async fn page(from: &Source, no: EntryNo, last: EntryNo) -> Result<VecDeque<Vec<u8>>, NotMirrored> {
    let most = usize::try_from(last - no).unwrap_or(usize::MAX);
    let found = from.entries(no, most.min(PAGE)).await?;
    match found.is_empty() {
        true => Err(from.untrue(format!("entry {} is missing in its journal", no + 1))),
        false => Ok(found.into()),
    }
}

/// Holds what the mirror has and lacks against the newest checkpoint of the archive; how many entries that covers.
async fn signed(
    from: &Source,
    to: &Store,
    head: &SourceHead,
    chain: &Chain,
    key: Option<&Public>,
) -> Result<Option<u64>, NotMirrored> {
    let Some(note) = &head.checkpoint else {
        let owed = key.is_some() || chain.signed || to.last_checkpoint().await?.is_some();
        return match owed {
            false => Ok(None),
            true => {
                let why = "it hands out no signed checkpoint, and there should be one";
                Err(from.untrue(why.to_owned()))
            }
        };
    };
    let told = match key {
        Some(key) => checkpoint::open(note, key)
            .map_err(|why| from.untrue(format!("of its checkpoint: {why}")))?,
        None => by_any_key(to, note, &chain.keys).await?.ok_or_else(|| {
            let why = "its checkpoint bears the signature of no key that its journal names";
            from.untrue(why.to_owned())
        })?,
    };
    let mut leaves = match to.last_entry().await? {
        0 => Vec::new(),
        last => to.leaves(last).await?.to_vec(),
    };
    leaves.extend(&chain.leaves);
    let covered = usize::try_from(told.size).unwrap_or(usize::MAX);
    match leaves.get(..covered).map(tree::root) == Some(told.root) {
        true => Ok(Some(told.size)),
        false => Err(from.untrue(format!(
            "it has signed a checkpoint over {} entries, and those it hands out have another root: it tells different journals to different people",
            told.size
        ))),
    }
}

async fn by_any_key(to: &Store, note: &str, new: &[Public]) -> Result<Option<Head>, StoreError> {
    let keys = to.signing_keys().await?;
    let keys = (keys.iter()).filter_map(|noted| Public::read(&noted.what.public));
    let open = |key: &Public| checkpoint::open(note, key).ok();
    let known = keys.into_iter().find_map(|key| open(&key));
    Ok(known.or_else(|| new.iter().find_map(open)))
}
