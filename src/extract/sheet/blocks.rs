//! Turns the rows of a sheet into blocks: titles and notes, headings, rows.

use crate::extract::office::package::Unread;
use crate::extract::sheet::grid::{Grid, Line};
use crate::extract::sheet::header;
use crate::model::{Block, BlockKind};

impl AsRef<[String]> for Line {
    fn as_ref(&self) -> &[String] {
        &self.cells
    }
}

/// The blocks of a sheet, in order.
///
/// # Errors
/// There are too many cells.
pub fn of(grid: Grid) -> Result<Vec<Block>, Unread> {
    let lines = grid.lines()?;
    let main = runs(&lines)
        .max_by_key(|run| run.len() * header::usual(run))
        .map_or(1, header::usual);
    let mut blocks = Vec::with_capacity(lines.len());
    let mut table: Option<Table> = None;
    for run in runs(&lines) {
        let usual = header::usual(run);
        let aside = usual == 2 && main > 2 && table.is_none() && !header::is_evident(run);
        let note = usual < 2 || aside;
        // A lone row of a table that empty rows divide is a row still.
        let rest = note && table.as_ref().is_some_and(|table| table.usual < 2);
        if note && !rest {
            blocks.extend(run.iter().map(paragraph));
            continue;
        }
        let heading = match &table {
            None => header::find(run),
            Some(before) => before.again(run, usual),
        };
        let heading = heading.unwrap_or(0..0);
        blocks.extend(run[..heading.start].iter().map(paragraph));
        blocks.extend(
            run[heading.clone()]
                .iter()
                .map(|line| row(line, Part::Heading)),
        );
        let (rows, notes) = run[heading.end..].split_at(body(&run[heading.end..], usual));
        blocks.extend(rows.iter().map(|line| row(line, Part::Body)));
        blocks.extend(notes.iter().map(paragraph));
        if !heading.is_empty() || table.is_none() {
            let heading = run[heading].iter().map(|line| line.cells.clone()).collect();
            table = Some(Table { usual, heading });
        }
    }
    Ok(blocks)
}

/// The table read last.
struct Table {
    usual: usize,
    heading: Vec<Vec<String>>,
}

impl Table {
    /// The heading of a run below this table: the same again, or one of another table; `None` where the run goes on
    /// with this one.
    fn again(&self, run: &[Line], usual: usize) -> Option<std::ops::Range<usize>> {
        let found = header::find(run)?;
        let same = run[found.clone()]
            .iter()
            .map(|line| &line.cells)
            .eq(&self.heading);
        // Rows lose cells but gain none, and what stands above a heading is the title of another table.
        let other = usual * 4 > self.usual * 5 || found.start > 0;
        (same || other || header::is_evident(&run[found.end - 1..])).then_some(found)
    }
}

enum Part {
    Heading,
    Body,
}

/// Runs of rows with no empty row between.
fn runs(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|_, next| !next.gap)
}

/// How many rows belong to the table: lone cells below it are notes.
fn body(rows: &[Line], usual: usize) -> usize {
    let is_note = |line: &&Line| usual > 2 && line.cells.len() == 1;
    rows.len() - rows.iter().rev().take_while(is_note).count()
}

fn paragraph(line: &Line) -> Block {
    let filled: Vec<&str> = line
        .cells
        .iter()
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
        .collect();
    Block {
        kind: BlockKind::Paragraph,
        text: filled.join(" "),
        links: line.links.clone(),
    }
}

fn row(line: &Line, part: Part) -> Block {
    Block {
        text: line.cells.join(" | "),
        kind: BlockKind::Row(line.cells.clone(), matches!(part, Part::Heading)),
        links: line.links.clone(),
    }
}
