//! Keeps parcels on disk until the archive has answered for them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::collect::{NoPost, Parcel};
use crate::model::Digest;

/// What a whole parcel is called at its end.
const WHOLE: &str = "parcel";
/// What one is called while it is being written.
const PART: &str = "part";

/// A directory of parcels. Each is written whole under another name first, so that a crash leaves all of it or nothing.
#[derive(Clone, Debug)]
pub struct Spool {
    dir: PathBuf,
}

impl Spool {
    /// The spool in this directory, which is made where it is missing; what a crash left half-written is removed.
    ///
    /// # Errors
    /// Where the directory cannot be used.
    pub fn open(dir: PathBuf) -> Result<Spool, NoPost> {
        let spool = Spool { dir };
        let opened = fs::create_dir_all(&spool.dir).and_then(|()| spool.names(PART));
        for part in opened.map_err(|error| spool.trouble(&error))? {
            fs::remove_file(spool.dir.join(part)).ok();
        }
        Ok(spool)
    }

    /// Keeps a parcel; the name it has here. It is on the disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&self, wrapped: &[u8]) -> Result<String, NoPost> {
        let kept = || -> io::Result<String> {
            // Later parcels come later in the order of names, whatever the clock does.
            let last = self.names(WHOLE)?.into_iter().next_back();
            let last = last.and_then(|name| name.split('-').next()?.parse::<u64>().ok());
            let number = last.map_or(0, |last| last.saturating_add(1));
            let name = format!("{number:012}-{}.{WHOLE}", Digest::of(wrapped).short());
            let part = self.dir.join(&name).with_extension(PART);
            let mut file = File::create(&part)?;
            file.write_all(wrapped)?;
            file.sync_all()?;
            fs::rename(&part, self.dir.join(&name))?;
            File::open(&self.dir)?.sync_all()?;
            Ok(name)
        };
        kept().map_err(|error| self.trouble(&error))
    }

    /// The names of all that waits, the oldest first.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub fn waiting(&self) -> Result<Vec<String>, NoPost> {
        self.names(WHOLE).map_err(|error| self.trouble(&error))
    }

    /// The parcel of this name with its bytes; `None` where it is none, which is said in the log, and it is put aside.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn take(&self, name: &str) -> Result<Option<(Parcel, Vec<u8>)>, NoPost> {
        let path = self.dir.join(name);
        let wrapped = fs::read(&path).map_err(|error| self.trouble(&error))?;
        match Parcel::unwrapped(wrapped.clone()) {
            Ok((parcel, _)) => Ok(Some((parcel, wrapped))),
            Err(why) => {
                tracing::error!("{} is no parcel: {why}; it is put aside", path.display());
                fs::rename(&path, path.with_extension("damaged"))
                    .map_err(|error| self.trouble(&error))?;
                Ok(None)
            }
        }
    }

    /// Forgets a parcel that the archive has answered for.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn forget(&self, name: &str) -> Result<(), NoPost> {
        match fs::remove_file(self.dir.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.trouble(&error)),
            _ => Ok(()),
        }
    }

    fn names(&self, ending: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for file in fs::read_dir(&self.dir)? {
            let name = file?.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|is| is == ending) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn trouble(&self, error: &io::Error) -> NoPost {
        NoPost::Spool {
            dir: self.dir.display().to_string(),
            why: error.to_string(),
        }
    }
}
