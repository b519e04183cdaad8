//! The directory of an export: whose it is, what of it is done, and nothing half done under its final name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::export::{ExportAsked, Filter, Format, Made, NotExported};
use crate::house::House;
use crate::model::{Digest, EntryNo};

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

/// What is exported, which an interrupted export must have in common with the one that goes on with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(super) struct Subject {
    /// The hash of the first entry of the journal: which archive it is.
    pub(super) archive: Digest,
    /// The last entry that is exported.
    pub(super) entry: EntryNo,
    /// Its hash.
    pub(super) head: Digest,
    /// In which formats.
    pub(super) formats: BTreeSet<Format>,
    /// What of it.
    pub(super) filter: Filter,
    /// How long a WARC file becomes.
    pub(super) warc_size: u64,
}

impl Subject {
    /// The archive as it stands now.
    pub(super) async fn of(house: &House, asked: &ExportAsked) -> Result<Subject, NotExported> {
        let entry = house.store.last_entry().await?;
        if entry == 0 {
            return Err(NotExported::refused(
                "There is nothing in the archive yet.",
                "`smallprint visit --all` goes and looks.",
            ));
        }
        Ok(Subject {
            archive: house.store.hash_of(1).await?,
            entry,
            head: house.store.hash_of(entry).await?,
            formats: asked.formats.clone(),
            filter: asked.filter.clone(),
            warc_size: asked.warc_size,
        })
    }

    /// Whether the other one is of the same archive, with the same wishes; it may have stood at another entry.
    fn is_asked_again(&self, other: &Subject) -> bool {
        let Subject { entry, head, .. } = other.clone();
        Subject {
            entry,
            head,
            ..self.clone()
        } == *other
    }
}

/// The directory, claimed.
pub(super) struct Folder {
    dir: PathBuf,
    state: State,
    goes_on: bool,
    _lock: File,
}

/// How far an export is.
#[derive(Clone, Serialize, Deserialize, Debug)]
struct State {
    #[serde(flatten)]
    subject: Subject,
    /// What is done of it, by path.
    made: BTreeMap<String, Made>,
    /// What an earlier export left here, which this one may replace.
    earlier: BTreeMap<String, Digest>,
    /// The first entry that the WARC files made so far do not hold.
    warc_from: EntryNo,
    /// Who read the documents.
    readers: BTreeSet<String>,
}

/// What of a finished export tells whose it is.
#[derive(Deserialize)]
pub(super) struct Finished {
    pub(super) smallprint: Subject,
    pub(super) resources: Vec<Resource>,
}

/// A file of it.
#[derive(Deserialize)]
pub(super) struct Resource {
    pub(super) path: String,
    pub(super) hash: String,
}

/// The line that says what the description of an export is.
pub(super) fn seal(package: &[u8]) -> String {
    format!("{}  {PACKAGE}\n", Digest::of(package))
}

