//! What is taken out of a file: records, and those of them that belong together.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::imports::spool::Place;
use crate::model::{Digest, Origin, WatchId};

/// One answer, or what was made of it.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Part {
    pub(in crate::imports) id: String,
    pub(in crate::imports) sort: Sort,
    pub(in crate::imports) target: Url,
    pub(in crate::imports) at: DateTime<Utc>,
    pub(in crate::imports) address: Option<IpAddr>,
    /// The fingerprint of the certificate that the server showed, where the record says one.
    pub(in crate::imports) certificate: Option<Digest>,
    pub(in crate::imports) place: Place,
    /// By which keys the record is found that has its payload, where it has none itself.
    pub(in crate::imports) refers: Vec<String>,
    /// The type of its block.
    pub(in crate::imports) media: Option<String>,
    pub(super) with: Option<String>,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::imports) enum Sort {
    /// An answer of a server.
    Answer,
    /// A file.
    File,
    /// The page as a browser built it.
    Built,
    /// A picture of it.
    Picture,
}

/// A record, or several that belong together, of one watch.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Item {
    pub(in crate::imports) watch: WatchId,
    pub(in crate::imports) at: DateTime<Utc>,
    pub(in crate::imports) url: Url,
    /// The file it is in.
    pub(in crate::imports) file: Arc<str>,
    pub(in crate::imports) origin: Origin,
    /// The answers up to the one that is meant.
    pub(in crate::imports) hops: Vec<Part>,
    /// What came or was made after it.
    pub(in crate::imports) beside: Vec<Part>,
    /// Whether another archive of this program wrote it.
    pub(in crate::imports) by: By,
    /// Whether it says that there was no page.
    pub(in crate::imports) missing: bool,
}

/// Who wrote a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::imports) enum By {
    /// Another archive of this program.
    Us,
    /// Another program.
    Others,
}
