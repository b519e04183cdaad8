//! The directory of an export: whose it is, what of it is done, and nothing half done under its final name.

mod disk;
mod earlier;
mod part;
mod state;
mod subject;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::export::Made;
use crate::export::folder::disk::{claim, remove, trouble};
use crate::export::folder::earlier::Earlier;
use crate::export::folder::state::State;
use crate::house::NotDone;
use crate::model::{Digest, EntryNo};

pub(super) use disk::digest_of;
pub(super) use earlier::{Finished, Resource, is_inside};
pub(super) use part::Part;
pub(super) use subject::Subject;

/// What describes a finished export.
pub(super) const PACKAGE: &str = "datapackage.json";
/// The digest of that, as `sha256sum` writes and checks it.
pub(super) const SEAL: &str = "datapackage.json.sha256";
/// What is there while it is not finished.
const UNFINISHED: &str = "unfinished-export.json";
/// Held by whoever writes.
const LOCK: &str = "export.lock";
/// What follows the name of a file that is being written.
const PART: &str = ".part";

/// The directory, claimed.
pub(super) struct Folder {
    dir: PathBuf,
    state: State,
    goes_on: bool,
    _lock: File,
}

impl Folder {
    /// Claims a directory: a new or empty one, or one that holds an export of the same archive and is as it was left.
    pub(super) fn open(dir: &Path, subject: Subject) -> Result<Folder, NotDone> {
        fs::create_dir_all(dir).map_err(|error| trouble(dir, "made", &error))?;
        let listed = fs::read_dir(dir).map_err(|error| trouble(dir, "read", &error))?;
        let names: BTreeSet<String> = (listed.flatten())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        let is_empty = names.iter().all(|name| name == LOCK);
        let earlier = match is_empty {
            true => None,
            false => Some(earlier::read(dir, &subject)?),
        };
        let lock = claim(dir)?;
        let (state, goes_on) = match earlier {
            Some(Earlier::Unfinished(state)) if subject.is_asked_again(&state.subject) => {
                (*state, true)
            }
            Some(Earlier::Unfinished(state)) => (State::after(subject, state.left()), false),
            Some(Earlier::Finished(left)) => (State::after(subject, left), false),
            None => (State::after(subject, BTreeMap::new()), false),
        };
        let mut folder = Folder {
            dir: dir.to_owned(),
            state,
            goes_on,
            _lock: lock,
        };
        folder.look_over()?;
        folder.note()?;
        // From here on it is described as unfinished, and by nothing else.
        remove(&folder.dir.join(PACKAGE))?;
        remove(&folder.dir.join(SEAL))?;
        Ok(folder)
    }

    /// The last entry that is exported.
    pub(super) fn until(&self) -> EntryNo {
        self.state.subject.entry
    }

    /// Its hash.
    pub(super) fn head(&self) -> Digest {
        self.state.subject.head
    }

    /// What is exported.
    pub(super) fn subject(&self) -> &Subject {
        &self.state.subject
    }

    /// Whether it goes on with an export that was interrupted.
    pub(super) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// What is done, by path.
    pub(super) fn made(&self) -> impl Iterator<Item = &Made> {
        self.state.made.values()
    }

    /// Whether this file is done.
    pub(super) fn has(&self, path: &str) -> bool {
        self.state.made.contains_key(path)
    }

    /// The first entry that the WARC files made so far do not hold.
    pub(super) fn warc_from(&self) -> EntryNo {
        self.state.warc_from
    }

    /// Notes that the WARC files made so far, with the next one that is finished, hold what comes before this entry.
    pub(super) fn note_warc(&mut self, from: EntryNo) {
        self.state.warc_from = from;
    }

    /// Notes who read a document.
    pub(super) fn note_reader(&mut self, reader: &str) {
        if !self.state.readers.contains(reader) {
            self.state.readers.insert(reader.to_owned());
        }
    }

    /// Who read the documents.
    pub(super) fn readers(&self) -> &BTreeSet<String> {
        &self.state.readers
    }

