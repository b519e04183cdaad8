//! Rows that show what a column holds that came or went.

use std::collections::{HashMap, HashSet};

use crate::diff::tables::grid::EMPTY;
use crate::diff::tables::tell::Compared;
use crate::model::CellEdit;

/// So many values of a column that came or went are shown with a row.
const EXAMPLES: usize = 50;

/// The values of columns that came or went which have been shown with a row.
#[derive(Default)]
pub(super) struct Examples {
    shown: HashMap<(bool, usize), HashSet<u32>>,
}

impl Examples {
    /// The cells of this row in columns that came or went, where no row before it showed the same value.
    pub(super) fn of(&mut self, compared: &Compared, was: usize, row: usize) -> Vec<CellEdit> {
        let (old, new) = compared.both.tables;
        let mut cells = Vec::new();
        for column in &compared.left.0 {
            if self.is_fresh(true, *column, compared.both.old.cell(was, *column)) {
                cells.push(CellEdit {
                    column: old.columns[*column].clone(),
                    before: old.cell(was, *column).to_owned(),
                    after: String::new(),
                });
            }
        }
        for column in &compared.left.1 {
            if self.is_fresh(false, *column, compared.both.new.cell(row, *column)) {
                cells.push(CellEdit {
                    column: new.columns[*column].clone(),
                    before: String::new(),
                    after: new.cell(row, *column).to_owned(),
                });
            }
        }
        cells
    }

    fn is_fresh(&mut self, is_old: bool, column: usize, value: u32) -> bool {
        let shown = self.shown.entry((is_old, column)).or_default();
        value != EMPTY && shown.len() < EXAMPLES && shown.insert(value)
    }
}
