//! Finds the tables of a document, with the row that holds the headings of their columns.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Block, BlockKind, Table, TableRow};

/// So many rows at the top may come before the headings: a title, a note, a blank line.
const TOP: usize = 20;
/// So many rows are looked at to learn how wide a table is and what its columns hold.
const SAMPLE: usize = 100;
/// A table of more cells is compared as text.
const MOST_CELLS: usize = 20_000_000;

/// A number, with or without a sign, marks and a unit.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[<>~±+-]?\s?[£$€]?\s?\d[\d,. ]*%?$"));
/// A date in numbers or words.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[t ][\d:.+z-]*)?|(?:\d{1,2}(?:st|nd|rd|th)?[-/ ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ ,]+\d{2,4})$",
    )
});
/// A reference: letters and digits without a space, such as DARS-NIC-123456-A1B2C-v1.2, CAG/2014/12 or ODR1415_001.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[A-Za-z]{1,12}[-_/ ]?\d[\w./-]*|[A-Za-z]{1,12}(?:[-_/][\w.]+)+|\d+(?:[-_/][\w.]+)+)$",
    )
});

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a pattern of ours")
}

/// A table as it stands in the blocks of a document.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The headings it stands under, outermost first.
    pub path: Vec<String>,
    /// The headings of its columns.
    pub columns: Vec<String>,
    /// The block of the headings; the rows are the blocks just after it.
    pub header: usize,
    /// Its rows; [`Found::cell`] reads a cell of one.
    pub rows: Vec<&'a [String]>,
}

impl<'a> Found<'a> {
    /// The blocks it takes, with its headings.
    pub fn blocks(&self) -> Range<usize> {
        self.header..self.header + 1 + self.rows.len()
    }

    /// The block of a row.
    pub fn block(&self, row: usize) -> usize {
        self.header + 1 + row
    }

    /// A cell, empty where the row has none there.
    pub fn cell(&self, row: usize, column: usize) -> &'a str {
        self.rows[row].get(column).map_or("", |cell| cell.trim())
    }

    /// The same, as others may keep it.
    pub(super) fn owned(&self) -> Table {
        let cells = |row: usize| {
            let all = 0..self.columns.len();
            all.map(|column| self.cell(row, column).to_owned())
                .collect()
        };
        let rows = (0..self.rows.len()).map(|row| TableRow {
            block: self.block(row),
            cells: cells(row),
        });
        Table {
            path: self.path.clone(),
            columns: self.columns.clone(),
            header: self.header,
            rows: rows.collect(),
        }
    }
}

/// The tables of these blocks, in order. Rows without headings above them are no table.
pub(super) fn tables(blocks: &[Block]) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<(u8, &str)> = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        match &blocks[at].kind {
            BlockKind::Heading(level) => {
                open.retain(|(other, _)| other < level);
                open.push((*level, &blocks[at].text));
                at += 1;
            }
            BlockKind::Row(..) => {
                let rows = blocks[at..].iter().map_while(row).collect::<Vec<_>>();
                let path: Vec<&str> = open.iter().map(|(_, text)| *text).collect();
                run(&rows, at, &path, &mut found);
                at += rows.len();
            }
            _ => at += 1,
        }
    }
    found
}

fn row(block: &Block) -> Option<(&[String], bool)> {
    match &block.kind {
        BlockKind::Row(cells, heading) => Some((cells, *heading)),
        _ => None,
    }
}

/// Takes a run of neighbouring rows apart into tables.
fn run<'a>(rows: &[(&'a [String], bool)], first: usize, path: &[&str], found: &mut Vec<Found<'a>>) {
    let mut start = 0;
    while start < rows.len() {
        let Some(header) = headings(&rows[start..]).map(|at| start + at) else {
            return;
        };
        let end = next_headings(rows, header);
        let body: Vec<&[String]> = rows[header + 1..end].iter().map(|(row, _)| *row).collect();
        let widest = body.iter().map(|row| row.len()).max().unwrap_or_default();
        let mut columns: Vec<String> = rows[header].0.to_vec();
        columns.resize(columns.len().max(widest), String::new());
        let fits = body.len().saturating_mul(columns.len()) <= MOST_CELLS;
        if !body.is_empty() && columns.len() > 1 && fits {
            found.push(Found {
                path: path.iter().map(|text| (*text).to_owned()).collect(),
                columns,
                header: first + header,
                rows: body,
            });
        }
        start = end;
    }
}

/// Where the table ends whose headings stand here: at other headings, or at the end of the run.
fn next_headings(rows: &[(&[String], bool)], header: usize) -> usize {
    let (own, _) = rows[header];
    let wide = filled(own);
    let begins = |(row, heading): &(&[String], bool)| {
        *heading && *row != own && filled(row) >= 2 && filled(row) * 2 >= wide
    };
    let after = rows[header + 1..].iter().position(begins);
    after.map_or(rows.len(), |at| header + 1 + at)
}

