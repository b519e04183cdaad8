//! The pages of a PDF as blocks of text, by the library that takes it apart.

use std::borrow::Cow;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use unpdf::model::ListStyle;
use unpdf::{
    ErrorKind, ErrorMode, InlineContent, PageSelection, PageStreamOptions, Paragraph, ParseEvent,
    PdfParser, Table,
};

use crate::extract::links::Links;
use crate::extract::tidy::{Run, tidy};
use crate::model::{Block, BlockKind, Link};

/// The most pages that are read.
const MOST_PAGES: usize = 5000;
/// The most text that is read, in bytes.
const MOST_TEXT: usize = 20 << 20;
/// The most cells of one table, those included that a merged one covers.
const MOST_CELLS: usize = 200_000;

/// A PDF taken apart.
#[derive(Debug)]
pub struct Sheets {
    /// The title it gives itself.
    pub title: Option<String>,
    /// When it says it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it says it was changed last.
    pub modified: Option<DateTime<Utc>>,
    /// The blocks of each page, in reading order.
    pub pages: Vec<Vec<Block>>,
    /// Whether pages show pictures where no text is, page by page.
    pictured: Vec<bool>,
}

/// Why a PDF is not read, with the number of its pages where it is known.
#[derive(PartialEq, Eq, Debug)]
pub enum Unread {
    /// A password is needed.
    Encrypted,
    /// It cannot be taken apart, or pages are lost.
    Damaged,
    /// There is nothing on its pages.
    Empty(usize),
    /// There are pictures on its pages, and no text.
    Scanned(usize),
    /// It is longer than any document that people read.
    TooLong(usize),
}

impl Sheets {
    /// How many pages show a picture and have no text.
    pub fn without_text(&self) -> usize {
        let bare = |(page, pictured): &(&Vec<Block>, &bool)| page.is_empty() && **pictured;
        self.pages.iter().zip(&self.pictured).filter(bare).count()
    }
}

