//! The archive in sled's one file, and the only way to make it durable.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::store::disk::{readable, tree::Tree};
use crate::store::error::StoreError;

// A segment must hold the largest leaf (16 values of 64 KB), or sled puts values in files it never deletes.
const SEGMENT: usize = 8 << 20;
// In memory they take two and a half times as much.
const PAGES_IN_MEMORY: u64 = 10 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// The database, open.
pub(super) struct Embedded {
    dir: Arc<str>,
    db: sled::Db,
    // Open from the start to the end: sled syncs the file by itself too and keeps to itself where that failed; the system tells
    // each descriptor of a failure once, and those that are opened afterwards of none.
    file: File,
    // Whether the disk once refused to make durable what was written.
    refused: AtomicBool,
}

impl Embedded {
    /// Opens the database in this folder of an archive's directory, which is made where it is missing.
    pub(super) fn open(dir: &str, path: &Path) -> Result<Embedded, StoreError> {
        let whole = clear(path).and_then(|()| readable::check(path, SEGMENT));
        whole.map_err(|error| refused(dir, "opened", sled::Error::Io(error)))?;
        let db = open_sled(path).map_err(|error| refused(dir, "opened", error))?;
        let file = File::open(path.join("db"));
        Ok(Embedded {
            dir: dir.into(),
            file: file.map_err(|error| refused(dir, "opened", sled::Error::Io(error)))?,
            db,
            refused: AtomicBool::new(false),
        })
    }

    /// A tree, which is made where it is missing.
    pub(super) fn tree(&self, name: &str) -> Result<Tree, StoreError> {
        match self.db.open_tree(name) {
            Ok(tree) => Ok(Tree::Embedded(tree, self.dir.clone())),
            Err(error) => Err(self.trouble("opened", error)),
        }
    }

    /// Gives back the room of a tree that is no longer used.
    pub(super) fn drop_tree(&self, name: &str) -> Result<(), StoreError> {
        match self.db.drop_tree(name) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.trouble("written", error)),
        }
    }

    /// The names of all trees.
    pub(super) fn tree_names(&self) -> Vec<String> {
        let text = |name: sled::IVec| String::from_utf8_lossy(&name).into_owned();
        self.db.tree_names().into_iter().map(text).collect()
    }

    /// Makes all that was inserted durable. sled's `flush` alone is a `sync_file_range` on Linux, which
    /// promises nothing; only the fsync after it does.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let flushed = self.db.flush();
        let synced = flushed.and_then(|_| Ok(self.file.sync_all()?));
        synced.map_err(|error| {
            self.refused.store(true, Ordering::Relaxed);
            self.trouble("written", error)
        })
    }

    /// How many bytes of the disk the database takes.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        self.db
            .size_on_disk()
            .map_err(|error| self.trouble("measured", error))
    }

    /// A setting of the archive itself.
    pub(super) fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let value = self.db.get(key);
        let value = value.map_err(|error| self.trouble("read", error))?;
        Ok(value.map(|text| String::from_utf8_lossy(&text).into_owned()))
    }

    /// Changes a setting of the archive itself.
    pub(super) fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        match self.db.insert(key, value) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.trouble("written", error)),
        }
    }

    /// Takes a setting of the archive itself away.
    pub(super) fn unset(&self, key: &str) -> Result<(), StoreError> {
        match self.db.remove(key) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.trouble("written", error)),
        }
    }

    fn trouble(&self, verb: &'static str, error: sled::Error) -> StoreError {
        refused(&self.dir, verb, error)
    }
}

impl Drop for Embedded {
    // sled syncs its file once more when its last handle goes, and panics where the disk refuses. Such a disk is asked for
    // nothing any more: a handle stays until the process ends, and the next start puts in order what is there.
    fn drop(&mut self) {
        if self.refused.load(Ordering::Relaxed) || self.sync().is_err() {
            std::mem::forget(self.db.clone());
        }
    }
}

/// Removes what sled could not end of a snapshot, on a full disk or in a crash: it would take it for the newest one, and then
/// find its file corrupt. The one before is there until a new one is whole, and without any sled reads its file from the
/// beginning.
fn clear(folder: &Path) -> io::Result<()> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        listed => listed?,
    };
    for file in listed {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

// sled keeps its own lock for a moment after the last handle is gone; ours is held already, so nobody else can be in there.
fn open_sled(path: &Path) -> Result<sled::Db, sled::Error> {
    let config = sled::Config::new()
        .path(path)
        .segment_size(SEGMENT)
        .cache_capacity(PAGES_IN_MEMORY)
        .flush_every_ms(Some(500));
    let began = Instant::now();
    loop {
        match config.open() {
            Err(sled::Error::Io(error))
                if began.elapsed() < PATIENCE && error.to_string().contains("acquire lock") =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

/// What sled says, in a sentence of ours.
pub(super) fn refused(dir: &str, verb: &'static str, error: sled::Error) -> StoreError {
    let why = match error {
        sled::Error::Corruption { .. } => return corrupt(dir),
        sled::Error::Io(error) => plainly(&error.to_string()).to_owned(),
        other => other.to_string(),
    };
    let dir = dir.to_owned();
    StoreError::Disk { dir, verb, why }
}

/// What the system said: sled hands some of its errors on as they are printed for programmers.
fn plainly(said: &str) -> &str {
    let message = said.split_once("message: \"");
    let message = message.and_then(|(_, rest)| rest.split_once('"'));
    message.map_or(said, |(message, _)| message)
}

fn corrupt(dir: &str) -> StoreError {
    StoreError::damaged(
        format!("the archive {dir}"),
        "sled finds its file corrupt, or cannot read it (the system's log tells of a disk that fails); nothing was deleted: keep the directory as it is, try again on a sound disk, or restore from a copy",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::{Disk, FOLDER};

    #[test]
    fn a_snapshot_that_was_not_ended_is_no_damage() {
        for half in [&b""[..], b"half of it, and no more than that"] {
            let dir = tempfile::tempdir().expect("a directory");
            let disk = Disk::open(dir.path()).expect("open");
            disk.set("a", "b").expect("written");
            disk.sync().expect("synced");
            drop(disk);
            let left = dir
                .path()
                .join(FOLDER)
                .join("snap.7FFFFFFFFFFFFFFF.generating");
            fs::write(&left, half).expect("written");
            let disk = Disk::open(dir.path()).expect("open again");
            assert_eq!(disk.setting("a").expect("read").as_deref(), Some("b"));
            assert!(!left.exists());
        }
    }

    #[test]
    fn what_the_system_said_is_said_plainly() {
        let plain = "No space left on device (os error 28)";
        assert_eq!(plainly(plain), plain);
        let printed = r#"Os { code: 28, kind: StorageFull, message: "No space left on device" }"#;
        assert_eq!(plainly(printed), "No space left on device");
    }
}
