//! Site profiles: how the pages of a site are read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use toml::de::DeTable;
use url::Url;

use crate::extract::check_selector;
use crate::model::{Dates, Interface, Kind, Reading};
use crate::watchlist::{
    found::{Found, Place},
    names::did_you_mean,
    quotes::shortened,
    section::{Section, Text, Value},
};

/// How the pages of a site are read.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Profile {
    /// Whose pages are read so when their watch names no profile.
    pub(super) hosts: Vec<String>,
    pub(super) select: Vec<String>,
    pub(super) drop: Vec<String>,
    pub(super) drop_lines: Vec<String>,
    pub(super) drop_params: Vec<String>,
    pub(super) stated: Vec<String>,
    pub(super) history: Vec<String>,
    pub(super) notices: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) rows_by: Vec<String>,
    pub(super) interface: Option<Interface>,
    pub(super) dates: Dates,
}

impl Profile {
    /// The same as rules of reading, under this name.
    pub(super) fn reading(&self, name: &str) -> Reading {
        let Profile {
            hosts: _,
            select,
            drop,
            drop_lines,
            drop_params,
            stated,
            history,
            notices,
            keys,
            rows_by,
            interface,
            dates,
        } = self.clone();
        Reading {
            profile: Some(name.to_owned()),
            kind: Kind::Page,
            select,
            drop,
            drop_lines,
            drop_params,
            stated,
            history,
            notices,
            keys,
            rows_by,
            interface,
            dates,
        }
    }
}

/// Profiles by name.
pub(super) type Profiles = BTreeMap<String, Profile>;

/// The profiles that come with the program. Were they mistaken, the mistakes are noted for a file beyond the last one.
pub(super) fn built_in(file: usize, found: &mut Found<'_>) -> Profiles {
    /// They never change, and to hold all their patterns to the rules takes longer than to read a watchlist.
    static SOUND: LazyLock<Option<Profiles>> = LazyLock::new(|| {
        let mut found = Found::none_in(&[]);
        let profiles = read_built_in(0, &mut found);
        found.is_empty().then_some(profiles)
    });
    SOUND.clone().unwrap_or_else(|| read_built_in(file, found))
}

fn read_built_in(file: usize, found: &mut Found<'_>) -> Profiles {
    let mut profiles = Profiles::new();
    match DeTable::parse(include_str!("profiles.toml")) {
        Ok(table) => {
            let mut section = Section::new("the file", Place::new(file, 0..0), table.get_ref());
            if let Some(value) = section.take("profile") {
                read(&value, &mut profiles, found);
            }
            section.finish(found);
        }
        Err(why) => found.note(&Place::new(file, 0..0), why.message(), None),
    }
    profiles
}

/// Reads `[profile.NAME]`, each adding a profile, or replacing those keys of one of the same name that it gives.
pub(super) fn read(value: &Value<'_>, profiles: &mut Profiles, found: &mut Found<'_>) {
    let Some(section) = value.section("`profile`", found) else {
        return;
    };
    for (name, _, value) in section.all() {
        if let Some(section) = value.section("a profile", found) {
            let profile = profiles.entry(name.to_owned()).or_default();
            read_one(section, profile, found);
        }
    }
}

fn read_one(mut section: Section<'_>, profile: &mut Profile, found: &mut Found<'_>) {
    let mut texts = |key, into: &mut Vec<String>, check: Check| {
        if let Some(value) = section.take(key) {
            *into = checked(value.texts(found), check, found);
        }
    };
    texts("hosts", &mut profile.hosts, HOST);
    texts("select", &mut profile.select, SELECTOR);
    texts("drop", &mut profile.drop, SELECTOR);
    texts("drop_lines", &mut profile.drop_lines, PATTERN);
    texts("drop_params", &mut profile.drop_params, ANYTHING);
    texts("stated", &mut profile.stated, SELECTOR);
    texts("history", &mut profile.history, SELECTOR);
    texts("notices", &mut profile.notices, SELECTOR);
    texts("keys", &mut profile.keys, POINTER);
    texts("rows_by", &mut profile.rows_by, ANYTHING);
    if let Some(interface) = choice(
        &mut section,
        "interface",
        [("govuk", Interface::Govuk)],
        found,
    ) {
        profile.interface = Some(interface);
    }
    let dates = [("move", Dates::Move), ("learned", Dates::Learned)];
    if let Some(dates) = choice(&mut section, "dates", dates, found) {
        profile.dates = dates;
    }
    section.finish(found);
}

