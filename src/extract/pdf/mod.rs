//! Reads a PDF: its text in reading order, without what stands on every page.

mod hyphens;
mod joining;
mod levels;
mod running;
mod sheets;
mod title;

use chrono::{DateTime, Utc};

use crate::extract::file;
use crate::extract::links::Links;
use crate::extract::pdf::sheets::{Sheets, Unread};
use crate::extract::rules::Rules;
use crate::model::{Block, Capture, Document, Stated};

/// Reads a PDF. One without text to read is a document with one attachment, itself, whose facts say why.
pub fn read(capture: &Capture, bytes: &[u8], rules: &Rules) -> Document {
    let links = Links::new(capture.landed().clone(), &rules.reading.drop_params);
    let sheets = match sheets::read(bytes, &links) {
        Ok(sheets) => sheets,
        Err(why) => return file::kept(capture, bytes, "PDF", &said(&why), rules),
    };
    let missing = sheets.without_text();
    let Sheets {
        title: given,
        created,
        modified,
        mut pages,
        ..
    } = sheets;
    let count = pages.len();
    let surroundings = running::take_out(&mut pages);
    let dropped = |block: &Block| {
        let dropped = |line: &regex::Regex| line.is_match(&block.text);
        rules.drop_lines.iter().any(dropped)
    };
    for page in &mut pages {
        page.retain(|block| !dropped(block));
    }
    let (mut blocks, pages) = joining::join(pages);
    hyphens::mend(&mut blocks);
    levels::settle(&mut blocks, &pages);
    let title =
        title::choose(&blocks, &pages, given.as_deref()).unwrap_or_else(|| file::name(capture));
    let facts = [
        counted(count),
        format!("scanned: no text to read on {}", counted(missing)),
    ];
    let attachments = if missing * 2 > count {
        file::kept(capture, bytes, "PDF", &facts, rules).attachments
    } else {
        Vec::new()
    };
    Document {
        stated: stated(created, modified),
        blocks,
        attachments,
        surroundings,
        pages,
        ..Document::empty(rules.reader.clone(), title)
    }
}

/// Why a PDF is kept as a file, in words between its sort and its digest.
fn said(why: &Unread) -> Vec<String> {
    match why {
        Unread::Encrypted => vec!["encrypted: a password is needed to read it".to_owned()],
        Unread::Damaged => vec!["damaged: not all of it can be read".to_owned()],
        Unread::Empty(pages) => vec![counted(*pages), "empty: no text to read".to_owned()],
        Unread::Scanned(pages) => vec![counted(*pages), "scanned: no text to read".to_owned()],
        Unread::TooLong(pages) => vec![counted(*pages), "too long to be read".to_owned()],
    }
}

fn counted(pages: usize) -> String {
    match pages {
        1 => "1 page".to_owned(),
        _ => format!("{pages} pages"),
    }
}

/// What the file says of itself. The lines are kept and shown, and not compared: each export has its own.
fn stated(created: Option<DateTime<Utc>>, modified: Option<DateTime<Utc>>) -> Stated {
    let line =
        |what: &str, at: DateTime<Utc>| format!("PDF {what} {} UTC", at.format("%-d %B %Y %H:%M"));
    let lines = [("created", created), ("modified", modified)];
    Stated {
        lines: lines
            .into_iter()
            .filter_map(|(what, at)| at.map(|at| line(what, at)))
            .collect(),
        ..Stated::default()
    }
}
