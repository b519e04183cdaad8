//! Makes a capture of the records that were set aside for it.

use std::collections::BTreeMap;

use crate::fetch;
use crate::imports::gather::{By, Gathered, Item, LOST, Part, Sort};
use crate::imports::http::{self, Answer};
use crate::imports::spool::Place;
use crate::model::{
    Beside, BesideKind, Capture, Digest, Failure, FailureKind, Hop, Imported, Provenance,
};
use crate::visit::Recorded;

/// What of a capture may not be longer than this, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Limit(pub(super) u64);

/// Makes a capture.
///
/// # Errors
/// Why there is none, in a clause.
pub(super) fn built(
    found: &Gathered,
    item: &Item,
    note: Option<&String>,
    limit: Limit,
) -> Result<Recorded, String> {
    let maker = Maker { found, item, limit };
    match item.missing {
        true => maker.missing(note),
        false => maker.page(note),
    }
}

struct Maker<'a> {
    found: &'a Gathered,
    item: &'a Item,
    limit: Limit,
}

impl Maker<'_> {
    /// That there was no page.
    fn missing(&self, note: Option<&String>) -> Result<Recorded, String> {
        let hops: Result<Vec<Hop>, String> =
            self.item.hops.iter().map(|part| self.hop(part)).collect();
        let (hops, origin) = (hops?, &self.item.origin);
        let kind = origin.told("failure").map(|word| {
            let word = serde_json::Value::String(word.to_owned());
            serde_json::from_value(word).unwrap_or(FailureKind::NotFound)
        });
        let status = hops.last().map(|hop| hop.status);
        let told = origin.told("status").and_then(|status| status.parse().ok());
        let why = match origin.told("why") {
            Some(why) => why.to_owned(),
            None => format!("{} answered {}", self.item.url, status.unwrap_or(404)),
        };
        let failure = Failure {
            status: told.or(status),
            hops,
            said: origin.told("said").map(str::to_owned),
            origin: Some(Box::new(origin.clone())),
            ..Failure::new(kind.unwrap_or(FailureKind::NotFound), why)
        };
        Ok(Recorded::Missing {
            failure: Box::new(failure),
            at: self.item.at,
            imported: Imported {
                file: self.item.file.to_string(),
                note: note.cloned(),
                record: Some(origin.record.clone()),
            },
        })
    }

    fn page(&self, note: Option<&String>) -> Result<Recorded, String> {
        let item = self.item;
        let main = item.hops.last().ok_or(LOST)?;
        let mut hops = Vec::new();
        for part in &item.hops {
            hops.push(self.hop(part)?);
        }
        let served = self.payload(main, hops.last())?;
        let built = item.beside.iter().find(|part| part.sort == Sort::Built);
        let (mut beside, mut bytes) = (Vec::new(), Vec::new());
        let mut keep = |what, hops, body: Vec<u8>| {
            beside.push(Beside {
                what,
                hops,
                body: Digest::of(&body),
                length: body.len() as u64,
            });
            bytes.push(body);
        };
        let body = match built {
            Some(part) => {
                keep(BesideKind::Source, hops.clone(), served);
                self.read(part.place)?
            }
            None => served,
        };
        let pages: Vec<&Part> = (item.beside.iter())
            .filter(|part| part.sort == Sort::Answer)
            .collect();
        if let Some(last) = pages.last() {
            let way: Result<Vec<Hop>, String> = pages.iter().map(|part| self.hop(part)).collect();
            let way = way?;
            let page = self.payload(last, way.last())?;
            keep(BesideKind::Page, way, page);
        }
        for part in item.beside.iter().filter(|part| part.sort == Sort::Picture) {
            keep(BesideKind::Screenshot, Vec::new(), self.read(part.place)?);
        }
        if body.len() as u64 > self.limit.0 {
            return Err(format!("it is longer than {} bytes", self.limit.0));
        }
        let capture = Capture {
            at: item.at,
            url: item.url.clone(),
            hops,
            body: Digest::of(&body),
            length: body.len() as u64,
            provenance: Provenance::Imported {
                file: item.file.to_string(),
                note: note.cloned(),
                origin: Some(Box::new(item.origin.clone())),
            },
            beside,
        };
        Ok(Recorded::Page {
            capture: Box::new(capture),
            body,
            beside: bytes,
        })
    }

    fn read(&self, place: Place) -> Result<Vec<u8>, String> {
        let read = self.found.spool.read(place);
        read.map_err(|error| format!("what was set aside cannot be read: {error}"))
    }

    fn answer(&self, block: &[u8], by: By) -> Option<Answer> {
        match by {
            By::Us => http::own(block),
            By::Others => http::answer(block),
        }
    }

    /// An answer on the way. Of a file, and where only the bytes are told of, no answer was seen.
    fn hop(&self, part: &Part) -> Result<Hop, String> {
        let block = match part.sort {
            Sort::Answer => self.read(part.place)?,
            Sort::File | Sort::Built | Sort::Picture => Vec::new(),
        };
        let answer = self.answer(&block, self.item.by);
        let (status, headers) = match answer {
            // A server that was asked "only if it changed" says little of what stands.
            Some(answer) if answer.status != 304 => (answer.status, answer.fields),
            _ => (0, self.described(part)),
        };
        Ok(Hop {
            url: part.target.clone(),
            status,
            headers,
            address: part.address,
            certificate: part.certificate.filter(|_| self.item.by == By::Us),
            at: part.at,
        })
    }

    /// What is known of bytes whose answer was not kept: their type.
    fn described(&self, part: &Part) -> Vec<(String, String)> {
        // So a type is written that nobody knew.
        let known = |media: &String| part.sort == Sort::File && media != "application/octet-stream";
        let own = || part.media.clone().filter(known);
        let of_payload = || {
            let (place, by, sort) = self.referred(part)?;
            let block = self.read(place).ok().filter(|_| sort == Sort::Answer)?;
            let fields = self.answer(&block, by)?.fields.into_iter();
            let fields: BTreeMap<String, String> = fields.collect();
            fields.get("content-type").cloned()
        };
        let media = own().or_else(of_payload).into_iter();
        media
            .map(|media| ("content-type".to_owned(), media))
            .collect()
    }

    /// Where the payload is that a record refers to.
    fn referred(&self, part: &Part) -> Option<(Place, By, Sort)> {
        let mut keys = part.refers.iter();
        keys.find_map(|key| self.found.payloads.get(key)).copied()
    }

    /// The bytes that were served, as they were before they were packed for the way.
    fn payload(&self, part: &Part, hop: Option<&Hop>) -> Result<Vec<u8>, String> {
        let own = (part.place, self.item.by, part.sort);
        let (place, by, sort) = match part.refers.is_empty() {
            true => own,
            false => self.referred(part).ok_or(LOST)?,
        };
        let mut block = self.read(place)?;
        if sort != Sort::Answer {
            return Ok(block);
        }
        let answer = self.answer(&block, by);
        let answer = answer.ok_or("the header of its answer cannot be read")?;
        let body = block.split_off(answer.body);
        if by == By::Us {
            return Ok(body);
        }
        let at = hop.ok_or(LOST)?;
        let sent = Hop {
            headers: answer.fields,
            ..at.clone()
        };
        let is_chunked = (sent.header("transfer-encoding"))
            .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        let whole = match is_chunked {
            true => http::unchunked(&body).unwrap_or(body),
            false => body,
        };
        // Many keep what was served unpacked, and its header as it came.
        let is_packed = match sent.header("content-encoding").map(str::trim) {
            Some("gzip" | "x-gzip") => whole.starts_with(&[0x1f, 0x8b]),
            Some("zstd") => whole.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
            Some(_) => !looks_plain(&whole),
            None => false,
        };
        match is_packed {
            true => fetch::undone(whole, &sent, self.limit.0),
            false => Ok(whole),
        }
    }
}

/// Whether bytes are text, so that nobody packed them.
fn looks_plain(bytes: &[u8]) -> bool {
    let first = &bytes[..bytes.len().min(512)];
    let odd = first.iter();
    let odd = odd.filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    std::str::from_utf8(first).is_ok() || odd.count() == 0
}
