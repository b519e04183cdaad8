//! A paragraph to cite a change with: what, where, between which times, and by which digests it can be checked.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::model::{Bounds, EntryNo, Version};
use crate::wording::times;

/// What is cited.
#[derive(Clone, Copy, Debug)]
pub struct Cited<'a> {
    /// The page.
    pub title: &'a str,
    /// Who publishes it, where that is known.
    pub publisher: Option<&'a str>,
    /// The version before; absent where no page was there, or none was known.
    pub before: Option<&'a Version>,
    /// The version after; absent where the page is gone.
    pub after: Option<&'a Version>,
    /// Between which times it changed, where these two follow one another.
    pub bounds: Option<&'a Bounds>,
    /// The entry of the journal that holds the change.
    pub entry: Option<EntryNo>,
    /// Where it can be read.
    pub address: &'a str,
}

/// The paragraph.
pub fn cite(of: &Cited<'_>, zone: Tz, now: DateTime<Utc>) -> String {
    let mut said = format!("“{}”", of.title);
    if let Some(publisher) = of.publisher {
        said.push_str(&format!(", {publisher}"));
    }
    if let Some(version) = of.after.or(of.before) {
        said.push_str(&format!(", {}", version.url));
    }
    said.push('.');
    if let Some(bounds) = of.bounds {
        said.push_str(&format!(" Changed {}.", times::between(bounds, zone, now)));
    }
    for (version, word) in [(of.before, "Before"), (of.after, "After")] {
        match version {
            Some(version) => said.push_str(&format!(
                " {word}: version {}, seen {}, SHA-256 of the bytes served {}, of the capture {}.",
                version.no,
                times::moment(version.at, zone),
                version.body,
                version.capture
            )),
            None => said.push_str(&format!(" {word}: no page there.")),
        }
    }
    if let Some(entry) = of.entry {
        said.push_str(&format!(" Entry {entry} of the journal."));
    }
    said.push_str(&format!(
        " {}, read on {}.",
        of.address,
        times::day(now, zone)
    ));
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_change_is_cited_with_bounds_digests_and_entry() {
        let version = Version {
            watch: "page".into(),
            no: 2,
            at: at("2016-07-06T11:00:00Z"),
            after: None,
            last_seen: at("2016-07-06T11:00:00Z"),
            url: "https://a.example/page".parse().expect("an address"),
            title: "A page".to_owned(),
            body: Digest::of(b"body"),
            capture: Digest::of(b"capture"),
            document: Digest::of(b"document"),
            text: Digest::of(b"text"),
            same_text_as: None,
            entry: 7,
            imported: None,
            continues: None,
            reread: None,
            backfilled: None,
            forgotten: None,
        };
        let bounds = Bounds {
            after: Some(at("2016-07-06T09:00:00Z")),
            by: at("2016-07-06T11:00:00Z"),
        };
        let cited = Cited {
            title: "A page",
            publisher: Some("An office"),
            before: None,
            after: Some(&version),
            bounds: Some(&bounds),
            entry: Some(7),
            address: "https://window.example/d/page/0..2",
        };
        assert_eq!(
            cite(&cited, chrono_tz::UTC, at("2016-07-08T09:00:00Z")),
            format!(
                "“A page”, An office, https://a.example/page. Changed between 09:00 and 11:00 on Wed 6 July (UTC). \
                 Before: no page there. After: version 2, seen Wed 6 July 2016 11:00 UTC, SHA-256 of the bytes served {}, \
                 of the capture {}. Entry 7 of the journal. https://window.example/d/page/0..2, read on Fri 8 July \
                 2016.",
                Digest::of(b"body"),
                Digest::of(b"capture")
            )
        );
    }
}