/// The row that holds the headings: as marked, else the first that reads like headings over columns of data.
fn headings(rows: &[(&[String], bool)]) -> Option<usize> {
    let mut widths: Vec<usize> = rows
        .iter()
        .take(SAMPLE)
        .map(|(row, _)| filled(row))
        .collect();
    widths.sort_unstable();
    let typical = widths.get(widths.len() / 2).copied().unwrap_or_default();
    let wide = |row: &[String]| filled(row) >= 2 && filled(row) * 2 >= typical;
    let marked = |at: usize| {
        let row = rows.get(at);
        row.is_some_and(|(row, heading)| *heading && wide(row))
    };
    let top = rows.len().min(TOP);
    if let Some(first) = (0..top).find(|at| marked(*at)) {
        // Of headings in two rows the lower ones are the finer.
        let last = (first..top).take_while(|at| marked(*at)).last();
        return last.filter(|at| at + 1 < rows.len());
    }
    let reads = |at: &usize| {
        let row = rows[*at].0;
        let short = |cell: &String| cell.chars().count() <= 120 && !is_datum(cell);
        filled(row) >= 2
            && filled(row) * 10 >= typical * 8
            && row.iter().all(short)
            && are_distinct(row)
            && has_data_below(&rows[at + 1..], row.len())
    };
    (0..top).find(reads)
}

/// How many cells hold something.
fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

fn are_distinct(row: &[String]) -> bool {
    let mut cells: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
    cells.sort_unstable();
    cells.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether at least two rows follow, and some column of theirs holds numbers, dates or references.
fn has_data_below(rows: &[(&[String], bool)], width: usize) -> bool {
    let sample = &rows[..rows.len().min(SAMPLE)];
    let data = |column: usize| {
        let cells = sample.iter().filter_map(|(row, _)| row.get(column));
        cells.filter(|cell| is_datum(cell)).count() * 2 > sample.len()
    };
    sample.len() >= 2 && (0..width).any(data)
}

/// Whether a cell holds a number, a date or a reference: what no heading is.
fn is_datum(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() <= 80 && (NUMBER.is_match(cell) || DATE.is_match(cell) || is_reference(cell))
}

/// Whether a cell holds a reference.
pub(super) fn is_reference(cell: &str) -> bool {
    cell.len() <= 80
        && cell.contains(|c: char| c.is_ascii_digit())
        && REFERENCE.is_match(cell)
        && !DATE.is_match(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[(&str, bool)]) -> Vec<Block> {
        let row = |(text, heading): &(&str, bool)| Block {
            kind: BlockKind::Row(text.split('|').map(str::to_owned).collect(), *heading),
            text: text.replace('|', " | "),
            links: Vec::new(),
        };
        texts.iter().map(row).collect()
    }

    #[track_caller]
    fn case(texts: &[(&str, bool)], expected: &[(&str, usize)]) {
        let blocks = rows(texts);
        let found: Vec<(String, usize)> = tables(&blocks)
            .iter()
            .map(|table| (table.columns.join("|"), table.rows.len()))
            .collect();
        let expected: Vec<(String, usize)> = expected
            .iter()
            .map(|(columns, rows)| ((*columns).to_owned(), *rows))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_headings_are_found_below_titles_and_between_tables() {
        case(&[("Ref|Who", true), ("A1|x", false)], &[("Ref|Who", 1)]);
        case(
            &[
                ("Data release register||", true),
                ("Updated monthly||", false),
                ("Ref|Who|When", false),
                ("A1|Leeds|2014-04-02", false),
                ("A2|York|2014-05-01", false),
            ],
            &[("Ref|Who|When", 2)],
        );
        case(
            &[
                ("Ref|Who", true),
                ("A1|x", false),
                ("Year|Requests", true),
                ("2014|7", false),
                ("2015|8", false),
            ],
            &[("Ref|Who", 1), ("Year|Requests", 2)],
        );
        case(
            &[
                ("Who||Numbers|", true),
                ("Name|Type|Asked|Given", true),
                ("Leeds|trust|1|2", false),
            ],
            &[("Name|Type|Asked|Given", 1)],
        );
    }

    #[test]
    fn rows_without_headings_are_no_table() {
        case(&[("Phone|0113 496 0000", false)], &[]);
        case(&[("Name|Leeds", false), ("Town|York", false)], &[]);
        case(&[("One", true), ("A1", false)], &[]);
    }

    #[test]
    fn references_are_told_from_dates_and_words() {
        for text in [
            "DARS-NIC-123456-A1B2C-v1.2",
            "CAG/2014/12",
            "14/CAG/1019",
            "ODR1415_001",
            "ODR_2014_139a",
            "E40000007",
        ] {
            assert!(is_reference(text), "{text}");
        }
        for text in [
            "2014-04-02",
            "2/4/2014",
            "Apr-2014",
            "Leeds",
            "COVID-19 data for all",
            "12",
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }
}
