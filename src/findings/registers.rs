//! What the rows of registers say: new recipients, opt-outs no longer honoured, old rows altered, rows gone.

mod days;
mod recipients;

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};
use regex::Regex;

use crate::findings::Step;
use crate::findings::registers::days::date_of;
use crate::findings::registers::recipients::recipients;
use crate::model::{
    AlteredRow, CellEdit, Document, Finding, KeyedRow, Kind, RowsMatched, Severity, TableDiff,
};
use crate::prose::compile;
use crate::prose::{cut, listed};
use crate::rulebook::Book;

/// So many rows are quoted for one finding, each so long.
const QUOTED: usize = 3;
const QUOTE: usize = 300;
/// A row with a date longer ago is an old one.
const OLD: TimeDelta = TimeDelta::days(90);
/// How much it matters that an opt-out is honoured that was not.
const BETTER: Severity = Severity(4);

/// A heading over whether opt-outs or objections are honoured.
static OPT_OUT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\bopt(?:ed|ing|s)?[- ]?outs?\b|\bobjections?\b|\bdissents?\b|\btype (?:1|2|one|two)\b",
    )
});
/// What says that they are, and that they are not.
static YES: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?i)^(?:y|yes|true|1|applied|applies|upheld|respected|honoured|included)\b")
});
static NO: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^(?:n|no|false|0|none|not (?:applied|upheld|respected|honoured|included)|(?:does|do) not apply)(?:$|[\s,.;:(–-])",
    )
});

/// The findings about tables that stand in both documents.
pub(super) fn judge(step: &Step, day: NaiveDate) -> Vec<Finding> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for table in step.diff.tables.iter().filter(|table| !table.is_empty()) {
        findings.extend(opt_outs(step.book, table));
        if is_register(step, table) {
            findings.extend(recipients(step.book, table, before, after));
            findings.extend(removed(step.book, table));
            findings.extend(old_rows(step.book, table, before, day));
            findings.extend(columns(step.book, table));
        }
    }
    findings
}

/// Whether a row of it is news: the watch says so, or its rows have references.
fn is_register(step: &Step, table: &TableDiff) -> bool {
    let referenced = matches!(
        table.matched,
        RowsMatched::Named(_) | RowsMatched::Reference(_)
    );
    step.watch.reading.kind == Kind::Register || referenced
}

/// A row in one line.
fn quote(key: &str, cells: &[(String, String)]) -> String {
    let mut said: Vec<String> = Vec::new();
    if !cells.iter().any(|(_, cell)| cell == key) {
        said.push(key.to_owned());
    }
    said.extend(
        cells
            .iter()
            .map(|(heading, cell)| match heading.is_empty() {
                true => cell.clone(),
                false => format!("{heading}: {cell}"),
            }),
    );
    cut(&said.join(" · "), QUOTE)
}

/// Cells about opt-outs that say the contrary of what they said.
fn opt_outs(book: &Book, table: &TableDiff) -> Vec<Finding> {
    let rows = table.altered.iter().chain(&table.rekeyed);
    let about = |row: &AlteredRow| -> Vec<(String, CellEdit)> {
        let cells = row
            .cells
            .iter()
            .filter(|cell| OPT_OUT.is_match(&cell.column));
        cells.map(|cell| (row.key.clone(), cell.clone())).collect()
    };
    let cells: Vec<(String, CellEdit)> = rows.flat_map(about).collect();
    let turned = |from: &Regex, to: &Regex| -> Vec<(String, CellEdit)> {
        let turned = |(_, cell): &&(String, CellEdit)| {
            from.is_match(cell.before.trim()) && to.is_match(cell.after.trim())
        };
        cells.iter().filter(turned).cloned().collect()
    };
    let (worse, better) = (turned(&YES, &NO), turned(&NO, &YES));
    let severity = book.rule("opt-out-flipped").severity;
    [(worse, severity), (better, BETTER)]
        .into_iter()
        .filter_map(|(cells, severity)| {
            let (key, cell) = cells.first()?;
            let more = match cells.len() {
                1 => String::new(),
                many => format!(" So it is in {} other rows.", many - 1),
            };
            let why = format!(
                "“{}” of {} was “{}” and is “{}”.{more}",
                cut(&cell.column, 120),
                cut(key, 120),
                cut(&cell.before, 80),
                cut(&cell.after, 80)
            );
            let side = |of: fn(&CellEdit) -> &String| {
                let said = |(key, cell): &(String, CellEdit)| {
                    quote(key, &[(cell.column.clone(), of(cell).clone())])
                };
                let said: Vec<String> = cells.iter().take(QUOTED).map(said).collect();
                Some(said.join(" … "))
            };
            let names = cells.iter().take(40).map(|(key, _)| key.clone()).collect();
            Some(Finding {
                severity,
                ..found(
                    book,
                    "opt-out-flipped",
                    why,
                    names,
                    side(|cell| &cell.before),
                    side(|cell| &cell.after),
                )
            })
        })
        .collect()
}

fn removed(book: &Book, table: &TableDiff) -> Option<Finding> {
    let rows: &[KeyedRow] = &table.removed;
    let first = rows.first()?;
    let why = match table.counts.removed {
        1 => format!(
            "The row {} is no longer in this table.",
            cut(&first.key, 120)
        ),
        many => format!("{many} rows are no longer in this table."),
    };
    let said: Vec<String> = rows
        .iter()
        .take(QUOTED)
        .map(|row| quote(&row.key, &row.cells))
        .collect();
    let names = rows.iter().take(40).map(|row| row.key.clone()).collect();
    Some(found(
        book,
        "rows-removed",
        why,
        names,
        Some(said.join(" … ")),
        None,
    ))
}

/// Rows about something long past that were altered now.
fn old_rows(book: &Book, table: &TableDiff, before: &Document, day: NaiveDate) -> Option<Finding> {
    let dated =
        |row: &&AlteredRow| date_of(before, row.blocks.0, day).is_some_and(|date| day - date > OLD);
    let rows: Vec<&AlteredRow> = table
        .altered
        .iter()
        .chain(&table.rekeyed)
        .filter(dated)
        .collect();
    let first = rows.first()?;
    let date = date_of(before, first.blocks.0, day)?.format("%-d %B %Y");
    let more = match rows.len() {
        1 => String::new(),
        many => format!(" So were {} other old rows.", many - 1),
    };
    let why = format!(
        "The row {} is dated {date} and was altered since the last visit.{more}",
        cut(&first.key, 120)
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
        let said: Vec<String> = rows.iter().take(QUOTED).map(said).collect();
        Some(said.join(" … "))
    };
    let names = rows.iter().take(40).map(|row| row.key.clone()).collect();
    Some(found(
        book,
        "row-altered",
        why,
        names,
        side(|cell| &cell.before),
        side(|cell| &cell.after),
    ))
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
    let why = format!(
        "The {column} {} {is} no longer in this table.",
        listed(&gone, 4)
    );
    let before = Some(cut(&gone.join(" · "), QUOTE));
    Some(found(book, "column-removed", why, gone, before, None))
}

fn found(
    book: &Book,
    id: &str,
    why: String,
    mut names: Vec<String>,
    before: Option<String>,
    after: Option<String>,
) -> Finding {
    names.truncate(40);
    Finding {
        why,
        names,
        before,
        after,
        ..book.rule(id).finding()
    }
}

#[cfg(test)]
mod tests;
