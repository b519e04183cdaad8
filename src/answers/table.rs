//! The tables of a version, and what became of one row over all versions.

use serde::{Deserialize, Serialize};

use crate::answers::show::{Which, find};
use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::diff;
use crate::house::House;
use crate::model::{
    Block, BlockKind, Bounds, CellEdit, Document, Table, TableDiff, TableRow, Version, VersionNo,
    WatchId,
};

/// The tables of a version.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Tables {
    /// The version.
    pub version: Version,
    /// The tables asked for, each with its number, from 1.
    pub tables: Vec<(usize, Table)>,
    /// How many there are.
    pub of: usize,
}

/// What became of one row.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct RowHistory {
    /// Of which watch.
    pub id: WatchId,
    /// What names the row.
    pub key: String,
    /// What became of it, oldest first.
    pub steps: Vec<RowStep>,
    /// How many versions were looked through.
    pub versions: usize,
}

/// One step in the history of a row.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct RowStep {
    /// The version that brought it.
    pub version: VersionNo,
    /// Between which times.
    pub bounds: Bounds,
    /// What it was.
    #[serde(flatten)]
    pub happened: Happened,
}

/// What happened to a row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "row")]
pub enum Happened {
    /// It stood there in the first version, or came: its cells under their headings.
    Seen {
        /// Its cells that hold something.
        cells: Vec<(String, String)>,
        /// The reference it had before, where it is a row that had another one.
        was: Option<String>,
    },
    /// Some cells are other ones.
    Altered {
        /// Which.
        cells: Vec<CellEdit>,
    },
    /// It is no longer there.
    Gone {
        /// The reference it has now, where it has another one.
        is: Option<String>,
    },
}

pub(super) async fn tables(
    house: &House,
    id: &WatchId,
    which: Which,
    table: Option<usize>,
) -> Result<Tables, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let mut version = find(house, id, renamed.in_archive(id), which).await?;
    let document = house.store.readable(&version).await?;
    let all = diff::tables::of(&document);
    let of = all.len();
    version.watch = renamed.now(&version.watch).clone();
    if of == 0 {
        return Err(NoAnswer::Unknown {
            what: format!("There is no table in version {} of {id}.", version.no),
            remedy: Some(format!(
                "`smallprint show {id}@{}` shows its text.",
                version.no
            )),
        });
    }
    let tables: Vec<(usize, Table)> = (1..)
        .zip(all)
        .filter(|(no, _)| table.is_none_or(|table| table == *no))
        .collect();
    if tables.is_empty() {
        return Err(no_table(id, of));
    }
    Ok(Tables {
        version,
        tables,
        of,
    })
}

fn no_table(id: &WatchId, of: usize) -> NoAnswer {
    NoAnswer::Unknown {
        what: format!("{id} has no table of that number."),
        remedy: Some(match of {
            1 => "It has one table; leave the number out.".to_owned(),
            of => format!("It has tables 1 to {of}."),
        }),
    }
}

/// The history of the rows that hold this key.
pub(super) async fn row(
    house: &House,
    id: &WatchId,
    key: &str,
    table: Option<usize>,
) -> Result<RowHistory, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let versions = house.store.versions(renamed.in_archive(id)).await?;
    if versions.is_empty() {
        let watched = house.in_force().watchlist.watch(id).is_some();
        return Err(if watched {
            no_version(id, "yet", None)
        } else {
            no_watch(house, id)
        });
    }
    let mut steps = Vec::new();
    let mut before: Option<(Document, Option<Table>)> = None;
    for version in &versions {
        let document = house.store.document(version).await?;
        // Of what was forgotten nobody can say whether the row stood there.
        if document.is_forgotten() {
            continue;
        }
        let rows = of_key(&document, key, table);
        let step = |happened| RowStep {
            version: version.no,
            bounds: Bounds {
                after: version.after,
                by: version.at,
            },
            happened,
        };
        let was = before.as_ref().and_then(|(_, rows)| rows.as_ref());
        let other = || {
            before
                .as_ref()
                .map(|(old, _)| diff::between(old, &document).tables)
        };
        match (was, &rows) {
            (None, None) => {}
            (None, Some(rows)) => {
                let was = other().and_then(|tables| key_before(&tables, key));
                let seen = rows.rows.iter().map(|row| Happened::Seen {
                    cells: cells(rows, row),
                    was: was.clone(),
                });
                steps.extend(seen.map(step));
            }
            (Some(_), None) => {
                let is = other().and_then(|tables| key_now(&tables, key));
                steps.push(step(Happened::Gone { is }));
            }
            (Some(old), Some(new)) => {
                let diff = diff::between(&alone(&document, old), &alone(&document, new));
                steps.extend(diff.tables.iter().flat_map(between).map(step));
            }
        }
        before = Some((document, rows));
    }
    if steps.is_empty() {
        return Err(NoAnswer::Unknown {
            what: format!("No row of {id} holds “{key}”, in any of its versions."),
            remedy: Some(format!(
                "`smallprint table {id}` shows the rows of the last one."
            )),
        });
    }
    Ok(RowHistory {
        id: id.clone(),
        key: key.to_owned(),
        steps,
        versions: versions.len(),
    })
}

