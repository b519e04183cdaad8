//! Builds the rows of a table or of a definition list, cell by cell.

use crate::extract::tidy::Run;

/// The most columns and rows that one cell can claim to span.
const WIDEST: usize = 1000;

/// The rows of a table as they come.
#[derive(Default)]
pub struct Grid {
    row: Vec<String>,
    cell: Run,
    /// How many columns and rows the open cell spans.
    spans: (usize, usize),
    /// How many cells of the row are headings, and how many are not.
    headings: usize,
    others: usize,
    /// Cells that reach down into later rows: how many rows more, and their words.
    reaching: Vec<Option<(usize, String)>>,
    pairs: bool,
    /// How many bytes of cells may still be repeated.
    to_repeat: usize,
}

impl Grid {
    /// No rows yet; those of a definition list are each term with its descriptions. Cells are repeated for spans up to
    /// so many bytes, lest a short page make endless rows.
    pub fn new(pairs: bool, to_repeat: usize) -> Grid {
        Grid {
            pairs,
            to_repeat,
            ..Grid::default()
        }
    }

    /// How many bytes of cells may still be repeated.
    pub fn to_repeat(&self) -> usize {
        self.to_repeat
    }

    /// Whether it is a definition list.
    pub fn is_pairs(&self) -> bool {
        self.pairs
    }

    /// Begins a cell; in a definition list a term after a description ends the row, which is returned.
    pub fn open_cell(
        &mut self,
        heading: bool,
        columns: Option<usize>,
        rows: Option<usize>,
    ) -> Option<(Vec<String>, bool)> {
        let ended = (self.pairs && heading && self.others > 0)
            .then(|| self.close_row(false))
            .flatten();
        self.fill();
        let span = |n: Option<usize>| n.unwrap_or(1).clamp(1, WIDEST);
        self.spans = (span(columns), span(rows));
        if heading {
            self.headings += 1;
        } else {
            self.others += 1;
        }
        ended
    }

    /// Adds a line of text to the open cell.
    pub fn add(&mut self, text: &str) {
        self.cell.space();
        self.cell.push(text);
    }

    /// Ends the cell: its words stand in its first column, and again in each row it reaches into.
    pub fn close_cell(&mut self) {
        let text = self.cell.take();
        let (columns, rows) = std::mem::replace(&mut self.spans, (1, 1));
        for column in 0..columns {
            if column > 0 && !self.spend(0) {
                return;
            }
            let words = if column == 0 {
                text.clone()
            } else {
                String::new()
            };
            if rows > 1 {
                let at = self.row.len();
                self.reaching.resize(self.reaching.len().max(at + 1), None);
                self.reaching[at] = Some((rows - 1, words.clone()));
            }
            self.row.push(words);
        }
    }

    /// Ends the row; nothing where it has no words.
    pub fn close_row(&mut self, in_head: bool) -> Option<(Vec<String>, bool)> {
        let opened = self.headings + self.others;
        if opened > 0 {
            self.fill();
        }
        let cells = std::mem::take(&mut self.row);
        let heading = in_head || self.headings > 0 && self.others == 0 && !self.pairs;
        (self.headings, self.others) = (0, 0);
        let empty = opened == 0 || cells.iter().all(String::is_empty);
        (!empty).then_some((cells, heading))
    }

    /// Puts in the cells that reach down into this row at its end.
    fn fill(&mut self) {
        loop {
            let column = self.row.len();
            let Some((rows, words)) = self.reaching.get_mut(column).and_then(Option::take) else {
                return;
            };
            if !self.spend(words.len()) {
                return;
            }
            if rows > 1 {
                self.reaching[column] = Some((rows - 1, words.clone()));
            }
            self.row.push(words);
        }
    }

    /// Whether a cell of so many bytes may be repeated once more.
    fn spend(&mut self, bytes: usize) -> bool {
        let cost = bytes + size_of::<String>();
        let enough = self.to_repeat >= cost;
        self.to_repeat -= if enough { cost } else { 0 };
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_spans_rows_stands_in_each() {
        let mut grid = Grid::new(false, 1000);
        grid.open_cell(false, None, Some(2));
        grid.add("All ages");
        grid.close_cell();
        assert_eq!(
            grid.close_row(false),
            Some((vec!["All ages".into()], false))
        );
        grid.open_cell(false, None, None);
        grid.add("7");
        grid.close_cell();
        let row = (vec!["All ages".into(), "7".into()], false);
        assert_eq!(grid.close_row(false), Some(row));
    }

    #[test]
    fn a_page_cannot_make_endless_rows_of_a_short_table() {
        let mut grid = Grid::new(false, 1000);
        grid.open_cell(false, Some(1000), Some(1000));
        grid.add("x");
        grid.close_cell();
        let mut cells = grid.close_row(false).map_or(0, |(cells, _)| cells.len());
        for _ in 0..1000 {
            grid.open_cell(false, None, None);
            grid.add("y");
            grid.close_cell();
            cells += grid.close_row(false).map_or(0, |(cells, _)| cells.len());
        }
        assert!(cells < 1100, "{cells}");
        assert!(grid.to_repeat() < 100);
    }
}