/// Takes a PDF apart, page by page, one after the other.
///
/// # Errors
/// Why it is not read.
pub fn read(bytes: &[u8], links: &Links<'_>) -> Result<Sheets, Unread> {
    let parser = PdfParser::from_bytes(bytes).map_err(|error| match error.kind() {
        ErrorKind::Encrypted | ErrorKind::InvalidPassword => Unread::Encrypted,
        _ => Unread::Damaged,
    })?;
    let count = parser.page_count() as usize;
    if count > MOST_PAGES {
        return Err(Unread::TooLong(count));
    }
    let mut sheets = Sheets {
        title: None,
        created: None,
        modified: None,
        pages: Vec::new(),
        pictured: Vec::new(),
    };
    let (mut length, mut lost) = (0, 0);
    let quality = parser.for_each_page(options(), |event| {
        match event {
            ParseEvent::DocumentStart { metadata, .. } => {
                sheets.title = metadata.title.map(|title| tidy(&title));
                sheets.created = metadata.created;
                sheets.modified = metadata.modified;
            }
            ParseEvent::PageParsed(page) => {
                let blocks = blocks(&page, links);
                lost += page.undecodable_content_streams;
                length += blocks.iter().map(|block| block.text.len()).sum::<usize>();
                sheets.pages.push(blocks);
                sheets.pictured.push(page.image_op_count > 0);
            }
            ParseEvent::PageFailed { .. } => lost += 1,
            ParseEvent::Progress { .. } | ParseEvent::DocumentEnd { .. } => {}
        }
        if length > MOST_TEXT {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    if length > MOST_TEXT {
        return Err(Unread::TooLong(count));
    }
    let quality = quality.map_err(|_| Unread::Damaged)?;
    if lost > 0 || quality.pages_incomplete || count == 0 {
        return Err(Unread::Damaged);
    }
    if sheets.pages.iter().any(|page| !page.is_empty()) {
        return Ok(sheets);
    }
    Err(match sheets.without_text() {
        0 => Unread::Empty(count),
        _ => Unread::Scanned(count),
    })
}

/// One page at a time, in this thread, without pictures.
fn options() -> PageStreamOptions {
    PageStreamOptions {
        error_mode: ErrorMode::Lenient,
        extract_text: true,
        extract_resources: false,
        min_image_dimension: 0,
        pages: PageSelection::All,
        password: None,
        parallel: false,
        suppress_low_confidence_ocr: true,
        window_size: 1,
        emit_progress_every: u32::MAX,
    }
}

fn blocks(page: &unpdf::Page, links: &Links<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for element in &page.elements {
        match element {
            unpdf::Block::Paragraph(paragraph) => blocks.extend(prose(paragraph, links)),
            unpdf::Block::Table(table) => blocks.extend(rows(table)),
            // What is set like a typewriter's is prose as often as not, and breaks its lines anywhere.
            unpdf::Block::Code { content } | unpdf::Block::Raw { content } => {
                blocks.extend(block(
                    BlockKind::Paragraph,
                    tidy(&spelled(content)),
                    Vec::new(),
                ));
            }
            _ => {}
        }
    }
    blocks
}

fn block(kind: BlockKind, text: String, links: Vec<Link>) -> Option<Block> {
    let wordless = !text.chars().any(char::is_alphanumeric) && text.chars().count() < 3;
    let empty = text.is_empty() || wordless && links.is_empty();
    (!empty).then_some(Block { kind, text, links })
}

fn prose(paragraph: &Paragraph, links: &Links<'_>) -> Option<Block> {
    let style = &paragraph.style;
    let (mut run, mut found) = (Run::default(), Vec::new());
    if let Some(list) = &style.list_info
        && let (ListStyle::Ordered { .. }, Some(number)) = (&list.style, list.item_number)
    {
        // The number of a clause is part of what it says.
        run.push(&format!("{number}. "));
    }
    let mut raised = false;
    for piece in &paragraph.content {
        match piece {
            InlineContent::Text(piece) => {
                // A mark that leads a note stands apart from its first word; one that ends a word does not.
                let mark = piece.style.superscript && !piece.text.trim().is_empty();
                let leads = |c: char| c.is_alphabetic();
                if raised && !mark && piece.text.starts_with(leads) {
                    run.space();
                }
                run.push(&spelled(&piece.text));
                raised = mark;
            }
            InlineContent::LineBreak => run.space(),
            InlineContent::Link { text, url, .. } => {
                let text = spelled(text);
                run.push(&text);
                let text = tidy(&text);
                found.extend(links.target(url).map(|url| Link { text, url }));
                raised = false;
            }
            InlineContent::Image { .. } => {}
        }
    }
    let text = run.take();
    let kind = match (style.heading_level, &style.list_info) {
        (Some(level), _) if is_heading(&text) => BlockKind::Heading(level.clamp(1, 6)),
        (None, Some(list)) => BlockKind::Item(list.level.saturating_add(1)),
        _ => BlockKind::Paragraph,
    };
    block(kind, text, found)
}

/// The text with its ligatures spelled out: which words have them is the choice of a font.
fn spelled(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| matches!(c, '\u{fb00}'..='\u{fb06}')) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fb00}' => spelled.push_str("ff"),
            '\u{fb01}' => spelled.push_str("fi"),
            '\u{fb02}' => spelled.push_str("fl"),
            '\u{fb03}' => spelled.push_str("ffi"),
            '\u{fb04}' => spelled.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => spelled.push_str("st"),
            other => spelled.push(other),
        }
    }
    Cow::Owned(spelled)
}

/// Whether what is set like a heading reads like one.
fn is_heading(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|first| !first.is_lowercase())
        && text.chars().any(char::is_alphabetic)
        && text.len() <= 240
}

/// The rows of a table; a merged cell stands in its first column, and again in each row it reaches into.
fn rows(table: &Table) -> Vec<Block> {
    let width = table.column_count();
    if width.saturating_mul(table.rows.len()) > MOST_CELLS {
        let flat = table
            .rows
            .iter()
            .map(|row| tidy(&spelled(&row.plain_text())));
        return flat
            .filter_map(|text| block(BlockKind::Paragraph, text, Vec::new()))
            .collect();
    }
    let mut grid = vec![vec![String::new(); width]; table.rows.len()];
    for (at, (row, columns)) in table.rows.iter().zip(table.cell_columns()).enumerate() {
        for (cell, column) in row.cells.iter().zip(columns) {
            let words: Vec<String> = cell.content.iter().map(Paragraph::plain_text).collect();
            let words = tidy(&spelled(&words.join(" ")));
            let reach = usize::from(cell.rowspan.max(1));
            for row in grid.iter_mut().skip(at).take(reach) {
                if let Some(place) = row.get_mut(column) {
                    place.clone_from(&words);
                }
            }
        }
    }
    let heads = |at: usize| at < usize::from(table.header_rows) || table.rows[at].is_header;
    let caption = table.caption.iter().filter_map(|caption| {
        let text = tidy(&spelled(caption));
        block(BlockKind::Paragraph, text, Vec::new())
    });
    let mut blocks: Vec<Block> = caption.collect();
    for (at, cells) in grid.into_iter().enumerate() {
        if cells.iter().any(|cell| !cell.is_empty()) {
            let text = cells.join(" | ");
            let kind = BlockKind::Row(cells, heads(at));
            let links = Vec::new();
            blocks.push(Block { kind, text, links });
        }
    }
    blocks
}
