//! What is brought from archives of the web.

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::arguments::exporting::until;
use crate::cli::arguments::moment::since;

/// Of which pages, how much, from where.
#[derive(Args, Debug)]
pub struct BackfillWhat {
    /// The watches
    #[arg(value_name = "ID", required_unless_present_any = ["all", "status"])]
    pub ids: Vec<String>,
    /// All watches, one after the other
    #[arg(long, env = "SMALLPRINT_ALL", conflicts_with = "ids", value_parser = FalseyValueParser::new())]
    pub all: bool,
    /// Ask for every copy, not only for those that are needed to find the changes
    #[arg(long, env = "SMALLPRINT_EVERY", value_parser = FalseyValueParser::new())]
    pub every: bool,
    /// Ask archives this often at most (200 where the watchlist says nothing else); the same command goes on from there
    #[arg(long, env = "SMALLPRINT_BUDGET", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub budget: Option<u32>,
    /// Only copies made since: a day or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_FROM", value_name = "DATE", value_parser = since)]
    pub from: Option<DateTime<Utc>>,
    /// Only copies made until: a day, to its end, or an RFC 3339 time; until our own first version otherwise
    #[arg(long, env = "SMALLPRINT_TO", value_name = "DATE", value_parser = until)]
    pub to: Option<DateTime<Utc>>,
    /// Only these archives, by their names in the watchlist; several are parted by commas
    #[arg(
        long = "archive",
        env = "SMALLPRINT_ARCHIVE",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub archives: Vec<String>,
    /// Ask for the lists of copies only, say what they hold, and store nothing
    #[arg(long, env = "SMALLPRINT_DRY_RUN", value_parser = FalseyValueParser::new())]
    pub dry_run: bool,
    /// How far it is; no archive is asked
    #[arg(long, env = "SMALLPRINT_STATUS", conflicts_with_all = ["every", "budget", "from", "to", "archives", "dry_run"], value_parser = FalseyValueParser::new())]
    pub status: bool,
}

pub(super) const BACKFILL: &str = "What comes is the archive's word: it is kept apart from what was seen here, under numbers of its own (b1, b2, …), and
nobody is told of it. It can be stopped at any time; the same command goes on from there and asks for nothing twice.";
