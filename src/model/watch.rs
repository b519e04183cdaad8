//! A watch: one address we keep an eye on, with its reading rules and schedule.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// The slug that names a watch and outlives its address: lower-case letters, digits and hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(transparent)]
pub struct WatchId(pub String);

impl fmt::Display for WatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for WatchId {
    fn from(text: &str) -> WatchId {
        WatchId(text.to_owned())
    }
}

/// One address we keep an eye on. What profiles, topics and named schedules contribute is already merged in.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Watch {
    /// Its name.
    pub id: WatchId,
    /// The address visited, in its normal form.
    pub url: Url,
    /// What people call the page; the page's own title where absent.
    pub title: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// The topics it belongs to, by name.
    pub topics: Vec<String>,
    /// When it is visited.
    pub when: When,
    /// How what comes back is read.
    pub reading: Reading,
    /// Words to be told of when they come or go (case folded, whole words).
    pub terms: Vec<String>,
    /// What the first version means.
    pub first: First,
    /// Earlier ids of the same watch, whose history it carries on.
    pub was: Vec<WatchId>,
    /// Other watches whose pages went on here: the first version is compared with their last ones.
    #[serde(default)]
    pub continues: Vec<WatchId>,
    /// What it leads to is read and watched with it.
    #[serde(default)]
    pub follow: Vec<Follow>,
    /// What brings its page.
    #[serde(default)]
    pub render: Render,
    /// The watch that led to it, where it stands in no watchlist but was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<WatchId>,
    /// Visit even where robots.txt forbids it (shown wherever the watch is shown).
    pub ignore_robots: bool,
    /// Whether it is visited at all.
    pub enabled: bool,
}

impl Watch {
    /// A watch of which nothing is said but its id and its address: visited every hour, read as any page is.
    pub fn bare(id: impl Into<WatchId>, url: Url) -> Watch {
        Watch {
            id: id.into(),
            url,
            title: None,
            publisher: None,
            topics: Vec::new(),
            when: When::Every(3600),
            reading: Reading::default(),
            terms: Vec::new(),
            first: First::default(),
            was: Vec::new(),
            continues: Vec::new(),
            follow: Vec::new(),
            render: Render::default(),
            found_by: None,
            ignore_robots: false,
            enabled: true,
        }
    }

    /// The name to show: the given title, else the id.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id.0)
    }
}

/// What the first version of a watch means.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum First {
    /// The state of affairs when we began: names recorded, nothing said.
    #[default]
    Baseline,
    /// News: the whole text counts as added.
    News,
}

/// What of the things a page leads to is read and watched with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Follow {
    /// The files it offers.
    Attachments,
    /// The entries of the feed, sitemap, list of links or search it is, with the files they offer.
    Entries,
    /// The links whose whole address matches this regular expression.
    Links(String),
}

/// What brings a page.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Render {
    /// One request, as any program makes it.
    #[default]
    Plain,
    /// A browser, which runs the page's scripts.
    Browser,
}

/// When a watch is visited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// This many seconds after the last visit.
    Every(u64),
    /// At these times: cron expressions of five (Unix) or six (second first) fields, all of them together.
    Cron(Vec<String>),
}

/// What a page is, which decides what is asked of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text to be read.
    #[default]
    Page,
    /// A list of links, where a new or a missing link is the news.
    Index,
    /// A table, where a row that came, went or was altered is the news.
    Register,
}

/// An interface through which a site tells what stands on its pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Interface {
    /// GOV.UK's Content API: `/api/content/<path>` on the page's own host.
    Govuk,
}

impl Interface {
    /// Every one.
    pub const ALL: [Interface; 1] = [Interface::Govuk];

    /// Where it tells of this page; `None` where the page has no place in it.
    pub fn address(self, page: &Url) -> Option<Url> {
        let Interface::Govuk = self;
        if !matches!(page.scheme(), "http" | "https") || page.query().is_some() {
            return None;
        }
        let mut address = page.clone();
        address.set_fragment(None);
        let path = page.path().trim_end_matches('/');
        address.set_path(&format!("/api/content{path}"));
        Some(address)
    }
}

/// The rules that turn a capture into a document. Two documents are comparable when these and the reader's code are the same.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct Reading {
    /// The site profile whose rules are merged in below, if any.
    pub profile: Option<String>,
    /// What the page is.
    pub kind: Kind,
    /// CSS selectors of the main text, tried in order; empty means the generic reading.
    pub select: Vec<String>,
    /// CSS selectors of what is left out.
    pub drop: Vec<String>,
    /// Regular expressions of whole lines (blocks) that are left out.
    pub drop_lines: Vec<String>,
    /// Query parameters that do not matter in links, `*` at the end standing for anything.
    pub drop_params: Vec<String>,
    /// CSS selectors of the parts that state the page's own dates ("Last edited", "Published").
    pub stated: Vec<String>,
    /// CSS selectors of the page's own list of changes.
    pub history: Vec<String>,
    /// CSS selectors of notices such as "This publication was withdrawn".
    pub notices: Vec<String>,
    /// JSON Pointers (RFC 6901, `*` standing for every key or index) of the parts of JSON that are its text; empty means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The columns of a table that name a row, by their headings; empty means that they are found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows_by: Vec<String>,
    /// The interface that is asked before the page is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<Interface>,
    /// What is known of the dates its pages state. No part of what a reader goes by.
    #[serde(skip_serializing_if = "Dates::are_learned")]
    pub dates: Dates,
}

/// What is known of the dates that the pages of a site state.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Dates {
    /// Nothing but what the archive has seen of them.
    #[default]
    Learned,
    /// They move when a page is changed.
    Move,
}

impl Dates {
    fn are_learned(&self) -> bool {
        *self == Dates::Learned
    }
}
