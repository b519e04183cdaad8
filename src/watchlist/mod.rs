//! Reads watchlist.toml and names every mistake at once.
//!
//! Everything that is wrong is noted with its place, and reading goes on; only a watchlist without a mistake comes into force.

mod address;
mod amounts;
mod backfill;
mod calendar;
mod collect;
mod copies;
mod discord;
mod dossiers;
mod draft;
mod email;
mod evidence;
mod file;
mod found;
mod ids;
mod leads;
mod metrics;
mod mistakes;
mod named;
mod names;
mod operators;
mod profiles;
mod quotes;
mod routes;
mod rules;
mod schedules;
mod secrets;
mod section;
mod sending;
mod settings;
mod watches;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;
use ipnet::IpNet;

use crate::model::{Digest, Route, Watch, WatchId};
use crate::rulebook::Book;
use crate::schedule::Plan;

pub use address::address_on;
pub use draft::Draft;
pub use leads::Trails;
pub use mistakes::{Mistake, Mistakes};
pub use named::{Role, named};

/// A watchlist that has been understood, defaults filled in.
#[derive(Clone, Debug)]
pub struct Watchlist {
    /// The settings.
    pub settings: Settings,
    /// The topics: name and description.
    pub topics: BTreeMap<String, String>,
    /// Where changes go. Never empty: without a route in the file there is one to the terminal.
    pub routes: Vec<Route>,
    /// The watches, in file order, disabled ones too; shared with those who only look at them, since there may be very many.
    pub watches: Arc<Vec<Watch>>,
    /// Their schedules, in the same order.
    pub plans: Vec<Plan>,
    /// What the watchlist says of a watch for people to know when it changes.
    pub notes: BTreeMap<WatchId, String>,
    /// How Discord is reached.
    pub discord: Discord,
    /// How e-mail is sent.
    pub email: Email,
    /// What those who keep the program are told of it.
    pub operators: Operators,
    /// How captures are brought from other machines, where they are.
    pub collect: Option<Collect>,
    /// Where independent copies are looked for, where they are.
    pub copies: Option<Copies>,
    /// Which archives are asked for what pages said before they were watched.
    pub backfill: Backfill,
    /// Where the window is opened, where it is.
    pub window: Option<Window>,
    /// Where figures about the program are served, where they are.
    pub metrics: Option<Metrics>,
    /// How the journal is made checkable by others.
    pub evidence: Evidence,
    /// What judgement looks for: the shipped rulebook, and what the file adds.
    pub book: Arc<Book>,
    /// All its texts, as they are kept with the archive: the files in order; where there are several, first the lines that
    /// name them.
    pub texts: Arc<Vec<String>>,
    /// The digest of all its texts: that of the file where there is one, else that of the lines `sha256sum` would print for them.
    pub digest: Digest,
    /// How the pages of sites are read, for pages that stand in no watchlist.
    profiles: profiles::Profiles,
}

/// The settings of a watchlist.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The time zone of schedules and of times shown.
    pub timezone: Tz,
    /// Who to write to; stands in the User-Agent.
    pub contact: Option<String>,
    /// The PostgreSQL database that the archive is kept in, without a password; `None` for its own directory.
    pub store: Option<String>,
    /// How long a process that shares the archive in a database may give no sign of life before others take over, in milliseconds.
    pub lease_ms: u64,
    /// The least time between two requests to a host, in milliseconds.
    pub min_delay_ms: u64,
    /// The longest body, as sent and decoded, in bytes.
    pub max_body: u64,
    /// Private networks that may be visited.
    pub allow_private: Vec<IpNet>,
    /// How many visits may go on at once, over all hosts.
    pub visits_at_once: usize,
    /// The most a visit is put off so that a host is not hit at :00, in seconds.
    pub jitter_seconds: u32,
    /// The longest to wait for a connection, for the first byte of an answer, and for the whole visit, in seconds.
    pub timeouts: (u64, u64, u64),
    /// Where the window is, if people can reach it.
    pub public_url: Option<url::Url>,
    /// The Chromium that builds pages, as a path or a name; one is looked for where absent.
    pub browser: Option<String>,
    /// How many pages and files that one watch leads to are read for the first time within a day.
    pub follow_budget: usize,
}

