//! What is exported, in which formats, and where to.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::{Args, ValueEnum};

use crate::cli::arguments::moment::since;
use crate::export;
use crate::watchlist;

/// What is exported.
#[derive(Args, Debug)]
pub struct ExportWhat {
    /// The directory: a new or empty one, or one that holds an earlier export of this archive
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// In which formats, parted by commas
    #[arg(
        long = "format",
        env = "SMALLPRINT_FORMAT",
        value_enum,
        value_delimiter = ',',
        required = true
    )]
    pub formats: Vec<ExportFormat>,
    /// Only these watches; several are parted by commas
    #[arg(
        long = "watch",
        env = "SMALLPRINT_WATCH",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub watches: Vec<String>,
    /// Only watches of this publisher
    #[arg(long, env = "SMALLPRINT_PUBLISHER")]
    pub publisher: Option<String>,
    /// Only watches of this topic
    #[arg(long, env = "SMALLPRINT_TOPIC")]
    pub topic: Option<String>,
    /// Only what was seen since: a day or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_FROM", value_parser = since)]
    pub from: Option<DateTime<Utc>>,
    /// Only what was seen until: a day, to its end, or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_UNTIL", value_parser = until)]
    pub until: Option<DateTime<Utc>>,
    /// Begin another WARC file when one is so long
    #[arg(long, env = "SMALLPRINT_WARC_SIZE", value_name = "SIZE", default_value = "1GB", value_parser = watchlist::size)]
    pub warc_size: u64,
}

/// A format of an export.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportFormat {
    /// Tables as comma-separated values
    Csv,
    /// The same tables as lines of JSON, and the texts
    Jsonl,
    /// What servers sent, as WARC 1.1 files
    Warc,
    /// A git repository: a file for each document, a commit for each change
    Git,
}

impl From<ExportFormat> for export::Format {
    fn from(format: ExportFormat) -> export::Format {
        match format {
            ExportFormat::Csv => export::Format::Csv,
            ExportFormat::Jsonl => export::Format::Jsonl,
            ExportFormat::Warc => export::Format::Warc,
            ExportFormat::Git => export::Format::Git,
        }
    }
}

pub(super) const EXPORT: &str = "It can be stopped at any time; the same command goes on from there. An export that is given again into its directory
is made anew, and replaces the earlier one file by file. Files that somebody altered are never replaced.";

/// The first time after a time, or after a day in London.
pub(super) fn until(text: &str) -> Result<DateTime<Utc>, String> {
    match text
        .parse::<NaiveDate>()
        .ok()
        .and_then(|day| day.succ_opt())
    {
        Some(next) => since(&next.to_string()),
        None => since(text).map(|time| time + TimeDelta::nanoseconds(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_taken_to_its_end() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().ok();
        assert_eq!(until("2016-07-06").ok(), time("2016-07-06T23:00:00Z"));
        let exact = until("2016-07-06T12:00:00Z").ok();
        assert!(exact > time("2016-07-06T12:00:00Z") && exact < time("2016-07-06T12:00:01Z"));
        assert!(until("yesterday").is_err());
    }
}
