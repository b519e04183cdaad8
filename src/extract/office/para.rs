//! A paragraph of an office file while it is being read.

use crate::extract::links::Links;
use crate::extract::office::package::Unread;
use crate::extract::tidy::{Run, tidy};
use crate::model::{Block, BlockKind, Link};

/// The most blocks one file may be read into.
const MOST_BLOCKS: usize = 400_000;

/// A paragraph that grows.
#[derive(Default)]
pub struct Para {
    /// Its words.
    pub run: Run,
    /// Its links.
    pub links: Vec<Link>,
    /// What stands in text boxes anchored in it.
    pub boxes: Vec<Block>,
}

impl Para {
    /// Notes that everything since a place is the text of a link.
    pub fn link(&mut self, since: usize, href: &str, links: &Links<'_>) {
        let text = self.run.since(since);
        if let Some(url) = links.target(href).filter(|_| !text.is_empty()) {
            self.links.push(Link { text, url });
        }
    }

    /// The paragraph as a block, then what stood in its text boxes.
    pub fn end(mut self, kind: BlockKind, label: &str, out: &mut Out) -> Result<(), Unread> {
        let text = self.run.take();
        let text = match label {
            "" => text,
            label => tidy(&format!("{label} {text}")),
        };
        if !text.is_empty() {
            let links = self.links;
            out.push(Block { kind, text, links })?;
        }
        out.blocks.append(&mut self.boxes);
        Ok(())
    }
}

/// Where blocks go, and how many there may still be.
#[derive(Default)]
pub struct Out {
    /// The blocks.
    pub blocks: Vec<Block>,
    count: usize,
}

impl Out {
    /// Adds a block.
    ///
    /// # Errors
    /// There are too many.
    pub fn push(&mut self, block: Block) -> Result<(), Unread> {
        self.count += 1;
        if self.count > MOST_BLOCKS {
            return Err(Unread::Blocks);
        }
        self.blocks.push(block);
        Ok(())
    }
}
