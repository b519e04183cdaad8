//! Says what became of the rows of tables.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diff;
use crate::model::{AlteredRow, Diff, Edit, KeyedRow, Piece, TableDiff, Words};
use crate::wording::{fit, harmless};

/// So many rows are named in a sentence, each in so many characters at most.
const NAMED: usize = 3;
const NAME: usize = 40;
/// Cells of no more words are shown whole on both sides.
const SHORT: usize = 3;

/// What became of a table, in a few words: "3 rows added, 1 removed, 2 altered (DARS-1, DARS-2, DARS-3 …)".
pub fn amount(table: &TableDiff) -> String {
    let counts = &table.counts;
    let mut parts = Vec::new();
    for (number, what) in [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.altered, "altered"),
        (counts.rekeyed, "under another reference"),
    ] {
        match (number, parts.is_empty()) {
            (0, _) => {}
            (1, true) => parts.push(format!("1 row {what}")),
            (_, true) => parts.push(format!("{number} rows {what}")),
            (_, false) => parts.push(format!("{number} {what}")),
        }
    }
    let names = names(table);
    let mut said = parts.join(", ");
    if !names.is_empty() {
        said.push_str(&format!(" ({names})"));
    }
    let columns = columns(table);
    match (said.is_empty(), columns.is_empty()) {
        (true, true) => "rows in another order".to_owned(),
        (true, false) => columns,
        (false, true) => said,
        (false, false) => format!("{said}; {columns}"),
    }
}

