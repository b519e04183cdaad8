//! Where the archive is kept: sled's file in its directory, or a PostgreSQL database that its directory names.

mod embedded;
mod place;
mod readable;
mod served;
mod sharing;
mod tree;

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::store::{bodies::Cache, error::StoreError};

use embedded::Embedded;
use served::{Relations, Served, Terms};

pub use place::Place;
pub(super) use served::IndexTables;
pub use served::IndexWriter;
pub(super) use tree::{Bytes, Pair, Tree};

/// The format of the archive as a whole, written in `DIR/format`.
pub(super) const FORMAT: u32 = 1;

/// Where in the directory of the archive the database lies.
pub(super) const FOLDER: &str = "sled";

/// The database, open.
pub(super) struct Disk {
    /// The directory of the archive, for messages.
    pub(super) dir: String,
    /// Entry number to entry.
    pub(super) journal: Tree,
    /// Digest to where the body lies and how it is packed.
    pub(super) bodies: Tree,
    /// Body number and chunk number to bytes.
    pub(super) chunks: Tree,
    /// Number of the look to look, for looks not yet sealed.
    pub(super) looks: Tree,
    /// Bodies read a moment ago.
    pub(super) cache: Cache,
    base: Base,
}

enum Base {
    Embedded(Embedded),
    Served(Arc<Served>),
}

impl Base {
    fn tree(&self, name: &str) -> Result<Tree, StoreError> {
        match self {
            Base::Embedded(base) => base.tree(name),
            Base::Served(base) => base.tree(name),
        }
    }
}

impl Disk {
    /// Opens the database in the directory, which is made where it is missing.
    pub(super) fn open(dir: &Path) -> Result<Disk, StoreError> {
        Disk::open_in(dir, FOLDER)
    }

    /// Opens the database wherever it is. Whether nobody else is at work on it.
    pub(super) fn at(place: &Place, holder: &str) -> Result<(Disk, bool), StoreError> {
        match place.address()? {
            Some(address) => Disk::served(place, &address, holder),
            None => Ok((Disk::open(&place.dir)?, true)),
        }
    }

    /// The same in another folder of the archive's directory.
    pub(super) fn open_in(dir: &Path, folder: &str) -> Result<Disk, StoreError> {
        let name = dir.display().to_string();
        let path = dir.join(folder);
        let base = Embedded::open(&name, &path)?;
        let disk = Disk::on(&name, Base::Embedded(base))?;
        disk.sync()?;
        for folder in [path.as_path(), dir] {
            sync_file(folder).map_err(|error| StoreError::Disk {
                dir: name.clone(),
                verb: "opened",
                why: error.to_string(),
            })?;
        }
        Ok(disk)
    }

    /// Opens the archive of this directory in a PostgreSQL database. Whether nobody else is at work on it.
    fn served(place: &Place, address: &str, holder: &str) -> Result<(Disk, bool), StoreError> {
        let dir = &place.dir;
        let terms = Terms {
            holder,
            alone: place.alone,
            lease: place.lease,
        };
        let (base, only) = Served::open(address, &dir.join(place::AUTHORITY), terms)?;
        let known = base.setting("format")?.map(|text| text.parse::<u32>());
        match known {
            None => base.set("format", &FORMAT.to_string())?,
            Some(Ok(1..=FORMAT)) => {}
            Some(Ok(found)) => {
                return Err(StoreError::Newer {
                    dir: base.name().to_owned(),
                    found,
                    known: FORMAT,
                });
            }
            Some(Err(_)) => {
                let what = base.name().to_owned();
                return Err(StoreError::damaged(what, "its format is no number"));
            }
        }
        let disk = Disk::on(&dir.display().to_string(), Base::Served(base))?;
        Ok((disk, only))
    }

