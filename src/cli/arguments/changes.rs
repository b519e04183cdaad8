//! Which changes are asked for, and how edits are counted.

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use crate::cli::arguments::moment::since;

/// Which changes.
#[derive(Args, Debug)]
pub struct ChangesWhat {
    /// Only those seen since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_SINCE", value_parser = since)]
    pub since: Option<DateTime<Utc>>,
    /// Only those of watches of this topic
    #[arg(long, env = "SMALLPRINT_TOPIC")]
    pub topic: Option<String>,
    /// Only those of at least this severity, 1 to 5
    #[arg(long, env = "SMALLPRINT_MIN_SEVERITY", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub min_severity: Option<u8>,
    /// Only those first seen before: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_UNTIL", value_parser = since)]
    pub until: Option<DateTime<Utc>>,
    /// Only those of pages of this publisher; of this host, where a watch names none
    #[arg(long, env = "SMALLPRINT_PUBLISHER")]
    pub publisher: Option<String>,
    /// Only those on which this rule fired
    #[arg(long, env = "SMALLPRINT_RULE", value_name = "ID")]
    pub rule: Option<String>,
    /// Only those of which the page says this: announced, unannounced, minor, slight, date-only, back-dated,
    /// history-rewritten, date-moved-back, not-possible
    #[arg(long, env = "SMALLPRINT_CLAIM")]
    pub claim: Option<String>,
    /// Only those in whose sentence or title all of these words stand
    #[arg(long, env = "SMALLPRINT_WORDS")]
    pub words: Option<String>,
    /// Only those of entries below this one: where the page before ended
    #[arg(long, env = "SMALLPRINT_BEFORE", value_name = "ENTRY")]
    pub before: Option<u64>,
    /// Only so many, the newest of them
    #[arg(long, env = "SMALLPRINT_LIMIT", value_name = "N")]
    pub limit: Option<usize>,
}

/// Whose edits are counted, and by what time.
#[derive(Args, Debug)]
pub struct AnnouncedWhat {
    /// Whose edits are counted together
    #[arg(long, env = "SMALLPRINT_BY", value_enum, default_value = "publisher")]
    pub by: TallyBy,
    /// By what time they are counted
    #[arg(long, env = "SMALLPRINT_PER", value_enum, default_value = "year")]
    pub per: TallyPer,
    /// Only those seen since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_SINCE", value_parser = since)]
    pub since: Option<DateTime<Utc>>,
}

/// Whose edits are counted together.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TallyBy {
    /// Those of a publisher; of a host, where a watch names none
    Publisher,
    /// Those of a watch
    Watch,
}

/// By what time edits are counted.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TallyPer {
    /// Year by year
    Year,
    /// Month by month
    Month,
}
