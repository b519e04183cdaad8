//! Finds the files a page offers, with what it says of them.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::extract::html::cutter::{Piece, Place};
use crate::extract::tidy::tidy;
use crate::model::{Attachment, Block, Link};

/// Suffixes of files that people download to read.
const SUFFIXES: [&str; 22] = [
    "pdf", "doc", "docx", "docm", "rtf", "odt", "xls", "xlsx", "xlsm", "xlsb", "ods", "csv", "tsv",
    "ppt", "pptx", "odp", "zip", "7z", "epub", "json", "geojson", "parquet",
];

/// The longest line of facts, in bytes.
const LONGEST_FACTS: usize = 80;

static FACTS: LazyLock<Regex> = LazyLock::new(|| {
    let sort = r"(?:pdf|html|word|excel|powerpoint|ms [a-z]+|microsoft [a-z]+|open ?document[a-z ]*|docx?|xlsx?|xlsm|pptx?|csv|ods|odt|odp|zip|rtf|json)(?: (?:file|document|format|spreadsheet|workbook))?";
    let size = r"[\d.,]+ ?(?:bytes|kb|mb|gb|kib|mib)";
    let pages = r"\d+ pages?";
    let sep = r"(?: ?[,;:|–-] ?| )";
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:(?:{sort}{sep})?{size}(?:{sep}(?:{sort}|{pages}))*|{sort}{sep}{pages}|{size}(?:{sep}{sort})?)"
    ))
    .expect("a pattern of ours")
});

static SORT_ONLY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:html|pdf|csv|zip|odt|ods)$").expect("a pattern of ours"));

/// The files offered in the main text, in order, each once. Pieces that only state facts of a file are used up; those that
/// turn out to say something else become part of the text.
pub fn offered(pieces: &mut [Piece]) -> Vec<Attachment> {
    let mut files: Vec<Attachment> = Vec::new();
    let mut last: Option<Link> = None;
    for piece in pieces.iter_mut() {
        match piece.place {
            Place::Main => {
                for link in &piece.block.links {
                    if is_file(&link.url) {
                        add(&mut files, file(link, &piece.block));
                    }
                }
                if let Some(link) = piece.block.links.last() {
                    last = Some(link.clone());
                } else if let Some(facts) = only_facts(&piece.block.text) {
                    give(&mut files, last.as_ref(), facts);
                }
            }
            Place::FileFacts => match facts_of(&piece.block.text) {
                Some(facts) => give(&mut files, last.as_ref(), facts),
                None => piece.place = Place::Main,
            },
            _ => {}
        }
    }
    files
}

/// Whether a text is no more than the name of a sort of file, such as "PDF".
pub fn is_sort(text: &str) -> bool {
    SORT_ONLY.is_match(text.trim())
}

/// Whether an address is that of a file to download.
pub fn is_file(url: &str) -> bool {
    let Some(url) = Url::parse(url)
        .ok()
        .filter(|url| url.scheme().starts_with("http"))
    else {
        return false;
    };
    url.path()
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(_, suffix)| {
            SUFFIXES
                .iter()
                .any(|known| suffix.eq_ignore_ascii_case(known))
        })
}

fn file(link: &Link, block: &Block) -> Attachment {
    let inside = FACTS.find(&link.text);
    let title = match &inside {
        Some(found) => {
            let rest = format!(
                "{} {}",
                &link.text[..found.start()],
                &link.text[found.end()..]
            );
            let rest = tidy(&rest);
            let rest = rest.trim_end_matches(|c: char| {
                matches!(c, '(' | ')' | '[' | ']' | ' ' | ',' | '-' | '–' | ':')
            });
            if rest.is_empty() {
                link.text.clone()
            } else {
                rest.to_owned()
            }
        }
        None => link.text.clone(),
    };
    let after = block
        .text
        .find(&link.text)
        .map_or("", |at| &block.text[at + link.text.len()..]);
    let near: String = after.chars().take(80).collect();
    let facts = inside
        .map(|found| found.as_str().to_owned())
        .or_else(|| FACTS.find(&near).map(|found| found.as_str().to_owned()));
    Attachment {
        title,
        url: link.url.clone(),
        facts,
    }
}

fn add(files: &mut Vec<Attachment>, file: Attachment) {
    match files.iter_mut().find(|known| known.url == file.url) {
        Some(known) => known.facts = known.facts.take().or(file.facts),
        None => files.push(file),
    }
}

/// Gives facts to the file linked last; a page linked with facts, such as "HTML", is a file too.
fn give(files: &mut Vec<Attachment>, link: Option<&Link>, facts: String) {
    let Some(link) = link else { return };
    match files.iter_mut().find(|file| file.url == link.url) {
        Some(file) => file.facts = file.facts.take().or(Some(facts)),
        None => files.push(Attachment {
            title: link.text.clone(),
            url: link.url.clone(),
            facts: Some(facts),
        }),
    }
}

fn facts_of(text: &str) -> Option<String> {
    let sort = SORT_ONLY.is_match(text).then(|| text.to_owned());
    sort.or_else(|| {
        FACTS
            .find(text)
            .filter(|found| found.start() < 3)
            .map(|_| text.to_owned())
    })
}

fn only_facts(text: &str) -> Option<String> {
    if text.len() > LONGEST_FACTS {
        return None;
    }
    let found = FACTS.find(text)?;
    let bare = text.trim_matches(['(', ')', '[', ']', ' ']);
    (found.as_str().len() == bare.len()).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_found_as_pages_write_them() {
        for (text, expected) in [
            ("Report (PDF, 223KB)", Some("PDF, 223KB")),
            ("PDF, 1.14 MB, 60 pages", Some("PDF, 1.14 MB, 60 pages")),
            ("[PDF 1.2MB]", Some("PDF 1.2MB")),
            ("Register, Excel, 29 MB", Some("Excel, 29 MB")),
            (
                "MS Excel Spreadsheet, 32.3KB",
                Some("MS Excel Spreadsheet, 32.3KB"),
            ),
            ("a review of 60 pages", None),
        ] {
            assert_eq!(
                FACTS.find(text).map(|found| found.as_str()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_is_known_by_its_suffix() {
        for (url, expected) in [
            ("https://a.uk/x/report.pdf", true),
            ("https://a.uk/x/register.XLSX?v=2", true),
            ("https://a.uk/x/report", false),
            ("https://www.a.zip/", false),
            ("mailto:a@b.doc", false),
        ] {
            assert_eq!(is_file(url), expected, "{url}");
        }
    }
}
