//! Captures as WARC files, in the order of the journal.

mod answer;
mod past;
mod record;
mod told;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::NotExported;
use crate::export::folder::{Folder, Part};
use crate::export::walk::{Arrived, Step, Walk};
use crate::model::{
    Beside, BesideKind, Capture, Digest, EntryNo, Failure, Hop, Look, LookOutcome, Origin,
    Provenance, RecordKind, WatchId,
};

pub use answer::ORIGINAL;
pub(super) use answer::{Body, message};
pub(super) use record::{Record, date, fields, labelled, named};
use told::{provenance, told};

/// The profile of a record whose payload another one has (ISO 28500:2017, 6.7.2).
pub(super) const SAME_PAYLOAD: &str =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// The field that says of which watch a record is, where nothing beside it does.
pub const DOCUMENT: &str = "Smallprint-Document";
/// What the first record of each file says.
const NOTES: &str = "Responses are told as they were kept: header fields in order, names in lower case, bodies with content and \
    transfer encoding undone; the fields that described them on the way are renamed to X-Archive-Orig-*. Version and reason \
    phrase of HTTP, requests, and bodies of redirects and of answers that were no page were not kept. What a browser built, \
    its picture and the text as read are conversion records. Saved files are resource records: no answer of a server was \
    seen. A visit that brought the same bytes again is a revisit record without a block.";

/// Writes the captures, in files of about this size.
pub(super) fn write(walk: &mut Walk, folder: &mut Folder, size: u64) -> Result<(), NotExported> {
    let until = folder.until();
    if folder.warc_from() > until {
        walk.skip();
        return Ok(());
    }
    let mut shelf = Shelf {
        folder,
        size,
        open: None,
        payloads: HashMap::new(),
        last: HashMap::new(),
    };
    let mut before = Vec::new();
    walk.steps(|walk, step| match step {
        Step::Backfilled(text) => {
            before.extend(text.text.is_some().then_some(text));
            Ok(())
        }
        step => shelf.step(walk, step),
    })?;
    past::write(walk, shelf.folder, &before)?;
    shelf.close(until + 1)
}

/// The files, one of them open.
struct Shelf<'a> {
    folder: &'a mut Folder,
    size: u64,
    open: Option<(Part, u64)>,
    /// The first record with a payload.
    payloads: HashMap<Digest, Original>,
    /// The bytes that a page last had and where they came from, by what the archive calls its watch.
    last: HashMap<WatchId, (Digest, Url)>,
}

/// The record that has a payload.
#[derive(Clone)]
struct Original {
    id: String,
    url: Url,
    at: DateTime<Utc>,
}

/// What the records of one capture have in common.
struct Common<'a> {
    archive: Digest,
    entry: EntryNo,
    arrived: &'a Arrived,
    /// Where in another archive it stood, where it was taken in from there.
    origin: Option<&'a Origin>,
}

impl Common<'_> {
    /// The name of a record: what another archive of this program made keeps the name that it had there.
    fn named(&self, what: &str, place: usize) -> String {
        let made_by = self.origin.and_then(Origin::made_by);
        let (archive, entry) = made_by.unwrap_or((self.archive, self.entry));
        named(&[&archive, &entry, &what, &place])
    }
}

