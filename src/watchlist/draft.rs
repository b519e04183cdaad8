//! A watch as somebody could write it, proposed and not yet in force.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Follow, Kind, Render, Watch, When};

/// The longest an id may be.
pub(super) const LONGEST_ID: usize = 64;

/// A watch somebody could add to a watchlist. What is empty or absent is not written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: Url,
    /// What people call it.
    pub title: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What is read and watched with it: "attachments", "entries".
    pub follow: Vec<String>,
    /// What brings it.
    pub render: Render,
    /// Its topics.
    pub topics: Vec<String>,
    /// How often it is visited, in seconds.
    pub every: Option<u64>,
    /// The cron expressions by which it is visited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    /// The reading rules of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// CSS selectors of its main text.
    pub select: Vec<String>,
    /// CSS selectors of what is left out.
    pub drop: Vec<String>,
    /// Regular expressions of lines that are left out.
    pub drop_lines: Vec<String>,
    /// Words to be told of.
    pub terms: Vec<String>,
    /// What readers should know of it.
    pub note: Option<String>,
    /// Whether it is visited.
    pub enabled: bool,
    /// Remarks written above it.
    pub remarks: Vec<String>,
}

impl Draft {
    /// A watch of which nothing is known but its address; its id is made from `name`, else from the address.
    pub fn of(url: Url, name: Option<&str>, taken: &mut BTreeSet<String>) -> Draft {
        Draft {
            id: id(&url, name, taken),
            url,
            title: name.map(str::to_owned),
            publisher: None,
            kind: Kind::default(),
            follow: Vec::new(),
            render: Render::default(),
            topics: Vec::new(),
            every: None,
            schedule: Vec::new(),
            profile: None,
            select: Vec::new(),
            drop: Vec::new(),
            drop_lines: Vec::new(),
            terms: Vec::new(),
            note: None,
            enabled: true,
            remarks: Vec::new(),
        }
    }

    /// What would be written of a watch that was found, to be taken over: the rules of its site stand in its profile.
    pub fn of_found(watch: &Watch) -> Draft {
        let (every, schedule) = match &watch.when {
            When::Every(seconds) => (Some(*seconds), Vec::new()),
            When::Cron(expressions) => (None, expressions.clone()),
        };
        let attachments = watch.follow.contains(&Follow::Attachments);
        let follow = attachments.then(|| "attachments".to_owned());
        Draft {
            id: watch.id.0.clone(),
            publisher: watch.publisher.clone(),
            title: watch.title.clone(),
            kind: watch.reading.kind,
            follow: follow.into_iter().collect(),
            render: watch.render,
            topics: watch.topics.clone(),
            every,
            schedule,
            profile: watch.reading.profile.clone(),
            terms: watch.terms.clone(),
            ..Draft::of(watch.url.clone(), None, &mut BTreeSet::new())
        }
    }

    /// The watch as a watchlist has it, remarks first, with a line break at its end.
    pub fn written(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for remark in &self.remarks {
            lines.extend(remark.lines().map(|line| format!("# {}", plain(line))));
        }
        lines.push("[[watch]]".to_owned());
        let mut pair = |key: &str, value: String| lines.push(format!("{key} = {value}"));
        pair("id", quoted(&self.id));
        pair("url", quoted(self.url.as_str()));
        if let Some(title) = &self.title {
            pair("title", quoted(title));
        }
        if let Some(publisher) = &self.publisher {
            pair("publisher", quoted(publisher));
        }
        match self.kind {
            Kind::Page => {}
            Kind::Index => pair("kind", quoted("index")),
            Kind::Register => pair("kind", quoted("register")),
        }
        if self.render == Render::Browser {
            pair("render", quoted("browser"));
        }
        for (key, texts) in [
            ("follow", &self.follow),
            ("topics", &self.topics),
            ("select", &self.select),
            ("drop", &self.drop),
            ("drop_lines", &self.drop_lines),
            ("terms", &self.terms),
            ("schedule", &self.schedule),
        ] {
            if !texts.is_empty() {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                pair(key, format!("[{}]", texts.join(", ")));
            }
        }
        if let Some(seconds) = self.every {
            pair("every", quoted(&duration(seconds)));
        }
        if let Some(profile) = &self.profile {
            pair("profile", quoted(profile));
        }
        if let Some(note) = &self.note {
            pair("note", quoted(note));
        }
        if !self.enabled {
            pair("enabled", "false".to_owned());
        }
        lines.join("\n") + "\n"
    }
}

/// An id that is not taken: from the name, else from the last parts of the address.
fn id(url: &Url, name: Option<&str>, taken: &mut BTreeSet<String>) -> String {
    let path = || {
        let parts: Vec<&str> = url
            .path_segments()
            .map(Iterator::collect)
            .unwrap_or_default();
        let last = parts.iter().rev().find(|part| !part.is_empty());
        let last = last.map_or(String::new(), |part| {
            slug(part.split('.').next().unwrap_or(part))
        });
        match last.is_empty() {
            true => slug(
                url.host_str()
                    .unwrap_or_default()
                    .trim_start_matches("www."),
            ),
            false => last,
        }
    };
    let base = name.map(slug).filter(|slug| !slug.is_empty());
    let base = base.unwrap_or_else(path);
    let base = match base.is_empty() {
        true => "page".to_owned(),
        false => base,
    };
    let numbered = (2..).map(|number| {
        let end = format!("-{number}");
        let room = LONGEST_ID - end.len();
        format!("{}{end}", cut(&base, room))
    });
    let mut candidates = std::iter::once(cut(&base, LONGEST_ID).to_owned()).chain(numbered);
    let free = candidates.find(|id| !taken.contains(id));
    let free = free.expect("there is always a next number");
    taken.insert(free.clone());
    free
}