/// How Discord is reached.
#[derive(Clone, PartialEq, Debug)]
pub struct Discord {
    /// The environment variable that holds the bot token.
    pub token_env: String,
    /// A file that holds it instead.
    pub token_file: Option<String>,
    /// Where the API is.
    pub api_base: url::Url,
    /// Where the gateway is, where Discord is not to be asked.
    pub gateway_url: Option<url::Url>,
    /// Whether a bot listens; where it is not said, it does as soon as a route leads to a channel.
    pub bot: Option<bool>,
    /// The forum in which each page has a thread of its own, by its id.
    pub forum: Option<u64>,
    /// The roles whose members may decide on changes, by id; where there are none, nobody may.
    pub triage_roles: Vec<u64>,
}

/// How e-mail is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Email {
    /// Who it comes from: "Smallprint <smallprint@example.org>".
    pub from: Option<String>,
    /// The environment variable that holds the address of the mail server, with name and password.
    pub server_env: String,
    /// A file that holds it instead.
    pub server_file: Option<String>,
    /// Where readers say that they want no more, as an address of the web or of a mailbox.
    pub unsubscribe: Option<String>,
}

/// What those who keep the program are told of it. What is absent is not told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operators {
    /// At which time of day there is a heartbeat.
    pub heartbeat: Option<NaiveTime>,
    /// The time zone of that, and of the times shown.
    pub zone: Tz,
    /// How long after it was due a visit is late.
    pub late_after: Option<TimeDelta>,
    /// How long a page goes unread before that is said.
    pub unread_after: Option<TimeDelta>,
    /// How long a message waits for its channel before that is said.
    pub refused_after: Option<TimeDelta>,
    /// With less room on the disk of the archive, in bytes, that is said.
    pub disk_below: Option<u64>,
}

/// Where the window is opened: the archive as web pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
    /// The address of this machine, and the port.
    pub listen: std::net::SocketAddr,
    /// The environment variable that holds the password for reading, where there is one.
    pub password_env: Option<String>,
    /// A file that holds it instead.
    pub password_file: Option<String>,
    /// The environment variable that holds what a mirror of the archive must know; without it there is none.
    pub mirror_env: Option<String>,
    /// A file that holds it instead.
    pub mirror_file: Option<String>,
    /// How often one address may ask as a program in a minute, where the user says so.
    pub requests_a_minute: Option<u32>,
}

/// Where figures about the program are served, and whether it lives and is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metrics {
    /// The address of this machine, and the port.
    pub listen: std::net::SocketAddr,
}

/// How the journal is made checkable by others.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Evidence {
    /// The name of the log, where the user says one.
    pub name: Option<String>,
    /// The file with the key, where it is not in the directory of the archive.
    pub key_file: Option<String>,
    /// The environment variable that holds the key instead.
    pub key_env: Option<String>,
    /// The time-stamp authorities (RFC 3161) that are asked for each checkpoint.
    pub timestamps: Vec<url::Url>,
}

/// Where independent copies of what changed are looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copies {
    /// The archive, below which it tells of its copies and serves them as the Wayback Machine does.
    pub archive: url::Url,
    /// For how many days after a change.
    pub days: u32,
    /// Whether it is asked to keep a copy of what changed.
    pub save: bool,
    /// The environment variable that holds the key under which it is asked; without one it is asked as anybody may.
    pub save_env: Option<String>,
    /// A file that holds it, beside the watchlist.
    pub save_file: Option<String>,
}

/// Which archives of the web are asked for what pages said before they were watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backfill {
    /// How often they are asked by one command at most.
    pub budget: u32,
    /// The archives.
    pub archives: Vec<PastArchive>,
}

