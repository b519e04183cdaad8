//! A pack: the objects of a repository in one file (gitformat-pack, version 2).

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{Read, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};
use sha1::{Digest as _, Sha1};

use crate::export::folder::{Folder, Part};
use crate::export::git::{delta, index};
use crate::house::NotDone;

/// How many objects are told one by another before one is written whole again: whoever reads the last reads them all.
const DEEPEST: u8 = 40;
/// The length of what a pack begins with.
const HEAD: u64 = 12;

/// The name of an object: SHA-1 of what it is and holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Id(pub(super) [u8; 20]);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A step of the history.
    Commit = 1,
    /// The files of a commit.
    Tree = 2,
    /// A file.
    Blob = 3,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
        }
    }
}

/// What an object told by its difference to one before is.
const DELTA: u8 = 6;

/// Where an object is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    /// Its name.
    pub(super) id: Id,
    at: u64,
    depth: u8,
}

/// Where an object lies in the pack, with the checksum of its bytes there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// From where on.
    pub(super) at: u64,
    /// CRC-32 of its bytes as packed.
    pub(super) crc: u32,
}

/// A pack that is written: its objects first, since what it begins with says how many there are.
pub(super) struct Pack {
    part: Part,
    places: HashMap<Id, (Place, u8)>,
}

impl Pack {
    /// Begins one, whose objects are gathered under this name.
    pub(super) fn begin(folder: &Folder, path: &str) -> Result<Pack, NotDone> {
        Ok(Pack {
            part: folder.begin(&format!("{path}.objects"))?,
            places: HashMap::new(),
        })
    }

    /// Stores an object, unless it is; by what differs from another one of its kind where that is shorter.
    pub(super) fn put(
        &mut self,
        folder: &Folder,
        kind: Kind,
        bytes: &[u8],
        base: Option<(Stored, &[u8])>,
    ) -> Result<Stored, NotDone> {
        let id = id(kind, bytes);
        if let Some((place, depth)) = self.places.get(&id) {
            return Ok(Stored {
                id,
                at: place.at,
                depth: *depth,
            });
        }
        let at = HEAD + self.part.bytes();
        let base = base.filter(|(base, _)| base.depth < DEEPEST);
        let told = base.map(|(base, other)| (base, delta::between(other, bytes)));
        let told = told.filter(|(_, delta)| delta.len() < bytes.len() / 2);
        let (head, packed, depth) = match &told {
            Some((base, delta)) => {
                let mut head = head(DELTA, delta.len());
                head.extend(back(at - base.at));
                (head, delta.as_slice(), base.depth + 1)
            }
            None => (head(kind as u8, bytes.len()), bytes, 0),
        };
        let crc = self.write(&head, packed);
        let crc = crc.map_err(|error| folder.full(self.part.path(), &error))?;
        self.places.insert(id, (Place { at, crc }, depth));
        Ok(Stored { id, at, depth })
    }

    fn write(&mut self, head: &[u8], packed: &[u8]) -> std::io::Result<u32> {
        let mut bytes = head.to_vec();
        let mut pressed = ZlibEncoder::new(&mut bytes, Compression::default());
        pressed.write_all(packed)?;
        pressed.finish()?;
        self.part.write_all(&bytes)?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        Ok(crc.sum())
    }

    /// Writes the pack and its index into this folder of the repository, under the name that its objects give it.
    pub(super) fn finish(
        self,
        folder: &mut Folder,
        path: &str,
        commits: u64,
    ) -> Result<(), NotDone> {
        let mut places: Vec<(Id, Place)> = (self.places.into_iter())
            .map(|(id, (place, _))| (id, place))
            .collect();
        places.sort_unstable_by_key(|(id, _)| *id);
        let (mut objects, gathered) = folder.read_back(self.part)?;
        if places.is_empty() {
            return fs::remove_file(&gathered).map_err(|error| folder.full(path, &error));
        }
        let mut part = folder.begin(&format!("{path}/history.pack"))?;
        let mut sum = Sha1::new();
        let mut copying = || {
            let mut head = b"PACK\x00\x00\x00\x02".to_vec();
            head.extend((places.len() as u32).to_be_bytes());
            part.write_all(&head)?;
            sum.update(&head);
            let mut some = vec![0; 1 << 17];
            loop {
                match objects.read(&mut some)? {
                    0 => break,
                    read => {
                        part.write_all(&some[..read])?;
                        sum.update(&some[..read]);
                    }
                }
            }
            let sum: [u8; 20] = sum.clone().finalize().into();
            part.write_all(&sum)?;
            Ok(sum)
        };
        let copied: std::io::Result<[u8; 20]> = copying();
        let sum = copied.map_err(|error| folder.full(path, &error))?;
        fs::remove_file(&gathered).map_err(|error| folder.full(path, &error))?;
        let name = format!("{path}/pack-{}", Id(sum));
        folder.finish_as(part, &format!("{name}.pack"), Some(commits))?;
        folder.put(&format!("{name}.idx"), &index::of(&places, sum))
    }
}

fn id(kind: Kind, bytes: &[u8]) -> Id {
    let mut hash = Sha1::new();
    hash.update(format!("{} {}\0", kind.word(), bytes.len()));
    hash.update(bytes);
    Id(hash.finalize().into())
}

/// What an object begins with: what it is, and how long.
fn head(kind: u8, length: usize) -> Vec<u8> {
    let mut head = vec![kind << 4 | (length & 0x0f) as u8];
    let mut rest = length >> 4;
    while rest > 0 {
        *head.last_mut().expect("it has a byte") |= 0x80;
        head.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    head
}

/// How far back an object lies.
fn back(distance: u64) -> Vec<u8> {
    let mut bytes = vec![(distance & 0x7f) as u8];
    let mut rest = distance >> 7;
    while rest > 0 {
        rest -= 1;
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.reverse();
    bytes
}
