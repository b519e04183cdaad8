//! A capture: what the server sent on a visit.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Digest, EntryNo, Interface, Memento};

/// What the server sent, hop by hop. The body's bytes are kept beside it under `body`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Capture {
    /// When the answer had arrived whole, by our clock.
    pub at: DateTime<Utc>,
    /// The address asked for.
    pub url: Url,
    /// Every answer in order: redirects first, the last one is the page itself. Never empty.
    pub hops: Vec<Hop>,
    /// The digest of the body, content encoding undone.
    pub body: Digest,
    /// The length of that body in bytes.
    pub length: u64,
    /// How it came here.
    #[serde(default, skip_serializing_if = "Provenance::is_plain")]
    pub provenance: Provenance,
    /// What was kept with it on the same visit, such as the page beside what an interface says of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
}

/// How a capture came here.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Provenance {
    /// This program asked the server.
    #[default]
    Fetched,
    /// A browser built the page by running its scripts; the body is what it had built.
    Rendered {
        /// The browser, as it names itself.
        browser: String,
        /// What the page asked for while it was built, host by host; its own text came with the hops.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        asked: Vec<Asked>,
    },
    /// Somebody saved a file and gave it to us; who, when and where from is their word.
    Imported {
        /// The name of the file.
        file: String,
        /// What they said of it.
        note: Option<String>,
        /// Where in the file it stood, where the file was a whole archive.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Box<Origin>>,
    },
    /// An independent archive of the web served its copy of it; what the page said then is the archive's word.
    Backfilled {
        /// Which archive, by its name in the watchlist.
        archive: String,
        /// The copy: where people read it there, and when the archive says it was made.
        memento: Memento,
    },
    /// Another machine running this program fetched it and sent it here.
    Collected {
        /// What that machine calls itself.
        collector: String,
        /// When it arrived here, by our clock.
        received: DateTime<Utc>,
        /// By how many milliseconds the times it gave were moved, where its clock was not ours.
        #[serde(default, skip_serializing_if = "is_nothing")]
        moved_ms: i64,
    },
}

/// A file that somebody had saved and gave to us.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Imported {
    /// Its name.
    pub file: String,
    /// What they said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The name of the record in that file, where the file was a whole archive: of a WARC file the WARC-Record-ID, of a
    /// history in git the commit and the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}

/// Where a capture stood that came out of a whole archive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Origin {
    /// The name of the record: the WARC-Record-ID, or commit and path.
    pub record: String,
    /// What sort of record it was.
    pub kind: RecordKind,
    /// The file it stood in, as a history in git names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What was said of it there, field by field; of an export of this program what the metadata record says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<(String, String)>,
}

impl Origin {
    /// The first field of this name.
    pub fn told(&self, name: &str) -> Option<&str> {
        let mut told = self.told.iter();
        told.find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The archive of this program that made the capture, and its entry there, where it came from one.
    pub fn made_by(&self) -> Option<(Digest, EntryNo)> {
        let archive = self.told("archive")?.parse().ok()?;
        Some((archive, self.told("journal-entry")?.parse().ok()?))
    }
}

/// The sorts of records that captures are made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// An answer of a server.
    Answer,
    /// That the bytes of another record were served again; no header was kept.
    Again,
    /// A file that somebody had saved.
    File,
    /// A file as a commit of a history in git has it.
    Commit,
}

fn is_nothing(milliseconds: &i64) -> bool {
    *milliseconds == 0
}

/// Another machine that brought what was found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Collected {
    /// What that machine calls itself.
    pub collector: String,
    /// When it went and looked, by its clock set right by ours.
    pub at: DateTime<Utc>,
    /// When it arrived here, by our clock.
    pub received: DateTime<Utc>,
}

impl Provenance {
    /// The file it came in, where somebody had saved it.
    pub fn imported(&self) -> Option<Imported> {
        match self {
            Provenance::Imported { file, note, origin } => Some(Imported {
                file: file.clone(),
                note: note.clone(),
                record: origin.as_ref().map(|origin| origin.record.clone()),
            }),
            _ => None,
        }
    }

    /// Where in a whole archive it stood, where it came out of one.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Provenance::Imported { origin, .. } => origin.as_deref(),
            _ => None,
        }
    }

    /// The name under which somebody had saved it.
    pub fn saved_as(&self) -> Option<&str> {
        match self {
            Provenance::Imported {
                origin: Some(origin),
                ..
            } => origin.path.as_deref(),
            Provenance::Imported { file, .. } => Some(file),
            _ => None,
        }
    }

    /// Whether a browser built the page.
    pub fn is_rendered(&self) -> bool {
        matches!(self, Provenance::Rendered { .. })
    }

    /// Whether this program asked the server itself.
    pub fn is_plain(&self) -> bool {
        *self == Provenance::Fetched
    }
}

/// What a page asked of one host from within a browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Asked {
    /// The host and its port: `www.example.org:443`.
    pub host: String,
    /// How many connections it asked for.
    pub times: u32,
    /// How many bytes passed, both ways, as sent.
    pub bytes: u64,
    /// Why it was not let through, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What was kept beside a capture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Beside {
    /// What it is.
    pub what: BesideKind,
    /// Where it came from, answer by answer; empty for what was made here.
    pub hops: Vec<Hop>,
    /// The digest of its bytes, content encoding undone.
    pub body: Digest,
    /// Their number.
    pub length: u64,
}

/// What may be kept beside a capture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum BesideKind {
    /// The page as people see it, where the text was read from an interface.
    Page,
    /// The page as the server sent it, where a browser built the text.
    Source,
    /// A picture of the page (PNG).
    Screenshot,
}

