//! What `names` is asked, and what it is told.

use chrono::{DateTime, Utc};
use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use crate::cli::arguments::moment::since;
use crate::model::NameKind;

/// Which names, or what is to become of one.
#[derive(Args, Debug)]
pub struct NamesWhat {
    /// What is to become of one
    #[command(subcommand)]
    pub ruled: Option<RuledHow>,
    /// Only those in whose name or aliases this stands; a whole name shows what is like it too
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    /// Only those first seen since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_NEW_SINCE", value_name = "DATE", value_parser = since)]
    pub new_since: Option<DateTime<Utc>>,
    /// Only those of one kind: dataset, register, record, collection, survey, programme, platform, service, direction,
    /// standard or reference
    #[arg(long, env = "SMALLPRINT_KIND")]
    pub kind: Option<NameKind>,
    /// Those that were dismissed
    #[arg(long, env = "SMALLPRINT_DISMISSED", value_parser = FalseyValueParser::new())]
    pub dismissed: bool,
}

/// What is to become of a name.
#[derive(Subcommand, Debug)]
pub enum RuledHow {
    /// Say nothing of it again: it is no name, or none that matters
    Dismiss {
        /// The name
        name: String,
        /// Who and why
        #[command(flatten)]
        note: RulingNote,
    },
    /// Tell it as another name of something
    Merge {
        /// The name
        name: String,
        /// What it is another name of
        into: String,
        /// Who and why
        #[command(flatten)]
        note: RulingNote,
    },
    /// Take back what was decided on it
    Restore {
        /// The name
        name: String,
        /// Who and why
        #[command(flatten)]
        note: RulingNote,
    },
}

/// What is kept with a decision.
#[derive(Args, Debug)]
pub struct RulingNote {
    /// Why; it is kept in the archive
    #[arg(long, env = "SMALLPRINT_WHY", value_name = "TEXT")]
    pub why: Option<String>,
    /// Who decides; it is kept in the archive
    #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
    pub by: Option<String>,
}
