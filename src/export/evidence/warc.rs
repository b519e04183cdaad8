//! The captures of a case as one WARC file (ISO 28500), with where each record begins.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::evidence::Case;
use crate::export::evidence::sides::Side;
use crate::export::warc::{
    Body, Record, SAME_PAYLOAD, date, fields, labelled, message, named, server,
};
use crate::model::{Digest, Hop};

/// What the first record says.
const NOTES: &str = "The answers a server gave on two visits, and visits between and around them that brought the same bytes. Responses \
    are told as they were kept: header fields in order, names in lower case, bodies with content and transfer encoding undone; \
    fields that described them on the way are renamed to X-Archive-Orig-*. Version and reason phrase of HTTP were not kept. \
    Requests are reconstructed: method, path and host are known, and what else was sent is left out. Smallprint-Certificate is \
    the SHA-256 of the certificate (DER) that the server showed over TLS.";

/// A WARC file, and what stands where in it.
pub(super) struct Records {
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// The responses and revisits, for an index.
    pub(super) found: Vec<Found>,
}

/// A record that can be replayed.
pub(super) struct Found {
    /// Of which address.
    pub(super) url: Url,
    /// Of which time.
    pub(super) at: DateTime<Utc>,
    /// With which status.
    pub(super) status: u16,
    /// Of which type.
    pub(super) media: String,
    /// The digest of its payload, where it has one.
    pub(super) payload: Option<Digest>,
    /// Where it begins, and how long it is.
    pub(super) place: (usize, usize),
}

struct Writer {
    bytes: Vec<u8>,
    found: Vec<Found>,
    payloads: HashMap<Digest, (String, Url, DateTime<Utc>)>,
}

/// The records of all sides, and of the visits that brought nothing new.
pub(super) fn records(case: &Case, sides: &[Side]) -> Records {
    let mut writer = Writer {
        bytes: Vec::new(),
        found: Vec::new(),
        payloads: HashMap::new(),
    };
    let first = sides.first().map(|side| side.landed.bounds.by);
    writer.put(&Record {
        kind: "warcinfo",
        id: named(&[&case.watch, &case.entry, &"warcinfo"]),
        at: first.unwrap_or_default(),
        fields: vec![("WARC-Filename", "data.warc.gz".to_owned())],
        media: Some("application/warc-fields"),
        block: fields(&[
            (
                "software",
                format!("Smallprint {}", env!("CARGO_PKG_VERSION")),
            ),
            ("format", "WARC File Format 1.1".to_owned()),
            ("description", NOTES.to_owned()),
        ]),
    });
    for side in sides {
        writer.side(case, side);
    }
    for visit in case.visits.iter().rev() {
        if let Some(body) = visit.body {
            writer.revisit(case, visit.at, body);
        }
    }
    Records {
        bytes: writer.bytes,
        found: writer.found,
    }
}

impl Writer {
    fn side(&mut self, case: &Case, side: &Side) {
        let last = side.hops.len().saturating_sub(1);
        for (place, hop) in side.hops.iter().enumerate() {
            let id = named(&[&case.watch, &side.entry, &"response", &place]);
            self.request(case, side, (place, hop), &id);
            let body = side.body.as_deref().filter(|_| place == last);
            self.response(side, hop, &id, body);
        }
        let told = side.told();
        let at = side.hops.last().map(|hop| (hop.url.clone(), hop.at));
        let (url, at) = at.unwrap_or((side.landed.url.clone(), side.landed.bounds.by));
        let lines = [
            ("document", case.watch.to_string()),
            ("title", side.landed.title.clone()),
            ("journal-entry", side.entry.to_string()),
            ("capture-sha256", side.landed.capture.to_string()),
            ("told", told.to_string()),
        ];
        self.put(&Record {
            kind: "metadata",
            id: named(&[&case.watch, &side.entry, &"metadata"]),
            at,
            fields: vec![("WARC-Target-URI", url.to_string())],
            media: Some("application/warc-fields"),
            block: fields(&lines),
        });
    }

