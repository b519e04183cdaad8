//! Reads separated values (RFC 4180, and what is found in its stead).

use csv::{ReaderBuilder, StringRecord};

use crate::extract::office::package::Unread;
use crate::extract::sheet::grid::{Grid, Room};
use crate::extract::tidy::tidy;

/// What may stand between values, most likely first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at to learn what separates.
const SAMPLE: usize = 50;

/// Reads separated values.
///
/// # Errors
/// There are too many.
pub fn read(text: &str) -> Result<Grid, Unread> {
    let text = text.trim_start_matches('\u{feff}');
    let (separator, text) = named(text).unwrap_or_else(|| (separator(text), text));
    let (mut grid, mut room) = (Grid::default(), Room::default());
    for (line, record) in records(text, separator).enumerate() {
        let Ok(row) = u32::try_from(line) else { break };
        for (column, cell) in record.iter().enumerate() {
            let column = u32::try_from(column).map_err(|_| Unread::Blocks)?;
            grid.add(row, column, tidy(cell), &mut room)?;
        }
    }
    Ok(grid)
}

/// What separates the values: what makes the most rows of one width above one.
fn separator(text: &str) -> u8 {
    let weight = |separator: u8| {
        let widths: Vec<usize> = records(text, separator)
            .take(SAMPLE)
            .map(|r| r.len())
            .collect();
        let alike = |width: &usize| widths.iter().filter(|other| *other == width).count();
        let counts = widths.iter().filter(|width| **width > 1);
        counts
            .map(|width| (alike(width), *width))
            .max()
            .unwrap_or_default()
    };
    let mut best = (SEPARATORS[0], weight(SEPARATORS[0]));
    for separator in &SEPARATORS[1..] {
        let weight = weight(*separator);
        if weight > best.1 {
            best = (*separator, weight);
        }
    }
    best.0
}

/// The separator that a first line such as `sep=;` names, and the rest of the text.
fn named(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let name = first.trim_end().strip_prefix("sep=")?;
    let separator = SEPARATORS
        .into_iter()
        .find(|known| name.as_bytes() == [*known])?;
    Some((separator, rest))
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = StringRecord> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
        .into_records()
        .map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&[&str]]) {
        let lines = read(text).and_then(Grid::lines).expect("rows");
        let rows: Vec<Vec<String>> = lines.into_iter().map(|line| line.cells).collect();
        assert_eq!(rows, expected, "{text}");
    }

    #[test]
    fn quoted_cells_may_hold_anything() {
        case(
            "Ref,Who\r\nDARS-1,\"A, \"\"B\"\"\nLtd\"\r\n\r\nDARS-2,C",
            &[
                &["Ref", "Who"],
                &["DARS-1", "A, \"B\" Ltd"],
                &["DARS-2", "C"],
            ],
        );
    }

    #[test]
    fn what_separates_is_found_out() {
        case("a;b,c;d\n1;2;3", &[&["a", "b,c", "d"], &["1", "2", "3"]]);
        case("a\tb, c\n1\t2", &[&["a", "b, c"], &["1", "2"]]);
        case("a|b\n1|2", &[&["a", "b"], &["1", "2"]]);
        case("sep=;\na;b,c\n1;2,3", &[&["a", "b,c"], &["1", "2,3"]]);
        case(
            "\u{feff}Name\nAnn\nBob, Carl",
            &[&["Name"], &["Ann"], &["Bob", "Carl"]],
        );
    }

    #[test]
    fn empty_columns_and_ends_are_left_out() {
        case(
            "a,,b,,\n1,,2,,\n,,3,,",
            &[&["a", "b"], &["1", "2"], &["", "3"]],
        );
    }
}
