//! What is asked of rules, and of what they found.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::arguments::moment::since;
use crate::model::Span;

/// Which change to explain.
#[derive(Args, Debug)]
pub struct ExplainWhat {
    /// The watch
    pub id: String,
    /// The change, such as 3..4; the last one if left out
    #[arg(value_name = "A..B")]
    pub span: Option<Span>,
}

/// Which rules.
#[derive(Args, Debug)]
pub struct RulesWhat {
    /// Hold the rules in this file to their examples, and try them on the whole archive
    #[arg(long, env = "SMALLPRINT_TEST", value_name = "FILE")]
    pub test: Option<PathBuf>,
}

/// Which changes are judged again, by which rules.
#[derive(Args, Debug)]
pub struct ReplayWhat {
    /// Only those seen since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_SINCE", value_parser = since)]
    pub since: Option<DateTime<Utc>>,
    /// A file of more rules, which override those of the same id
    #[arg(long, env = "SMALLPRINT_RULES", value_name = "FILE")]
    pub rules: Option<PathBuf>,
}

/// Which promises.
#[derive(Args, Debug)]
pub struct PromisesWhat {
    /// The watches; all where none is named
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Only those whose day has passed
    #[arg(long, env = "SMALLPRINT_OVERDUE", value_parser = FalseyValueParser::new())]
    pub overdue: bool,
}
