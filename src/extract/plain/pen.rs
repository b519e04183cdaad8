//! Writes running text down as blocks with the links inside.

use crate::extract::tidy::{Run, tidy};
use crate::model::{Block, BlockKind, Link};

/// A link that is open.
struct OpenLink {
    url: String,
    start: usize,
}

/// The text that runs, and the blocks it has become so far.
#[derive(Default)]
pub struct Pen {
    /// The blocks so far.
    pub blocks: Vec<Block>,
    run: Run,
    link: Option<OpenLink>,
    links: Vec<Link>,
}

impl Pen {
    /// Adds text; its white space is collapsed.
    pub fn text(&mut self, text: &str) {
        self.run.push(text);
    }

    /// Adds text as it stands.
    pub fn verbatim(&mut self, text: &str) {
        self.run.push_verbatim(text);
    }

    /// Adds a place where a line could break.
    pub fn space(&mut self) {
        self.run.space();
    }

    /// Begins a link; one inside another is none.
    pub fn open_link(&mut self, url: String) {
        if self.link.is_none() {
            let start = self.run.len();
            self.link = Some(OpenLink { url, start });
        }
    }

    /// Ends the link.
    pub fn close_link(&mut self) {
        if let Some(OpenLink { url, start }) = self.link.take() {
            let text = self.run.since(start);
            if !text.is_empty() {
                self.links.push(Link { text, url });
            }
        }
    }

    /// Ends the block; nothing is written where there is no text.
    pub fn end(&mut self, kind: BlockKind) {
        let text = self.take();
        let links = std::mem::take(&mut self.links);
        if !text.is_empty() {
            self.blocks.push(Block { kind, text, links });
        }
    }

    /// The text so far, such as that of a cell; its links wait for the row.
    pub fn take(&mut self) -> String {
        self.close_link();
        self.run.take().trim_matches('\n').to_owned()
    }

    /// Ends a row of these cells.
    pub fn end_row(&mut self, cells: Vec<String>, heading: bool) {
        let links = std::mem::take(&mut self.links);
        if cells.iter().any(|cell| !cell.is_empty()) {
            let text = cells.join(" | ");
            let kind = BlockKind::Row(cells, heading);
            self.blocks.push(Block { kind, text, links });
        }
    }

    /// Writes a block of its own; nothing where there is no text.
    pub fn line(&mut self, kind: BlockKind, text: &str) {
        self.text(text);
        self.end(kind);
    }
}

/// A block of text without links; `None` where there is no text.
pub fn block(kind: BlockKind, text: &str) -> Option<Block> {
    let text = tidy(text);
    let links = Vec::new();
    (!text.is_empty()).then_some(Block { kind, text, links })
}
