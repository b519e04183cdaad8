//! `table`: the tables of a version, and the history of one row.

use crate::answers::{Happened, Request, Response, RowHistory, RowStep, Tables, Which};
use crate::cli::arguments::{Arguments, TableWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::Table;
use crate::wording::{fit, harmless, separated, times};

/// The space between two columns.
const GAP: &str = "  ";
/// A column is made no narrower than this where others are wider.
const NARROW: usize = 6;

pub(super) async fn table(
    arguments: &Arguments,
    screen: &Screen,
    what: &TableWhat,
) -> Result<Exit, Trouble> {
    let (id, which) = what.what.clone();
    let table = what.table.and_then(|table| usize::try_from(table).ok());
    let request = match &what.row {
        Some(_) if which != Which::Last => {
            return Err(
                Trouble::sentence("The history of a row goes over all versions.")
                    .with("Leave out what stands behind @, or leave out --row."),
            );
        }
        Some(key) => Request::Row {
            id,
            key: key.clone(),
            table,
        },
        None => Request::Table { id, which, table },
    };
    match desk::once(desk::opening(arguments, screen, "table"), request, |_| {}).await? {
        Response::Row(history) if screen.json => {
            history.steps.iter().for_each(|step| screen.json(step))
        }
        Response::Row(history) => screen.line(&history_written(screen, &history)),
        Response::Table(tables) if what.csv => csv(screen, &tables)?,
        Response::Table(tables) if screen.json => tables.tables.iter().for_each(|(no, table)| {
            screen.json(&serde_json::json!({
                "watch": tables.version.watch,
                "version": tables.version.no,
                "table": no,
                "path": table.path,
                "columns": table.columns,
                "rows": table.rows.iter().map(|row| &row.cells).collect::<Vec<_>>(),
            }));
        }),
        Response::Table(tables) => screen.line(&written(screen, &tables)),
        _ => return Err(Trouble::astray()),
    }
    Ok(Exit::Fine)
}

fn written(screen: &Screen, tables: &Tables) -> String {
    let version = &tables.version;
    let head = format!("{} version {}", version.watch, version.no);
    let seen = times::moment(version.at, chrono_tz::Europe::London);
    let mut lines = vec![
        screen.ink(Ink::Bold, &head),
        screen.ink(Ink::Faint, &format!("{}\nfirst seen {seen}", version.url)),
    ];
    for (no, table) in &tables.tables {
        let name = table
            .path
            .last()
            .map(|name| format!(": {}", harmless::line(name)));
        let size = format!(
            "{} in {}",
            counted(table.rows.len(), "row", "rows"),
            counted(table.columns.len(), "column", "columns")
        );
        let name = format!("Table {no} of {}{}", tables.of, name.unwrap_or_default());
        lines.push(format!("\n{}, {size}", screen.ink(Ink::Bold, &name)));
        lines.extend(aligned(screen, table));
    }
    lines.join("\n")
}

/// Headings and rows in columns that fit the screen; cells are cut.
fn aligned(screen: &Screen, table: &Table) -> Vec<String> {
    let widths = widths(table, screen.width);
    let line = |cells: &[String]| {
        let fitted = widths
            .iter()
            .zip(cells)
            .map(|(width, cell)| fit::column(&harmless::line(cell), *width));
        fitted.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    let mut lines = vec![screen.ink(Ink::Bold, &line(&table.columns))];
    lines.extend(table.rows.iter().map(|row| line(&row.cells)));
    lines
}

/// How wide each column is: as wide as its widest cell, where all of them fit; else the widest give way first.
fn widths(table: &Table, screen: usize) -> Vec<usize> {
    let widest = |column: usize| {
        let cells = table.rows.iter().map(|row| &row.cells[column]);
        let wide = |cell: &String| fit::wide(&harmless::line(cell)).min(screen);
        cells
            .chain([&table.columns[column]])
            .map(wide)
            .max()
            .unwrap_or_default()
            .max(1)
    };
    let mut widths: Vec<usize> = (0..table.columns.len()).map(widest).collect();
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    loop {
        let sum: usize = widths.iter().sum::<usize>() + gaps;
        let most = widths.iter().copied().max().unwrap_or_default();
        if sum <= screen || most <= NARROW {
            return widths;
        }
        let next = widths
            .iter()
            .copied()
            .filter(|width| *width < most)
            .max()
            .unwrap_or(NARROW)
            .max(NARROW);
        let of_most = widths.iter().filter(|width| **width == most).count();
        let by = (sum - screen)
            .div_ceil(of_most)
            .clamp(1, most - next.min(most - 1));
        widths
            .iter_mut()
            .filter(|width| **width == most)
            .for_each(|width| *width -= by);
    }
}

/// One table as comma-separated values (RFC 4180).
fn csv(screen: &Screen, tables: &Tables) -> Result<(), Trouble> {
    let [(_, table)] = &tables.tables[..] else {
        let what = format!(
            "There are {} tables on this page, and one is written at a time.",
            tables.of
        );
        return Err(Trouble::sentence(what).with("Say which: --table 1"));
    };
    let cell = |cell: &String| {
        let cell = separated::inert(cell);
        match cell.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.into_owned(),
        }
    };
    let line = |cells: &[String]| {
        format!(
            "{}\r\n",
            cells.iter().map(cell).collect::<Vec<_>>().join(",")
        )
    };
    screen.bytes(line(&table.columns).as_bytes());
    table
        .rows
        .iter()
        .for_each(|row| screen.bytes(line(&row.cells).as_bytes()));
    Ok(())
}

fn history_written(screen: &Screen, history: &RowHistory) -> String {
    let head = format!("{}, row {}", history.id, harmless::line(&history.key));
    let mut lines = vec![screen.ink(Ink::Bold, &head)];
    for step in &history.steps {
        lines.extend(step_written(screen, step));
    }
    let seen = counted(history.versions, "version", "versions");
    lines.push(screen.ink(Ink::Faint, &format!("\n{seen} looked through.")));
    lines.join("\n")
}

fn step_written(screen: &Screen, step: &RowStep) -> Vec<String> {
    let (ink, word) = match &step.happened {
        Happened::Seen { .. } => (Ink::Green, "there"),
        Happened::Altered { .. } => (Ink::Yellow, "altered"),
        Happened::Gone { .. } => (Ink::Red, "gone"),
    };
    let zone = chrono_tz::Europe::London;
    let by = times::moment(step.bounds.by, zone);
    let when = match step.bounds.after {
        Some(after) => format!("between {} and {by}", times::moment(after, zone)),
        None => format!("first seen {by}"),
    };
    let head = format!("\n{} in version {}", screen.ink(ink, word), step.version);
    let mut lines = vec![head, screen.prose("  ", &when)];
    let said = |column: &str, cell: &str| match column {
        "" => harmless::line(cell),
        column => format!("{}: {}", harmless::line(column), harmless::line(cell)),
    };
    match &step.happened {
        Happened::Seen { cells, was } => {
            lines.extend(was.iter().map(|was| {
                screen.prose(
                    "  ",
                    &format!("It stood under {} before.", harmless::line(was)),
                )
            }));
            lines.extend(
                cells
                    .iter()
                    .map(|(column, cell)| screen.prose("  ", &said(column, cell))),
            );
        }
        Happened::Altered { cells } => {
            let cells = cells.iter().map(|cell| {
                let (before, after) = (shown(&cell.before), shown(&cell.after));
                screen.prose("  ", &said(&cell.column, &format!("{before} → {after}")))
            });
            lines.extend(cells);
        }
        Happened::Gone { is } => {
            lines.extend(is.iter().map(|is| {
                screen.prose(
                    "  ",
                    &format!("It stands under {} now.", harmless::line(is)),
                )
            }));
        }
    }
    lines
}

fn shown(cell: &str) -> String {
    if cell.is_empty() {
        "(empty)".to_owned()
    } else {
        cell.to_owned()
    }
}
