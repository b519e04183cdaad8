//! What a visit or a saved file brought, as records that belong together.

use crate::export::walk::{Arrived, Walk};
use crate::export::warc::record::{Record, labelled, named};
use crate::export::warc::shelf::Shelf;
use crate::export::warc::told::{provenance, told};
use crate::house::NotDone;
use crate::model::{
    Beside, BesideKind, Capture, Digest, EntryNo, Failure, Origin, Provenance, RecordKind,
};

/// What the records of one capture have in common.
pub(super) struct Common<'a> {
    pub(super) archive: Digest,
    pub(super) entry: EntryNo,
    pub(super) arrived: &'a Arrived,
    /// Where in another archive it stood, where it was taken in from there.
    pub(super) origin: Option<&'a Origin>,
}

impl Common<'_> {
    /// The name of a record: what another archive of this program made keeps the name that it had there.
    pub(super) fn named(&self, what: &str, place: usize) -> String {
        let made_by = self.origin.and_then(Origin::made_by);
        let (archive, entry) = made_by.unwrap_or((self.archive, self.entry));
        named(&[&archive, &entry, &what, &place])
    }
}

impl Shelf<'_> {
    /// The records of what arrived.
    pub(super) fn arrived(&mut self, walk: &Walk, arrived: &Arrived) -> Result<(), NotDone> {
        let common = |origin| Common {
            archive: self.folder.subject().archive,
            entry: arrived.entry,
            arrived,
            origin,
        };
        match arrived.landed.body {
            Some(body) => {
                let capture: Capture = walk.read(arrived.landed.capture)?;
                let common = common(capture.provenance.origin());
                self.captured(walk, &common, &capture, body)
            }
            None => {
                let failure: Failure = walk.read(arrived.landed.capture)?;
                let common = common(failure.origin.as_deref());
                self.missing(&common, &failure)
            }
        }
    }

    /// A capture; where another archive had noted no more than that its bytes were served again, that.
    fn captured(
        &mut self,
        walk: &Walk,
        common: &Common,
        capture: &Capture,
        body: Digest,
    ) -> Result<(), NotDone> {
        let kind = match &capture.provenance {
            Provenance::Imported { origin, .. } => {
                let origin = origin.as_ref();
                origin.map_or(RecordKind::File, |origin| origin.kind)
            }
            _ => RecordKind::Answer,
        };
        let at = capture.answer().url.clone();
        let known = common.arrived.known.clone();
        self.last.insert(known, (body, at.clone()));
        let original = self.payloads.get(&body).cloned();
        match (kind, common.origin, original) {
            (RecordKind::Again, Some(origin), Some(original)) => {
                let id = origin.record.clone();
                let told = (&at, &common.arrived.page.id);
                self.again((common.entry, id), capture.at, told, (body, &original))
            }
            _ => self.whole(walk, common, capture, kind),
        }
    }

    /// The records of a capture: its answers or its file, what is beside it, what was made of it, and what is said of it.
    fn whole(
        &mut self,
        walk: &Walk,
        common: &Common,
        capture: &Capture,
        kind: RecordKind,
    ) -> Result<(), NotDone> {
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
                self.answered(walk, common, ("response", place), hop, body, with)?;
            }
        } else {
            self.saved(walk, common, capture, &main)?;
        }
        for (place, beside) in capture.beside.iter().enumerate() {
            self.beside(walk, common, (place, beside), &main)?;
        }
        if is_built && let Some(bytes) = walk.left(capture.body)? {
            let media = "text/html; charset=utf-8";
            self.conversion(common, ("rendered", 0), (media, bytes), &main)?;
        }
        self.text(walk, common, &main)?;
        let mut told = told(common);
        told.push(("body-sha256", capture.body.to_string()));
        told.extend(provenance(&capture.provenance));
        let file = common.arrived.landed.imported.as_ref();
        let file = file.map(|imported| &imported.file);
        let of = (&capture.url, capture.at);
        self.metadata(common, of, Some(main), (told, file))
    }

    /// The text as it was read, where it is a version and was not forgotten.
    fn text(&mut self, walk: &Walk, common: &Common, main: &str) -> Result<(), NotDone> {
        let Some(version) = &common.arrived.version else {
            return Ok(());
        };
        let document = walk.document(version)?;
        if document.is_forgotten() {
            return Ok(());
        }
        self.folder.note_reader(&document.reader.0);
        let text = document.plain().into_bytes();
        let media = "text/plain; charset=utf-8";
        self.conversion(common, ("text", 0), (media, text), main)
    }

    /// Answers that no page came with.
    fn missing(&mut self, common: &Common, failure: &Failure) -> Result<(), NotDone> {
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

    /// A file that somebody saved.
    fn saved(
        &mut self,
        walk: &Walk,
        common: &Common,
        capture: &Capture,
        id: &str,
    ) -> Result<(), NotDone> {
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
    ) -> Result<(), NotDone> {
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
    ) -> Result<(), NotDone> {
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
}
