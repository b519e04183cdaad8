//! The command line; every option can also be set in the environment as SMALLPRINT_….

mod discord;
mod names;
mod quiet;
mod routes;

pub use discord::DiscordWhat;
pub use names::{NamesWhat, RuledHow};
pub use quiet::{GroupsWhat, MuteWhat, UnmuteWhat};
pub use routes::{RoutesWhat, Since};

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use url::Url;

use crate::answers::{NotAVersion, Which};
use crate::cli::arguments::quiet::MUTE;
use crate::model::{Span, WatchId};
use crate::watchlist;

/// Watches the pages where policy is made, keeps every version as evidence, and says what changed and why it matters.
#[derive(Parser, Debug)]
#[command(version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The file that names the pages to watch
    #[arg(
        long,
        global = true,
        env = "SMALLPRINT_WATCHLIST",
        default_value = "watchlist.toml",
        value_name = "FILE"
    )]
    pub watchlist: PathBuf,
    /// The directory of the archive
    #[arg(
        long,
        global = true,
        env = "SMALLPRINT_DATA",
        default_value = "smallprint-data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
    /// Set the program's clock to this time, for replays and tests (not for `run`; of `import` it says when the file was
    /// saved)
    #[arg(long, global = true, env = "SMALLPRINT_AT", value_name = "RFC3339", value_parser = moment)]
    pub at: Option<Moment>,
    /// Answer in JSON, one line each
    #[arg(long, global = true, env = "SMALLPRINT_JSON", value_parser = FalseyValueParser::new())]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done, and nothing to report
  1  `visit` found that something changed
  2  something asked for could not be done: bad input, a page that failed, an alert that could not be sent
  3  the archive cannot be opened, or is damaged

See it work, offline and without any set-up:
  smallprint demo";

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Visit on schedule and deliver alerts, until stopped
    Run,
    /// Go and look now
    Visit(VisitWhat),
    /// Pay the alerts owed now
    Deliver,
    /// The watches and how they stand
    List {
        /// What watches led to instead: watched, read, unread for want of budget, gone or dropped
        #[arg(long, env = "SMALLPRINT_FOUND", value_parser = FalseyValueParser::new())]
        found: bool,
    },
    /// Decide on what a watch led to
    #[command(subcommand)]
    Found(FoundWhat),
    /// Every name in the archive: datasets, registers, programmes, platforms, directions, standards
    #[command(args_conflicts_with_subcommands = true)]
    Names(NamesWhat),
    /// The versions and changes of a watch
    History {
        /// The watch
        id: String,
    },
    /// What a page said: the text as read
    Show(ShowWhat),
    /// The tables of a page, or the history of one row
    Table(TableWhat),
    /// What differs between two versions
    Diff(DiffWhat),
    /// Why a change was found to matter, what almost fired, and who was told
    Explain(ExplainWhat),
    /// The rules, and how often each fired; or what rules in a file would have found
    Rules(RulesWhat),
    /// What would have been said by the rules of today, or by others; nothing is stored
    Replay(ReplayWhat),
    /// What is held quiet on a page, and why
    Noise {
        /// The watch
        id: String,
    },
    /// What pages say will be there by when, and what is overdue
    Promises(PromisesWhat),
    /// Changes over all watches, newest first
    Changes(ChangesWhat),
    /// How many of their edits publishers announced, over time
    Announced(AnnouncedWhat),
    /// Changes of several pages that belong together
    Groups(GroupsWhat),
    /// Where changes go, when and how loudly; or what would have been sent
    Routes(RoutesWhat),
    /// Ask not to be told of something; it is stored, judged and listed all the same
    #[command(after_help = MUTE)]
    Mute(MuteWhat),
    /// What people asked not to be told of
    Mutes {
        /// Those too that have run out or were lifted
        #[arg(long, env = "SMALLPRINT_ALL", value_parser = FalseyValueParser::new())]
        all: bool,
    },
    /// Lift a mute
    Unmute(UnmuteWhat),
    /// Pages that people wish were watched, as they said in Discord; `add` makes a watch of one
    Suggestions,
    /// The bot in Discord: how it is invited
    #[command(subcommand)]
    Discord(DiscordWhat),
    /// Read the watchlist and name every mistake
    Check {
        /// Also visit each page once, without storing anything, and say what would be read
        #[arg(long, env = "SMALLPRINT_LIVE", value_parser = FalseyValueParser::new())]
        live: bool,
    },
    /// Visit pages that could be watched, and print each as a watch to paste; nothing is stored
    Add(AddWhat),
    /// Read stored captures again by the rules of today, quietly: what differs is technical, and alerts nobody
    #[command(after_help = REREAD)]
    Reread(RereadWhat),
    /// Take a file that somebody saved, at the time --at TIME, as a capture of a watch; it is judged like a visit
    #[command(after_help = IMPORT)]
    Import(ImportWhat),
    /// Visit chosen hosts from this machine, and bring what is found to an archive on another
    Collect(CollectWhat),
    /// The care.data story, offline: see the whole program work
    Demo {
        /// Keep the archive in this folder (a temporary one otherwise)
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Walk the journal and check every body against its hash
    Verify,
    /// Make the views afresh from the journal
    Rebuild,
    /// Read one capture from standard input, within limits; the program starts this itself
    #[command(hide = true)]
    ReadApart(Apart),
}

