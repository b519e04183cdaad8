//! What is asked of routes.

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::cli::arguments::moment::since;
use crate::watchlist;

/// Which routes, and whether what they would have sent.
#[derive(Args, Debug)]
pub struct RoutesWhat {
    /// Say what they would have sent of the changes that are stored; nothing is sent or written
    #[arg(long, env = "SMALLPRINT_PREVIEW", value_parser = FalseyValueParser::new())]
    pub preview: bool,
    /// With --preview: since a date or an RFC 3339 time, or for this long: 30d (the default)
    #[arg(long, env = "SMALLPRINT_SINCE", value_name = "DATE|DURATION", value_parser = from)]
    pub since: Option<Since>,
    /// With --preview: how many messages of each route are shown (1 otherwise)
    #[arg(long, env = "SMALLPRINT_SAMPLES", value_name = "N")]
    pub samples: Option<usize>,
}

/// From when on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// This time.
    At(DateTime<Utc>),
    /// This long ago.
    Ago(TimeDelta),
}

fn from(text: &str) -> Result<Since, String> {
    let milliseconds = watchlist::duration_ms(text).ok().filter(|long| *long > 0);
    match milliseconds.and_then(|long| i64::try_from(long).ok()) {
        // Longer than this no archive goes back, and no calendar.
        Some(long) => Ok(Since::Ago(
            TimeDelta::milliseconds(long).min(TimeDelta::days(36_500)),
        )),
        None => since(text)
            .map(Since::At)
            .map_err(|why| format!("{why}, or a duration: 30d")),
    }
}
