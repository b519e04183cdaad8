//! Tells from the header and the first bytes what sort of content a body is.

use crate::extract::office::sort::{self, Office, Old};

/// What sort of content a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// A page.
    Html,
    /// Lines of text.
    Text,
    /// Rows of comma-separated values.
    Csv,
    /// JSON.
    Json,
    /// XML that is no page: feeds, sitemaps.
    Xml,
    /// An office file: a text, slides, or a workbook.
    Office(Office),
    /// A file that is not read as text, with what people call its sort.
    File(&'static str),
}

/// Files by their first bytes.
const MAGIC: [(&[u8], &str); 11] = [
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x89PNG\r\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "media file"),
    (b"{\\rtf", "RTF document"),
    (b"\x00\x00\x00", "media file"),
    (b"PAR1", "Parquet file"),
];

/// How files of Office 97–2003 begin.
const OLD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What sort of content this is: by its first bytes, else its declared type, else the look of it.
pub fn sort(bytes: &[u8], content_type: Option<&str>, path: &str) -> Content {
    let declared = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let path = path.to_ascii_lowercase();
    if let Some(file) = by_magic(bytes, &declared, &path) {
        return file;
    }
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    // A page with a stray NUL is a page to a browser too.
    let page = matches!(declared.as_str(), "text/html" | "application/xhtml+xml");
    if !utf16 && !page && bytes[..bytes.len().min(1024)].contains(&0) {
        return Content::File("file");
    }
    match declared.as_str() {
        "text/html" | "application/xhtml+xml" => Content::Html,
        "text/csv" | "application/csv" | "text/tab-separated-values" => Content::Csv,
        "application/json" | "text/json" => Content::Json,
        "text/xml" | "application/xml" if looks_like_page(bytes) => Content::Html,
        "text/xml" | "application/xml" => Content::Xml,
        "text/plain" if path.ends_with(".csv") || path.ends_with(".tsv") => Content::Csv,
        "text/plain" | "text/markdown" => Content::Text,
        other if other.ends_with("+json") => Content::Json,
        other if other.ends_with("+xml") => Content::Xml,
        other if other.starts_with("text/") => Content::Text,
        _ => by_look(bytes, &path),
    }
}

fn by_magic(bytes: &[u8], declared: &str, path: &str) -> Option<Content> {
    if bytes.starts_with(b"PK\x03\x04") {
        let office = sort::packed(bytes, declared, path);
        return Some(office.map_or(Content::File("ZIP archive"), Content::Office));
    }
    if bytes.starts_with(OLD) {
        return Some(match sort::old(bytes) {
            Old::Workbook => Content::Office(Office::OldWorkbook),
            Old::Else(sort) => Content::File(sort),
        });
    }
    let start = &bytes[..bytes.len().min(16)];
    MAGIC
        .iter()
        .find(|(magic, _)| start.starts_with(magic))
        .map(|(_, sort)| Content::File(sort))
}

fn by_look(bytes: &[u8], path: &str) -> Content {
    let start = bytes.trim_ascii_start();
    if looks_like_page(bytes) {
        Content::Html
    } else if start.starts_with(b"<?xml")
        || start.starts_with(b"<rss")
        || start.starts_with(b"<feed")
    {
        Content::Xml
    } else if path.ends_with(".csv") || path.ends_with(".tsv") {
        Content::Csv
    } else if path.ends_with(".json") || start.starts_with(b"{\"") || start.starts_with(b"[{") {
        Content::Json
    } else {
        Content::Text
    }
}

fn looks_like_page(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = start[..start.len().min(2048)].to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<h1",
        "<main",
        "<p>",
        "<div",
    ]
    .iter()
    .any(|sign| start.windows(sign.len()).any(|w| w == sign.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(bytes: &[u8], declared: Option<&str>, path: &str, expected: Content) {
        assert_eq!(sort(bytes, declared, path), expected, "{declared:?} {path}");
    }

    #[test]
    fn the_bytes_count_more_than_the_header() {
        case(b"%PDF-1.4", Some("text/html"), "/a", Content::File("PDF"));
        case(
            b"PK\x03\x04..",
            None,
            "/r.xlsx",
            Content::Office(Office::Workbook),
        );
        case(
            b"PK\x03\x04..",
            Some("application/zip"),
            "/r",
            Content::File("ZIP archive"),
        );
        case(
            b"ab\0c",
            Some("application/octet-stream"),
            "/a",
            Content::File("file"),
        );
        case(
            b"<p>ab\0c</p>",
            Some("text/html; charset=utf-8"),
            "/a",
            Content::Html,
        );
    }

    #[test]
    fn text_is_told_apart() {
        case(
            b"<p>x",
            Some("text/html; charset=utf-8"),
            "/",
            Content::Html,
        );
        case(b"\n<!DOCTYPE html><p>", None, "/", Content::Html);
        case(b"<?xml version='1.0'?><rss>", None, "/feed", Content::Xml);
        case(
            b"<rss/>",
            Some("application/rss+xml"),
            "/feed",
            Content::Xml,
        );
        case(b"{\"a\":1}", None, "/", Content::Json);
        case(b"a,b\n1,2", Some("text/plain"), "/r.csv", Content::Csv);
        case(b"Hello", Some("text/plain"), "/", Content::Text);
        case(b"Hello", None, "/robots.txt", Content::Text);
    }
}