/// The rows that hold this key, as a table of their own: in the leftmost column that holds it. A key of several columns
/// is written with " · " between them.
fn of_key(document: &Document, key: &str, number: Option<usize>) -> Option<Table> {
    let wanted: Vec<String> = key
        .split(" · ")
        .map(|part| part.trim().to_lowercase())
        .collect();
    let tables = (1..).zip(diff::tables::of(document));
    let mut tables = tables.filter(|(no, _)| number.is_none_or(|number| number == *no));
    tables.find_map(|(_, table)| {
        let is = |row: &TableRow, column: usize, wanted: &String| {
            row.cells[column].to_lowercase() == *wanted
        };
        let rows: Vec<TableRow> = match &wanted[..] {
            [wanted] => {
                let holds = |column: &usize| table.rows.iter().any(|row| is(row, *column, wanted));
                let column = (0..table.columns.len()).find(holds)?;
                table
                    .rows
                    .iter()
                    .filter(|row| is(row, column, wanted))
                    .cloned()
                    .collect()
            }
            _ => {
                let all = |row: &&TableRow| {
                    let held =
                        |wanted| (0..table.columns.len()).any(|column| is(row, column, wanted));
                    wanted.iter().all(held)
                };
                table.rows.iter().filter(all).cloned().collect()
            }
        };
        (!rows.is_empty()).then_some(Table { rows, ..table })
    })
}

/// A document of these rows alone.
fn alone(document: &Document, table: &Table) -> Document {
    let block = |cells: &[String], heading| Block {
        kind: BlockKind::Row(cells.to_vec(), heading),
        text: cells.join(" | "),
        links: Vec::new(),
    };
    let mut blocks = vec![block(&table.columns, true)];
    blocks.extend(table.rows.iter().map(|row| block(&row.cells, false)));
    Document {
        blocks,
        rows_by: document.rows_by.clone(),
        ..document.without_text()
    }
}

fn between(table: &TableDiff) -> Vec<Happened> {
    let altered = table
        .altered
        .iter()
        .chain(&table.rekeyed)
        .map(|row| Happened::Altered {
            cells: row.cells.clone(),
        });
    let columns = table.examples.iter().map(|row| Happened::Altered {
        cells: row.cells.clone(),
    });
    let added = table.added.iter().map(|row| Happened::Seen {
        cells: row.cells.clone(),
        was: None,
    });
    let removed = table.removed.iter().map(|_| Happened::Gone { is: None });
    altered.chain(columns).chain(added).chain(removed).collect()
}

fn cells(table: &Table, row: &TableRow) -> Vec<(String, String)> {
    let cells = table.columns.iter().cloned().zip(row.cells.iter().cloned());
    cells.filter(|(_, cell)| !cell.is_empty()).collect()
}

fn key_before(tables: &[TableDiff], key: &str) -> Option<String> {
    let mut rows = tables.iter().flat_map(|table| &table.rekeyed);
    rows.find(|row| row.key == key)
        .and_then(|row| row.key_before.clone())
}

fn key_now(tables: &[TableDiff], key: &str) -> Option<String> {
    let mut rows = tables.iter().flat_map(|table| &table.rekeyed);
    rows.find(|row| row.key_before.as_deref() == Some(key))
        .map(|row| row.key.clone())
}
