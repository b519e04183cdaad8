//! Rows that differ, as comma-separated values for a spreadsheet.

use std::borrow::Cow;

use crate::model::{AlteredRow, KeyedRow, TableDiff};

/// The headings of the file.
const COLUMNS: [&str; 5] = ["change", "key", "column", "before", "after"];
/// The longest file, in bytes, without its last line.
const LONGEST: usize = 1 << 20;

/// Every row that differs, a line a cell (RFC 4180): what became of the row, what names it, the heading of the column, and
/// what the cell held and holds. Where several tables differ, a last column says which. A file that would be longer than
/// 1 MiB ends with a line that says so, and so does one whose rows are more than a diff lists.
pub fn rows(tables: &[&TableDiff]) -> String {
    let mut file = File {
        text: String::new(),
        table: None,
        left: 0,
    };
    let several = tables.len() > 1;
    let which = several.then_some("table");
    file.text
        .push_str(&line(COLUMNS.iter().copied().chain(which)));
    for (no, table) in tables.iter().enumerate() {
        let named = table.path.last().filter(|name| !name.trim().is_empty());
        let name = named.cloned().unwrap_or_else(|| (no + 1).to_string());
        file.table = several.then_some(name);
        file.take(table);
    }
    if file.left > 0 {
        let said = format!("{} more rows are not in this file", file.left);
        let empty = std::iter::repeat_n("", COLUMNS.len() - 2 + usize::from(several));
        file.text
            .push_str(&line(["not listed", &said].into_iter().chain(empty)));
    }
    file.text
}

struct File {
    text: String,
    table: Option<String>,
    left: usize,
}

impl File {
    fn take(&mut self, table: &TableDiff) {
        for row in table.altered.iter().chain(&table.rekeyed) {
            self.altered(row);
        }
        for row in &table.removed {
            self.whole(row, "removed");
        }
        for row in &table.added {
            self.whole(row, "added");
        }
        let counts = &table.counts;
        let all = counts.added + counts.removed + counts.altered + counts.rekeyed;
        let listed = [table.added.len(), table.removed.len(), table.altered.len()];
        let listed: usize = listed.iter().sum::<usize>() + table.rekeyed.len();
        self.left += all.saturating_sub(listed);
    }

    fn altered(&mut self, row: &AlteredRow) {
        let cells = row.cells.iter();
        let cells = cells.map(|cell| [cell.column.as_str(), &cell.before, &cell.after]);
        self.lines("altered", &row.key, cells);
    }

    fn whole(&mut self, row: &KeyedRow, change: &str) {
        let cells = row.cells.iter().map(|(column, cell)| match change {
            "removed" => [column.as_str(), cell, ""],
            _ => [column.as_str(), "", cell],
        });
        self.lines(change, &row.key, cells);
    }

    fn lines<'a>(&mut self, change: &str, key: &str, cells: impl Iterator<Item = [&'a str; 3]>) {
        let table = self.table.as_deref();
        let lines: String = cells
            .map(|[column, before, after]| {
                line(
                    [change, key, column, before, after]
                        .into_iter()
                        .chain(table),
                )
            })
            .collect();
        if self.text.len() + lines.len() > LONGEST {
            self.left += 1;
        } else {
            self.text.push_str(&lines);
        }
    }
}

/// One line, with its end.
pub fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(cell: &str) -> String {
    let cell = inert(cell);
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.into_owned(),
    }
}

/// A cell that no spreadsheet runs as a formula: an apostrophe stands before what could be one, and is no plain number.
/// See <https://owasp.org/www-community/attacks/CSV_Injection>.
pub fn inert(cell: &str) -> Cow<'_, str> {
    let Some(rest) = cell.strip_prefix(['=', '+', '-', '@', '\t', '\r']) else {
        return Cow::Borrowed(cell);
    };
    let digits = rest.strip_suffix('%').unwrap_or(rest);
    let number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
    match number && cell.starts_with(['+', '-']) {
        true => Cow::Borrowed(cell),
        false => Cow::Owned(format!("'{cell}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::model::{Block, BlockKind, Document, ReaderId};

    fn register(rows: &[String]) -> Document {
        let row = |(at, text): (usize, &String)| Block {
            kind: BlockKind::Row(text.split('|').map(str::to_owned).collect(), at == 0),
            text: text.replace('|', " | "),
            links: Vec::new(),
        };
        Document {
            blocks: rows.iter().enumerate().map(row).collect(),
            ..Document::empty(ReaderId("test".into()), "Register")
        }
    }

    fn between(old: &[&str], new: &[&str]) -> String {
        let owned = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
        let diff = diff::between(&register(&owned(old)), &register(&owned(new)));
        rows(&diff.tables.iter().collect::<Vec<_>>())
    }

    #[test]
    fn every_cell_that_differs_has_its_line() {
        let text = between(
            &["Ref|Who|Note", "N-1|Leeds|a", "N-2|York|b", "N-3|Hull|c"],
            &[
                "Ref|Who|Note",
                "N-1|Leeds|=1+1",
                "N-2|York|b",
                "N-4|Acme, \"Ltd\"|",
            ],
        );
        assert_eq!(
            text,
            "change,key,column,before,after\r\n\
             altered,N-1,Note,a,'=1+1\r\n\
             removed,N-3,Ref,N-3,\r\n\
             removed,N-3,Who,Hull,\r\n\
             removed,N-3,Note,c,\r\n\
             added,N-4,Ref,,N-4\r\n\
             added,N-4,Who,,\"Acme, \"\"Ltd\"\"\"\r\n"
        );
    }

    #[test]
    fn a_file_is_bounded_and_says_what_it_leaves_out() {
        let rows_of = |note: &str, count: usize| -> Vec<String> {
            let rows = (0..count).map(|n| format!("N-{n}|Board {n}|{}", note.repeat(60)));
            std::iter::once("Ref|Who|Note".to_owned())
                .chain(rows)
                .collect()
        };
        let old = register(&rows_of("as it was before ", 3000));
        let new = register(&rows_of("as it is now and later ", 3000));
        let diff = diff::between(&old, &new);
        let text = rows(&diff.tables.iter().collect::<Vec<_>>());
        assert!(text.len() <= LONGEST + 200, "{}", text.len());
        let last = text.lines().last().expect("a line");
        let listed = text
            .lines()
            .filter(|line| line.starts_with("altered,"))
            .count();
        assert!(listed > 300, "{listed}");
        let left = 3000 - listed;
        assert_eq!(
            last,
            format!("not listed,{left} more rows are not in this file,,,")
        );
    }

    #[track_caller]
    fn case(cell: &str, expected: &str) {
        assert_eq!(inert(cell), expected);
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe() {
        case(
            "=HYPERLINK(\"https://a.example\")",
            "'=HYPERLINK(\"https://a.example\")",
        );
        case("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0");
        case("-2+3", "'-2+3");
        case("@SUM(1,2)", "'@SUM(1,2)");
        case("\t=1", "'\t=1");
        for plain in ["-5", "+3.25", "-1,234.50", "-12%", "5-3", "a=b", ""] {
            case(plain, plain);
        }
    }
}
