//! Tells what sort of content a body is: by its bytes, else by its declared type, else by the end of its name.

mod depth;
mod magic;
mod markup;
mod packed;
pub mod records;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::extract::charset;
use crate::extract::content::markup::Root;

/// How much of a text is looked at, in bytes.
const SNIFFED: usize = 16 << 10;

/// What sort of content a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// A page.
    Html,
    /// A PDF file.
    Pdf,
    /// A document of an office program.
    Office(Office),
    /// Rows of values with a comma, semicolon or tab between them.
    Csv,
    /// JSON, or a line of JSON for each record.
    Json,
    /// A JSON Feed.
    JsonFeed,
    /// An RSS, RDF or Atom feed.
    Feed,
    /// A sitemap, or a list of sitemaps.
    Sitemap,
    /// Markdown.
    Markdown,
    /// Any other text.
    Text,
    /// XML that is nothing of the above.
    Xml,
    /// A file that is not read as text, with what people call its sort.
    File(&'static str),
}

/// What sort of document of an office program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Office {
    /// Word (Office Open XML).
    Docx,
    /// OpenDocument text.
    Odt,
    /// Excel (Office Open XML).
    Xlsx,
    /// Excel (binary, zipped).
    Xlsb,
    /// Excel of 1997–2003.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// PowerPoint (Office Open XML).
    Pptx,
    /// OpenDocument presentation.
    Odp,
}

impl Office {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Office::Docx => "Word document",
            Office::Odt => "ODT document",
            Office::Xlsx | Office::Xlsb | Office::Xls => "Excel workbook",
            Office::Ods => "ODS spreadsheet",
            Office::Pptx => "PowerPoint presentation",
            Office::Odp => "ODP presentation",
        }
    }
}

/// What a server or a name says that a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Claim {
    Html,
    Csv,
    Json,
    Xml,
    Markdown,
    Text,
    /// It says nothing that helps: no type, or one for any bytes.
    Nothing,
}

/// What people call a body whose parser may crash, hang or take all memory: a file by its first bytes, a page by how deep
/// it goes.
pub fn danger(bytes: &[u8], content_type: &str, path: &str) -> Option<&'static str> {
    let file = magic::danger(
        bytes,
        &content_type.to_ascii_lowercase(),
        &path.to_ascii_lowercase(),
    );
    let deep = || depth::is_deep(bytes) && sort(bytes, Some(content_type), path) == Content::Html;
    file.or_else(|| deep().then_some("deeply nested page"))
}

/// What sort of content this is. Servers call pages text, files pages, and anything `application/octet-stream`: their word
/// counts only where the bytes leave it open. `path` is the path of the address, or the name of the file.
pub fn sort(bytes: &[u8], content_type: Option<&str>, path: &str) -> Content {
    let declared = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let path = path.to_ascii_lowercase();
    let claim = claimed(&declared);
    if let Some(file) = magic::file(bytes, &declared, &path) {
        return file;
    }
    // A page with a stray NUL is a page to a browser too.
    let wide = is_wide(bytes);
    if !wide && claim != Claim::Html && bytes[..bytes.len().min(1024)].contains(&0) {
        return Content::File("file");
    }
    let start = &bytes[..bytes.len().min(SNIFFED)];
    let text = charset::decode(start, content_type).text;
    let whole = match wide {
        true => charset::decode(bytes, content_type)
            .text
            .into_bytes()
            .into(),
        false => Cow::Borrowed(bytes),
    };
    by_look(&whole, &text, claim, named(&path))
}

/// Whether a body is UTF-16 with its byte order mark.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

fn by_look(bytes: &[u8], start: &str, claim: Claim, name: Claim) -> Content {
    let start = start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match markup::root(start) {
        Some(Root::Page) => return Content::Html,
        Some(Root::Feed) => return Content::Feed,
        Some(Root::Sitemap) => return Content::Sitemap,
        Some(Root::Xml) if claim != Claim::Html || start.starts_with("<?xml") => {
            return Content::Xml;
        }
        // A text in Markdown, and one about HTML, may begin with a tag too.
        Some(Root::Fragment)
            if claim == Claim::Html
                || !matches!(name, Claim::Markdown | Claim::Text)
                    && !matches!(claim, Claim::Markdown)
                    && (claim != Claim::Text || markup::is_made_of_tags(start)) =>
        {
            return Content::Html;
        }
        _ => {}
    }
    if start.starts_with(['{', '[', ')']) {
        match records::json(bytes) {
            records::Found::Feed => return Content::JsonFeed,
            records::Found::Json => return Content::Json,
            // What was cut off is JSON that cannot be read, not prose.
            records::Found::Nothing if claim == Claim::Json || name == Claim::Json => {
                return Content::Json;
            }
            records::Found::Nothing => {}
        }
    }
    let tagless = !markup::has_tags(start);
    match (claim, name) {
        (Claim::Html, Claim::Csv) if tagless && records::is_table(start, 2) => Content::Csv,
        (Claim::Html, Claim::Text) if tagless => Content::Text,
        (Claim::Html, Claim::Markdown) if tagless => Content::Markdown,
        (Claim::Html, _) => Content::Html,
        (Claim::Markdown, _) | (_, Claim::Markdown) => Content::Markdown,
        (Claim::Csv, _) | (_, Claim::Csv) => Content::Csv,
        (Claim::Json, _) | (Claim::Nothing, Claim::Json) => Content::Json,
        (Claim::Xml, _) => Content::Xml,
        (Claim::Nothing | Claim::Text, Claim::Nothing) if records::is_table(start, 3) => {
            Content::Csv
        }
        _ => Content::Text,
    }
}

fn claimed(declared: &str) -> Claim {
    match declared {
        "text/html" | "application/xhtml+xml" => Claim::Html,
        // Windows registers this type for CSV, and many servers repeat it.
        "text/csv"
        | "application/csv"
        | "text/tab-separated-values"
        | "text/comma-separated-values"
        | "application/vnd.ms-excel" => Claim::Csv,
        "application/json" | "text/json" | "application/x-ndjson" | "application/jsonl" => {
            Claim::Json
        }
        "text/xml" | "application/xml" => Claim::Xml,
        "text/markdown" | "text/x-markdown" => Claim::Markdown,
        other if other.ends_with("+json") => Claim::Json,
        other if other.ends_with("+xml") => Claim::Xml,
        other if other.starts_with("text/") => Claim::Text,
        _ => Claim::Nothing,
    }
}

/// What the end of a name says.
fn named(path: &str) -> Claim {
    let last = path.rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.').map(|(_, suffix)| suffix) {
        Some("html" | "htm" | "xhtml" | "php" | "asp" | "aspx" | "jsp") => Claim::Html,
        Some("csv" | "tsv" | "tab") => Claim::Csv,
        Some("json" | "geojson" | "jsonl" | "ndjson") => Claim::Json,
        Some("xml" | "rss" | "atom" | "rdf") => Claim::Xml,
        Some("md" | "markdown" | "mdown" | "mkd") => Claim::Markdown,
        Some("txt" | "text" | "log" | "yml" | "yaml" | "toml" | "ini" | "ics" | "rst") => {
            Claim::Text
        }
        _ => Claim::Nothing,
    }
}
