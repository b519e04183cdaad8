//! Holds the cells of a sheet while it is being read, within limits.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::office::package::Unread;
use crate::model::Link;

/// The most rows that are kept of a file.
pub const MOST_ROWS: usize = 450_000;

/// The most cells a file may have, filled or empty between filled ones.
const MOST_CELLS: usize = 8_000_000;

/// The most bytes of text in its cells.
const MOST_TEXT: usize = 128 * 1024 * 1024;

/// One sheet of a workbook.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether people see it only when they ask for it.
    pub hidden: bool,
    /// Its cells.
    pub grid: Grid,
}

/// What may still be read of a file.
pub struct Room {
    cells: usize,
    text: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room {
            cells: MOST_CELLS,
            text: MOST_TEXT,
        }
    }
}

/// The filled cells of a sheet.
#[derive(Default)]
pub struct Grid {
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
    links: BTreeMap<u32, Vec<Link>>,
}

/// A row with something in it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Line {
    /// Whether empty rows stand above it.
    pub gap: bool,
    /// Its cells, without empty ones at its end.
    pub cells: Vec<String>,
    /// The links in them.
    pub links: Vec<Link>,
}

impl Grid {
    /// Adds a cell; an empty one is none. Of two at one place the later counts.
    ///
    /// # Errors
    /// There are too many, or too much text in them.
    pub fn add(
        &mut self,
        row: u32,
        column: u32,
        text: String,
        room: &mut Room,
    ) -> Result<(), Unread> {
        if text.is_empty() {
            return Ok(());
        }
        room.cells = room.cells.checked_sub(1).ok_or(Unread::Blocks)?;
        room.text = room.text.checked_sub(text.len()).ok_or(Unread::Blocks)?;
        self.rows.entry(row).or_default().insert(column, text);
        if self.rows.len() > MOST_ROWS {
            return Err(Unread::Blocks);
        }
        Ok(())
    }

    /// What stands in a cell.
    pub fn text(&self, row: u32, column: u32) -> Option<String> {
        self.rows.get(&row)?.get(&column).cloned()
    }

    /// Adds a link that stands in a row.
    pub fn link(&mut self, row: u32, link: Link) {
        self.links.entry(row).or_default().push(link);
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Its rows without the columns in which nothing stands.
    ///
    /// # Errors
    /// There are too many cells between filled ones.
    pub fn lines(mut self) -> Result<Vec<Line>, Unread> {
        let used: BTreeSet<u32> = self
            .rows
            .values()
            .flat_map(BTreeMap::keys)
            .copied()
            .collect();
        let places: BTreeMap<u32, usize> = used
            .into_iter()
            .enumerate()
            .map(|(place, column)| (column, place))
            .collect();
        let mut lines = Vec::with_capacity(self.rows.len());
        let (mut above, mut room) = (None, MOST_CELLS);
        for (row, filled) in self.rows {
            let mut cells = Vec::new();
            for (column, text) in filled {
                let place = places.get(&column).copied().unwrap_or_default();
                room = room
                    .checked_sub(place + 1 - cells.len())
                    .ok_or(Unread::Blocks)?;
                cells.resize(place, String::new());
                cells.push(text);
            }
            lines.push(Line {
                gap: above.is_some_and(|above| row > above + 1),
                cells,
                links: self.links.remove(&row).unwrap_or_default(),
            });
            above = Some(row);
        }
        Ok(lines)
    }
}
