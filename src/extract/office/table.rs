//! Turns the table of a text into rows.

use crate::extract::office::package::Unread;
use crate::extract::office::para::Out;
use crate::model::{Block, BlockKind};

/// The most columns one cell may span.
const MOST_SPAN: usize = 64;

/// A table while it is being read.
#[derive(Default)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether the file formats the first row differently from the others.
    pub first_differs: bool,
}

/// A row of it.
#[derive(Default)]
pub struct Row {
    /// What stands in each cell; an empty one for each column that another cell reaches over.
    pub cells: Vec<Vec<Block>>,
    /// Whether the file says that it is a heading.
    pub heading: bool,
}

impl Row {
    /// Adds a cell that reaches over a number of columns.
    pub fn cell(&mut self, blocks: Vec<Block>, columns: usize) {
        self.cells.push(blocks);
        for _ in 1..columns.min(MOST_SPAN) {
            self.cells.push(Vec::new());
        }
    }
}

impl Table {
    /// The rows as blocks. A table of one column is a frame around text: its text stands alone.
    pub fn end(mut self, out: &mut Out) -> Result<(), Unread> {
        if self.rows.iter().all(|row| row.cells.len() <= 1) {
            let cells = self.rows.into_iter().flat_map(|row| row.cells);
            out.blocks.extend(cells.flatten());
            return Ok(());
        }
        let named = self.rows.iter().any(|row| row.heading);
        let unsaid = !named && self.first_differs && self.rows.len() > 1;
        if let Some(first) = self.rows.first_mut().filter(|_| unsaid) {
            first.heading = is_heading(first);
        }
        for row in self.rows {
            let links = row.cells.iter().flatten();
            let links = links
                .flat_map(|block| block.links.iter().cloned())
                .collect();
            let cells: Vec<String> = row.cells.iter().map(|cell| text(cell)).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                out.push(Block {
                    text: cells.join(" | "),
                    kind: BlockKind::Row(cells, row.heading),
                    links,
                })?;
            }
        }
        Ok(())
    }
}

/// The text of a cell: its paragraphs, one after another.
fn text(cell: &[Block]) -> String {
    let lines = cell.iter().map(|block| match &block.kind {
        BlockKind::Row(cells, _) => {
            let filled: Vec<&str> = cells
                .iter()
                .map(String::as_str)
                .filter(|c| !c.is_empty())
                .collect();
            filled.join(" ")
        }
        _ => block.text.clone(),
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether each cell names something, each something else, and none is a number.
fn is_heading(row: &Row) -> bool {
    let texts: Vec<String> = row.cells.iter().map(|cell| text(cell)).collect();
    texts
        .iter()
        .enumerate()
        .all(|(at, cell)| cell.chars().any(char::is_alphabetic) && !texts[..at].contains(cell))
}
