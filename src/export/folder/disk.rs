//! Files of an export on the disk, and what to do where the disk does not play along.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::export::folder::LOCK;
use crate::house::NotDone;
use crate::model::Digest;

/// Claims a directory for whoever writes, until what is given back is dropped.
pub(super) fn claim(dir: &Path) -> Result<File, NotDone> {
    let path = dir.join(LOCK);
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| trouble(&path, "made", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NotDone::refused(
            format!("Another export is writing into {}.", dir.display()),
            "Wait until it has ended, or name another directory.",
        )),
        Err(TryLockError::Error(error)) => Err(trouble(&path, "locked", &error)),
    }
}

/// Removes a file, where there is one.
pub(super) fn remove(path: &Path) -> Result<(), NotDone> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(trouble(path, "removed", &error))
        }
        _ => Ok(()),
    }
}

/// The digest of a file; `None` where there is none.
pub(in crate::export) fn digest_of(path: &Path) -> io::Result<Option<Digest>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let (mut hash, mut some) = (Sha256::new(), vec![0; 1 << 17]);
    loop {
        match file.read(&mut some)? {
            0 => return Ok(Some(Digest(hash.finalize().into()))),
            read => hash.update(&some[..read]),
        }
    }
}

/// That something cannot be done with a file, with what to do about it.
pub(super) fn trouble(path: &Path, done: &str, error: &io::Error) -> NotDone {
    let remedy = match error.kind() {
        io::ErrorKind::StorageFull => {
            "Make room, and give the same command again: it goes on from there."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Name a directory that the smallprint which holds the archive may write to."
        }
        _ => "Give the same command again when that is mended: it goes on from there.",
    };
    NotDone::refused(
        format!("{} cannot be {done}: {error}.", path.display()),
        remedy,
    )
}
