//! What the fields of a record say.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::CERTIFICATE;
use crate::imports::gather::By;
use crate::imports::stream::Head;
use crate::model::Digest;

/// The address of a record, where it is one of the web. Some write it between pointed brackets.
pub(super) fn target(head: &Head) -> Option<Url> {
    let target = head.field("WARC-Target-URI")?;
    let target = target.trim_start_matches('<').trim_end_matches('>');
    let url = Url::parse(target).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

pub(super) fn time(head: &Head) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(head.field("WARC-Date")?).ok()?;
    Some(time.to_utc())
}

/// The fingerprint of the certificate that the server showed, as archives of this program note it.
pub(super) fn certificate(head: &Head) -> Option<Digest> {
    let told = head.field(CERTIFICATE)?.strip_prefix("sha256:")?;
    told.parse().ok()
}

/// By which keys a record is found: its name, the digest of its payload, its address and time.
pub(super) fn keys(head: &Head) -> Vec<String> {
    let field = |name: &str| head.field(name).map(str::to_owned);
    let place = field("WARC-Target-URI").zip(field("WARC-Date"));
    let place = place.map(|(url, at)| format!("{url} {at}"));
    let keys = [field("WARC-Record-ID"), field("WARC-Payload-Digest"), place];
    keys.into_iter().flatten().collect()
}

/// The same of the record that a record refers to.
pub(super) fn refers(head: &Head) -> Vec<String> {
    let field = |name: &str| head.field(name).map(str::to_owned);
    let place = field("WARC-Refers-To-Target-URI").zip(field("WARC-Refers-To-Date"));
    let place = place.map(|(url, at)| format!("{url} {at}"));
    let keys = [field("WARC-Refers-To"), field("WARC-Payload-Digest"), place];
    let keys: BTreeSet<String> = keys.into_iter().flatten().collect();
    keys.into_iter().collect()
}

/// Who wrote a file, by what its first record says.
pub(super) fn written_by(said: &[(String, String)]) -> By {
    let says = |name: &str, begins: &str| {
        let mut said = said.iter();
        said.any(|(own, value)| own == name && value.starts_with(begins))
    };
    match says("software", "Smallprint ") && says("isPartOf", "archive ") {
        true => By::Us,
        false => By::Others,
    }
}

/// The fields of a record that describes.
pub(super) fn said(block: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(block);
    let lines = text.split("\r\n");
    let fields = lines.filter_map(|line| line.split_once(": "));
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
