//! Registers: tables whose rows are news, row by row, and what became of one row.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response as Answer};
use maud::{Markup, html};

use crate::answers::{Happened, Request, Response, RowStep, Tables, Which};
use crate::model::{Table, TableRow, WatchId};
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, now, told};
use crate::wording::separated;

/// How many rows stand on one page.
const MOST: usize = 200;
/// How many columns a list names.
const COLUMNS: usize = 8;
/// In how many of the first columns a cell is looked for that names a row.
const NAMING: usize = 4;

pub(super) async fn registers(State(window): State<Window>) -> Result<Page, Trouble> {
    let so_far = match window.ask(Request::Registers).await? {
        Response::Registers(so_far) => so_far,
        other => return Err(Trouble::mistaken(&other)),
    };
    let zone = window.zone();
    let body = html! {
        h1 { "Registers" }
        p.lead { "Tables that are compared row by row: who was given what, under which reference, and what became of it." }
        @if so_far.unread > 0 { p.about role="status" { (now::unread(so_far.unread)) } }
        @if so_far.found.is_empty() { p.empty { "No document that is watched holds a register." } }
        @for one in &so_far.found {
            article.register {
                h2 { a href=(told::to_document(&one.watch)) { (one.title) } }
                p.about {
                    @if let Some(publisher) = &one.publisher { a href=(told::to_publisher(publisher)) { (publisher) } " · " }
                    "version " (one.version)
                    @if let Some(at) = one.last_change { ", last changed " (told::moment(at, zone)) }
                }
                @if one.tables.is_empty() { p.empty { "No table was found in it." } }
                ul.plain {
                    @for (no, rows, columns) in &one.tables {
                        li {
                            a href=(to_table(&one.watch, *no)) { "Table " (no) } ", " (told::counted(*rows, "row", "rows"))
                            @if !columns.is_empty() { span.about { ": " (columns.iter().take(COLUMNS).cloned().collect::<Vec<_>>().join(" · ")) } }
                        }
                    }
                }
            }
        }
    };
    Ok(Page::new("Registers", body).at("/registers"))
}

pub(super) async fn table(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
    query: Query,
) -> Result<Answer, Trouble> {
    let (place, csv) = match place.strip_suffix(".csv") {
        Some(place) => (place, true),
        None => (place.as_str(), false),
    };
    let unclear = || {
        Trouble::unclear(
            "A table is named by its number.",
            "The document’s page lists its tables.",
        )
    };
    let no: usize = place.parse().map_err(|_| unclear())?;
    let request = Request::Table {
        id: id.clone(),
        which: which(&query)?,
        table: Some(no),
    };
    let tables = match window.ask(request).await? {
        Response::Table(tables) => tables,
        other => return Err(Trouble::mistaken(&other)),
    };
    let Some((_, table)) = tables.tables.first() else {
        return Err(Trouble::not_there("There is no such table."));
    };
    let rows = rows(table, &query)?;
    if csv {
        let name = format!("attachment; filename=\"table-{no}.csv\"");
        let fields = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        return Ok((fields, written(table, &rows)).into_response());
    }
    shown(&window, &id, no, &tables, table, &rows, &query).map(IntoResponse::into_response)
}

fn shown(
    window: &Window,
    id: &WatchId,
    no: usize,
    tables: &Tables,
    table: &Table,
    rows: &[&TableRow],
    query: &Query,
) -> Result<Page, Trouble> {
    let from: usize = query.read_as("from", "a number")?.unwrap_or(0);
    let columns = columns(table).into_iter();
    let columns: Vec<Choice> = (1..)
        .zip(columns)
        .map(|(place, name): (usize, String)| Choice::of(&place.to_string(), &name))
        .collect();
    let csv =
        query
            .with("from", None)
            .replacen(&format!("/table/{no}"), &format!("/table/{no}.csv"), 1);
    let version = &tables.version;
    let body = html! {
        (told::crumbs(&[("/registers", "Registers"), (&told::to_document(id), &version.title)]))
        h1 { (version.title) ", table " (no) }
        p.about {
            @if !table.path.is_empty() { (table.path.join(" › ")) " · " }
            a href=(told::to_version(id, version.no)) { "version " (version.no) } ", first seen " (told::moment(version.at, window.zone()))
        }
        @if tables.of > 1 {
            p { "Table " @for other in 1..=tables.of { @if other == no { strong { (other) } } @else { a href=(to_table(id, other)) { (other) } } " " } }
        }
        form.filter method="get" aria-label="Filter" {
            div.fields {
                (form::words(query, "q", "Words in the row"))
                (form::choice(query, "column", "Only in the column", "any column", columns))
                @if let Some(version) = query.text("version") { input type="hidden" name="version" value=(version); }
            }
            div.words {
                button type="submit" { "Filter" }
                a href=(csv) { "These rows as CSV" }
            }
        }
        p.about role="status" { (told::counted(rows.len(), "row", "rows")) " of " (told::grouped(table.rows.len())) }
        @if rows.is_empty() { p.empty { "No row is like this." } } @else { (grid(id, no, table, rows, from)) }
        nav.older aria-label="More rows" {
            @if from > 0 { a rel="prev" href=(query.with("from", (from > MOST).then(|| (from - MOST).to_string()).as_deref())) { "Rows before" } " " }
            @if from + MOST < rows.len() { a rel="next" href=(query.with("from", Some(&(from + MOST).to_string()))) { "More rows" } }
        }
    };
    Ok(Page::new(format!("{}, table {no}", version.title), body).at("/registers"))
}