/// What became of the columns: "column “Territory” added".
fn columns(table: &TableDiff) -> String {
    let changed = &table.columns_changed;
    let listed = |names: &[String], what: &str| -> Option<String> {
        let quoted: Vec<String> = names.iter().take(NAMED).map(|name| quoted(name)).collect();
        let more = if names.len() > NAMED { " …" } else { "" };
        let column = if names.len() == 1 {
            "column"
        } else {
            "columns"
        };
        (!names.is_empty()).then(|| format!("{column} {}{more} {what}", quoted.join(", ")))
    };
    let renamed: Vec<String> = changed
        .renamed
        .iter()
        .take(NAMED)
        .map(|(was, is)| format!("column {} is now {}", quoted(was), quoted(is)))
        .collect();
    let parts = [
        listed(&changed.added, "added"),
        listed(&changed.removed, "removed"),
        (!renamed.is_empty()).then(|| renamed.join(", ")),
        listed(&changed.renumbered, "counted anew"),
        changed
            .reordered
            .then(|| "columns in another order".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    match harmless::line(name) {
        name if harmless::is_blank(&name) => "without a heading".to_owned(),
        name => format!("“{}”", fit::cut(&name, NAME)),
    }
}

/// The first rows that differ, by name.
fn names(table: &TableDiff) -> String {
    let counts = &table.counts;
    let all = counts.added + counts.removed + counts.altered + counts.rekeyed;
    let whole = table.added.iter().chain(&table.removed).map(|row| &row.key);
    let other = table
        .altered
        .iter()
        .chain(&table.rekeyed)
        .map(|row| &row.key);
    let mut names: Vec<String> = Vec::new();
    for name in whole.chain(other) {
        let name = fit::cut(&harmless::line(name), NAME);
        if !harmless::is_blank(&name) && !names.contains(&name) && names.len() < NAMED {
            names.push(name);
        }
    }
    let more = if all > names.len() && !names.is_empty() {
        " …"
    } else {
        ""
    };
    format!("{}{more}", names.join(", "))
}

/// What became of the tables, a sentence each, with how the rows were matched.
pub(super) fn told(diff: &Diff) -> String {
    let sentence = |table: &TableDiff| {
        let name = table
            .path
            .last()
            .map(|name| format!("Table {}: ", quoted(name)));
        let by: Vec<String> = table
            .matched
            .columns()
            .iter()
            .map(|name| quoted(name))
            .collect();
        let by = match by.is_empty() {
            true => "what they hold".to_owned(),
            false => by.join(" and "),
        };
        let said = amount(table);
        format!(
            "{}{said}; rows matched by {by}.",
            name.unwrap_or_else(|| "Table: ".to_owned())
        )
    };
    diff.tables
        .iter()
        .map(sentence)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The diff with each row of a table spelled out cell by cell, under the headings of its columns: of an altered row the
/// cells that differ, of any other all that hold something.
pub(super) fn spelled(diff: &Diff) -> Cow<'_, Diff> {
    if diff.tables.is_empty() {
        return Cow::Borrowed(diff);
    }
    let tables = &diff.tables;
    let whole = |rows: fn(&TableDiff) -> &Vec<KeyedRow>| -> HashMap<usize, &KeyedRow> {
        tables
            .iter()
            .flat_map(rows)
            .map(|row| (row.block, row))
            .collect()
    };
    let (added, removed) = (whole(|table| &table.added), whole(|table| &table.removed));
    let altered: HashMap<(usize, usize), &AlteredRow> = tables
        .iter()
        .flat_map(|table| {
            table
                .altered
                .iter()
                .chain(&table.rekeyed)
                .chain(&table.examples)
        })
        .map(|row| (row.blocks, row))
        .collect();
    let mut spelled = diff.clone();
    for edit in spelled.hunks.iter_mut().flat_map(|hunk| &mut hunk.edits) {
        match edit {
            Edit::Added { after } => {
                if let Some(row) = added.get(&after.index) {
                    after.text = whole_row(row);
                }
            }
            Edit::Removed { before } => {
                if let Some(row) = removed.get(&before.index) {
                    before.text = whole_row(row);
                }
            }
            Edit::Reworded {
                before,
                after,
                words,
            } => {
                if let Some(row) = altered.get(&(before.index, after.index)) {
                    *words = altered_cells(row);
                    before.text = side(words, Piece::Added);
                    after.text = side(words, Piece::Removed);
                }
            }
            Edit::Moved { .. } => {}
        }
    }
    Cow::Owned(spelled)
}

/// A row in one line: "Reference: DARS-1 · Organisation: Leeds".
pub fn whole_row(row: &KeyedRow) -> String {
    let cell = |(column, cell): &(String, String)| match column.is_empty() {
        true => cell.clone(),
        false => format!("{column}: {cell}"),
    };
    row.cells.iter().map(cell).collect::<Vec<_>>().join(" · ")
}

fn altered_cells(row: &AlteredRow) -> Vec<Words> {
    let kept = |text: String| Words {
        piece: Piece::Kept,
        text,
    };
    let mut words = vec![kept(row.key.clone())];
    for cell in &row.cells {
        let name = if cell.column.is_empty() { "" } else { ": " };
        words.push(kept(format!(" · {}{name}", cell.column)));
        words.extend(cell_words(&cell.before, &cell.after));
    }
    words
}

/// The words of a cell: short ones whole, of long ones those that differ.
fn cell_words(before: &str, after: &str) -> Vec<Words> {
    let short = |text: &str| text.split_whitespace().count() <= SHORT;
    if !short(before) || !short(after) {
        return diff::words(before, after);
    }
    let sides = [(Piece::Removed, before), (Piece::Added, after)];
    let there = sides.into_iter().filter(|(_, text)| !text.is_empty());
    there
        .map(|(piece, text)| Words {
            piece,
            text: text.to_owned(),
        })
        .collect()
}

fn side(words: &[Words], without: Piece) -> String {
    let there = words.iter().filter(|words| words.piece != without);
    there.map(|words| words.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Document, ReaderId};
    use crate::wording::redline::{self, Paint};

    fn register(rows: &[&str]) -> Document {
        let row = |(at, text): (usize, &&str)| Block {
            kind: BlockKind::Row(text.split('|').map(str::to_owned).collect(), at == 0),
            text: text.replace('|', " | "),
            links: Vec::new(),
        };
        Document {
            blocks: rows.iter().enumerate().map(row).collect(),
            ..Document::empty(ReaderId("test".into()), "Register")
        }
    }

    const OLD: &[&str] = &[
        "Ref|Who|Opt outs",
        "NIC-1|Leeds|Yes",
        "NIC-2|York|Yes",
        "NIC-3|Hull|Yes",
    ];

    #[track_caller]
    fn case(new: &[&str], expected: &str) {
        let diff = diff::between(&register(OLD), &register(new));
        assert_eq!(
            diff.tables
                .iter()
                .map(amount)
                .collect::<Vec<_>>()
                .join("; "),
            expected
        );
    }

    #[test]
    fn rows_are_counted_and_the_first_named() {
        case(OLD, "");
        case(&[OLD[0], OLD[2], OLD[1], OLD[3]], "rows in another order");
        case(
            &[
                OLD[0],
                OLD[1],
                "NIC-2|York|No",
                "NIC-8|Acme Ltd|No",
                "NIC-9|Bupa|No",
            ],
            "2 rows added, 1 removed, 1 altered (NIC-8, NIC-9, NIC-3 …)",
        );
        case(
            &[
                "Ref|Who|Opt outs|Land",
                "NIC-1|Leeds|Yes|UK",
                "NIC-2|York|Yes|UK",
                "NIC-3|Hull|Yes|US",
            ],
            "column “Land” added",
        );
    }

    #[test]
    fn a_redline_shows_cells_under_their_headings() {
        let new = [OLD[0], OLD[1], "NIC-2|York|No", "NIC-9|Bupa|No"];
        let diff = diff::between(&register(OLD), &register(&new));
        let heading = redline::Heading {
            title: "Register".into(),
            url: "https://x/".into(),
            before: "version 1".into(),
            after: "version 2".into(),
        };
        let shown = redline::terminal(&heading, &diff, Paint::Plain, 100);
        for line in [
            " ~ NIC-2 · Opt outs: [-Yes-]{+No+}",
            " - [-Ref: NIC-3 · Who: Hull · Opt outs: Yes-]",
            " + {+Ref: NIC-9 · Who: Bupa · Opt outs: No+}",
            "Table: 1 row added, 1 removed, 1 altered (NIC-9, NIC-3, NIC-2); rows matched by “Ref”.",
        ] {
            let shown = shown.replace("\nrows", " rows");
            assert!(shown.contains(line), "no “{line}” in {shown}");
        }
        let (fence, _) = redline::fence(&diff, 12, 46);
        assert!(
            fence.contains("- NIC-2 · Opt outs: Yes\n+ NIC-2 · Opt outs: No"),
            "{fence}"
        );
    }
}
