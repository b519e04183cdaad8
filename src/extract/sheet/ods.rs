//! Reads a spreadsheet in OpenDocument (ODS).

use std::collections::HashSet;

use crate::extract::links::Links;
use crate::extract::office::check_encryption;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::properties::{self, Properties};
use crate::extract::office::pull::{Piece, Pull, Tag};
use crate::extract::sheet::grid::{Grid, Room, Sheet};
use crate::extract::sheet::values;
use crate::extract::tidy::Run;
use crate::model::Link;

/// The sheets of a spreadsheet in order, with what it says of itself.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8], links: &Links<'_>) -> Result<(Vec<Sheet>, Properties), Unread> {
    let mut package = Package::open(bytes)?;
    check_encryption(&mut package)?;
    let properties = properties::open_document(&mut package)?;
    let text = package.long_part("content.xml")?.ok_or(Unread::Damaged)?;
    let mut book = Book {
        links,
        room: Room::default(),
        unseen: HashSet::new(),
        sheets: Vec::new(),
    };
    let mut xml = Pull::new(&text);
    if xml.open()?.is_some() {
        book.content(&mut xml)?;
    }
    Ok((book.sheets, properties))
}

/// A spreadsheet while it is being read.
struct Book<'a> {
    links: &'a Links<'a>,
    room: Room,
    /// The styles of sheets that are hidden.
    unseen: HashSet<String>,
    sheets: Vec<Sheet>,
}

/// What stands in a cell.
#[derive(Default)]
struct Cell {
    text: String,
    links: Vec<Link>,
}

impl Book<'_> {
    fn content(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "automatic-styles" | "body" | "spreadsheet" => self.content(xml)?,
                "style" => {
                    let name = tag.attr("name").unwrap_or_default();
                    while let Some(tag) = xml.open()? {
                        if tag.attr("display").as_deref() == Some("false") {
                            self.unseen.insert(name.clone());
                        }
                        xml.skip()?;
                    }
                }
                "table" => {
                    let style = tag.attr("style-name").unwrap_or_default();
                    let (mut grid, mut row) = (Grid::default(), 0);
                    self.rows(xml, &mut grid, &mut row)?;
                    self.sheets.push(Sheet {
                        name: crate::extract::tidy::tidy(&tag.attr("name").unwrap_or_default()),
                        hidden: self.unseen.contains(&style),
                        grid,
                    });
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn rows(&mut self, xml: &mut Pull<'_>, grid: &mut Grid, at: &mut u32) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "table-row" => {
                    let repeated = repeated(&tag, "number-rows-repeated");
                    let cells = self.row(xml)?;
                    let times = if cells.is_empty() { 0 } else { repeated };
                    for row in 0..times {
                        let row = at.saturating_add(row);
                        for (column, cell) in &cells {
                            grid.add(row, *column, cell.text.clone(), &mut self.room)?;
                            cell.links
                                .iter()
                                .for_each(|link| grid.link(row, link.clone()));
                        }
                    }
                    *at = at.saturating_add(repeated);
                }
                "table-header-rows" | "table-rows" | "table-row-group" => {
                    self.rows(xml, grid, at)?
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// The filled cells of a row, with their columns.
    fn row(&mut self, xml: &mut Pull<'_>) -> Result<Vec<(u32, Cell)>, Unread> {
        let (mut cells, mut column) = (Vec::new(), 0u32);
        while let Some(tag) = xml.open()? {
            if !matches!(tag.name(), "table-cell" | "covered-table-cell") {
                xml.skip()?;
                continue;
            }
            let repeated = repeated(&tag, "number-columns-repeated");
            let cell = self.cell(&tag, xml)?;
            if !cell.text.is_empty() {
                for next in 0..repeated {
                    let links = cell.links.clone();
                    let text = cell.text.clone();
                    cells.push((column.saturating_add(next), Cell { text, links }));
                    if cells.len() > MOST_COLUMNS {
                        return Err(Unread::Blocks);
                    }
                }
            }
            column = column.saturating_add(repeated);
        }
        Ok(cells)
    }

    fn cell(&mut self, tag: &Tag<'_>, xml: &mut Pull<'_>) -> Result<Cell, Unread> {
        let (mut run, mut links) = (Run::default(), Vec::new());
        self.words(xml, &mut run, &mut links)?;
        let words = run.take();
        let text = match tag.attr("value-type").as_deref() {
            Some("float" | "currency" | "percentage") => tag
                .attr("value")
                .and_then(|value| value.parse().ok())
                .map(values::number),
            Some("date") => tag.attr("date-value").map(|value| values::iso(&value)),
            Some("boolean") => tag
                .attr("boolean-value")
                .map(|value| values::truth(value == "true")),
            _ => None,
        };
        Ok(Cell {
            text: text.unwrap_or(words),
            links,
        })
    }

    /// The words of a cell, to the end of the element opened last.
    fn words(
        &mut self,
        xml: &mut Pull<'_>,
        run: &mut Run,
        links: &mut Vec<Link>,
    ) -> Result<(), Unread> {
        while let Some(piece) = xml.next()? {
            let tag = match piece {
                Piece::Text(text) => {
                    run.push(&text);
                    continue;
                }
                Piece::Open(tag) => tag,
            };
            match tag.name() {
                "p" => {
                    run.space();
                    self.words(xml, run, links)?;
                }
                "s" | "tab" | "line-break" => {
                    run.space();
                    xml.skip()?;
                }
                "a" => {
                    let since = run.len();
                    self.words(xml, run, links)?;
                    let href = tag.attr("href").unwrap_or_default();
                    if let Some(url) = self.links.target(&href) {
                        let text = run.since(since);
                        links.push(Link { text, url });
                    }
                }
                "annotation" | "frame" | "custom-shape" | "control" | "detective" => xml.skip()?,
                _ => self.words(xml, run, links)?,
            }
        }
        Ok(())
    }
}

/// The most columns a sheet has.
const MOST_COLUMNS: usize = 16_384;

fn repeated(tag: &Tag<'_>, name: &str) -> u32 {
    let count = tag.attr(name).and_then(|count| count.parse().ok());
    count.unwrap_or(1).max(1)
}