/// The beginning of a slug, whole words where possible.
fn cut(slug: &str, room: usize) -> &str {
    if slug.len() <= room {
        return slug;
    }
    let start = &slug[..room];
    let words = start.rfind('-').filter(|end| *end >= room / 2);
    start[..words.unwrap_or(room)].trim_end_matches('-')
}

/// The letters and digits of a text with hyphens between its words.
pub(super) fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let words = lower.split(|c| !plain(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A text in TOML's quotes.
fn quoted(text: &str) -> String {
    toml::Value::String(plain(text)).to_string()
}

/// A text on one line without control characters.
fn plain(text: &str) -> String {
    let spaced = text.replace(|c: char| c.is_control(), " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ")
}

/// Seconds as the largest unit that holds them whole.
fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let whole = UNITS.iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    let (unit, letter) = whole.expect("everything is a number of seconds");
    format!("{}{letter}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watchlist::{Role, Source, read};

    fn draft(url: &str, name: Option<&str>) -> Draft {
        Draft::of(url.parse().expect("an address"), name, &mut BTreeSet::new())
    }

    #[test]
    fn what_is_written_is_a_watch_without_mistake() {
        let draft = Draft {
            title: Some("Say \"no\" \\ and\n more \u{7}".to_owned()),
            publisher: Some("NHS England".to_owned()),
            kind: Kind::Register,
            follow: vec!["attachments".to_owned()],
            render: Render::Browser,
            every: Some(5_400),
            select: vec!["main > p:not(.x)".to_owned()],
            drop: vec!["[class*='cookie']".to_owned()],
            drop_lines: vec![r"^Last edited: \d+$".to_owned()],
            terms: vec!["opt-out".to_owned()],
            note: Some("Look at the annex.".to_owned()),
            enabled: false,
            remarks: vec!["read as:\n\u{1b}[31mred".to_owned()],
            ..draft("https://a.example/guidance/page.html?x=1", None)
        };
        let text = draft.written();
        assert!(
            text.starts_with("# read as:\n# [31mred\n[[watch]]\nid = \"page\"\n"),
            "{text}"
        );
        let source = Source {
            name: "watchlist.toml".into(),
            text,
            role: Role::default(),
        };
        let watchlist = read(&[source]).expect("no mistake");
        let watch = &watchlist.watches[0];
        assert_eq!(watch.title.as_deref(), Some("Say \"no\" \\ and more"));
        assert_eq!(watch.reading.drop_lines, draft.drop_lines);
        assert_eq!(watch.when, crate::model::When::Every(5_400));
        assert!(!watch.enabled);
        assert_eq!(watch.render, Render::Browser);
    }

    #[track_caller]
    fn found(more: &str, expected: &str) {
        let text = format!(
            "[[watch]]\nid = \"a\"\nurl = \"https://a.example/a\"\ntitle = \"A\"\n{more}\n"
        );
        let source = |text: String| Source {
            name: "watchlist.toml".into(),
            text,
            role: Role::default(),
        };
        let watchlist = read(&[source(text)]).expect("no mistake");
        let written = Draft::of_found(&watchlist.watches[0]).written();
        assert!(written.contains(&format!("\n{expected}\n")), "{written}");
        let again = read(&[source(written)]).expect("no mistake");
        assert_eq!(again.watches[0], watchlist.watches[0]);
    }

    #[test]
    fn a_watch_that_was_found_is_written_as_people_write_it() {
        found("every = \"3600s\"", "every = \"1h\"");
        found("every = \"90m\"", "every = \"90m\"");
        found(
            "schedule = [\"0 9 * * 1\", \"30 16 * * 5\"]",
            "schedule = [\"0 9 * * 1\", \"30 16 * * 5\"]",
        );
        found("every = \"1d\"\nprofile = \"govuk\"", "profile = \"govuk\"");
        found(
            "every = \"1d\"\nkind = \"register\"\nfollow = [\"attachments\"]\nrender = \"browser\"",
            "follow = [\"attachments\"]",
        );
    }

    #[test]
    fn an_id_is_made_from_the_name_or_the_address_and_taken_once() {
        let mut taken = BTreeSet::new();
        let mut id =
            |url: &str, name| Draft::of(url.parse().expect("an address"), name, &mut taken).id;
        assert_eq!(id("https://www.a.uk/x/data-sets.pdf", None), "data-sets");
        assert_eq!(id("https://www.a.uk/y/data-sets/", None), "data-sets-2");
        assert_eq!(id("https://www.a.uk/", None), "a-uk");
        assert_eq!(id("https://a.uk/%E2%9C%93", Some("✓")), "e2-9c-93");
        assert_eq!(
            id("https://a.uk/", Some("NHS Digital: “Care.data”")),
            "nhs-digital-care-data"
        );
        let long = "word ".repeat(40);
        assert!(id("https://a.uk/", Some(&long)).len() <= LONGEST_ID);
        assert!(id("https://a.uk/", Some(&long)).ends_with("-2"));
    }

    #[test]
    fn a_duration_is_written_in_its_largest_whole_unit() {
        for (seconds, text) in [(3_600, "1h"), (5_400, "90m"), (172_800, "2d"), (61, "61s")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
