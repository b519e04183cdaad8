//! The WARC files of an export: one open at a time, closed when it is long enough.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::folder::{Folder, Part};
use crate::export::walk::{Step, Walk};
use crate::export::warc::answered::Original;
use crate::export::warc::record::{Record, fields, named};
use crate::house::NotDone;
use crate::model::{Digest, EntryNo, WatchId};

/// What the first record of each file says.
const NOTES: &str = "Responses are told as they were kept: header fields in order, names in lower case, bodies with content and \
    transfer encoding undone; the fields that described them on the way are renamed to X-Archive-Orig-*. Version and reason \
    phrase of HTTP, requests, and bodies of redirects and of answers that were no page were not kept. What a browser built, \
    its picture and the text as read are conversion records. Saved files are resource records: no answer of a server was \
    seen. A visit that brought the same bytes again is a revisit record without a block. Smallprint-Certificate is the SHA-256 \
    of the certificate (DER) that the server showed over TLS.";

/// The files, one of them open.
pub(super) struct Shelf<'a> {
    pub(super) folder: &'a mut Folder,
    size: u64,
    open: Option<(Part, u64)>,
    /// The first record with a payload.
    pub(super) payloads: HashMap<Digest, Original>,
    /// The bytes that a page last had and where they came from, by what the archive calls its watch.
    pub(super) last: HashMap<WatchId, (Digest, Url)>,
}

impl<'a> Shelf<'a> {
    /// No file is open yet.
    pub(super) fn new(folder: &'a mut Folder, size: u64) -> Shelf<'a> {
        Shelf {
            folder,
            size,
            open: None,
            payloads: HashMap::new(),
            last: HashMap::new(),
        }
    }
}

impl Shelf<'_> {
    /// Writes what a step told.
    pub(super) fn step(&mut self, walk: &mut Walk, step: Step) -> Result<(), NotDone> {
        match step {
            Step::Landed(arrived) => {
                self.turn(arrived.entry)?;
                self.arrived(walk, &arrived)
            }
            Step::Looked(entry, place, known, look) => {
                self.turn(entry)?;
                self.looked(walk, (entry, place), &known, &look)
            }
            Step::Corrected(..) | Step::Backfilled(..) => Ok(()),
        }
    }

    /// Closes a file that is long enough. What is in the files made so far is only noted again.
    fn turn(&mut self, entry: EntryNo) -> Result<(), NotDone> {
        let is_long = |(part, _): &(Part, u64)| part.bytes() >= self.size;
        let begins = self.open.as_ref().is_some_and(is_long);
        match begins {
            true => self.close(entry),
            false => Ok(()),
        }
    }

    /// Closes the open file; what comes next is in the entry `next`.
    pub(super) fn close(&mut self, next: EntryNo) -> Result<(), NotDone> {
        self.folder.note_warc(next);
        match self.open.take() {
            Some((part, records)) => self.folder.finish(part, Some(records)),
            None => Ok(()),
        }
    }

    /// Writes a record, unless the files made so far hold its entry.
    pub(super) fn put(&mut self, entry: EntryNo, record: Record) -> Result<(), NotDone> {
        if entry < self.folder.warc_from() {
            return Ok(());
        }
        if self.open.is_none() {
            self.open = Some((self.begin(record.at)?, 1));
        }
        let Some((part, records)) = &mut self.open else {
            return Ok(());
        };
        *records += 1;
        let written = record.write(part);
        written.map_err(|error| self.folder.full("warc", &error))
    }

    /// Begins a file with what it is.
    fn begin(&self, at: DateTime<Utc>) -> Result<Part, NotDone> {
        let is_warc = |path: &str| path.starts_with("warc/");
        let before = self
            .folder
            .made()
            .filter(|made| is_warc(&made.path))
            .count();
        let name = format!("smallprint-{:05}.warc.gz", before + 1);
        let path = format!("warc/{name}");
        let subject = self.folder.subject();
        let told = [
            (
                "software",
                format!("Smallprint {}", env!("CARGO_PKG_VERSION")),
            ),
            ("format", "WARC File Format 1.1".to_owned()),
            (
                "conformsTo",
                "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
                    .to_owned(),
            ),
            ("isPartOf", format!("archive {}", subject.archive)),
            ("journal-entry", subject.entry.to_string()),
            ("journal-head", subject.head.to_string()),
            ("description", NOTES.to_owned()),
        ];
        let record = Record {
            kind: "warcinfo",
            id: named(&[&subject.archive, &subject.entry, &name]),
            at,
            fields: vec![("WARC-Filename", name.clone())],
            media: Some("application/warc-fields"),
            block: fields(&told),
        };
        let mut part = self.folder.begin(&path)?;
        let written = record.write(&mut part);
        written.map_err(|error| self.folder.full(&path, &error))?;
        Ok(part)
    }
}
