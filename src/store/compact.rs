//! Writes the database anew without what was forgotten, and puts it in the place of the old one.
//!
//! Nothing is ever lost on the way: the old database stays where it is until the new one is whole and was walked; then the
//! old one is put aside, the new one in its place, and the old one removed. Whatever a crash leaves is put in order by
//! [`settle`] at the next start. The lock of the archive is held from the first step to the last.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo};
use crate::store::{
    bodies, disk,
    disk::{Disk, Place},
    error::StoreError,
    forgetting, journal,
    lock::Lock,
    verify,
    views::Applied,
};

/// Where the new database is written.
const NEW: &str = "sled.new";
/// Where the old one is put aside.
const OLD: &str = "sled.old";
/// So much is written before it is made durable, in entries and bodies.
const TOGETHER: u64 = 2_000;

/// What became of the database.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Compacted {
    /// How many bytes it took on the disk.
    pub before: u64,
    /// How many it takes now.
    pub after: u64,
    /// The last entry, the same as before.
    pub last: EntryNo,
    /// Its hash, the same as before.
    pub head: Digest,
}

/// Writes the database of this archive anew, which nobody may hold; `heard` is told how many entries and bodies are done, of
/// how many. The views are made afresh when the archive is opened next.
///
/// # Errors
/// Where the archive is held or damaged, or the disk refuses; then everything stays as it was.
pub async fn compact(
    place: impl Into<Place>,
    holder: &str,
    heard: impl FnMut(u64, u64) + Send + 'static,
) -> Result<Compacted, StoreError> {
    let (place, holder) = (place.into(), holder.to_owned());
    let name = place.dir.display().to_string();
    let done = tokio::task::spawn_blocking(move || anew(&place, &holder, heard)).await;
    done.unwrap_or_else(|panic| {
        let why = format!("{panic}; nothing was removed");
        Err(StoreError::damaged(format!("the archive {name}"), why))
    })
}

fn anew(
    place: &Place,
    holder: &str,
    mut heard: impl FnMut(u64, u64),
) -> Result<Compacted, StoreError> {
    let dir = place.dir.as_path();
    let _lock = Lock::take(dir, holder)?;
    let served = place.is_served();
    disk::check_format(dir)?;
    if !served {
        settle(dir)?;
    }
    let (old, _) = Disk::at(&place.clone().alone(), holder)?;
    let last = journal::last(&old)?;
    let head = match journal::get(&old, last)? {
        Some((_, hash)) => hash,
        None => journal::genesis(),
    };
    let before = old.size()?;
    if served {
        let after = in_place(&old)?;
        without_index(dir)?;
        return Ok(Compacted {
            before,
            after,
            last,
            head,
        });
    }
    let after = match written(dir, &old, (last, head), &mut heard) {
        Ok(after) => after,
        Err(error) => {
            // What is half written takes room that the disk may not have; the next start would remove it too.
            fs::remove_dir_all(dir.join(NEW)).ok();
            return Err(error);
        }
    };
    tracing::debug!("the archive was written anew, and holds");
    drop(old);
    let trouble = |error| refused(dir, error);
    sync_all(&dir.join(NEW)).map_err(trouble)?;
    swap(dir).map_err(trouble)?;
    tracing::debug!("the archive that was written anew is in its place");
    settle(dir)?;
    without_index(dir)?;
    Ok(Compacted {
        before,
        after,
        last,
        head,
    })
}

/// The index of the search beside the archive holds words too; it is made afresh.
fn without_index(dir: &Path) -> Result<(), StoreError> {
    let removed = match fs::remove_dir_all(dir.join("search")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => disk::sync_file(dir),
    };
    removed.map_err(|error| refused(dir, error))
}

/// A database that is served writes itself anew; what follows from the journal is derived again. How many bytes it takes.
fn in_place(disk: &Disk) -> Result<u64, StoreError> {
    for name in disk.tree_names()? {
        if name.starts_with("views-") {
            disk.drop_tree(&name)?;
        }
    }
    disk.vacuum()?;
    forgetting::is_paid(disk)?;
    disk.sync()?;
    disk.size()
}

/// Writes the new database and walks it; how many bytes it takes.
fn written(
    dir: &Path,
    old: &Disk,
    (last, head): (EntryNo, Digest),
    heard: &mut dyn FnMut(u64, u64),
) -> Result<u64, StoreError> {
    let fresh = Disk::open_in(dir, NEW)?;
    copy(old, &fresh, last, heard)?;
    if forgetting::ever(old)? {
        forgetting::note(&fresh)?;
    }
    fresh.sync()?;
    walked(&fresh, last, head)?;
    fresh.size()
}

/// Puts in order what a crash left of a database written anew; the lock is held.
pub(super) fn settle(dir: &Path) -> Result<(), StoreError> {
    let there = |name: &str| dir.join(name).exists();
    let settled = || -> io::Result<()> {
        if there(OLD) && !there(disk::FOLDER) {
            // Between the two renames: the new one is whole, or the old one would still be in its place.
            let whole = if there(NEW) { NEW } else { OLD };
            fs::rename(dir.join(whole), dir.join(disk::FOLDER))?;
            disk::sync_file(dir)?;
        }
        for left in [NEW, OLD] {
            if there(left) && there(disk::FOLDER) {
                fs::remove_dir_all(dir.join(left))?;
                disk::sync_file(dir)?;
            }
        }
        Ok(())
    };
    settled().map_err(|error| refused(dir, error))
}

