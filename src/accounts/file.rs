//! The file of the accounts: read whole, written whole, for its owner's eyes only.

use std::fs::{File, OpenOptions, rename};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::accounts::{Accounts, Kept, NoAccount};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

impl Accounts {
    /// All that is kept; nothing where there is no file yet.
    pub(super) fn read(&self) -> Result<Vec<Kept>, NoAccount> {
        let mut text = String::new();
        match File::open(&self.file) {
            Ok(file) => {
                let read = file.take(LONGEST).read_to_string(&mut text);
                read.map_err(|error| self.trouble(&error))?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.trouble(&error)),
        }
        serde_json::from_str(&text).map_err(|error| self.trouble(&error))
    }

    /// Alters what is kept: all of it is written anew, or nothing. Who alters it meanwhile waits.
    pub(super) fn alter(
        &self,
        change: impl FnOnce(&mut Vec<Kept>) -> Result<(), NoAccount>,
    ) -> Result<(), NoAccount> {
        let lock = private(&self.file.with_extension("lock"));
        let lock = lock.map_err(|error| self.trouble(&error))?;
        lock.lock().map_err(|error| self.trouble(&error))?;
        let mut kept = self.read()?;
        change(&mut kept)?;
        let text = serde_json::to_vec_pretty(&kept).expect("plain data can be written as JSON");
        let written = || -> std::io::Result<()> {
            let draft = self.file.with_extension("new");
            let mut file = private(&draft)?;
            file.set_len(0)?;
            file.write_all(&text)?;
            file.sync_all()?;
            rename(&draft, &self.file)?;
            let folder = self.file.parent().unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        written().map_err(|error| self.trouble(&error))
    }

    fn trouble(&self, why: &dyn std::fmt::Display) -> NoAccount {
        NoAccount::File {
            file: self.file.clone(),
            why: why.to_string(),
        }
    }
}

/// A file that only its owner may read and write.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path)
}
