//! A table: rows under named columns, and what differs between two editions of one.

use serde::{Deserialize, Serialize};

/// A table of a document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Table {
    /// The headings it stands under, outermost first.
    pub path: Vec<String>,
    /// The headings of its columns, as they stand; a column without one has an empty heading.
    pub columns: Vec<String>,
    /// The block that holds the headings of its columns.
    pub header: usize,
    /// Its rows, in order.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct TableRow {
    /// The block it is, by its index in the document.
    pub block: usize,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<String>,
}

/// What differs between two editions of a table. The order of rows alone is no difference.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct TableDiff {
    /// The headings it stands under now, outermost first.
    pub path: Vec<String>,
    /// The headings of its columns now.
    pub columns: Vec<String>,
    /// What became of the columns.
    pub columns_changed: ColumnsChanged,
    /// How old rows were matched with new ones.
    pub matched: RowsMatched,
    /// How many rows there were and are, and what became of them.
    pub counts: RowCounts,
    /// Rows that were not there, in the order of the new table. These four lists are cut at some thousands of rows in
    /// all; the counts are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<KeyedRow>,
    /// Rows that are gone, in the order of the old table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<KeyedRow>,
    /// Rows of which some cells are other ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub altered: Vec<AlteredRow>,
    /// Rows that stand under another key, with nearly the same cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rekeyed: Vec<AlteredRow>,
    /// For columns that came or went: the first rows that hold each of their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<AlteredRow>,
}

impl TableDiff {
    /// Whether its rows have references, or a key that the watchlist names: a row of it is news by itself.
    pub fn has_references(&self) -> bool {
        matches!(
            self.matched,
            RowsMatched::Named(_) | RowsMatched::Reference(_)
        )
    }

    /// Whether nothing differs but the order of rows.
    pub fn is_empty(&self) -> bool {
        let counts = &self.counts;
        self.columns_changed.is_empty()
            && counts.added + counts.removed + counts.altered + counts.rekeyed == 0
    }
}

/// What became of the columns of a table, by their headings.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct ColumnsChanged {
    /// Columns that were not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// Columns that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Columns with another heading over the same cells: as it was, as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed: Vec<(String, String)>,
    /// Columns that only number the rows and were numbered anew; their cells are not compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renumbered: Vec<String>,
    /// Whether they stand in another order.
    #[serde(default)]
    pub reordered: bool,
}

impl ColumnsChanged {
    /// Whether the columns are the same, in the same order.
    pub fn is_empty(&self) -> bool {
        *self == ColumnsChanged::default()
    }
}

/// How the rows of two editions of a table were matched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "by", content = "columns")]
pub enum RowsMatched {
    /// By the columns that the watchlist names.
    Named(Vec<String>),
    /// By a column of references.
    Reference(String),
    /// By the fewest columns that tell all rows apart.
    Unique(Vec<String>),
    /// By the cells they share, rare ones counting more.
    Likeness,
}

impl RowsMatched {
    /// The columns that name a row, by their headings now.
    pub fn columns(&self) -> &[String] {
        match self {
            RowsMatched::Named(columns) | RowsMatched::Unique(columns) => columns,
            RowsMatched::Reference(column) => std::slice::from_ref(column),
            RowsMatched::Likeness => &[],
        }
    }
}

/// What became of the rows of a table, in numbers: `before` is `same + altered + rekeyed + removed`, `after` is
/// `same + altered + rekeyed + added`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct RowCounts {
    /// How many rows there were.
    pub before: usize,
    /// How many there are.
    pub after: usize,
    /// Rows with the same cells.
    pub same: usize,
    /// Rows that were not there.
    pub added: usize,
    /// Rows that are gone.
    pub removed: usize,
    /// Rows of which some cells are other ones.
    pub altered: usize,
    /// Rows under another key.
    pub rekeyed: usize,
    /// Rows of those that are the same, altered or re-keyed, which stand in another order.
    pub moved: usize,
}

/// A row with what names it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct KeyedRow {
    /// What names it: its reference, or its beginning.
    pub key: String,
    /// The block it is, by its index in its document.
    pub block: usize,
    /// Its cells that hold something, with the headings of their columns.
    pub cells: Vec<(String, String)>,
}

/// A row of which some cells are other ones than before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct AlteredRow {
    /// What names it now.
    pub key: String,
    /// What named it before, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_before: Option<String>,
    /// The blocks it was and is, by their indices in their documents.
    pub blocks: (usize, usize),
    /// The cells that are other ones.
    pub cells: Vec<CellEdit>,
}

/// A cell that is another one than before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CellEdit {
    /// The heading of its column now.
    pub column: String,
    /// What it held.
    pub before: String,
    /// What it holds.
    pub after: String,
}
