//! The lock of an archive: one holder, and everyone else is told who.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::store::error::StoreError;

/// The lock, held until it is dropped; the operating system lets go of it when the process dies.
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    // Closing alone would not let go of it while a child that was just begun still shares the file.
    fn drop(&mut self) {
        self.file.unlock().ok();
    }
}

impl Lock {
    /// Takes the lock of this directory and writes down who holds it.
    pub(super) fn take(dir: &Path, holder: &str) -> Result<Lock, StoreError> {
        let trouble = |error: std::io::Error| StoreError::Disk {
            dir: dir.display().to_string(),
            verb: "opened",
            why: format!("its lock: {error}"),
        };
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(dir.join("lock"))
            .map_err(trouble)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(dir, &mut file)),
            Err(TryLockError::Error(error)) => return Err(trouble(error)),
        }
        file.set_len(0).map_err(trouble)?;
        file.rewind().map_err(trouble)?;
        writeln!(file, "{}", signature(std::process::id(), holder)).map_err(trouble)?;
        Ok(Lock { file })
    }
}

/// What a holder is called for those who come second.
pub(super) fn signature(pid: u32, holder: &str) -> String {
    let words: String = holder.chars().filter(|c| !c.is_control()).collect();
    match words.trim() {
        "" => format!("pid {pid}"),
        words => format!("pid {pid}: {words}"),
    }
}

fn held(dir: &Path, file: &mut File) -> StoreError {
    let mut text = String::new();
    let holder = match file.take(1000).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "another process".to_owned(),
    };
    StoreError::Held {
        dir: dir.display().to_string(),
        holder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_dropped_is_free_though_a_child_shares_its_file() {
        let dir = tempfile::tempdir().expect("a directory");
        let lock = Lock::take(dir.path(), "one").expect("a lock");
        let shared = lock.file.try_clone().expect("a second descriptor");
        drop(lock);
        assert!(Lock::take(dir.path(), "another").is_ok());
        drop(shared);
    }

    #[test]
    fn the_holder_is_written_on_one_line() {
        assert_eq!(signature(123, "smallprint run"), "pid 123: smallprint run");
        assert_eq!(signature(123, "a\nb"), "pid 123: ab");
        assert_eq!(signature(123, ""), "pid 123");
    }
}
