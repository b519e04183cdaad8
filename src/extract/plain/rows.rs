//! Reads comma-separated values (RFC 4180), whatever separates them.

use crate::extract::plain::Draft;
use crate::extract::tidy::tidy;
use crate::model::{Block, BlockKind};

/// Rows; the first is taken for the headings.
pub fn read(text: &str) -> Draft {
    let separator = separator(text);
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => row.push(tidy(&std::mem::take(&mut cell))),
            '\n' if !quoted => {
                row.push(tidy(&std::mem::take(&mut cell)));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(tidy(&cell));
        rows.push(row);
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    let blocks = rows.into_iter().enumerate().map(|(at, row)| Block {
        text: row.join(" | "),
        kind: BlockKind::Row(row, at == 0),
        links: Vec::new(),
    });
    Draft {
        blocks: blocks.collect(),
        ..Draft::default()
    }
}

/// What separates the values: whatever every one of the first lines has most of.
fn separator(text: &str) -> char {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.take(5).collect();
    let fewest = |separator: char| {
        let counts = lines.iter().map(|line| line.matches(separator).count());
        counts.min().unwrap_or_default()
    };
    let most = ['\t', ';', ','].into_iter().max_by_key(|c| fewest(*c));
    most.filter(|c| fewest(*c) > 0).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_may_hold_anything() {
        let blocks = read("Ref,Who\r\nDARS-1,\"A, \"\"B\"\"\nLtd\"\r\n\r\nDARS-2,C").blocks;
        let cells = vec!["Ref".to_owned(), "Who".to_owned()];
        assert_eq!(blocks[0].kind, BlockKind::Row(cells, true));
        assert_eq!(blocks[1].text, "DARS-1 | A, \"B\" Ltd");
        assert_eq!(blocks[2].text, "DARS-2 | C");
    }

    #[test]
    fn semicolons_and_tabs_separate_too() {
        assert_eq!(read("Ref;Who, where\n1;2").blocks[1].text, "1 | 2");
        assert_eq!(read("Ref\tWho\n1\t2").blocks[1].text, "1 | 2");
    }
}
