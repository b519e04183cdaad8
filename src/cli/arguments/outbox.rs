//! What is asked of the outbox.

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::model::AlertId;

/// What stands below the help of `outbox`.
pub(super) const OUTBOX: &str = "An alert is owed, parked (its channel does not take it for now), sent, or given up. A parked one is tried again by
itself; --retry tries it at once, and owes one again that was given up. ALERT is written as `outbox` lists it: 123-0.";

/// Which alerts, and what becomes of them.
#[derive(Args, Debug)]
pub struct OutboxWhat {
    /// Those too that were sent, or dropped by a person
    #[arg(long, env = "SMALLPRINT_ALL", value_parser = FalseyValueParser::new(), conflicts_with_all = ["retry", "dropped"])]
    pub all: bool,
    /// Try this one at once, or all that are parked or given up
    #[arg(long, value_name = "ALERT|all", num_args = 0..=1, default_missing_value = "all", value_parser = which, conflicts_with = "dropped")]
    pub retry: Option<WhichAlert>,
    /// Give this one up
    #[arg(long = "drop", value_name = "ALERT", value_parser = alert, requires = "why")]
    pub dropped: Option<AlertId>,
    /// The reason
    #[arg(long, env = "SMALLPRINT_WHY", value_name = "TEXT")]
    pub why: Option<String>,
    /// Who says so
    #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
    pub by: Option<String>,
}

/// One alert, or all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhichAlert {
    /// Every one that is parked or given up.
    All,
    /// This one.
    One(AlertId),
}

fn which(text: &str) -> Result<WhichAlert, String> {
    match text {
        "all" => Ok(WhichAlert::All),
        _ => alert(text).map(WhichAlert::One),
    }
}

fn alert(text: &str) -> Result<AlertId, String> {
    let parts = text.split_once('-');
    let read = parts.and_then(|(entry, index)| {
        Some(AlertId {
            entry: entry.parse().ok()?,
            index: index.parse().ok()?,
        })
    });
    read.ok_or_else(|| "an alert is written as `smallprint outbox` lists it, such as 123-0".into())
}
