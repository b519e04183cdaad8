//! Looks into ZIP and compound files for what they hold, by the names in their directories alone.

use std::sync::LazyLock;

use regex::bytes::RegexSet;

use crate::extract::content::{Content, Office, magic};
use crate::extract::office::package::Package;

/// How many names of a ZIP file are looked at.
const MOST_NAMES: usize = 100_000;

/// How far from its end a ZIP file may have its directory's record (22 bytes and a comment).
const END_WITHIN: usize = 22 + 0xffff;

/// What stands in an office document of each sort, and in nothing else.
const INSIDE: [(&str, Office); 4] = [
    ("word/document.xml", Office::Docx),
    ("xl/workbook.xml", Office::Xlsx),
    ("xl/workbook.bin", Office::Xlsb),
    ("ppt/presentation.xml", Office::Pptx),
];

/// Names of streams in compound files, in UTF-16.
static STREAMS: LazyLock<RegexSet> = LazyLock::new(|| {
    let wide = |name: &str| -> String { name.chars().map(|c| format!("{c}\\x00")).collect() };
    RegexSet::new([
        format!("(?-u){}", wide("EncryptedPackage")),
        format!(r"(?-u){}\x00", wide("Workbook")),
        format!(r"(?-u){}\x00", wide("WordDocument")),
        format!("(?-u){}", wide("PowerPoint Document")),
        format!("(?-u){}", wide("__substg1")),
    ])
    .expect("patterns of ours")
});

/// What a ZIP file is: by what it holds, else by what it is called.
pub fn zipped(bytes: &[u8], declared: &str, path: &str) -> Content {
    if let Some(sort) = open_document(bytes) {
        return sort;
    }
    let names = names(bytes);
    let inside = names.iter().find_map(|name| {
        // What some programs write has a slash in front.
        let name = name.strip_prefix(b"/").unwrap_or(name);
        let known = INSIDE.iter().find(|(known, _)| name == known.as_bytes());
        known.map(|(_, sort)| *sort)
    });
    // Some programs compress what says that it is OpenDocument.
    let squeezed = || {
        let part = names.iter().any(|name| *name == b"mimetype");
        let said = part.then(|| Package::open(bytes).ok()?.part("mimetype").ok()?)?;
        said.as_deref().and_then(open_document_of)
    };
    let by_name = || {
        let told = names.is_empty();
        magic::zip_by_name(declared, path).filter(|_| told)
    };
    if let Some(sort) = inside.is_none().then(squeezed).flatten() {
        return sort;
    }
    match inside.or_else(by_name) {
        Some(sort) => Content::Office(sort),
        None => Content::File("ZIP archive"),
    }
}

/// An OpenDocument or EPUB file says what it is in its first entry, which is not compressed.
fn open_document(bytes: &[u8]) -> Option<Content> {
    let named = bytes.get(30..38).is_some_and(|name| name == b"mimetype");
    let said = bytes.get(38..).filter(|_| named)?;
    let end = said.iter().position(|byte| !(byte.is_ascii_graphic()));
    open_document_of(std::str::from_utf8(&said[..end.unwrap_or(said.len())]).ok()?)
}

/// The sort of an OpenDocument or EPUB file by its type, of which another file may follow at once.
fn open_document_of(said: &str) -> Option<Content> {
    let said = said.trim();
    let is = |sort: &str| said.starts_with(sort);
    Some(match said {
        _ if is("application/vnd.oasis.opendocument.text") => Content::Office(Office::Odt),
        _ if is("application/vnd.oasis.opendocument.spreadsheet") => Content::Office(Office::Ods),
        _ if is("application/vnd.oasis.opendocument.presentation") => Content::Office(Office::Odp),
        _ if is("application/epub+zip") => Content::File("EPUB book"),
        _ => return None,
    })
}

/// The names in the directory of a ZIP file; none where it has no end.
fn names(bytes: &[u8]) -> Vec<&[u8]> {
    let tail = bytes.len().saturating_sub(END_WITHIN);
    let record = bytes[tail..]
        .windows(4)
        .rposition(|found| found == b"PK\x05\x06");
    let mut names = Vec::new();
    let Some(mut at) = record.and_then(|record| number(bytes, tail + record + 16, 4)) else {
        return names;
    };
    while names.len() < MOST_NAMES
        && bytes
            .get(at..)
            .is_some_and(|d| d.starts_with(b"PK\x01\x02"))
    {
        let lengths = [28, 30, 32].map(|field| number(bytes, at + field, 2).unwrap_or_default());
        let Some(name) = bytes.get(at + 46..at + 46 + lengths[0]) else {
            break;
        };
        names.push(name);
        at += 46 + lengths.iter().sum::<usize>();
    }
    names
}

/// A little-endian number of two or four bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes.get(at..at + size)?.iter().rev();
    Some(digits.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// What a compound file (the format of Office until 2003) is, by its streams.
pub fn compound(bytes: &[u8]) -> Content {
    let found = STREAMS.matches(bytes);
    let first = found.iter().next();
    match first {
        Some(0) => Content::File("encrypted Office document"),
        Some(1) => Content::Office(Office::Xls),
        Some(2) => Content::File("Word document of 1997–2003"),
        Some(3) => Content::File("PowerPoint presentation of 1997–2003"),
        Some(_) => Content::File("Outlook message"),
        None => Content::File("Microsoft Office document"),
    }
}
