//! What is taken into the archive, and from where.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use ipnet::IpNet;
use url::Url;

use crate::watchlist;

/// Which file, and what is known of it.
#[derive(Args, Debug)]
pub struct ImportWhat {
    /// The history of a file in a git repository
    #[command(subcommand)]
    pub history: Option<ImportHistory>,
    /// A page or file; - reads standard input. Or whole archives: WARC and WACZ files, and folders with some
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The watch whose page it is; of a whole archive, the only watch it is taken for
    #[arg(long, env = "SMALLPRINT_WATCH", value_name = "ID")]
    pub watch: Option<String>,
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

/// A history that somebody else kept.
#[derive(Subcommand, Debug)]
pub enum ImportHistory {
    /// Every commit that touches a file, with the time its author made it: snapshots of Open Terms Archive, scraped pages
    Git {
        /// The repository
        #[arg(value_name = "REPO")]
        repository: PathBuf,
        /// The file in it, from its top: "Service/Privacy Policy.html"
        #[arg(value_name = "PATH")]
        path: String,
        /// The watch whose page it is
        #[arg(long, env = "SMALLPRINT_WATCH", value_name = "ID")]
        watch: String,
        /// The address it was saved from, where that is not the watch's
        #[arg(long, env = "SMALLPRINT_URL", value_parser = address)]
        url: Option<Url>,
        /// A word about it, such as who kept it
        #[arg(long, env = "SMALLPRINT_NOTE", value_name = "TEXT")]
        note: Option<String>,
    },
}

pub(super) const IMPORT: &str = "TIME is a day (2016-07-06) or a time (2016-07-06T12:00:00+01:00). What was saved before the archive last saw the page is
refused: versions are numbered in the order in which they were seen.

Whole archives need no --at: each capture has its own time. Those of addresses of watches are taken. What is newer than the
last sight of its page becomes a version; what is older has no number left there, and stands before it in the past of the
page, as b1, b2 and so on, as backfilled texts do. Nobody is told of any of it, the same record is never taken twice, and
whatever stops it, the same command goes on.";

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

pub(super) const REREAD: &str = "It can be stopped at any time and goes on from there the next time. `run` does not do it: a visit reads the version
that stands again by itself, and older ones when it needs them.";

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

/// A duration of some length.
pub(super) fn every(text: &str) -> Result<Duration, String> {
    let milliseconds = watchlist::duration_ms(text)?;
    match milliseconds {
        0 => Err("write more than nothing, for example 15m".to_owned()),
        milliseconds => Ok(Duration::from_millis(milliseconds)),
    }
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("it is not an address: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("a page has an http or https address, not {other}")),
    }
}