impl Shelf<'_> {
    fn step(&mut self, walk: &mut Walk, step: Step) -> Result<(), NotExported> {
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
    fn turn(&mut self, entry: EntryNo) -> Result<(), NotExported> {
        let is_long = |(part, _): &(Part, u64)| part.bytes() >= self.size;
        let begins = self.open.as_ref().is_some_and(is_long);
        match begins {
            true => self.close(entry),
            false => Ok(()),
        }
    }

    fn close(&mut self, next: EntryNo) -> Result<(), NotExported> {
        self.folder.note_warc(next);
        match self.open.take() {
            Some((part, records)) => self.folder.finish(part, Some(records)),
            None => Ok(()),
        }
    }

    fn arrived(&mut self, walk: &Walk, arrived: &Arrived) -> Result<(), NotExported> {
        let archive = self.folder.subject().archive;
        let Some(body) = arrived.landed.body else {
            let failure: Failure = walk.read(arrived.landed.capture)?;
            let common = Common {
                archive,
                entry: arrived.entry,
                arrived,
                origin: failure.origin.as_deref(),
            };
            return self.missing(&common, &failure);
        };
        let capture: Capture = walk.read(arrived.landed.capture)?;
        let origin = capture.provenance.origin();
        let common = Common {
            archive,
            entry: arrived.entry,
            arrived,
            origin,
        };
        let kind = match &capture.provenance {
            Provenance::Imported { origin, .. } => {
                let origin = origin.as_ref();
                origin.map_or(RecordKind::File, |origin| origin.kind)
            }
            _ => RecordKind::Answer,
        };
        let at = capture.answer().url.clone();
        self.last.insert(arrived.known.clone(), (body, at.clone()));
        if let (RecordKind::Again, Some(origin), Some(original)) =
            (kind, origin, self.payloads.get(&body).cloned())
        {
            let id = origin.record.clone();
            let told = (&at, &common.arrived.page.id);
            return self.again((arrived.entry, id), capture.at, told, (body, &original));
        }
        let source = (capture.beside.iter()).find(|beside| beside.what == BesideKind::Source);
        let is_built = capture.provenance.is_rendered() || source.is_some();
        let served = match is_built {
            true => source.map(|source| source.body),
            false => Some(capture.body),
        };
        let last = capture.hops.len() - 1;
        let main = common.named("response", last);
        if kind == RecordKind::Answer {
            for (place, hop) in capture.hops.iter().enumerate() {
                let body = served.filter(|_| place == last);
                let with = (place != last).then_some(&main);
                self.answered(walk, &common, ("response", place), hop, body, with)?;
            }
        } else {
            self.saved(walk, &common, &capture, &main)?;
        }
        for (place, beside) in capture.beside.iter().enumerate() {
            self.beside(walk, &common, (place, beside), &main)?;
        }
        if is_built {
            let media = "text/html; charset=utf-8";
            if let Some(bytes) = walk.left(capture.body)? {
                self.conversion(&common, ("rendered", 0), (media, bytes), &main)?;
            }
        }
        if let Some(version) = &arrived.version {
            let document = walk.document(version)?;
            if !document.is_forgotten() {
                self.folder.note_reader(&document.reader.0);
                let text = document.plain().into_bytes();
                let media = "text/plain; charset=utf-8";
                self.conversion(&common, ("text", 0), (media, text), &main)?;
            }
        }
        let mut told = told(&common);
        told.push(("body-sha256", capture.body.to_string()));
        told.extend(provenance(&capture.provenance));
        let file = arrived.landed.imported.as_ref();
        let file = file.map(|imported| &imported.file);
        let of = (&capture.url, capture.at);
        self.metadata(&common, of, Some(main), (told, file))
    }

    /// Answers that no page came with.
    fn missing(&mut self, common: &Common, failure: &Failure) -> Result<(), NotExported> {
        let last = failure.hops.len().saturating_sub(1);
        let main = common.named("response", last);
        for (place, hop) in failure.hops.iter().enumerate() {
            let with = (place != last).then_some(&main);
            self.response(common, ("response", place), hop, None, with)?;
        }
        let landed = &common.arrived.landed;
        let mut told = told(common);
        told.push(("kind", landed.kind.word().to_owned()));
        told.push(("failure", failure.kind.word().to_owned()));
        told.extend(failure.status.map(|status| ("status", status.to_string())));
        told.push(("why", failure.why.clone()));
        told.extend(failure.said.iter().map(|said| ("said", said.clone())));
        let of = (&landed.url, landed.bounds.by);
        let main = (!failure.hops.is_empty()).then_some(main);
        let file = landed.imported.as_ref().map(|imported| &imported.file);
        self.metadata(common, of, main, (told, file))
    }

    /// An answer with its body, which is read only where it is needed.
    fn answered(
        &mut self,
        walk: &Walk,
        common: &Common,
        (what, place): (&str, usize),
        hop: &Hop,
        body: Option<Digest>,
        with: Option<&String>,
    ) -> Result<(), NotExported> {
        let body = match body {
            Some(digest) => walk.left(digest)?.map(|bytes| (digest, bytes)),
            None => None,
        };
        let body = body
            .as_ref()
            .map(|(digest, bytes)| (*digest, bytes.as_slice()));
        self.response(common, (what, place), hop, body, with)
    }

    /// An answer: a response record, or a revisit record where another one has its payload.
    fn response(
        &mut self,
        common: &Common,
        (what, place): (&str, usize),
        hop: &Hop,
        body: Option<(Digest, &[u8])>,
        with: Option<&String>,
    ) -> Result<(), NotExported> {
        let id = common.named(what, place);
        let mut fields = vec![("WARC-Target-URI", hop.url.to_string())];
        fields.extend(
            hop.address
                .map(|address| ("WARC-IP-Address", address.to_string())),
        );
        fields.extend(with.map(|with| ("WARC-Concurrent-To", with.clone())));
        let original = body.and_then(|(digest, _)| self.payloads.get(&digest).cloned());
        let (kind, block) = match (body, original) {
            (Some((digest, bytes)), Some(original)) => {
                fields.push(("WARC-Payload-Digest", labelled(digest)));
                fields.push(("WARC-Profile", SAME_PAYLOAD.to_owned()));
                fields.extend(original.referred());
                fields.push(("WARC-Truncated", "length".to_owned()));
                ("revisit", message(hop, Body::Elsewhere(bytes.len() as u64)))
            }
            (Some((digest, bytes)), None) => {
                fields.push(("WARC-Payload-Digest", labelled(digest)));
                let original = Original {
                    id: id.clone(),
                    url: hop.url.clone(),
                    at: hop.at,
                };
                self.payloads.insert(digest, original);
                ("response", message(hop, Body::Kept(bytes)))
            }
            (None, _) => {
                let stated = hop
                    .header("content-length")
                    .is_none_or(|length| length.trim() != "0");
                if stated {
                    fields.push(("WARC-Truncated", "unspecified".to_owned()));
                }
                ("response", message(hop, Body::Unkept))
            }
        };
        self.put(
            common.entry,
            Record {
                kind,
                id,
                at: hop.at,
                fields,
                media: Some("application/http; msgtype=response"),
                block,
            },
        )
    }

    /// A file that somebody saved.
    fn saved(
        &mut self,
        walk: &Walk,
        common: &Common,
        capture: &Capture,
        id: &str,
    ) -> Result<(), NotExported> {
        let Some(block) = walk.left(capture.body)? else {
            return Ok(());
        };
        let media = capture.answer().header("content-type");
        let fields = vec![
            ("WARC-Target-URI", capture.url.to_string()),
            ("WARC-Payload-Digest", labelled(capture.body)),
        ];
        self.put(
            common.entry,
            Record {
                kind: "resource",
                id: id.to_owned(),
                at: capture.at,
                fields,
                media: Some(media.unwrap_or("application/octet-stream")),
                block,
            },
        )
    }

    /// What was kept beside a capture; the page as served, where a browser built the text, has its place among the answers.
    fn beside(
        &mut self,
        walk: &Walk,
        common: &Common,
        (place, beside): (usize, &Beside),
        main: &str,
    ) -> Result<(), NotExported> {
        match beside.what {
            BesideKind::Source => Ok(()),
            BesideKind::Screenshot => match walk.left(beside.body)? {
                Some(bytes) => {
                    self.conversion(common, ("picture", place), ("image/png", bytes), main)
                }
                None => Ok(()),
            },
            BesideKind::Page => {
                let last = beside.hops.len().saturating_sub(1);
                let main = main.to_owned();
                for (at, hop) in beside.hops.iter().enumerate() {
                    let body = (at == last).then_some(beside.body);
                    self.answered(walk, common, ("page", at), hop, body, Some(&main))?;
                }
                Ok(())
            }
        }
    }

    /// What was made of a capture.
    fn conversion(
        &mut self,
        common: &Common,
        (what, place): (&str, usize),
        (media, block): (&str, Vec<u8>),
        main: &str,
    ) -> Result<(), NotExported> {
        let landed = &common.arrived.landed;
        let fields = vec![
            ("WARC-Target-URI", landed.url.to_string()),
            ("WARC-Refers-To", main.to_owned()),
        ];
        self.put(
            common.entry,
            Record {
                kind: "conversion",
                id: common.named(what, place),
                at: landed.bounds.by,
                fields,
                media: Some(media),
                block,
            },
        )
    }

    /// A visit that brought bytes that are here already. Where they differed and the text did not, they were not kept.
    fn looked(
        &mut self,
        walk: &Walk,
        (entry, place): (EntryNo, usize),
        known: &WatchId,
        look: &Look,
    ) -> Result<(), NotExported> {
        let LookOutcome::Unchanged {
            body: Some(body), ..
        } = look.outcome
        else {
            return Ok(());
        };
        let last = self.last.get(known).filter(|(last, _)| *last == body);
        let original = self.payloads.get(&body).cloned();
        let (Some((_, at)), Some(original), Some(page)) =
            (last.cloned(), original, walk.choice.page(known))
        else {
            return Ok(());
        };
        let archive = self.folder.subject().archive;
        let id = named(&[&archive, &entry, &"look", &place]);
        let told = (&at, &page.id);
        self.again((entry, id), look.at, told, (body, &original))
    }

    /// That bytes which another record has were served again to a visit of this page; nothing else of the answer was kept.
    fn again(
        &mut self,
        (entry, id): (EntryNo, String),
        at: DateTime<Utc>,
        (url, document): (&Url, &WatchId),
        (body, original): (Digest, &Original),
    ) -> Result<(), NotExported> {
        let mut fields = vec![
            ("WARC-Target-URI", url.to_string()),
            ("WARC-Payload-Digest", labelled(body)),
            ("WARC-Profile", SAME_PAYLOAD.to_owned()),
            ("WARC-Truncated", "length".to_owned()),
        ];
        fields.extend(original.referred());
        fields.push((DOCUMENT, document.to_string()));
        self.put(
            entry,
            Record {
                kind: "revisit",
                id,
                at,
                fields,
                media: None,
                block: Vec::new(),
            },
        )
    }

    fn put(&mut self, entry: EntryNo, record: Record) -> Result<(), NotExported> {
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
    fn begin(&self, at: DateTime<Utc>) -> Result<Part, NotExported> {
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

impl Original {
    /// The fields that lead to it.
    fn referred(&self) -> [(&'static str, String); 3] {
        [
            ("WARC-Refers-To", self.id.clone()),
            ("WARC-Refers-To-Target-URI", self.url.to_string()),
            ("WARC-Refers-To-Date", date(self.at)),
        ]
    }
}