/// An archive of the web.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastArchive {
    /// What it is called.
    pub name: String,
    /// Where it lists its copies of a page: a TimeMap or an index (CDX), with `{url}` for the page.
    pub list: String,
    /// Where it serves the bytes of a copy as they came, with `{timestamp}` and `{url}`.
    pub copy: String,
    /// Whether it is asked against its robots.txt.
    pub ignore_robots: bool,
}

/// How captures are brought from other machines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collect {
    /// Where they are listened for.
    pub listen: std::net::SocketAddr,
    /// The environment variable that holds the secret.
    pub secret_env: String,
    /// A file that holds it instead.
    pub secret_file: Option<String>,
    /// The hosts of which captures are brought; this machine does not visit them.
    pub collected: Vec<String>,
}

/// One file of a watchlist.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it is for.
    pub role: Role,
}

/// Reads a size, in bytes: `64MiB`, `500kB`, `1GB`.
///
/// # Errors
/// What is wrong with it.
pub fn size(text: &str) -> Result<u64, String> {
    amounts::bytes(text)
}

/// Reads a duration as it stands in a watchlist, such as `15m`, in milliseconds.
///
/// # Errors
/// What is wrong with it, in a clause.
pub fn duration_ms(text: &str) -> Result<u64, String> {
    amounts::duration_ms(text)
}

/// Reads a watchlist, the main file first, then those of `watchlist.d`, then those that these name ([`named`]).
///
/// # Errors
/// Every mistake in it, in order.
pub fn read(sources: &[Source]) -> Result<Watchlist, Mistakes> {
    file::read(sources)
}

/// The book of a watchlist with the rules of one more file, for those who try them.
///
/// # Errors
/// Every mistake in that file.
pub fn book_with(book: &Book, rules: &Source) -> Result<Book, Mistakes> {
    file::book_with(book, rules)
}

impl Watchlist {
    /// The watch of this id.
    pub fn watch(&self, id: &WatchId) -> Option<&Watch> {
        self.watches.iter().find(|watch| watch.id == *id)
    }

    /// The schedule of the watch of this id.
    pub fn plan(&self, id: &WatchId) -> Option<&Plan> {
        let mut rows = self.watches.iter().zip(&self.plans);
        rows.find(|(watch, _)| watch.id == *id)
            .map(|(_, plan)| plan)
    }

    /// The watches that are visited, with their schedules.
    pub fn enabled(&self) -> impl Iterator<Item = (&Watch, &Plan)> {
        let rows = self.watches.iter().zip(&self.plans);
        rows.filter(|(watch, _)| watch.enabled)
    }

    /// The name of the log: as it is written, else the address of the window without its scheme; absent where there is neither.
    pub fn log_name(&self) -> Option<String> {
        let window = || {
            let url = self.settings.public_url.as_ref()?;
            let port = url
                .port()
                .map(|port| format!(":{port}"))
                .unwrap_or_default();
            let path = url.path().trim_end_matches('/');
            Some(format!("{}{port}{path}", url.host_str()?))
        };
        self.evidence.name.clone().or_else(window)
    }

    /// Whether captures of this address are brought from other machines, so that this one does not visit it.
    pub fn is_collected(&self, url: &url::Url) -> bool {
        let brought = |collect: &Collect| {
            let is_it = |host: &String| url.host_str() == Some(host);
            collect.collected.iter().any(is_it)
        };
        self.collect.as_ref().is_some_and(brought)
    }

    /// The id that was probably meant by one that is none: that of the watch that carries on its history, or the most alike.
    pub fn suggest(&self, id: &str) -> Option<WatchId> {
        let heir = self
            .watches
            .iter()
            .find(|watch| watch.was.iter().any(|was| was.0 == id));
        let alike = || {
            let ids = self.watches.iter().map(|watch| watch.id.0.as_str());
            names::closest(id, ids).map(WatchId::from)
        };
        heir.map(|watch| watch.id.clone()).or_else(alike)
    }
}
