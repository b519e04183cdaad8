//! Many bodies checked at once: each is unpacked a single time, however many are packed against it.

use std::collections::{BTreeMap, HashMap};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::model::Digest;
use crate::store::bodies::{DEEPEST, Record, damaged, name, record, unpack};
use crate::store::{disk::Disk, error::StoreError};

/// More threads than this gain nothing: the disk is one.
const MOST_THREADS: usize = 8;

/// What a walk through bodies found.
#[derive(Default)]
pub(in crate::store) struct Walked {
    /// How many of those asked for are as they were kept.
    pub(in crate::store) sound: u64,
    /// Their bytes, as served.
    pub(in crate::store) bytes: u64,
    /// What is wrong with the others.
    pub(in crate::store) wrong: BTreeMap<Digest, StoreError>,
}

/// A body on the way to one that is asked for.
struct Node {
    record: Record,
    wanted: bool,
    // Those packed against it.
    above: Vec<Digest>,
}

/// Where the walk begins: a body that stands alone, or one whose base cannot be had.
enum Root {
    Sound(Digest),
    Broken(Digest, StoreError),
}

/// Checks these bodies, in the order in which they lie, on every core; `heard` is called after each one that was asked for.
///
/// # Errors
/// Where the disk cannot be read; what is damaged is told in the answer.
pub(in crate::store) fn check(
    disk: &Disk,
    wanted: &[Digest],
    heard: &(dyn Fn() + Sync),
) -> Result<Walked, StoreError> {
    let mut forest = Forest::default();
    for digest in wanted {
        forest.plant(disk, *digest)?;
    }
    let Forest {
        nodes,
        mut roots,
        wrong,
    } = forest;
    roots.sort_by_key(|root| match root {
        Root::Sound(digest) | Root::Broken(digest, _) => {
            nodes.get(digest).map_or(0, |node| node.record.place)
        }
    });
    let walked = Mutex::new(Walked {
        wrong,
        ..Walked::default()
    });
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), StoreError> {
        while let Some(root) = roots.get(next.fetch_add(1, Ordering::Relaxed)) {
            climb(disk, &nodes, root, &walked, heard)?;
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS));
    thread::scope(|scope| {
        let hands: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    Ok(walked.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What is packed against what.
#[derive(Default)]
struct Forest {
    nodes: HashMap<Digest, Node>,
    roots: Vec<Root>,
    wrong: BTreeMap<Digest, StoreError>,
}

impl Forest {
    /// Takes a body in, and what it is packed against.
    fn plant(&mut self, disk: &Disk, digest: Digest) -> Result<(), StoreError> {
        if let Some(node) = self.nodes.get_mut(&digest) {
            node.wanted = true;
            return Ok(());
        }
        let found = match lookup(disk, digest)? {
            Ok(found) => found,
            Err(error) => {
                self.wrong.insert(digest, error);
                return Ok(());
            }
        };
        self.nodes.insert(digest, Node::new(found, true));
        let (mut link, mut record) = (digest, found);
        while let Some((base, depth)) = record.base {
            if let Some(node) = self.nodes.get_mut(&base) {
                node.above.push(link);
                return match is_step(depth, &node.record) {
                    true => Ok(()),
                    // A circle, or a record that was altered: nobody comes to it from below.
                    false => {
                        self.uproot(base, link);
                        Ok(())
                    }
                };
            }
            let found = match lookup(disk, base)? {
                Ok(found) if is_step(depth, &found) => found,
                Ok(_) => {
                    let error = damaged(link, "it is packed against too many others");
                    self.roots.push(Root::Broken(link, error));
                    return Ok(());
                }
                Err(StoreError::Missing(what)) => {
                    let error = damaged(link, format!("{what}, which it needs, is missing"));
                    self.roots.push(Root::Broken(link, error));
                    return Ok(());
                }
                Err(StoreError::Forgotten(_)) => {
                    let why = format!("{}, which it needs, was forgotten", name(base));
                    self.roots.push(Root::Broken(link, damaged(link, why)));
                    return Ok(());
                }
                Err(error) => {
                    self.roots.push(Root::Broken(link, error));
                    return Ok(());
                }
            };
            let mut node = Node::new(found, false);
            node.above.push(link);
            self.nodes.insert(base, node);
            (link, record) = (base, found);
        }
        self.roots.push(Root::Sound(link));
        Ok(())
    }

    fn uproot(&mut self, base: Digest, link: Digest) {
        if let Some(node) = self.nodes.get_mut(&base) {
            node.above.retain(|above| *above != link);
        }
        let error = damaged(link, "it is packed against too many others");
        self.roots.push(Root::Broken(link, error));
    }
}

impl Node {
    fn new(record: Record, wanted: bool) -> Node {
        Node {
            record,
            wanted,
            above: Vec::new(),
        }
    }
}

/// Whether a body of this depth may be packed against the one of that record: each is one step nearer to one that stands alone.
fn is_step(depth: u8, base: &Record) -> bool {
    depth <= DEEPEST && base.base.map_or(0, |(_, depth)| depth) + 1 == depth
}

/// The record of a body, or what is wrong with it.
fn lookup(disk: &Disk, digest: Digest) -> Result<Result<Record, StoreError>, StoreError> {
    match record(disk, digest) {
        Ok(Some(record)) => Ok(Ok(record)),
        Ok(None) => Ok(Err(StoreError::Missing(name(digest)))),
        Err(error @ StoreError::Disk { .. }) => Err(error),
        Err(error) => Ok(Err(error)),
    }
}

/// Checks a body and all that is packed against it, and holds no more of them in memory than it needs.
fn climb(
    disk: &Disk,
    nodes: &HashMap<Digest, Node>,
    root: &Root,
    walked: &Mutex<Walked>,
    heard: &(dyn Fn() + Sync),
) -> Result<(), StoreError> {
    type Below = Result<Option<Arc<Vec<u8>>>, StoreError>;
    let first = match root {
        Root::Sound(digest) => (*digest, Ok(None)),
        Root::Broken(digest, error) => (*digest, Err(error.clone())),
    };
    let mut stack: Vec<(Digest, Below)> = vec![first];
    while let Some((digest, below)) = stack.pop() {
        let Some(node) = nodes.get(&digest) else {
            continue;
        };
        let read = below.and_then(|base| {
            let base = base.as_ref().map(|base| base.as_slice());
            unpack(disk, digest, &node.record, base).map(Arc::new)
        });
        let read = match read {
            Err(error @ StoreError::Disk { .. }) => return Err(error),
            read => read,
        };
        if node.wanted {
            let mut walked = walked.lock().unwrap_or_else(PoisonError::into_inner);
            match &read {
                Ok(bytes) => {
                    walked.sound += 1;
                    walked.bytes += bytes.len() as u64;
                }
                Err(error) => drop(walked.wrong.insert(digest, error.clone())),
            }
            drop(walked);
            heard();
        }
        let above = node.above.iter().rev();
        stack.extend(above.map(|above| (*above, read.clone().map(Some))));
    }
    Ok(())
}
