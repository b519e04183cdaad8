//! Turns a capture into a document.

mod prescan;

pub mod charset;
mod tidy;

mod claims;
mod content;
mod dates;
mod links;
mod matcher;
mod noise;

mod rules;

mod entries;
mod feed;
mod file;
mod govuk;
mod html;
mod json;
mod markdown;
mod office;
mod pdf;
mod plain;
mod roman;
mod sheet;
mod sitemap;
mod verdict;
mod xml;

pub use verdict::collapsed;

pub use entries::{Entry, entries};

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use scraper::Selector;

use crate::extract::content::Content;
use crate::extract::rules::Rules;
use crate::model::{
    BlockKind, Capture, Digest, Document, Failure, FailureKind, Interface, Kind, ReaderId, Reading,
};

/// The most blocks a document may have.
const MOST_BLOCKS: usize = 500_000;

/// How many sets of compiled rules are kept at hand.
const MOST_RULES: usize = 1024;

/// Reads what a reader of this capture would have read.
///
/// # Errors
/// A failure where there is nothing to read: a placeholder, a block page, a maintenance page, an empty selection.
pub fn read(capture: &Capture, body: &[u8], reading: &Reading) -> Result<Document, Failure> {
    read_with_gist(capture, body, reading).map(|(document, _)| document)
}

/// The same, with the gist of the page, where it has one.
///
/// # Errors
/// As above.
pub fn read_with_gist(
    capture: &Capture,
    body: &[u8],
    reading: &Reading,
) -> Result<(Document, Option<Digest>), Failure> {
    let rules = compiled(reading);
    let content_type = capture.answer().header("content-type");
    let failed = |failure: Failure| Failure {
        status: Some(capture.answer().status),
        hops: capture.hops.clone(),
        ..failure
    };
    let url = capture.landed();
    if body.trim_ascii().is_empty() {
        let why = format!("{url} answered with nothing");
        return Err(failed(Failure::new(FailureKind::Unreadable, why)));
    }
    if capture.through() == Some(Interface::Govuk) {
        let document = govuk::read(capture, body, &rules).map_err(failed)?;
        return Ok((document, None));
    }
    let mut gist = None;
    let sort = content::sort(body, content_type, &file::path(capture));
    let mut document = match sort {
        Content::Pdf => pdf::read(capture, body, &rules),
        Content::Office(sort) => office::read(capture, body, sort, &rules),
        Content::File(sort) => file::read(capture, body, sort, &rules),
        Content::Csv => {
            let text = charset::decode(body, content_type).text;
            sheet::separated(capture, body, &text, &rules)
        }
        Content::Html => {
            let text = charset::decode(body, content_type).text;
            let bare = html::bare::bare(&text, &rules.selected);
            gist = bare.as_ref().map(|bare| gist_of(capture, bare, &rules));
            let looked_at = bare.as_deref().unwrap_or(&text);
            let page = html::read(capture, &text, looked_at, &rules).map_err(failed)?;
            if promises_data(capture, reading) && !holds_table(&page) {
                let why = format!("{url} answered with a page, not with the file it names");
                return Err(failed(Failure::new(FailureKind::Unreadable, why)));
            }
            page
        }
        sort => {
            let text = charset::decode(body, content_type).text;
            plain::read(capture, &text, sort, &rules).map_err(failed)?
        }
    };
    if document.blocks.len() > MOST_BLOCKS {
        let why = format!("{url} has more than {MOST_BLOCKS} paragraphs and rows");
        return Err(failed(Failure::new(FailureKind::TooLarge, why)));
    }
    document.rows_by.clone_from(&reading.rows_by);
    Ok((document, gist))
}

/// Whether a page has this gist, which is much less work than to read it.
pub fn has_gist(capture: &Capture, body: &[u8], reading: &Reading, gist: &Digest) -> bool {
    if !is_page(capture, body) || capture.through().is_some() {
        return false;
    }
    let rules = compiled(reading);
    let text = charset::decode(body, capture.answer().header("content-type")).text;
    let bare = html::bare::bare(&text, &rules.selected);
    bare.is_some_and(|bare| gist_of(capture, &bare, &rules) == *gist)
}

/// The gist of a page: the digest of all that its reader looks at, and of who reads. While it stays, the page reads the same.
fn gist_of(capture: &Capture, bare: &str, rules: &Rules) -> Digest {
    let heard = ["content-language", "link", "x-robots-tag"];
    let answer = capture.answer();
    let headers = answer.headers.iter();
    let mut looked_at = format!("{}\n{}\n", rules.reader.0, capture.landed());
    for (name, value) in headers.filter(|(name, _)| heard.contains(&name.as_str())) {
        looked_at.push_str(&format!("{name}: {value}\n"));
    }
    looked_at.push_str(bare);
    Digest::of(looked_at.as_bytes())
}

/// Whether a register is looked for in a file: an error page that says so in its own words must not become a version of it.
fn promises_data(capture: &Capture, reading: &Reading) -> bool {
    const DATA: [&str; 9] = [
        ".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".json", ".xml", ".pdf",
    ];
    let path = capture.url.path().to_ascii_lowercase();
    reading.kind == Kind::Register && DATA.iter().any(|suffix| path.ends_with(suffix))
}

fn holds_table(document: &Document) -> bool {
    let mut blocks = document.blocks.iter();
    blocks.any(|block| matches!(block.kind, BlockKind::Row(..)))
}

/// What people call a body of this sort, where it is to be read in a process of its own: whoever made it may have made it
/// to do harm, and its parser may crash, hang or take all memory.
pub fn danger(capture: &Capture, body: &[u8]) -> Option<&'static str> {
    let content_type = capture.answer().header("content-type").unwrap_or_default();
    content::danger(body, content_type, &file::path(capture))
}

/// Whether a capture would be read as a page, rather than as a file, a table or data.
pub fn is_page(capture: &Capture, body: &[u8]) -> bool {
    let content_type = capture.answer().header("content-type");
    content::sort(body, content_type, &file::path(capture)) == Content::Html
}

/// Which reader `read` would be of a page, for these rules.
pub fn reader(reading: &Reading) -> ReaderId {
    rules::reader(reading)
}

/// Whether a reader is one that `read` would be today for these rules: of the page, or of what an interface tells of it.
pub fn is_of_today(by: &ReaderId, reading: &Reading) -> bool {
    let mut interfaces = Interface::ALL.into_iter();
    *by == rules::reader(reading)
        || interfaces.any(|interface| *by == rules::reader_of(interface, reading))
}

/// Says in a sentence what is wrong with a CSS selector.
///
/// # Errors
/// The sentence.
pub fn check_selector(selector: &str) -> Result<(), String> {
    // What the library says of it is meant for its own makers.
    Selector::parse(selector)
        .map(drop)
        .map_err(|_| format!("“{selector}” is not a CSS selector"))
}

/// The rules, compiled once for all captures that are read by them.
fn compiled(reading: &Reading) -> Arc<Rules> {
    static AT_HAND: LazyLock<Mutex<HashMap<Digest, Arc<Rules>>>> = LazyLock::new(Mutex::default);
    let key = rules::digest(reading);
    let mut at_hand = AT_HAND.lock().unwrap_or_else(PoisonError::into_inner);
    if at_hand.len() >= MOST_RULES {
        at_hand.clear();
    }
    at_hand
        .entry(key)
        .or_insert_with(|| Arc::new(Rules::of(reading)))
        .clone()
}

#[cfg(test)]
mod tests;
