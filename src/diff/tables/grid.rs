//! The cells of two editions of a table as numbers, so that equal cells are equal numbers.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::diff::tables::find::Found;

/// The number of the empty cell.
pub(super) const EMPTY: u32 = 0;

/// Numbers for the texts of cells.
pub(super) struct Ink<'a> {
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Ink<'a> {
    pub(super) fn new() -> Ink<'a> {
        Ink {
            numbers: HashMap::from([("", EMPTY)]),
        }
    }

    fn number(&mut self, text: &'a str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(text).or_insert(next)
    }
}

/// The cells of one edition, row by row.
pub(super) struct Grid {
    cells: Vec<u32>,
    width: usize,
}

impl Grid {
    pub(super) fn new<'a>(table: &Found<'a>, ink: &mut Ink<'a>) -> Grid {
        let width = table.columns.len();
        let mut cells = Vec::with_capacity(table.rows.len() * width);
        for row in 0..table.rows.len() {
            cells.extend((0..width).map(|column| ink.number(table.cell(row, column))));
        }
        Grid { cells, width }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or_default()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> u32 {
        self.cells[row * self.width + column]
    }

    /// One column from the top.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = u32> {
        (0..self.len()).map(move |row| self.cell(row, column))
    }

    /// One number for these cells of a row together; `None` where all of them are empty.
    pub(super) fn together(&self, row: usize, columns: &[usize]) -> Option<u64> {
        if columns
            .iter()
            .all(|column| self.cell(row, *column) == EMPTY)
        {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        for column in columns {
            self.cell(row, *column).hash(&mut hasher);
        }
        Some(hasher.finish())
    }
}

/// Both editions of a table, with the columns they share: `shared` holds a pair of column numbers for each.
pub(super) struct Both<'a> {
    pub(super) tables: (&'a Found<'a>, &'a Found<'a>),
    pub(super) old: Grid,
    pub(super) new: Grid,
    pub(super) shared: Vec<(usize, usize)>,
}

impl Both<'_> {
    /// Takes in columns found to be the same, in the order they have now. Numbers of shared columns given before are void.
    pub(super) fn share(&mut self, found: Vec<(usize, usize)>) {
        self.shared.extend(found);
        self.shared.sort_by_key(|(_, is)| *is);
    }

    /// The old sides of these shared columns, and the new ones.
    pub(super) fn sides(&self, shared: &[usize]) -> (Vec<usize>, Vec<usize>) {
        shared.iter().map(|at| self.shared[*at]).unzip()
    }

    /// Whether a shared column holds the same in an old and a new row.
    pub(super) fn agree(&self, (old, new): (usize, usize), shared: usize) -> bool {
        let (was, is) = self.shared[shared];
        self.old.cell(old, was) == self.new.cell(new, is)
    }
}