const REREAD: &str = "It can be stopped at any time and goes on from there the next time. `run` does not do it: a visit reads the version
that stands again by itself, and older ones when it needs them.";

const IMPORT: &str = "TIME is a day (2016-07-06) or a time (2016-07-06T12:00:00+01:00). What was saved before the archive last saw the page is
refused: versions are numbered in the order in which they were seen.";

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

/// Which captures to read again.
#[derive(Args, Debug)]
pub struct RereadWhat {
    /// The watches; all where none is named
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Say what would differ, and store nothing
    #[arg(long, env = "SMALLPRINT_CHECK", value_parser = FalseyValueParser::new())]
    pub check: bool,
}

/// Which file, and what is known of it.
#[derive(Args, Debug)]
pub struct ImportWhat {
    /// The file; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The watch whose page it is
    #[arg(long, env = "SMALLPRINT_WATCH", value_name = "ID")]
    pub watch: String,
    /// The address it was saved from, where that is not the watch's
    #[arg(long, env = "SMALLPRINT_URL", value_parser = address)]
    pub url: Option<Url>,
    /// A word about it, such as who saved it
    #[arg(long, env = "SMALLPRINT_NOTE", value_name = "TEXT")]
    pub note: Option<String>,
    /// What sort of file it is, where neither bytes nor name tell: text/csv
    #[arg(long = "type", env = "SMALLPRINT_TYPE", value_name = "MIME")]
    pub media: Option<String>,
}

/// A time, or a day from its beginning to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// This time.
    At(DateTime<Utc>),
    /// Some time between these two.
    Day(DateTime<Utc>, DateTime<Utc>),
}

/// The limits of a reading apart.
#[derive(Args, Debug)]
pub struct Apart {
    /// Bytes of memory
    #[arg(long)]
    pub memory: u64,
    /// Seconds of processor time
    #[arg(long)]
    pub processor: u64,
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

/// What is collected, and for whom.
#[derive(Args, Debug)]
pub struct CollectWhat {
    /// The archive: where the `[collect]` of its watchlist is heard; https, or an address of this network
    #[arg(long, env = "SMALLPRINT_TO", value_name = "URL")]
    pub to: Url,
    /// A host to visit; no other is
    #[arg(
        long = "host",
        env = "SMALLPRINT_HOST",
        value_name = "HOST",
        value_delimiter = ',',
        required = true
    )]
    pub hosts: Vec<String>,
    /// One round, then end
    #[arg(long, env = "SMALLPRINT_ONCE", value_parser = FalseyValueParser::new())]
    pub once: bool,
    /// A round this often
    #[arg(long, env = "SMALLPRINT_EVERY", value_name = "DURATION", default_value = "15m", value_parser = every)]
    pub every: Duration,
    /// What this machine is called in the archive
    #[arg(
        long,
        env = "SMALLPRINT_NAME",
        value_name = "NAME",
        default_value = "collector"
    )]
    pub name: String,
    /// The file that holds the secret; without it the environment variable SMALLPRINT_COLLECT_SECRET does
    #[arg(long, env = "SMALLPRINT_SECRET_FILE", value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Where captures are kept until they have arrived (the folder spool in --data otherwise)
    #[arg(long, env = "SMALLPRINT_SPOOL", value_name = "DIR")]
    pub spool: Option<PathBuf>,
    /// A private network that may be visited, such as 127.0.0.0/8
    #[arg(
        long,
        env = "SMALLPRINT_ALLOW_PRIVATE",
        value_name = "NETWORK",
        value_delimiter = ','
    )]
    pub allow_private: Vec<IpNet>,
    /// Send the secret unencrypted, through networks of others too
    #[arg(long, env = "SMALLPRINT_INSECURE_HTTP", value_parser = FalseyValueParser::new())]
    pub insecure_http: bool,
}

