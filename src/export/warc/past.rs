//! Backfilled texts as a WARC file of their own: the answers of archives of the web, under the addresses they gave them at.

use crate::export::folder::{Folder, Part};
use crate::export::walk::{Before, Walk};
use crate::export::warc::answer::{Body, message};
use crate::export::warc::record::{Record, date, fields, labelled, named, server};
use crate::house::NotDone;
use crate::model::{Capture, PastText, Point};

/// Where it lies.
const PATH: &str = "warc/past.warc.gz";
const NAME: &str = "past.warc.gz";

/// What its first record says.
const NOTES: &str = "What archives of the web answered when they were asked for copies of pages from before these were watched. \
    Each response stands under the address at which the archive gave it, and at the time at which it was asked; the metadata \
    record beside it names the page, the archive, the copy, and the time at which the archive says it was made. None of it was \
    seen by who made this file. Bodies are kept as the archive served them, content and transfer encoding undone.";

/// Writes what was backfilled, where anything was; it is made whole or not at all.
pub(super) fn write(
    walk: &Walk,
    folder: &mut Folder,
    texts: &[Box<Before>],
) -> Result<(), NotDone> {
    if texts.is_empty() || folder.has(PATH) {
        return Ok(());
    }
    let mut part = folder.begin(PATH)?;
    let mut records = 1;
    put(folder, &mut part, first(folder, texts))?;
    for before in texts {
        let Some(text) = before.brought.copy.text() else {
            continue;
        };
        let capture: Capture = walk.read(text.capture)?;
        for record in answers(walk, folder, before, text, &capture)? {
            put(folder, &mut part, record)?;
            records += 1;
        }
    }
    folder.finish(part, Some(records))
}

fn put(folder: &Folder, part: &mut Part, record: Record) -> Result<(), NotDone> {
    let written = record.write(part);
    written.map_err(|error| folder.full(PATH, &error))
}

fn first<'a>(folder: &Folder, texts: &[Box<Before>]) -> Record<'a> {
    let subject = folder.subject();
    let told = [
        (
            "software",
            format!("Smallprint {}", env!("CARGO_PKG_VERSION")),
        ),
        ("format", "WARC File Format 1.1".to_owned()),
        ("isPartOf", format!("archive {}", subject.archive)),
        ("journal-entry", subject.entry.to_string()),
        ("journal-head", subject.head.to_string()),
        ("description", NOTES.to_owned()),
    ];
    let at = texts.iter().map(|before| before.brought.at).min();
    Record {
        kind: "warcinfo",
        id: named(&[&subject.archive, &subject.entry, &NAME]),
        at: at.unwrap_or_default(),
        fields: vec![("WARC-Filename", NAME.to_owned())],
        media: Some("application/warc-fields"),
        block: fields(&told),
    }
}

/// The records of one copy: each answer, the text as read, and what is known of it.
fn answers<'a>(
    walk: &Walk,
    folder: &mut Folder,
    before: &Before,
    text: &PastText,
    capture: &Capture,
) -> Result<Vec<Record<'a>>, NotDone> {
    let archive = folder.subject().archive;
    let entry = before.brought.entry;
    let id = |what: &str, place: usize| named(&[&archive, &entry, &what, &place]);
    let last = capture.hops.len().saturating_sub(1);
    let main = id("response", last);
    let body = walk.left(text.body)?;
    let mut records = Vec::new();
    for (place, hop) in capture.hops.iter().enumerate() {
        let mut fields = vec![("WARC-Target-URI", hop.url.to_string())];
        fields.extend(server(hop));
        if place != last {
            fields.push(("WARC-Concurrent-To", main.clone()));
        }
        let block = match body.as_ref().filter(|_| place == last) {
            Some(body) => {
                fields.push(("WARC-Payload-Digest", labelled(text.body)));
                message(hop, Body::Kept(body))
            }
            // Of the way there nothing was kept, and what was forgotten is kept no longer.
            None => {
                fields.push(("WARC-Truncated", "unspecified".to_owned()));
                message(hop, Body::Unkept)
            }
        };
        records.push(Record {
            kind: "response",
            id: id("response", place),
            at: hop.at,
            fields,
            media: Some("application/http; msgtype=response"),
            block,
        });
    }
    let target = ("WARC-Target-URI", capture.answer().url.to_string());
    let document = match &before.text {
        Some(version) => Some(walk.document(version)?),
        None => None,
    };
    if let Some(document) = document.filter(|document| !document.is_forgotten()) {
        folder.note_reader(&document.reader.0);
        records.push(Record {
            kind: "conversion",
            id: id("text", 0),
            at: before.brought.at,
            fields: vec![target.clone(), ("WARC-Refers-To", main.clone())],
            media: Some("text/plain; charset=utf-8"),
            block: document.plain().into_bytes(),
        });
    }
    let memento = &before.brought.copy.memento;
    let told = [
        ("provenance", "served by an archive of the web".to_owned()),
        ("document", before.page.id.to_string()),
        ("backfilled", Point::Past(text.no).to_string()),
        ("title", text.title.clone()),
        ("page", text.page.to_string()),
        ("archive", before.brought.copy.archive.clone()),
        ("memento", memento.url.clone()),
        ("memento-datetime", date(memento.at)),
        ("journal-entry", entry.to_string()),
        ("capture-sha256", text.capture.to_string()),
        ("body-sha256", text.body.to_string()),
    ];
    records.push(Record {
        kind: "metadata",
        id: id("metadata", 0),
        at: before.brought.at,
        fields: vec![target, ("WARC-Concurrent-To", main)],
        media: Some("application/warc-fields"),
        block: fields(&told),
    });
    Ok(records)
}