    /// Begins a file; what was left of it is thrown away.
    pub(super) fn begin(&self, path: &str) -> Result<Part, NotDone> {
        let part = self.dir.join(format!("{path}{PART}"));
        let making = || {
            if let Some(parent) = part.parent() {
                fs::create_dir_all(parent)?;
            }
            File::create(&part)
        };
        let file = making().map_err(|error| trouble(&part, "made", &error))?;
        Ok(Part {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 17, file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Makes a folder in it.
    pub(super) fn room(&self, path: &str) -> Result<(), NotDone> {
        let room = self.dir.join(path);
        fs::create_dir_all(&room).map_err(|error| trouble(&room, "made", &error))
    }

    /// Opens what was written into a file from its beginning, and says where it lies.
    pub(super) fn read_back(&self, mut part: Part) -> Result<(File, PathBuf), NotDone> {
        let path = self.dir.join(format!("{}{PART}", part.path));
        let mut reading = || {
            part.file.flush()?;
            File::open(&path)
        };
        let file = reading().map_err(|error| trouble(&path, "read", &error))?;
        Ok((file, path))
    }

    /// Finishes a file under this path, whatever it was begun as: durable, then under its name, then noted.
    pub(super) fn finish_as(
        &mut self,
        mut part: Part,
        path: &str,
        records: Option<u64>,
    ) -> Result<(), NotDone> {
        let from = self.dir.join(format!("{}{PART}", part.path));
        let to = self.dir.join(path);
        let mut moving = || {
            part.file.flush()?;
            part.file.get_ref().sync_all()?;
            fs::rename(&from, &to)
        };
        moving().map_err(|error| trouble(&to, "written", &error))?;
        let made = Made {
            path: path.to_owned(),
            bytes: part.bytes,
            sha256: Digest(part.hash.finalize().into()),
            records,
        };
        self.state.made.insert(path.to_owned(), made);
        self.note()
    }

    /// Finishes a file under the path it was begun as.
    pub(super) fn finish(&mut self, part: Part, records: Option<u64>) -> Result<(), NotDone> {
        let path = part.path.clone();
        self.finish_as(part, &path, records)
    }

    /// Writes a short file whole.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), NotDone> {
        let mut part = self.begin(path)?;
        let written = part.write_all(bytes);
        written.map_err(|error| self.full(path, &error))?;
        self.finish(part, None)
    }

    /// Removes what an earlier export left and this one has not, and puts the description in its place.
    pub(super) fn close(&self, package: &serde_json::Value) -> Result<(), NotDone> {
        for path in self.state.earlier.keys() {
            if !self.state.made.contains_key(path) {
                remove(&self.dir.join(path))?;
            }
        }
        let written = self.whole(PACKAGE, package)?;
        self.bytes(SEAL, seal(&written).as_bytes())?;
        remove(&self.dir.join(UNFINISHED))?;
        remove(&self.dir.join(LOCK))
    }

    /// That a file of it cannot be written.
    pub(super) fn full(&self, path: &str, error: &io::Error) -> NotDone {
        trouble(&self.dir.join(path), "written", error)
    }

    /// Looks whether what was left here is as it was left: what somebody worked on is theirs.
    fn look_over(&self) -> Result<(), NotDone> {
        let made = self.state.made.values();
        let made = made.map(|made| (made.path.clone(), made.sha256));
        let left = self
            .state
            .earlier
            .clone()
            .into_iter()
            .filter(|(path, _)| !self.has(path));
        for (path, digest) in left.chain(made) {
            let own = self.dir.join(&path);
            let found = digest_of(&own).map_err(|error| trouble(&own, "read", &error))?;
            if found.is_some_and(|found| found != digest) {
                return Err(NotDone::refused(
                    format!("{} was altered since it was exported.", own.display()),
                    "Move it elsewhere, or export into another directory.",
                ));
            }
            if found.is_none() && self.has(&path) {
                return Err(NotDone::refused(
                    format!("{} was there, and is gone.", own.display()),
                    "Empty the directory, or export into another one.",
                ));
            }
        }
        Ok(())
    }

    fn note(&mut self) -> Result<(), NotDone> {
        let state = serde_json::to_value(&self.state).expect("plain data can be written as JSON");
        self.whole(UNFINISHED, &state).map(drop)
    }

    /// Writes plain data; the bytes that were written.
    fn whole(&self, name: &str, value: &serde_json::Value) -> Result<Vec<u8>, NotDone> {
        let mut json = serde_json::to_vec_pretty(value).expect("plain data can be written as JSON");
        json.push(b'\n');
        self.bytes(name, &json)?;
        Ok(json)
    }

    fn bytes(&self, name: &str, bytes: &[u8]) -> Result<(), NotDone> {
        let (part, to) = (self.dir.join(format!("{name}{PART}")), self.dir.join(name));
        let writing = || {
            let mut file = File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &to)
        };
        writing().map_err(|error| trouble(&to, "written", &error))
    }
}

/// The line that says what the description of an export is.
pub(super) fn seal(package: &[u8]) -> String {
    format!("{}  {PACKAGE}\n", Digest::of(package))
}