fn swap(dir: &Path) -> io::Result<()> {
    fs::rename(dir.join(disk::FOLDER), dir.join(OLD))?;
    disk::sync_file(dir)?;
    fs::rename(dir.join(NEW), dir.join(disk::FOLDER))?;
    disk::sync_file(dir)
}

/// The journal, the looks that wait, and the bodies; what follows from them is derived again.
fn copy(
    old: &Disk,
    fresh: &Disk,
    last: EntryNo,
    heard: &mut dyn FnMut(u64, u64),
) -> Result<(), StoreError> {
    let all = last + old.bodies.count()?;
    let mut done = 0;
    for (from, to) in [(&old.journal, &fresh.journal), (&old.looks, &fresh.looks)] {
        for row in from.iter() {
            let (key, value) = row?;
            to.insert(key, &value)?;
            done += 1;
            heard(done.min(all), all);
        }
    }
    done = last;
    let mut trouble = Ok(());
    bodies::carry_over(old, fresh, &mut || {
        done += 1;
        if done % TOGETHER == 0 && trouble.is_ok() {
            trouble = fresh.sync();
        }
        heard(done.min(all), all);
    })?;
    trouble
}

/// Walks the new database: every entry, and every body that is named.
fn walked(fresh: &Disk, last: EntryNo, head: Digest) -> Result<(), StoreError> {
    if last == 0 {
        return Ok(());
    }
    let found = journal::get(fresh, last)?;
    let (entry, hash) = found.ok_or_else(|| StoreError::Missing(format!("entry {last}")))?;
    let applied = Applied {
        entry: last,
        hash: head,
        at: entry.at,
        looks: 0,
    };
    let verified = verify::walk(fresh, 1, Some(applied), &|_, _| ())?;
    match verified.broken {
        None if hash == head => Ok(()),
        broken => Err(StoreError::damaged(
            "the archive",
            format!(
                "{}; it was not written anew, and stands as it was",
                broken.unwrap_or_default()
            ),
        )),
    }
}

/// Makes every file of a folder durable, and the folder itself.
fn sync_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => sync_all(&path)?,
            false => disk::sync_file(&path)?,
        }
    }
    disk::sync_file(folder)
}

fn refused(dir: &Path, error: io::Error) -> StoreError {
    StoreError::Disk {
        dir: dir.display().to_string(),
        verb: "written anew",
        why: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fact;
    use crate::store::Store;
    use chrono::DateTime;

    async fn furnished(dir: &Path) -> Digest {
        let store = Store::open(dir).await.expect("open");
        let text = store.keep(b"a text".to_vec(), None).await.expect("kept");
        let fact = Fact::Notice {
            text,
            owed: Vec::new(),
            about: Vec::new(),
            promises: Vec::new(),
        };
        let at = DateTime::UNIX_EPOCH;
        store.append(fact, at, None).await.expect("appended");
        store.close(at).await.expect("closed");
        text
    }

    async fn holds(dir: &Path, text: Digest) {
        let store = Store::open(dir).await.expect("open");
        assert_eq!(store.body(text).await.expect("kept"), b"a text");
        assert_eq!(store.last_entry().await.expect("read"), 1);
        let verified = store.verify(|_, _| ()).await.expect("walked");
        assert_eq!(verified.broken, None);
        store.close(DateTime::UNIX_EPOCH).await.expect("closed");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn wherever_it_stops_nothing_is_lost_and_nothing_stays() {
        // What lies there after each step: half of the new one, all of it, the old one aside, the new one in place.
        let names = [
            (disk::FOLDER, NEW),
            (OLD, NEW),
            (OLD, disk::FOLDER),
            (disk::FOLDER, OLD),
        ];
        for (whole, other) in names {
            let dir = tempfile::tempdir().expect("a directory");
            let text = furnished(dir.path()).await;
            let path = |name: &str| dir.path().join(name);
            if whole == disk::FOLDER {
                fs::create_dir(path(other)).expect("made");
                fs::write(path(other).join("db"), b"half of it").expect("written");
            } else {
                fs::rename(path(disk::FOLDER), path(other)).expect("renamed");
                fs::create_dir(path(OLD)).expect("made");
            }
            holds(dir.path(), text).await;
            assert!(
                !path(NEW).exists() && !path(OLD).exists(),
                "{whole} {other}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_archive_that_is_held_or_damaged_is_left_as_it_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let text = furnished(dir.path()).await;
        let store = Store::open(dir.path()).await.expect("open");
        let held = compact(dir.path(), "a test", |_, _| ()).await;
        assert!(matches!(held, Err(StoreError::Held { .. })), "{held:?}");
        store.close(DateTime::UNIX_EPOCH).await.expect("closed");
        let done = compact(dir.path(), "a test", |_, _| ())
            .await
            .expect("written");
        assert_eq!(done.last, 1);
        holds(dir.path(), text).await;
        let disk = Disk::open(dir.path()).expect("open");
        disk.bodies.remove(text.0).expect("removed");
        disk.sync().expect("synced");
        drop(disk);
        let damaged = compact(dir.path(), "a test", |_, _| ()).await;
        let error = damaged.expect_err("a body is missing").to_string();
        assert!(error.contains("stands as it was"), "{error}");
        assert!(dir.path().join(disk::FOLDER).exists());
    }
}