fn grid(id: &WatchId, no: usize, table: &Table, rows: &[&TableRow], from: usize) -> Markup {
    let counts = Counts::of(table);
    html! {
        div.wide tabindex="0" role="group" aria-label="Rows" {
            table.cells {
                thead { tr { @for column in columns(table) { th scope="col" { (column) } } th scope="col" { "History" } } }
                tbody {
                    @for row in rows.iter().skip(from).take(MOST) {
                        tr {
                            @for cell in &row.cells { td { (cell) } }
                            td {
                                @if let Some(key) = counts.name(row) { a href={ (to_row(id, no, key)) } { "this row" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn row(
    State(window): State<Window>,
    Path(id): Path<WatchId>,
    query: Query,
) -> Result<Page, Trouble> {
    let Some(key) = query.text("key") else {
        return Err(Trouble::unclear(
            "A row is named by its reference, or by any cell that only it holds.",
            "Write it as ?key=DARS-1.",
        ));
    };
    let request = Request::Row {
        id: id.clone(),
        key: key.to_owned(),
        table: query.read_as("table", "the number of a table")?,
    };
    let history = match window.ask(request).await? {
        Response::Row(history) => history,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        (told::crumbs(&[("/registers", "Registers"), (&told::to_document(&id), &id.0)]))
        h1 { "The row “" (history.key) "”" }
        p.about { (told::counted(history.versions, "version was", "versions were")) " looked through." }
        @if history.steps.is_empty() { p.empty { "No version has a row of that name." } }
        ol.steps { @for step in &history.steps { (stepped(&window, &id, step)) } }
    };
    Ok(Page::new(format!("{id}: {}", history.key), body).at("/registers"))
}

fn stepped(window: &Window, id: &WatchId, step: &RowStep) -> Markup {
    html! {
        li {
            p.about { a href=(told::to_version(id, step.version)) { "Version " (step.version) } ", " (told::bounds(window, &step.bounds)) }
            @match &step.happened {
                Happened::Seen { cells, was } => {
                    p { "It stood there" @if let Some(was) = was { ", under “" (was) "” before" } ":" }
                    dl { @for (column, cell) in cells { dt { (column) } dd { (cell) } } }
                },
                Happened::Altered { cells } => {
                    p { (told::counted(cells.len(), "cell was", "cells were")) " altered:" }
                    dl { @for cell in cells { dt { (cell.column) } dd { del { (cell.before) } " " ins { (cell.after) } } } }
                },
                Happened::Gone { is } => p { "It is no longer there" @if let Some(is) = is { "; it stands under “" (is) "” now" } "." },
            }
        }
    }
}

fn which(query: &Query) -> Result<Which, Trouble> {
    let Some(version) = query.text("version") else {
        return Ok(Which::Last);
    };
    let wrong = |error: crate::answers::NotAVersion| {
        Trouble::unclear(error.to_string(), "The document’s page lists its versions.")
    };
    version.parse().map_err(wrong)
}

/// The rows in which all the words stand, in the column asked for.
fn rows<'a>(table: &'a Table, query: &Query) -> Result<Vec<&'a TableRow>, Trouble> {
    let words = query.shown("q").to_lowercase();
    let column: Option<usize> = query.read_as("column", "the number of a column")?;
    let passes = |row: &&TableRow| {
        let text = match column {
            Some(place) => row.cells.get(place.wrapping_sub(1)).cloned(),
            None => Some(row.cells.join("\n")),
        };
        let text = text.unwrap_or_default().to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    Ok(table.rows.iter().filter(passes).collect())
}

fn written(table: &Table, rows: &[&TableRow]) -> String {
    let mut lines = separated::line(columns(table).iter().map(String::as_str));
    for row in rows {
        lines.push_str(&separated::line(row.cells.iter().map(String::as_str)));
    }
    lines
}

/// The headings of the columns, by their numbers where there are none.
fn columns(table: &Table) -> Vec<String> {
    let widest = table.rows.iter().map(|row| row.cells.len()).max();
    let widest = widest.unwrap_or(0).max(table.columns.len());
    (0..widest)
        .map(
            |place| match table.columns.get(place).map(|name| name.trim()) {
                None | Some("") => format!("Column {}", place + 1),
                Some(name) => name.to_owned(),
            },
        )
        .collect()
}

/// How often each cell of the first columns stands there, column by column.
struct Counts<'a>(Vec<HashMap<&'a str, usize>>);

impl<'a> Counts<'a> {
    fn of(table: &'a Table) -> Counts<'a> {
        let mut counts = vec![HashMap::new(); NAMING];
        for row in &table.rows {
            for (cell, counted) in row.cells.iter().zip(&mut counts) {
                *counted.entry(cell.as_str()).or_default() += 1;
            }
        }
        Counts(counts)
    }

    /// The cell that names a row: the first that no other row holds in its column.
    fn name(&self, row: &'a TableRow) -> Option<&'a str> {
        let mut cells = row.cells.iter().zip(&self.0);
        let alone = |cell: &str, counted: &HashMap<&str, usize>| counted.get(cell) == Some(&1);
        let named = cells.find(|(cell, counted)| !cell.trim().is_empty() && alone(cell, counted));
        named.map(|(cell, _)| cell.as_str())
    }
}

fn to_table(id: &WatchId, no: usize) -> String {
    format!("{}/table/{no}", told::to_document(id))
}

fn to_row(id: &WatchId, no: usize, key: &str) -> String {
    format!(
        "{}/row?table={no}&key={}",
        told::to_document(id),
        told::escaped(key)
    )
}
