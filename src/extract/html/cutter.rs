//! Cuts running text into blocks, rows and links as a walk goes along.

use crate::extract::html::table::Grid;
use crate::extract::tidy::Run;
use crate::model::{Block, BlockKind, Link};

/// What a block is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The main text.
    Main,
    /// What stands around it.
    Around,
    /// What the rules leave out: it is in the capture, and nowhere else.
    Dropped,
    /// Says when the page was published or changed.
    Stated,
    /// An item of the page's own list of changes, by the place of its element.
    History(usize),
    /// A notice about the page, by the place of its element.
    Notice(usize),
    /// What is said of a file beside its link.
    FileFacts,
}

/// A block with what it is for.
#[derive(Debug)]
pub struct Piece {
    /// What it is for.
    pub place: Place,
    /// The place of the element it was cut from, for what stands near.
    pub at: usize,
    /// Whether its element says it is a date.
    pub dated: bool,
    /// Whether it was a row of a definition list.
    pub pair: bool,
    /// The block.
    pub block: Block,
}

/// What shapes the text at a place.
#[derive(Clone, Copy)]
pub struct Mood {
    /// What it is for.
    pub place: Place,
    /// How it runs.
    pub flow: Flow,
    /// How many lists it is in.
    pub depth: u8,
    /// Whether it is in a cell of a table.
    pub in_cell: bool,
    /// Whether it is in the head of a table.
    pub in_head: bool,
    /// Whether an element says it is a date.
    pub dated: bool,
    /// Whether whole blocks are marked as deleted.
    pub struck: bool,
}

/// How text runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// As a paragraph.
    Paragraph,
    /// As a heading of a level.
    Heading(u8),
    /// As an item of a list.
    Item,
    /// As it stands.
    Verbatim,
}

/// A link that is open.
struct OpenLink {
    url: String,
    start: usize,
}

/// What has been cut, and the text that has not been cut yet.
pub struct Cutter {
    /// What shapes the text now.
    pub mood: Mood,
    /// The place of the element whose text is running.
    pub at: usize,
    run: Run,
    link: Option<OpenLink>,
    found: Vec<Link>,
    grids: Vec<Grid>,
    pieces: Vec<Piece>,
    /// Whether everything in the run says it is a date.
    dated: Option<bool>,
    /// How many bytes of cells may still be repeated for spans.
    to_repeat: usize,
    /// The number that the next block of the text begins with.
    number: Option<String>,
}

/// The most bytes of cells that are repeated for row and column spans on a page.
const MOST_REPEATED: usize = 8 << 20;

impl Cutter {
    /// Nothing cut yet.
    pub fn new(at: usize) -> Cutter {
        Cutter {
            mood: Mood {
                place: Place::Around,
                flow: Flow::Paragraph,
                depth: 0,
                in_cell: false,
                in_head: false,
                dated: false,
                struck: false,
            },
            at,
            run: Run::default(),
            link: None,
            found: Vec::new(),
            grids: Vec::new(),
            pieces: Vec::new(),
            dated: None,
            to_repeat: MOST_REPEATED,
            number: None,
        }
    }

