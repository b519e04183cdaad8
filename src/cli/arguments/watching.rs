//! What is visited, and what could be.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

/// Which watches to visit.
#[derive(Args, Debug)]
pub struct VisitWhat {
    /// The watches; without any, say --all or --due
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// All that are enabled
    #[arg(long, env = "SMALLPRINT_ALL", value_parser = FalseyValueParser::new())]
    pub all: bool,
    /// Those that are due by their schedule
    #[arg(long, env = "SMALLPRINT_DUE", value_parser = FalseyValueParser::new())]
    pub due: bool,
}

/// What could be watched.
#[derive(Args, Debug)]
pub struct AddWhat {
    /// The addresses; - reads them from standard input, one a line
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// Take over the watch list of another program instead: urlwatch or webchanges (YAML), changedetection.io (backup), Open
    /// Terms Archive (declaration), OPML
    #[arg(
        long,
        env = "SMALLPRINT_FROM",
        value_name = "FILE",
        conflicts_with = "urls"
    )]
    pub from: Option<PathBuf>,
}

/// What is to become of a lead.
#[derive(Subcommand, Debug)]
pub enum FoundWhat {
    /// Print the watch to paste into the watchlist
    Promote {
        /// Its name, as in `list --found`
        id: String,
    },
    /// Visit it no longer; what was kept stays
    Drop {
        /// Its name, as in `list --found`
        id: String,
    },
}
