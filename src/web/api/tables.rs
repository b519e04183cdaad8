//! The tables of a document, and what became of one row.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{Happened, Request, Response as Answer, RowStep, Tables, Which};
use crate::model::{CellEdit, Table, WatchId};
use crate::web::api::listing::given;
use crate::web::api::versions::VersionOne;
use crate::web::asked::{Asked, Named};
use crate::web::problem::Problem;
use crate::web::window::Window;

/// Which tables.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TablesWanted {
    /// Of which version; of the last one where absent.
    #[param(minimum = 1)]
    version: Option<u32>,
    /// Which table, from 1; all of them where absent.
    #[param(minimum = 1)]
    table: Option<u32>,
}

/// Which row.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RowWanted {
    /// What names the row: its reference, or any cell that only it holds.
    #[param(min_length = 1, max_length = 400)]
    key: String,
    /// In which table, from 1; in all of them where absent.
    #[param(minimum = 1)]
    #[serde(default)]
    table: Option<u32>,
}

/// The tables of a version.
#[derive(Serialize, ToSchema)]
pub(super) struct TablesTold {
    /// The version.
    version: VersionOne,
    /// The tables asked for.
    tables: Vec<TableOne>,
    /// How many there are in all.
    of: usize,
}

/// A table.
#[derive(Serialize, ToSchema)]
pub(super) struct TableOne {
    /// Its number, from 1.
    no: usize,
    /// The headings above it, outermost first.
    path: Vec<String>,
    /// The headings of its columns.
    columns: Vec<String>,
    /// Its rows, cell by cell.
    rows: Vec<Vec<String>>,
}

/// What became of a row over all versions.
#[derive(Serialize, ToSchema)]
pub(super) struct RowTold {
    /// Of which document.
    document: String,
    /// What names the row.
    key: String,
    /// What became of it, oldest first.
    steps: Vec<StepOne>,
    /// How many versions were looked through.
    versions: usize,
}

/// One step in the history of a row.
#[derive(Serialize, ToSchema)]
pub(super) struct StepOne {
    /// The version that brought it.
    version: u32,
    /// The last time the text before was seen.
    after: Option<DateTime<Utc>>,
    /// When that version was first seen.
    by: DateTime<Utc>,
    /// "seen", "altered" or "gone".
    row: &'static str,
    /// The cells that hold something, or those that are other ones.
    cells: Vec<CellOne>,
    /// The reference it had before, or has now, where that is another one.
    other_key: Option<String>,
}

/// A cell under the heading of its column.
#[derive(Serialize, ToSchema)]
pub(super) struct CellOne {
    /// The heading of its column.
    column: String,
    /// What it held; null where nothing is known of that.
    before: Option<String>,
    /// What it holds.
    after: String,
}

impl From<(usize, Table)> for TableOne {
    fn from((no, table): (usize, Table)) -> TableOne {
        TableOne {
            no,
            path: table.path,
            columns: table.columns,
            rows: table.rows.into_iter().map(|row| row.cells).collect(),
        }
    }
}

impl From<RowStep> for StepOne {
    fn from(step: RowStep) -> StepOne {
        let (row, cells, other_key) = match step.happened {
            Happened::Seen { cells, was } => ("seen", cells.into_iter().map(seen).collect(), was),
            Happened::Altered { cells } => {
                ("altered", cells.into_iter().map(altered).collect(), None)
            }
            Happened::Gone { is } => ("gone", Vec::new(), is),
        };
        StepOne {
            version: step.version,
            after: step.bounds.after,
            by: step.bounds.by,
            row,
            cells,
            other_key,
        }
    }
}

fn seen((column, after): (String, String)) -> CellOne {
    CellOne {
        column,
        before: None,
        after,
    }
}

fn altered(cell: CellEdit) -> CellOne {
    CellOne {
        column: cell.column,
        before: Some(cell.before),
        after: cell.after,
    }
}

/// The tables of a version of a document.
#[utoipa::path(get, path = "/api/v1/documents/{document}/tables", operation_id = "tables", tag = "tables",
    params(("document" = String, Path, description = "The id of a document."), TablesWanted),
    responses((status = 200, description = "The tables.", body = TablesTold)))]
pub(super) async fn tables(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<TablesWanted>,
) -> Result<Response, Problem> {
    let asked = Request::Table {
        id: WatchId(id),
        which: wanted.version.map_or(Which::Last, Which::No),
        table: wanted.table.map(|table| table as usize),
    };
    let found: Tables = match window.ask(asked).await? {
        Answer::Table(tables) => *tables,
        other => return Err(Problem::mistaken(&other)),
    };
    Ok(given(&TablesTold {
        version: (&found.version).into(),
        tables: found.tables.into_iter().map(TableOne::from).collect(),
        of: found.of,
    }))
}

/// What became of one row of a table over all versions of its document.
#[utoipa::path(get, path = "/api/v1/documents/{document}/row", operation_id = "row", tag = "tables",
    params(("document" = String, Path, description = "The id of a document."), RowWanted),
    responses((status = 200, description = "The history of the row.", body = RowTold)))]
pub(super) async fn row(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<RowWanted>,
) -> Result<Response, Problem> {
    if !(1..=400).contains(&wanted.key.chars().count()) {
        return Err(Problem::unclear(
            "A key of a row has 1 to 400 characters.",
            "Give its reference, or a cell that only it holds.",
        ));
    }
    let asked = Request::Row {
        id: WatchId(id),
        key: wanted.key,
        table: wanted.table.map(|table| table as usize),
    };
    let found = match window.ask(asked).await? {
        Answer::Row(found) => *found,
        other => return Err(Problem::mistaken(&other)),
    };
    Ok(given(&RowTold {
        document: found.id.0,
        key: found.key,
        steps: found.steps.into_iter().map(StepOne::from).collect(),
        versions: found.versions,
    }))
}
