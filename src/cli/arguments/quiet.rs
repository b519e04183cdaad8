//! What is asked of groups and mutes.

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::arguments::moment::{Moment, moment, since};
use crate::watchlist;

/// What stands below the help of `mute`.
pub(super) const MUTE: &str = "Several conditions in one mute are joined by \"and\". A mute that names neither a watch nor a rule never hides a
finding of severity 5. With --preview nothing is written: it says what the mute would have hidden.";

/// Which groups.
#[derive(Args, Debug)]
pub struct GroupsWhat {
    /// A group, or a watch whose groups are wanted
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Only those that grew since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_SINCE", value_name = "DATE", value_parser = since)]
    pub since: Option<DateTime<Utc>>,
}

/// What somebody asks not to be told of.
#[derive(Args, Debug)]
pub struct MuteWhat {
    /// Only changes of this watch
    #[arg(long, env = "SMALLPRINT_WATCH", value_name = "ID")]
    pub watch: Option<String>,
    /// Only findings of this rule
    #[arg(long, env = "SMALLPRINT_RULE", value_name = "ID")]
    pub rule: Option<String>,
    /// Only findings whose words match this regular expression, in upper or lower case
    #[arg(long, env = "SMALLPRINT_PATTERN", value_name = "REGEX")]
    pub pattern: Option<String>,
    /// Only findings whose words stand in a paragraph with this text
    #[arg(long, env = "SMALLPRINT_BLOCK", value_name = "TEXT")]
    pub block: Option<String>,
    /// Only pages of this publisher
    #[arg(long, env = "SMALLPRINT_PUBLISHER", value_name = "NAME")]
    pub publisher: Option<String>,
    /// For how long: 12h, 7d; without it until it is lifted
    #[arg(
        long = "for",
        env = "SMALLPRINT_FOR",
        value_name = "DURATION",
        value_parser = lasting,
        conflicts_with = "until"
    )]
    pub lasts: Option<TimeDelta>,
    /// Until the end of this day, or this time
    #[arg(long, env = "SMALLPRINT_UNTIL", value_name = "DATE", value_parser = until)]
    pub until: Option<DateTime<Utc>>,
    /// The reason
    #[arg(
        long,
        env = "SMALLPRINT_WHY",
        value_name = "TEXT",
        required_unless_present = "preview"
    )]
    pub why: Option<String>,
    /// Who asks
    #[arg(
        long,
        env = "SMALLPRINT_BY",
        value_name = "NAME",
        required_unless_present = "preview"
    )]
    pub by: Option<String>,
    /// Only say what it would have hidden, and write nothing
    #[arg(long, env = "SMALLPRINT_PREVIEW", value_parser = FalseyValueParser::new())]
    pub preview: bool,
}

/// Which mute is lifted.
#[derive(Args, Debug)]
pub struct UnmuteWhat {
    /// Its number, as in `mutes`
    #[arg(value_name = "N")]
    pub no: u32,
    /// Who lifts it
    #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
    pub by: String,
    /// The reason
    #[arg(long, env = "SMALLPRINT_WHY", value_name = "TEXT")]
    pub why: Option<String>,
}

fn lasting(text: &str) -> Result<TimeDelta, String> {
    let milliseconds = watchlist::duration_ms(text)?;
    match i64::try_from(milliseconds) {
        Ok(0) | Err(_) => Err("write how long it is to last, for example 7d".to_owned()),
        Ok(milliseconds) => Ok(TimeDelta::milliseconds(milliseconds)),
    }
}

fn until(text: &str) -> Result<DateTime<Utc>, String> {
    Ok(match moment(text)? {
        Moment::At(at) => at,
        Moment::Day(_, ends) => ends,
    })
}
