//! Carries the archive out into a directory, in formats that other programs read.

mod catalogue;
mod cells;
mod checked;
mod choice;
pub mod evidence;
mod folder;
mod git;
mod package;
mod rows;
pub mod surt;
mod tables;
mod walk;
mod warc;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::export::catalogue::Notation;
use crate::export::choice::Choice;
use crate::export::folder::{Folder, Subject};
use crate::export::walk::Walk;
use crate::house::{House, NotDone};
use crate::model::{Digest, EntryNo, WatchId};

pub use checked::{Checked, check};
pub use warc::{CERTIFICATE, DOCUMENT, ORIGINAL};

/// What is carried out, and where to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct ExportAsked {
    /// The directory, as an absolute path.
    pub dir: PathBuf,
    /// In which formats, each once.
    pub formats: BTreeSet<Format>,
    /// Of which watches, of which time.
    #[serde(flatten)]
    pub filter: Filter,
    /// A WARC file is closed when it has reached so many bytes.
    pub warc_size: u64,
}

/// Of which watches and of which time; of all where nothing is said.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct Filter {
    /// These watches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watches: Vec<WatchId>,
    /// The watches of this publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The watches of this topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// What was seen at or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// What was seen before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<DateTime<Utc>>,
}

/// A format of an export.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Tables as comma-separated values (RFC 4180).
    Csv,
    /// The same tables as lines of JSON, and the texts.
    Jsonl,
    /// What servers sent, as WARC 1.1 files (ISO 28500:2017).
    Warc,
    /// A git repository with a file for each document and a commit for each change.
    Git,
}

impl Format {
    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
            Format::Warc => "warc",
            Format::Git => "git",
        }
    }
}

/// What an export came to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Exported {
    /// Where it lies.
    pub dir: PathBuf,
    /// The last entry of the journal that it holds.
    pub entry: EntryNo,
    /// The hash of that entry.
    pub head: Digest,
    /// In which formats.
    pub formats: BTreeSet<Format>,
    /// Whether it went on with one that was interrupted.
    pub continued: bool,
    /// Its files, `datapackage.json` left out.
    pub files: Vec<Made>,
}

/// A file of an export.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Made {
    /// Where it lies, relative to the directory, parted by `/`.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// The digest of its bytes.
    pub sha256: Digest,
    /// How many rows, records or commits it holds, where that can be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
}

/// Carries out what was asked for, as the archive stands now; an export that was interrupted goes on as the archive stood
/// when it began. `heard` hears of entries done and entries in all; when nobody listens any more, it stops.
///
/// Files are written on a thread of their own, one after the other, and read from the archive piece by piece.
///
/// # Errors
/// Where the choice or the directory cannot be taken, the disk is full, or the archive fails.
pub async fn export(
    house: &Arc<House>,
    asked: ExportAsked,
    heard: mpsc::Sender<(u64, u64)>,
) -> Result<Exported, NotDone> {
    let choice = Choice::of(house, &asked.filter).await?;
    let subject = Subject::of(house, &asked).await?;
    let (store, now, runtime) = (house.store.clone(), house.clock.now(), Handle::current());
    let work = move || {
        let mut folder = Folder::open(&asked.dir, subject)?;
        let walk = Walk::new(
            store,
            runtime,
            choice,
            heard,
            &asked.formats,
            folder.until(),
        );
        write(walk, &mut folder, &asked, now)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => Err(NotDone::refused(
            format!("The export broke off: {panic}."),
            "Give the same command again: it goes on from there.",
        )),
    }
}

fn write(
    mut walk: Walk,
    folder: &mut Folder,
    asked: &ExportAsked,
    now: DateTime<Utc>,
) -> Result<Exported, NotDone> {
    for format in &asked.formats {
        match format {
            Format::Csv => tables::write(&mut walk, folder, Notation::Csv)?,
            Format::Jsonl => tables::write(&mut walk, folder, Notation::Jsonl)?,
            Format::Warc => warc::write(&mut walk, folder, asked.warc_size)?,
            Format::Git => git::write(&mut walk, folder)?,
        }
    }
    folder.close(&package::describe(folder, asked, now))?;
    Ok(Exported {
        dir: asked.dir.clone(),
        entry: folder.until(),
        head: folder.head(),
        formats: asked.formats.clone(),
        continued: folder.goes_on(),
        files: folder.made().cloned().collect(),
    })
}
