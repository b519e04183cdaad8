//! Reads a file that is not read as text: the document is its name and what identifies its bytes.

use crate::extract::rules::Rules;
use crate::model::{Attachment, Capture, Digest, Document};

/// A document without blocks whose one attachment is the file itself, so that a replaced file is another version.
pub fn read(capture: &Capture, bytes: &[u8], sort: &str, rules: &Rules) -> Document {
    kept(capture, bytes, sort, &[], rules)
}

/// The same, with more that is known of the file: "12 pages", "encrypted: a password is needed to read it".
pub fn kept(
    capture: &Capture,
    bytes: &[u8],
    sort: &str,
    known: &[String],
    rules: &Rules,
) -> Document {
    let title = name(capture);
    let mut facts = vec![sort.to_owned(), size(bytes.len())];
    facts.extend_from_slice(known);
    facts.push(format!("sha256 {}", Digest::of(bytes).short()));
    Document {
        attachments: vec![Attachment {
            title: title.clone(),
            url: capture.landed().to_string(),
            facts: Some(facts.join(", ")),
        }],
        ..Document::empty(rules.reader.clone(), title)
    }
}

/// What its name is told by: the name the server gives, or that under which somebody saved it, where that has a suffix,
/// else the path of the address.
pub fn path(capture: &Capture) -> String {
    let saved = || capture.provenance.saved_as().map(str::to_owned);
    let given = given(capture).or_else(saved);
    let given = given.filter(|name| name.contains('.'));
    given.unwrap_or_else(|| capture.landed().path().to_owned())
}

/// The same for a file whose text could not be read: its facts say why.
pub fn unread(capture: &Capture, bytes: &[u8], sort: &str, why: &str, rules: &Rules) -> Document {
    let mut document = read(capture, bytes, sort, rules);
    for file in &mut document.attachments {
        let facts = file.facts.take().unwrap_or_default();
        file.facts = Some(format!("{facts}, not read as text: {why}"));
    }
    document
}

/// The name of the file: as the server gives it, else the end of the address, else the host.
pub fn name(capture: &Capture) -> String {
    let url = capture.landed();
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()))
        .map(unescaped);
    given(capture)
        .or(last)
        .or_else(|| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| url.to_string())
}

/// The name in the `Content-Disposition` field.
fn given(capture: &Capture) -> Option<String> {
    let value = capture.answer().header("content-disposition")?;
    value.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let name = value.trim().trim_matches('"').rsplit(['/', '\\']).next()?;
        (key.trim().eq_ignore_ascii_case("filename") && !name.is_empty()).then(|| name.to_owned())
    })
}

/// A path segment without its percent signs.
fn unescaped(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| segment.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        plain.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).unwrap_or_else(|_| segment.to_owned())
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}
