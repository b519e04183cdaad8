//! What is asked of what a page said.

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use crate::answers::Which;
use crate::cli::arguments::moment::version;
use crate::model::{Reach, WatchId};

/// Which version, in what form.
#[derive(Args, Debug)]
pub struct ShowWhat {
    /// The watch, and if you like the version, a day or a time: ID, ID@3, ID@2016-07-06, ID@2016-07-06T12:00:00+01:00
    #[arg(value_name = "ID[@N|@RFC3339]", value_parser = version)]
    pub what: (WatchId, Which),
    /// The bytes as served
    #[arg(long, env = "SMALLPRINT_RAW", value_parser = FalseyValueParser::new())]
    pub raw: bool,
    /// Status, header fields and every redirect hop
    #[arg(long, env = "SMALLPRINT_HEADERS", value_parser = FalseyValueParser::new())]
    pub headers: bool,
}

/// Which table or row, in what form.
#[derive(Args, Debug)]
pub struct TableWhat {
    /// The watch, and if you like the version, a day or a time, as for `show`
    #[arg(value_name = "ID[@N|@RFC3339]", value_parser = version)]
    pub what: (WatchId, Which),
    /// Only this table of the page, from 1
    #[arg(long, env = "SMALLPRINT_TABLE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub table: Option<u32>,
    /// What became of the row with this reference, over all versions
    #[arg(
        long,
        env = "SMALLPRINT_ROW",
        value_name = "KEY",
        conflicts_with = "csv"
    )]
    pub row: Option<String>,
    /// Write one table as comma-separated values, whole; an apostrophe stands before what a spreadsheet would run
    #[arg(long, env = "SMALLPRINT_CSV", value_parser = FalseyValueParser::new())]
    pub csv: bool,
}

/// Which two versions, in which format.
#[derive(Args, Debug)]
pub struct DiffWhat {
    /// The watch
    pub id: String,
    /// Two versions, such as 3..4, or b3..1 for a backfilled text and our first; the last change if left out; 0 stands for
    /// "no page there"
    #[arg(value_name = "A..B")]
    pub span: Option<Reach>,
    /// How to write it
    #[arg(
        long,
        env = "SMALLPRINT_FORMAT",
        value_enum,
        default_value = "terminal"
    )]
    pub format: Format,
}

/// How to write a diff.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Words struck out and underlined
    Terminal,
    /// Plain text
    Text,
    /// Markdown
    Markdown,
    /// One HTML page
    Html,
    /// JSON
    Json,
    /// A unified diff of the text
    Patch,
}
