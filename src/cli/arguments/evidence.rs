//! What is asked of the chain and of what follows from it.

use chrono::{DateTime, Utc};
use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use std::path::PathBuf;

use crate::answers::Which;
use crate::cli::arguments::exporting::until;
use crate::cli::arguments::moment::{since, version};
use crate::model::{EntryNo, Span, WatchId};

/// How much of the archive is walked.
#[derive(Args, Debug)]
pub struct VerifyWhat {
    /// Only from this entry of the journal on, with the bodies named from there on: for every night, once all was walked
    #[arg(
        long,
        env = "SMALLPRINT_SINCE",
        value_name = "ENTRY",
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub since: Option<EntryNo>,
    /// An export in this directory instead, every file against its SHA-256; no archive is needed
    #[arg(
        long,
        env = "SMALLPRINT_EXPORT",
        value_name = "DIR",
        conflicts_with = "since"
    )]
    pub export: Option<PathBuf>,
}

/// A checkpoint, or all of them.
#[derive(Args, Debug)]
pub struct CheckpointWhat {
    /// Those that there are instead, oldest first; none is made
    #[arg(long, env = "SMALLPRINT_LIST", value_parser = FalseyValueParser::new())]
    pub list: bool,
}

/// What is to be proved.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct ProofWhat {
    /// The entry that stands below the newest checkpoint
    #[arg(value_name = "ENTRY", conflicts_with_all = ["from", "to"])]
    pub entry: Option<EntryNo>,
    /// The earlier of two checkpoints, by how many entries it covers
    #[arg(long, env = "SMALLPRINT_FROM", value_name = "ENTRIES", requires = "to")]
    pub from: Option<u64>,
    /// The later one
    #[arg(long, env = "SMALLPRINT_TO", value_name = "ENTRIES", requires = "from")]
    pub to: Option<u64>,
}

/// What becomes of the key.
#[derive(Subcommand, Debug)]
pub enum KeyWhat {
    /// The keys there were, and what became of each
    List,
    /// Make the key, in a file for this user alone
    New {
        /// Who makes it
        #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
        by: Option<String>,
    },
    /// Put a new key in its place; the old one gives its word for it
    Rotate {
        /// Who does
        #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
        by: Option<String>,
        /// The reason
        #[arg(long, env = "SMALLPRINT_WHY", value_name = "TEXT")]
        why: Option<String>,
    },
    /// Say that it is lost, or that somebody else may have it
    Lost {
        /// Who says so
        #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
        by: Option<String>,
        /// What happened
        #[arg(long, env = "SMALLPRINT_WHY", value_name = "TEXT")]
        why: String,
    },
}

/// What stands below the help of `key`.
pub(super) const KEY: &str = "Every step is an entry of the journal. Keep a copy of the file offline: without it the next checkpoint needs a new key,
and whoever has it can sign in your name.";

/// How a page was watched.
#[derive(Args, Debug)]
pub struct CoverageWhat {
    /// The watch
    pub id: String,
    /// From when on: a day or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_FROM", value_name = "DATE", value_parser = since)]
    pub from: Option<DateTime<Utc>>,
    /// Until when: a day, to its end, or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_TO", value_name = "DATE", value_parser = until)]
    pub to: Option<DateTime<Utc>>,
    /// All of it as JSON in a signed note
    #[arg(long, env = "SMALLPRINT_SIGNED", value_parser = FalseyValueParser::new())]
    pub signed: bool,
}

/// What evidence is wanted of, and where it is written.
#[derive(Args, Debug)]
pub struct EvidenceWhat {
    /// The change or version: ID A..B, or ID@N; of ID alone the last change
    #[arg(value_name = "ID[@VERSION]", value_parser = version)]
    pub what: (WatchId, Which),
    /// The change
    #[arg(value_name = "A..B")]
    pub span: Option<Span>,
    /// The file to write
    #[arg(short, long, env = "SMALLPRINT_OUT", value_name = "FILE")]
    pub out: PathBuf,
}
