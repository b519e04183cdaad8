//! Knows files by the bytes they begin with.

use crate::extract::content::{Content, Office, packed};

/// How far from its beginning a PDF may say that it is one (ISO 32000, annex H.3).
const PDF_WITHIN: usize = 1024;

/// How a ZIP file begins, and an empty one.
const ZIP: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
/// How a compound file begins ([MS-CFB] 2.2), such as those of Office 97–2003.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Files by their first bytes.
const MAGIC: [(&[u8], &str); 14] = [
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x89PNG\r\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"II*\x00", "TIFF image"),
    (b"RIFF", "media file"),
    (b"{\\rtf", "RTF document"),
    (b"%!PS-", "PostScript document"),
    (b"\x00\x00\x00", "media file"),
    (b"PAR1", "Parquet file"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"BZh", "bzip2 archive"),
];

/// What people call a file that begins like this, where taking it apart is a danger.
pub fn danger(bytes: &[u8], declared: &str, path: &str) -> Option<&'static str> {
    if is_pdf(bytes, declared, path) {
        return Some("PDF");
    }
    let packed = [ZIP, EMPTY_ZIP, COMPOUND]
        .iter()
        .any(|magic| bytes.starts_with(magic));
    packed.then_some("workbook, office file or archive")
}

/// What sort of file begins like this; `None` where it may be text.
pub fn file(bytes: &[u8], declared: &str, path: &str) -> Option<Content> {
    if is_pdf(bytes, declared, path) {
        return Some(Content::Pdf);
    }
    if bytes.starts_with(ZIP) || bytes.starts_with(EMPTY_ZIP) {
        return Some(packed::zipped(bytes, declared, path));
    }
    if bytes.starts_with(COMPOUND) {
        return Some(packed::compound(bytes));
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Some(Content::File("gzip archive"));
    }
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, sort)| Content::File(sort))
}

/// Whether it is a PDF. White space may stand before, and where it is said to be one, anything may.
fn is_pdf(bytes: &[u8], declared: &str, path: &str) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if start.trim_ascii_start().starts_with(b"%PDF-") {
        return true;
    }
    let said = declared == "application/pdf" || path.ends_with(".pdf");
    let start = &bytes[..bytes.len().min(PDF_WITHIN)];
    said && start.windows(5).any(|found| found == b"%PDF-")
}

/// What a declared type or a suffix says of a ZIP file whose inside does not tell.
pub fn zip_by_name(declared: &str, path: &str) -> Option<Office> {
    const NAMES: [(&str, Office); 15] = [
        ("wordprocessingml", Office::Docx),
        ("spreadsheetml", Office::Xlsx),
        ("presentationml", Office::Pptx),
        ("opendocument.text", Office::Odt),
        ("opendocument.spreadsheet", Office::Ods),
        ("opendocument.presentation", Office::Odp),
        (".docx", Office::Docx),
        (".docm", Office::Docx),
        (".xlsx", Office::Xlsx),
        (".xlsm", Office::Xlsx),
        (".xlsb", Office::Xlsb),
        (".pptx", Office::Pptx),
        (".odt", Office::Odt),
        (".ods", Office::Ods),
        (".odp", Office::Odp),
    ];
    NAMES
        .iter()
        .find(|(name, _)| declared.contains(name) || path.ends_with(name))
        .map(|(_, sort)| *sort)
}