    fn request(&mut self, case: &Case, side: &Side, (place, hop): (usize, &Hop), with: &str) {
        let path = match hop.url.query() {
            Some(query) => format!("{}?{query}", hop.url.path()),
            None => hop.url.path().to_owned(),
        };
        let host = hop.url.host_str().unwrap_or_default();
        let port = hop.url.port().map(|port| format!(":{port}"));
        let port = port.unwrap_or_default();
        self.put(&Record {
            kind: "request",
            id: named(&[&case.watch, &side.entry, &"request", &place]),
            at: hop.at,
            fields: vec![
                ("WARC-Target-URI", hop.url.to_string()),
                ("WARC-Concurrent-To", with.to_owned()),
            ],
            media: Some("application/http; msgtype=request"),
            block: format!("GET {path} HTTP/1.1\r\nhost: {host}{port}\r\n\r\n").into_bytes(),
        });
    }

    fn response(&mut self, side: &Side, hop: &Hop, id: &str, body: Option<&[u8]>) {
        let payload = body.and(side.landed.body);
        let mut fields = vec![("WARC-Target-URI", hop.url.to_string())];
        fields.extend(server(hop));
        if let Some(digest) = payload {
            fields.push(("WARC-Payload-Digest", labelled(digest)));
        }
        let known = payload.and_then(|digest| self.payloads.get(&digest).cloned());
        let (kind, block) = match (body, known) {
            (Some(body), Some(known)) => {
                fields.push(("WARC-Profile", SAME_PAYLOAD.to_owned()));
                fields.push(("WARC-Refers-To", known.0));
                fields.push(("WARC-Refers-To-Target-URI", known.1.to_string()));
                fields.push(("WARC-Refers-To-Date", date(known.2)));
                ("revisit", message(hop, Body::Elsewhere(body.len() as u64)))
            }
            (Some(body), None) => ("response", message(hop, Body::Kept(body))),
            (None, _) => {
                fields.push(("WARC-Truncated", "unspecified".to_owned()));
                ("response", message(hop, Body::Unkept))
            }
        };
        if let Some(digest) = payload {
            let own = (id.to_owned(), hop.url.clone(), hop.at);
            self.payloads.entry(digest).or_insert(own);
        }
        let media = hop.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let place = self.put(&Record {
            kind,
            id: id.to_owned(),
            at: hop.at,
            fields,
            media: Some("application/http; msgtype=response"),
            block,
        });
        self.found.push(Found {
            url: hop.url.clone(),
            at: hop.at,
            status: hop.status,
            media: match kind {
                "revisit" => "warc/revisit".to_owned(),
                _ => media.to_owned(),
            },
            payload,
            place,
        });
    }

    /// A visit that brought bytes that stand in a record above.
    fn revisit(&mut self, case: &Case, at: DateTime<Utc>, body: Digest) {
        let Some((id, url, first)) = self.payloads.get(&body).cloned() else {
            return;
        };
        self.put(&Record {
            kind: "revisit",
            id: named(&[&case.watch, &at.timestamp_millis(), &"look"]),
            at,
            fields: vec![
                ("WARC-Target-URI", url.to_string()),
                ("WARC-Payload-Digest", labelled(body)),
                ("WARC-Profile", SAME_PAYLOAD.to_owned()),
                ("WARC-Refers-To", id),
                ("WARC-Refers-To-Target-URI", url.to_string()),
                ("WARC-Refers-To-Date", date(first)),
            ],
            media: None,
            block: Vec::new(),
        });
    }

    fn put(&mut self, record: &Record<'_>) -> (usize, usize) {
        let at = self.bytes.len();
        if record.write(&mut self.bytes).is_err() {
            // Writing into memory does not fail.
            self.bytes.truncate(at);
        }
        (at, self.bytes.len() - at)
    }
}
