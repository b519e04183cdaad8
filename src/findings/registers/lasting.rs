//! What should last in a register: its rows, its columns, and what old rows say.

use chrono::{NaiveDate, TimeDelta};

use crate::findings::registers::days::{date, date_of, written};
use crate::findings::registers::headings::is_end;
use crate::findings::registers::{NAME, QUOTE, altered, ends, joined, names, places, quote};
use crate::model::{
    AlteredRow, CellEdit, Document, Finding, KeyedRow, Quoted, Severity, TableDiff, Weighed,
};
use crate::prose::{cut, listed};
use crate::rulebook::Book;

/// A row with a date longer ago is an old one.
const OLD: TimeDelta = TimeDelta::days(90);
/// How much it matters that a row is gone whose own end had passed.
const RAN_OUT: Severity = Severity(3);

/// The findings about what did not last.
pub(super) fn judge(
    book: &Book,
    table: &TableDiff,
    before: &Document,
    day: NaiveDate,
) -> Vec<Finding> {
    let found = [
        removed(book, table, day),
        old_rows(book, table, before, day),
        columns(book, table),
    ];
    found.into_iter().flatten().collect()
}

fn removed(book: &Book, table: &TableDiff, day: NaiveDate) -> Option<Finding> {
    let rows: &[KeyedRow] = &table.removed;
    let first = rows.first()?;
    let why = match table.counts.removed {
        1 => format!(
            "The row {} is no longer in this table.",
            cut(&first.key, NAME)
        ),
        many => format!("{many} rows are no longer in this table."),
    };
    let mut finding = Finding {
        why,
        names: names(rows.iter().map(|row| row.key.as_str())),
        before: joined(rows.iter().map(|row| quote(&row.key, &row.cells))),
        stands: Quoted {
            before: places(rows.iter().map(|row| row.block)),
            after: Vec::new(),
        },
        ..book.rule("rows-removed").finding()
    };
    let ran_out = |row: &KeyedRow| {
        let mut ends = row.cells.iter().filter(|(heading, _)| is_end(heading));
        ends.any(|(_, cell)| date(cell).is_some_and(|end| end < day))
    };
    let all = rows.len() == table.counts.removed && rows.iter().all(ran_out);
    if all && RAN_OUT < finding.severity {
        finding.severity = RAN_OUT;
        finding.weighed.push(Weighed {
            to: RAN_OUT,
            because: "the end that stood in every one of these rows had passed".to_owned(),
        });
    }
    Some(finding)
}

/// Rows about something long past that were altered now. An end that was moved is told by itself.
fn old_rows(book: &Book, table: &TableDiff, before: &Document, day: NaiveDate) -> Option<Finding> {
    let dated = |row: &&AlteredRow| {
        !ends::is_all(&row.cells)
            && date_of(before, row.blocks.0, day).is_some_and(|date| day - date > OLD)
    };
    let rows: Vec<&AlteredRow> = altered(table).filter(dated).collect();
    let first = rows.first()?;
    let date = written(date_of(before, first.blocks.0, day)?);
    let more = match rows.len() {
        1 => String::new(),
        2 => " So was 1 other old row.".to_owned(),
        many => format!(" So were {} other old rows.", many - 1),
    };
    let why = format!(
        "The row {} is dated {date} and was altered since the last visit.{more}",
        cut(&first.key, NAME)
    );
    let side = |of: fn(&CellEdit) -> &String| {
        let said = |row: &&AlteredRow| {
            let cells: Vec<(String, String)> = row
                .cells
                .iter()
                .map(|cell| (cell.column.clone(), of(cell).clone()))
                .collect();
            quote(&row.key, &cells)
        };
        joined(rows.iter().map(said))
    };
    Some(Finding {
        why,
        names: names(rows.iter().map(|row| row.key.as_str())),
        before: side(|cell| &cell.before),
        after: side(|cell| &cell.after),
        stands: Quoted {
            before: places(rows.iter().map(|row| row.blocks.0)),
            after: places(rows.iter().map(|row| row.blocks.1)),
        },
        ..book.rule("row-altered").finding()
    })
}

/// A column that is gone from a register tells less than before.
fn columns(book: &Book, table: &TableDiff) -> Option<Finding> {
    let gone = &table.columns_changed.removed;
    let gone: Vec<String> = gone
        .iter()
        .filter(|name| !name.trim().is_empty())
        .cloned()
        .collect();
    if gone.is_empty() {
        return None;
    }
    let (column, is) = if gone.len() == 1 {
        ("column", "is")
    } else {
        ("columns", "are")
    };
    Some(Finding {
        why: format!(
            "The {column} {} {is} no longer in this table.",
            listed(&gone, 4)
        ),
        before: Some(cut(&gone.join(" · "), QUOTE)),
        names: names(gone.iter().map(String::as_str)),
        ..book.rule("column-removed").finding()
    })
}