/// The profile for the pages of this host.
pub(super) fn for_host<'p>(profiles: &'p Profiles, url: &Url) -> Option<(&'p String, &'p Profile)> {
    let host = url.host_str()?;
    profiles
        .iter()
        .find(|(_, profile)| profile.hosts.iter().any(|known| known == host))
}

/// What a text must be: what says in a sentence that it is not, and what to write instead.
#[derive(Clone, Copy)]
pub(super) struct Check {
    wrong: fn(&str) -> Result<(), String>,
    pub(super) remedy: &'static str,
}

/// A CSS selector.
pub(super) const SELECTOR: Check = Check {
    wrong: check_selector,
    remedy: "write a CSS selector, as in \"main\" or \".cookie-banner\"",
};

/// A regular expression of whole lines.
pub(super) const PATTERN: Check = Check {
    wrong: check_pattern,
    remedy: "write a regular expression, with a backslash before each of ( ) [ ] { } . * + ? that stands for itself",
};

/// A JSON Pointer.
pub(super) const POINTER: Check = Check {
    wrong: check_pointer,
    remedy: "write the way to it with a slash before each key, as in \"/details/body\" or \"/results/*/title\"",
};

/// Anything at all.
pub(super) const ANYTHING: Check = Check {
    wrong: |_| Ok(()),
    remedy: "",
};

/// The name of a host.
const HOST: Check = Check {
    wrong: check_host,
    remedy: "write its name alone in lower case, as in \"www.gov.uk\"",
};

/// The texts that pass a check; the others are noted.
pub(super) fn checked(texts: Vec<Text>, check: Check, found: &mut Found<'_>) -> Vec<String> {
    let mut passed = Vec::new();
    for text in texts {
        match (check.wrong)(&text.text) {
            Ok(()) => passed.push(text.text),
            Err(why) => found.note(&text.place, why, Some(check.remedy.to_owned())),
        }
    }
    passed
}

pub(super) fn check_pattern(text: &str) -> Result<(), String> {
    let Err(why) = Regex::new(text) else {
        return Ok(());
    };
    // The crate draws the place on lines of its own; the last line is the sentence.
    let why = why.to_string();
    let why = why.lines().last().unwrap_or_default();
    let why = why.trim_start_matches("error: ");
    Err(format!(
        "“{}” is no regular expression: {why}",
        shortened(text)
    ))
}

fn check_pointer(text: &str) -> Result<(), String> {
    if text.starts_with('/') {
        return Ok(());
    }
    Err(format!("“{}” is no JSON Pointer", shortened(text)))
}

/// One of a few words.
pub(super) fn choice<T: Copy, const N: usize>(
    section: &mut Section<'_>,
    key: &'static str,
    words: [(&str, T); N],
    found: &mut Found<'_>,
) -> Option<T> {
    let text = section.take(key)?.text(found)?;
    let chosen = words.iter().find(|(word, _)| *word == text.text);
    if chosen.is_none() {
        let words = words.map(|(word, _)| word);
        let what = format!("`{key}` cannot be “{}”", shortened(&text.text));
        let write = || {
            let words = words.map(|word| format!("\"{word}\""));
            format!("write {}", words.join(" or "))
        };
        let meant = did_you_mean(&text.text, words).unwrap_or_else(write);
        found.note(&text.place, what, Some(meant));
    }
    chosen.map(|(_, value)| *value)
}

fn check_host(text: &str) -> Result<(), String> {
    let url = Url::parse(&format!("https://{text}/"));
    if url.is_ok_and(|url| url.host_str() == Some(text)) {
        return Ok(());
    }
    Err(format!("“{}” is no host", shortened(text)))
}