/// Which version, in what form.
#[derive(Args, Debug)]
pub struct ShowWhat {
    /// The watch, and if you like the version, a day or a time: ID, ID@3, ID@2016-07-06, ID@2016-07-06T12:00:00+01:00
    #[arg(value_name = "ID[@N|@RFC3339]", value_parser = version)]
    pub what: (WatchId, Which),
    /// The bytes as served
    #[arg(long, env = "SMALLPRINT_RAW", value_parser = FalseyValueParser::new())]
    pub raw: bool,
    /// Status, header fields and every redirect hop
    #[arg(long, env = "SMALLPRINT_HEADERS", value_parser = FalseyValueParser::new())]
    pub headers: bool,
}

/// Which table or row, in what form.
#[derive(Args, Debug)]
pub struct TableWhat {
    /// The watch, and if you like the version, a day or a time, as for `show`
    #[arg(value_name = "ID[@N|@RFC3339]", value_parser = version)]
    pub what: (WatchId, Which),
    /// Only this table of the page, from 1
    #[arg(long, env = "SMALLPRINT_TABLE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub table: Option<u32>,
    /// What became of the row with this reference, over all versions
    #[arg(
        long,
        env = "SMALLPRINT_ROW",
        value_name = "KEY",
        conflicts_with = "csv"
    )]
    pub row: Option<String>,
    /// Write one table as comma-separated values, whole; an apostrophe stands before what a spreadsheet would run
    #[arg(long, env = "SMALLPRINT_CSV", value_parser = FalseyValueParser::new())]
    pub csv: bool,
}

/// Which two versions, in which format.
#[derive(Args, Debug)]
pub struct DiffWhat {
    /// The watch
    pub id: String,
    /// Two versions, such as 3..4; the last change if left out; 0 stands for "no page there"
    #[arg(value_name = "A..B")]
    pub span: Option<Span>,
    /// How to write it
    #[arg(
        long,
        env = "SMALLPRINT_FORMAT",
        value_enum,
        default_value = "terminal"
    )]
    pub format: Format,
}

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

/// How to write a diff.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Words struck out and underlined
    Terminal,
    /// Plain text
    Text,
    /// Markdown
    Markdown,
    /// One HTML page
    Html,
    /// JSON
    Json,
    /// A unified diff of the text
    Patch,
}

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

fn every(text: &str) -> Result<Duration, String> {
    let milliseconds = watchlist::duration_ms(text)?;
    match milliseconds {
        0 => Err("write more than nothing, for example 15m".to_owned()),
        milliseconds => Ok(Duration::from_millis(milliseconds)),
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| {
            "write a time as in RFC 3339, for example 2016-07-06T12:00:00+01:00".to_owned()
        })
}

/// A time or a day.
pub fn moment(text: &str) -> Result<Moment, String> {
    let day = text.parse::<NaiveDate>().ok();
    let ends = day.and_then(|day| day.and_hms_opt(0, 0, 0).zip(day.and_hms_opt(23, 59, 59)));
    match ends {
        Some((begins, ends)) => Ok(Moment::Day(in_london(begins), in_london(ends))),
        None => Ok(Moment::At(
            time(text).map_err(|why| format!("{why}, or a day: 2016-07-06"))?,
        )),
    }
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("it is not an address: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("a page has an http or https address, not {other}")),
    }
}

fn since(text: &str) -> Result<DateTime<Utc>, String> {
    let midnight = text
        .parse::<NaiveDate>()
        .ok()
        .and_then(|day| day.and_hms_opt(0, 0, 0));
    match midnight {
        Some(midnight) => Ok(in_london(midnight)),
        None => time(text).map_err(|why| format!("{why}, or a day: 2016-07-06")),
    }
}

/// A time of the clock in London; where the clocks jump over it, as if they did not.
fn in_london(time: NaiveDateTime) -> DateTime<Utc> {
    let found = chrono_tz::Europe::London
        .from_local_datetime(&time)
        .earliest();
    found.map_or_else(|| time.and_utc(), |time| time.to_utc())
}

fn version(text: &str) -> Result<(WatchId, Which), String> {
    let Some((id, which)) = text.split_once('@') else {
        return Ok((text.into(), Which::Last));
    };
    let day = which.parse::<NaiveDate>().ok();
    let its_end = day.and_then(|day| day.and_hms_opt(23, 59, 59));
    let which = match its_end {
        Some(end) => Ok(Which::At(in_london(end))),
        None => which
            .parse()
            .map_err(|error: NotAVersion| error.to_string()),
    };
    Ok((id.into(), which?))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_day_is_meant_to_its_end_in_london() {
        let (_, which) = version("a-page@2016-07-06").expect("a version");
        let end = "2016-07-06T22:59:59Z".parse().expect("a time");
        assert_eq!(which, Which::At(end));
    }

    #[test]
    fn a_version_may_be_named_by_time() {
        let (id, which) = version("a-page@2016-07-06T12:00:00+01:00").expect("a version");
        assert_eq!(id, "a-page".into());
        assert!(matches!(which, Which::At(_)));
    }
}
