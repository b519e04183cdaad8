//! Where an archive is: its directory, and the PostgreSQL database that a file in it names.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::model::{self, Digest};
use crate::store::disk::{FOLDER, sync_file};
use crate::store::error::StoreError;

/// The file that names the database, where the archive is in one.
pub(in crate::store) const DATABASE: &str = "database";
/// The file that holds its password, where it needs one and the environment has none.
const PASSWORD: &str = "database.password";
/// The certificates of who vouches for the database, where it is none of the authorities of the web (PEM).
pub(super) const AUTHORITY: &str = "database.ca.pem";
/// Where an archive is made that is to take the place of another.
const STAGED: &str = "moving";

/// How long a process that shares an archive may give no sign of life, where nothing else is said.
const LEASE: Duration = Duration::from_secs(20);

/// Where an archive is.
#[derive(Clone)]
pub struct Place {
    /// Its directory. What machines keep for themselves is there too: the lock, the socket, and the index of the search where
    /// the archive is in no database.
    pub dir: PathBuf,
    /// The database it is wished to be in; `None` for wherever it is.
    pub database: Option<String>,
    /// The password of the database.
    pub password: Option<String>,
    /// Whether nobody else may be at work on the archive, wherever they are.
    pub alone: bool,
    /// How long a process that shares the archive with others may give no sign of life before they take over.
    pub lease: Duration,
}

impl From<&Path> for Place {
    fn from(dir: &Path) -> Place {
        Place {
            dir: dir.to_owned(),
            database: None,
            password: None,
            alone: false,
            lease: LEASE,
        }
    }
}

impl From<&PathBuf> for Place {
    fn from(dir: &PathBuf) -> Place {
        dir.as_path().into()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { dir, database, .. } = self;
        write!(f, "Place({dir:?}, {database:?})")
    }
}

impl Place {
    /// The same, for this process alone.
    #[must_use]
    pub fn alone(self) -> Place {
        Place {
            alone: true,
            ..self
        }
    }

    /// Whether the archive is in a PostgreSQL database.
    pub fn is_served(&self) -> bool {
        self.dir.join(DATABASE).exists()
    }

    /// Writes down the database that is wished for, where there is no archive yet.
    ///
    /// # Errors
    /// Where the archive is somewhere else, or the directory cannot be written.
    pub(in crate::store) fn settle(&self) -> Result<(), StoreError> {
        let Some(wished) = &self.database else {
            return Ok(());
        };
        let known = self.named()?;
        let dir = self.dir.display();
        match known {
            Some(known) if known == *wished => Ok(()),
            Some(known) => Err(StoreError::refused(
                format!("the archive of {dir}"),
                format!(
                    "it is in {known}, and the watchlist says `store = \"{wished}\"`; `smallprint migrate` moves it there"
                ),
            )),
            None if self.dir.join(FOLDER).exists() => Err(StoreError::refused(
                format!("the archive of {dir}"),
                format!(
                    "it is in that directory, and the watchlist says `store = \"{wished}\"`; `smallprint migrate` moves it there"
                ),
            )),
            None => self.name(wished),
        }
    }

    /// Writes down that the archive is in this database.
    pub(in crate::store) fn name(&self, address: &str) -> Result<(), StoreError> {
        let draft = self.dir.join("database.new");
        let written = (|| {
            fs::write(&draft, format!("{address}\n"))?;
            sync_file(&draft)?;
            fs::rename(&draft, self.dir.join(DATABASE))?;
            sync_file(&self.dir)
        })();
        written.map_err(|error| self.trouble("written", &error))
    }

    /// The database that the directory names, without a password.
    pub(in crate::store) fn named(&self) -> Result<Option<String>, StoreError> {
        Ok(self.read(DATABASE)?.map(|text| text.trim().to_owned()))
    }

    /// The address of the database with its password; `None` where the archive is in its directory.
    pub(in crate::store) fn address(&self) -> Result<Option<String>, StoreError> {
        match self.named()? {
            Some(address) => self.unlocked(&address).map(Some),
            None => Ok(None),
        }
    }