impl Capture {
    /// The last hop: the answer that carried the body.
    pub fn answer(&self) -> &Hop {
        self.hops.last().expect("a capture has at least one hop")
    }

    /// The interface the body came from, where it was not the page itself that was asked.
    pub fn through(&self) -> Option<Interface> {
        let first = &self.hops.first()?.url;
        (Interface::ALL.into_iter())
            .find(|interface| interface.address(&self.url).as_ref() == Some(first))
    }

    /// The address the body came from; that of the page where an interface was asked for it.
    pub fn landed(&self) -> &Url {
        match self.through() {
            Some(_) => &self.url,
            None => &self.answer().url,
        }
    }

    /// The same as if the page itself had given it: with the last answer alone, under the address of the page. So it is
    /// read, that links and names are those of the page and not of the archive that served it.
    pub fn as_of_page(&self, page: &Url) -> Capture {
        let last = self.hops.last().cloned();
        let hop = last.map(|hop| Hop {
            url: page.clone(),
            ..hop
        });
        Capture {
            url: page.clone(),
            hops: hop.into_iter().collect(),
            ..self.clone()
        }
    }

    /// Who brought it, where another machine did.
    pub fn collected(&self) -> Option<Collected> {
        let Provenance::Collected {
            collector,
            received,
            ..
        } = &self.provenance
        else {
            return None;
        };
        Some(Collected {
            collector: collector.clone(),
            at: self.at,
            received: *received,
        })
    }

    /// Whether a redirect led elsewhere.
    pub fn redirected(&self) -> bool {
        self.hops.len() > 1
    }

    /// What the server gave to ask again with.
    pub fn validators(&self) -> Validators {
        Validators {
            etag: self.answer().header("etag").map(str::to_owned),
            last_modified: self.answer().header("last-modified").map(str::to_owned),
            of: self.through(),
        }
    }
}

/// One answer on the way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Hop {
    /// The address asked on this hop.
    pub url: Url,
    /// The status of the answer; 0 where no answer was seen, as of a file that somebody had saved.
    pub status: u16,
    /// The header fields as served, in order, names in lower case, values read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The address the connection went to, where known.
    pub address: Option<IpAddr>,
    /// The SHA-256 of the certificate the server showed (DER), over TLS; absent in captures made before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Digest>,
    /// When its header had arrived.
    pub at: DateTime<Utc>,
}

impl Hop {
    /// The first value of a header field, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What makes the next request conditional (RFC 9110, section 13).
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Validators {
    /// The entity tag as served, quotes and all.
    pub etag: Option<String>,
    /// The modification date as served.
    pub last_modified: Option<String>,
    /// The interface that gave them, where it was not the page; nobody else is asked with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Interface>,
}

/// Why a visit brought no document. A fact about the world, kept with the visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Failure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// One sentence: what, of which address, why.
    pub why: String,
    /// The status of the last answer, where there was one.
    pub status: Option<u16>,
    /// The answers that did come, with their headers.
    pub hops: Vec<Hop>,
    /// What the publisher says of a page that is not there: why it was taken down, where to go instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Where in a whole archive it stood, where it came out of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
}

impl Failure {
    /// A failure with no answer to show.
    pub fn new(kind: FailureKind, why: impl Into<String>) -> Failure {
        Failure {
            kind,
            why: why.into(),
            status: None,
            hops: Vec::new(),
            said: None,
            origin: None,
        }
    }
}

/// The sorts of failure; the words are the same in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name has no address.
    Dns,
    /// No connection could be made, or it was cut.
    Connect,
    /// No trusted TLS connection could be made.
    Tls,
    /// It took longer than allowed.
    Timeout,
    /// The body is longer than allowed, as sent or decoded.
    TooLarge,
    /// A status that is neither a page nor one of the kinds below.
    HttpStatus,
    /// The site refuses this visitor: 401, 403, 405, 406, 429, captcha and "checking your browser" pages.
    Blocked,
    /// 404 or 410.
    NotFound,
    /// 5xx and maintenance pages: passing trouble.
    Unavailable,
    /// robots.txt forbids the address, or could not be read for a server error.
    Robots,
    /// The address, or one a redirect led to, is private and not allowed.
    RefusedAddress,
    /// More than ten redirects, or a circle.
    RedirectLoop,
    /// What came cannot be read as a document: a placeholder, an empty selection, a type without a reader.
    Unreadable,
    /// There is no browser to build the page, or it gave up.
    Browser,
}

impl FailureKind {
    /// Every one.
    pub const ALL: [FailureKind; 14] = [
        FailureKind::Dns,
        FailureKind::Connect,
        FailureKind::Tls,
        FailureKind::Timeout,
        FailureKind::TooLarge,
        FailureKind::HttpStatus,
        FailureKind::Blocked,
        FailureKind::NotFound,
        FailureKind::Unavailable,
        FailureKind::Robots,
        FailureKind::RefusedAddress,
        FailureKind::RedirectLoop,
        FailureKind::Unreadable,
        FailureKind::Browser,
    ];

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            FailureKind::Dns => "dns",
            FailureKind::Connect => "connect",
            FailureKind::Tls => "tls",
            FailureKind::Timeout => "timeout",
            FailureKind::TooLarge => "too-large",
            FailureKind::HttpStatus => "http-status",
            FailureKind::Blocked => "blocked",
            FailureKind::NotFound => "not-found",
            FailureKind::Unavailable => "unavailable",
            FailureKind::Robots => "robots",
            FailureKind::RefusedAddress => "refused-address",
            FailureKind::RedirectLoop => "redirect-loop",
            FailureKind::Unreadable => "unreadable",
            FailureKind::Browser => "browser",
        }
    }
}