    /// What was cut.
    pub fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.pieces
    }

    /// Text of the page.
    pub fn text(&mut self, text: &str) {
        if text.contains(|c: char| !c.is_whitespace()) {
            self.dated = Some(self.dated.unwrap_or(true) && self.mood.dated);
        }
        if self.mood.flow == Flow::Verbatim && !self.mood.in_cell {
            self.run.push_verbatim(text);
        } else {
            self.run.push(text);
        }
    }

    /// Words of ours, or words that the page hides.
    pub fn words(&mut self, words: &str) {
        self.run.push(words);
    }

    /// The number of an item, before its first words.
    pub fn number(&mut self, number: String) {
        self.number = Some(number);
    }

    /// A line break: the end of a paragraph or item, a space in what must stay whole.
    pub fn line_break(&mut self) {
        match self.mood.flow {
            _ if self.mood.in_cell || self.link.is_some() => self.run.space(),
            Flow::Heading(_) => self.run.space(),
            Flow::Verbatim => self.run.push_verbatim("\n"),
            _ => self.flush(),
        }
    }

    /// The beginning of a link; one inside another is none.
    pub fn open_link(&mut self, url: String) {
        let start = self.run.len();
        self.link = Some(OpenLink { url, start });
    }

    /// Whether a link is open.
    pub fn in_link(&self) -> bool {
        self.link.is_some()
    }

    /// The end of a link.
    pub fn close_link(&mut self) {
        self.note_link();
        self.link = None;
    }

    /// The beginning of a table, or of a definition list.
    pub fn open_grid(&mut self, pairs: bool) {
        self.grids.push(Grid::new(pairs, self.to_repeat));
    }

    /// Whether a table or definition list is open.
    pub fn in_grid(&self) -> bool {
        !self.grids.is_empty()
    }

    /// The end of a table or definition list.
    pub fn close_grid(&mut self) {
        self.close_row();
        if let Some(grid) = self.grids.pop() {
            self.to_repeat = grid.to_repeat();
        }
    }

    /// The beginning of a cell that spans so many columns and rows.
    pub fn open_cell(&mut self, heading: bool, columns: Option<usize>, rows: Option<usize>) {
        if let Some(grid) = self.grids.last_mut()
            && let Some(row) = grid.open_cell(heading, columns, rows)
        {
            self.emit_row(row);
        }
        self.mood.in_cell = true;
        self.mood.flow = Flow::Paragraph;
    }

    /// The end of a cell.
    pub fn close_cell(&mut self) {
        self.flush();
        if let Some(grid) = self.grids.last_mut() {
            grid.close_cell();
        }
    }

    /// The end of a row.
    pub fn close_row(&mut self) {
        self.flush();
        let in_head = self.mood.in_head;
        let grid = self.grids.last_mut();
        if let Some(row) = grid.and_then(|grid| grid.close_row(in_head)) {
            self.emit_row(row);
        }
    }

    /// Cuts here: what runs becomes a block, or a line of its cell.
    pub fn flush(&mut self) {
        self.note_link();
        let text = self.run.take();
        let text = self.marked(text);
        if self.mood.in_cell {
            self.dated = None;
            if let Some(grid) = self.grids.last_mut() {
                grid.add(&text);
            }
            return;
        }
        let (kind, text) = match self.mood.flow {
            Flow::Paragraph => (BlockKind::Paragraph, text),
            Flow::Heading(level) => (BlockKind::Heading(level), text),
            Flow::Item => (BlockKind::Item(self.mood.depth), text),
            Flow::Verbatim => (BlockKind::Verbatim, verbatim(&text)),
        };
        let links = std::mem::take(&mut self.found);
        if !text.is_empty() {
            self.emit(Block { kind, text, links }, false);
        }
    }

    /// A block's words with the number before them, and with the mark of what is deleted.
    fn marked(&mut self, text: String) -> String {
        if text.is_empty() || matches!(self.mood.place, Place::Around | Place::Dropped) {
            return text;
        }
        let text = match self.mood.struck {
            true => format!("[deleted: {text}]"),
            false => text,
        };
        match self.number.take() {
            Some(number) => format!("{number} {text}"),
            None => text,
        }
    }

    fn emit_row(&mut self, (cells, heading): (Vec<String>, bool)) {
        let pair = self.grids.last().is_some_and(Grid::is_pairs);
        let block = Block {
            text: cells.join(" | "),
            kind: BlockKind::Row(cells, heading),
            links: std::mem::take(&mut self.found),
        };
        self.emit(block, pair);
    }

    /// Keeps the part of an open link that stands in the text so far.
    fn note_link(&mut self) {
        if let Some(link) = &mut self.link {
            let text = self.run.since(link.start);
            link.start = 0;
            if !text.is_empty() {
                let url = link.url.clone();
                self.found.push(Link { text, url });
            }
        }
    }

    fn emit(&mut self, block: Block, pair: bool) {
        self.pieces.push(Piece {
            place: self.mood.place,
            at: self.at,
            dated: self.dated.take().unwrap_or_default(),
            pair,
            block,
        });
    }
}

/// Preformatted text without blank lines around it or spaces at the ends of lines.
fn verbatim(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match first.zip(last) {
        Some((first, last)) => lines[first..=last].join("\n"),
        None => String::new(),
    }
}