    /// Writes a served database anew, without what was removed; the embedded one is copied instead.
    pub(super) fn vacuum(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.vacuum(),
        }
    }

    fn on(dir: &str, base: Base) -> Result<Disk, StoreError> {
        Ok(Disk {
            journal: base.tree("journal")?,
            bodies: base.tree("bodies")?,
            chunks: base.tree("chunks")?,
            looks: base.tree("looks")?,
            cache: Cache::default(),
            dir: dir.to_owned(),
            base,
        })
    }

    /// The tables that are asked in SQL; the embedded store has none.
    pub(super) fn relations(&self) -> Option<Relations<'_>> {
        match &self.base {
            Base::Embedded(_) => None,
            Base::Served(base) => Some(Relations::of(base)),
        }
    }

    /// The index of the search, where it lies in the database; beside the embedded store it lies in a folder.
    pub(super) fn index(&self) -> Option<IndexTables<'_>> {
        match &self.base {
            Base::Embedded(_) => None,
            Base::Served(base) => Some(IndexTables::of(base)),
        }
    }

    /// Makes all that was inserted durable.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(base) => base.sync(),
            Base::Served(base) => base.sync(),
        }
    }

    /// Does what belongs together. The embedded store goes by the order of the inserts; what a crash leaves of them is put in
    /// order at the next start. The served one keeps all of them or none.
    pub(super) fn together<T>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.base {
            Base::Embedded(_) => work(),
            Base::Served(base) => base.together(work),
        }
    }

    /// How many bytes of the disk the database takes.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        match &self.base {
            Base::Embedded(base) => base.size(),
            Base::Served(base) => base.size(),
        }
    }

    /// Another tree of the database.
    pub(super) fn tree(&self, name: &str) -> Result<Tree, StoreError> {
        self.base.tree(name)
    }

    /// Gives back the room of a tree that is no longer used.
    pub(super) fn drop_tree(&self, name: &str) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(base) => base.drop_tree(name),
            Base::Served(base) => base.drop_tree(name),
        }
    }

    /// The names of all trees.
    pub(super) fn tree_names(&self) -> Result<Vec<String>, StoreError> {
        match &self.base {
            Base::Embedded(base) => Ok(base.tree_names()),
            Base::Served(base) => base.tree_names(),
        }
    }

    /// A setting of the archive itself, kept outside of every tree that can be dropped.
    pub(super) fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        match &self.base {
            Base::Embedded(base) => base.setting(key),
            Base::Served(base) => base.setting(key),
        }
    }

    /// Changes a setting of the archive itself.
    pub(super) fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(base) => base.set(key, value),
            Base::Served(base) => base.set(key, value),
        }
    }

    /// Takes a setting of the archive itself away.
    pub(super) fn unset(&self, key: &str) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(base) => base.unset(key),
            Base::Served(base) => base.unset(key),
        }
    }
}

/// Whether an archive is in this directory, or the beginnings of one, or the word where it is.
pub(super) fn is_there(dir: &Path) -> bool {
    let any = ["format", FOLDER, place::DATABASE];
    any.iter().any(|name| dir.join(name).exists())
}

/// Whether an archive is in the database that is wished for.
pub(super) fn is_wished_for(place: &Place) -> Result<bool, StoreError> {
    let Some(wished) = &place.database else {
        return Ok(false);
    };
    Served::is_there(&place.unlocked(wished)?, &place.dir.join(place::AUTHORITY))
}

/// Reads or writes the format number of the archive, and refuses one from the future.
pub(super) fn check_format(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join("format");
    let name = dir.display().to_string();
    let trouble = |verb, error: io::Error| StoreError::Disk {
        dir: name.clone(),
        verb,
        why: format!("its format: {error}"),
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let draft = dir.join("format.new");
            fs::write(&draft, format!("{FORMAT}\n")).map_err(|e| trouble("written", e))?;
            sync_file(&draft).map_err(|e| trouble("written", e))?;
            return fs::rename(&draft, &path).map_err(|e| trouble("written", e));
        }
        Err(error) => return Err(trouble("read", error)),
    };
    let found: u32 = text.trim().parse().map_err(|_| {
        StoreError::damaged(
            path.display().to_string(),
            format!("it holds no number; write {FORMAT} there if this archive was never touched by a newer smallprint"),
        )
    })?;
    match found {
        1..=FORMAT => Ok(()),
        _ => Err(StoreError::Newer {
            dir: name,
            found,
            known: FORMAT,
        }),
    }
}

/// Makes durable what a folder holds.
pub(super) fn sync_file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