    /// An address with the password, where there is one.
    pub(in crate::store) fn unlocked(&self, address: &str) -> Result<String, StoreError> {
        let mut url = Url::parse(address).map_err(|error| {
            let what = format!("the database that {} names", self.dir.display());
            StoreError::damaged(what, error)
        })?;
        if let Some(password) = self.password()? {
            let password = password.trim_end_matches(['\r', '\n']);
            // An address that cannot have a password needs none: it is refused when it is opened.
            url.set_password(Some(password)).ok();
        }
        Ok(url.into())
    }

    /// Where an archive is made that is to take the place of this one: in that database, or in a directory.
    ///
    /// # Errors
    /// Where the archive is there already, the address is none of a database, or the directory cannot be read.
    pub fn staged(&self, to: Option<&str>) -> Result<Place, StoreError> {
        let what = || format!("the archive of {}", self.dir.display());
        let to = to.map(model::database).transpose();
        let to = to.map_err(|why| StoreError::refused(format!("a move of {}", what()), why))?;
        if self.named()? == to {
            let there = to.as_deref().unwrap_or("its directory");
            return Err(StoreError::refused(
                what(),
                format!("it is in {there} already"),
            ));
        }
        // A move to somewhere else, begun and never ended, is not gone on with.
        let named = Digest::of(to.as_deref().unwrap_or(FOLDER).as_bytes());
        Ok(Place {
            dir: self.dir.join(format!("{STAGED}-{}", named.short())),
            password: self.password()?,
            database: to,
            alone: true,
            lease: self.lease,
        })
    }

    /// Puts the archive that was made there in the place of this one; both are the same record.
    ///
    /// # Errors
    /// Where a file cannot be moved; then the archive is where it was.
    pub fn take_over(&self, staged: &Place) -> Result<(), StoreError> {
        if let Some(database) = &staged.database {
            return self.name(database);
        }
        // One that an earlier move left there, where it was stopped at its very end.
        self.put_aside()?;
        let moved = (|| {
            fs::rename(staged.dir.join(FOLDER), self.dir.join(FOLDER))?;
            fs::rename(self.dir.join(DATABASE), self.dir.join("database.moved"))?;
            sync_file(&self.dir)
        })();
        moved.map_err(|error| self.trouble("written", &error))
    }

    /// Puts aside what the archive was before it was moved; where that is.
    ///
    /// # Errors
    /// Where it cannot be moved.
    pub fn tidy(&self, staged: &Place) -> Result<Option<PathBuf>, StoreError> {
        let tidied = (|| {
            for left in fs::read_dir(&self.dir)? {
                let left = left?;
                let name = left.file_name();
                if name.to_string_lossy().starts_with(&format!("{STAGED}-")) {
                    fs::remove_dir_all(left.path())?;
                }
            }
            Ok(())
        })();
        tidied.map_err(|error| self.trouble("written", &error))?;
        match staged.database {
            Some(_) => self.put_aside(),
            None => Ok(Some(self.dir.join("database.moved"))),
        }
    }

    /// Puts sled's folder aside, in the place of one that was put there before; where that is.
    fn put_aside(&self) -> Result<Option<PathBuf>, StoreError> {
        let (old, aside) = (self.dir.join(FOLDER), self.dir.join("sled.moved"));
        if !old.exists() {
            return Ok(None);
        }
        let moved = (|| {
            if aside.exists() {
                fs::remove_dir_all(&aside)?;
            }
            fs::rename(&old, &aside)?;
            sync_file(&self.dir)
        })();
        moved.map_err(|error| self.trouble("written", &error))?;
        Ok(Some(aside))
    }

    /// The password, where there is one.
    fn password(&self) -> Result<Option<String>, StoreError> {
        match &self.password {
            Some(password) => Ok(Some(password.clone())),
            None => self.read(PASSWORD),
        }
    }

    fn read(&self, name: &str) -> Result<Option<String>, StoreError> {
        match fs::read_to_string(self.dir.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.trouble("opened", &error)),
        }
    }

    fn trouble(&self, verb: &'static str, error: &io::Error) -> StoreError {
        StoreError::Disk {
            dir: self.dir.display().to_string(),
            verb,
            why: format!("the name of its database: {error}"),
        }
    }
}