/// A file that is being written, under a name of its own.
pub(super) struct Part {
    path: String,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Folder {
    /// Claims a directory: a new or empty one, or one that holds an export of the same archive and is as it was left.
    pub(super) fn open(dir: &Path, subject: Subject) -> Result<Folder, NotExported> {
        fs::create_dir_all(dir).map_err(|error| trouble(dir, "made", &error))?;
        let listed = fs::read_dir(dir).map_err(|error| trouble(dir, "read", &error))?;
        let names: BTreeSet<String> = (listed.flatten())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        let is_empty = names.iter().all(|name| name == LOCK);
        let before = match is_empty {
            true => None,
            false => Some(before(dir, &subject)?),
        };
        let lock = claim(dir)?;
        let (state, goes_on) = match before {
            Some(Before::Unfinished(state)) if subject.is_asked_again(&state.subject) => {
                (*state, true)
            }
            Some(Before::Unfinished(state)) => (State::after(subject, state.left()), false),
            Some(Before::Finished(left)) => (State::after(subject, left), false),
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
    pub(super) fn begin(&self, path: &str) -> Result<Part, NotExported> {
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
    pub(super) fn room(&self, path: &str) -> Result<(), NotExported> {
        let room = self.dir.join(path);
        fs::create_dir_all(&room).map_err(|error| trouble(&room, "made", &error))
    }

    /// Opens what was written into a file from its beginning, and says where it lies.
    pub(super) fn read_back(&self, mut part: Part) -> Result<(File, PathBuf), NotExported> {
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
    ) -> Result<(), NotExported> {
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
    pub(super) fn finish(&mut self, part: Part, records: Option<u64>) -> Result<(), NotExported> {
        let path = part.path.clone();
        self.finish_as(part, &path, records)
    }

    /// Writes a short file whole.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), NotExported> {
        let mut part = self.begin(path)?;
        let written = part.write_all(bytes);
        written.map_err(|error| self.full(path, &error))?;
        self.finish(part, None)
    }

    /// Removes what an earlier export left and this one has not, and puts the description in its place.
    pub(super) fn close(&self, package: &serde_json::Value) -> Result<(), NotExported> {
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
    pub(super) fn full(&self, path: &str, error: &io::Error) -> NotExported {
        trouble(&self.dir.join(path), "written", error)
    }

    /// Looks whether what was left here is as it was left: what somebody worked on is theirs.
    fn look_over(&self) -> Result<(), NotExported> {
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
                return Err(NotExported::refused(
                    format!("{} was altered since it was exported.", own.display()),
                    "Move it elsewhere, or export into another directory.",
                ));
            }
            if found.is_none() && self.has(&path) {
                return Err(NotExported::refused(
                    format!("{} was there, and is gone.", own.display()),
                    "Empty the directory, or export into another one.",
                ));
            }
        }
        Ok(())
    }

    fn note(&mut self) -> Result<(), NotExported> {
        let state = serde_json::to_value(&self.state).expect("plain data can be written as JSON");
        self.whole(UNFINISHED, &state).map(drop)
    }

    /// Writes plain data; the bytes that were written.
    fn whole(&self, name: &str, value: &serde_json::Value) -> Result<Vec<u8>, NotExported> {
        let mut json = serde_json::to_vec_pretty(value).expect("plain data can be written as JSON");
        json.push(b'\n');
        self.bytes(name, &json)?;
        Ok(json)
    }

    fn bytes(&self, name: &str, bytes: &[u8]) -> Result<(), NotExported> {
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

impl State {
    fn after(subject: Subject, earlier: BTreeMap<String, Digest>) -> State {
        State {
            subject,
            made: BTreeMap::new(),
            earlier,
            warc_from: 1,
            readers: BTreeSet::new(),
        }
    }

    /// What it left in the directory.
    fn left(self) -> BTreeMap<String, Digest> {
        let mut left = self.earlier;
        left.extend(self.made.into_values().map(|made| (made.path, made.sha256)));
        left
    }
}

impl Part {
    /// How many bytes were written so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The path it was begun as.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What an earlier export left in a directory.
enum Before {
    Unfinished(Box<State>),
    Finished(BTreeMap<String, Digest>),
}

/// Reads what an earlier export left; a directory in which something else lies is somebody's.
fn before(dir: &Path, subject: &Subject) -> Result<Before, NotExported> {
    let foreign = || {
        NotExported::refused(
            format!("{} is not empty, and holds no export.", dir.display()),
            "Name a new directory, or an empty one.",
        )
    };
    let read = |name: &str| fs::read(dir.join(name)).ok();
    let (archive, before) = match read(UNFINISHED) {
        Some(bytes) => {
            let state: State = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
            (state.subject.archive, Before::Unfinished(Box::new(state)))
        }
        None => {
            let bytes = read(PACKAGE).ok_or_else(foreign)?;
            let finished: Finished = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
            let mut left = BTreeMap::new();
            for resource in finished.resources {
                let digest = resource.hash.strip_prefix("sha256:");
                let digest = digest.and_then(|digest| digest.parse().ok());
                left.insert(resource.path, digest.ok_or_else(foreign)?);
            }
            (finished.smallprint.archive, Before::Finished(left))
        }
    };
    if archive != subject.archive {
        return Err(NotExported::refused(
            format!("{} holds the export of another archive.", dir.display()),
            "Name a new directory, or an empty one.",
        ));
    }
    let paths: Vec<&String> = match &before {
        Before::Unfinished(state) => state.made.keys().chain(state.earlier.keys()).collect(),
        Before::Finished(left) => left.keys().collect(),
    };
    // Whoever wrote the description, it leads to nothing outside.
    match paths.iter().all(|path| is_inside(path)) {
        true => Ok(before),
        false => Err(foreign()),
    }
}

/// Whether a path leads to nothing outside.
pub(super) fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\\')
}

fn claim(dir: &Path) -> Result<File, NotExported> {
    let path = dir.join(LOCK);
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| trouble(&path, "made", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NotExported::refused(
            format!("Another export is writing into {}.", dir.display()),
            "Wait until it has ended, or name another directory.",
        )),
        Err(TryLockError::Error(error)) => Err(trouble(&path, "locked", &error)),
    }
}

fn remove(path: &Path) -> Result<(), NotExported> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(trouble(path, "removed", &error))
        }
        _ => Ok(()),
    }
}

/// The digest of a file; `None` where there is none.
pub(super) fn digest_of(path: &Path) -> io::Result<Option<Digest>> {
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

fn trouble(path: &Path, verb: &str, error: &io::Error) -> NotExported {
    let remedy = match error.kind() {
        io::ErrorKind::StorageFull => {
            "Make room, and give the same command again: it goes on from there."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Name a directory that the smallprint which holds the archive may write to."
        }
        _ => "Give the same command again when that is mended: it goes on from there.",
    };
    NotExported::refused(
        format!("{} cannot be {verb}: {error}.", path.display()),
        remedy,
    )
}
