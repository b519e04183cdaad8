//! What a page leads to from now on, compared with what it led to before.

use std::collections::{BTreeMap, HashMap, HashSet};

use regex::Regex;
use url::Url;

use crate::extract;
use crate::model::{
    Attachment, Digest, Document, Fate, First, Follow, How, Lead, Trail, Watch, WatchId,
};
use crate::watchlist::{Trails, Watchlist};

/// The most leads that one step of a page adds.
const MOST: usize = 5_000;
/// The longest address of a lead, in bytes.
const LONGEST_ADDRESS: usize = 2_000;
/// The longest title of a lead, in characters.
const LONGEST_TITLE: usize = 200;
/// How much of the id of a parent and of a title stands in the id of a lead, in characters; with two hyphens before the
/// title, one after it and the mark they make up the 64 that an id may have.
const OF_PARENT: usize = 24;
const OF_TITLE: usize = 29;
const OF_MARK: usize = 8;

/// What is known of leads and of the watchlist when a page is looked at.
pub(in crate::visit) struct Known<'a> {
    watchlist: &'a Watchlist,
    /// Every lead.
    pub(super) trails: Trails,
    addresses: HashMap<Url, WatchId>,
}

/// What becomes of one file of a page.
pub(super) struct Offered {
    /// The lead from now on.
    pub(super) lead: Lead,
    /// In what way it is new.
    pub(super) turn: Turn,
}

/// In what way a file of a page is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    /// It stood there already, and was not followed.
    Found,
    /// The page did not offer it before.
    Added,
    /// The page says other things of it than before, or gives another address for it.
    Altered,
    /// The page offers it again.
    Back,
    /// The page offers it no longer.
    Removed,
}

impl<'a> Known<'a> {
    pub(super) fn new(watchlist: &'a Watchlist, trails: Vec<Trail>) -> Known<'a> {
        let addresses = trails
            .iter()
            .map(|trail| (trail.lead.url.clone(), trail.lead.watch.clone()))
            .collect();
        let trails: BTreeMap<WatchId, Trail> = trails
            .into_iter()
            .map(|trail| (trail.lead.watch.clone(), trail))
            .collect();
        Known {
            watchlist,
            trails,
            addresses,
        }
    }

    /// The lead that is visited as this watch, if it is one.
    pub(super) fn lead(&self, id: &WatchId) -> Option<&Lead> {
        Some(&self.trails.get(id)?.lead)
    }

    /// Whether an address is that of a lead, or of a watch of the watchlist.
    fn has(&self, url: &Url) -> bool {
        let own = |watch: &Watch| watch.found_by.is_none() && watch.url == *url;
        self.addresses.contains_key(url) || self.watchlist.watches.iter().any(own)
    }

    fn files_of(&self, watch: &Watch) -> impl Iterator<Item = &Lead> {
        let leads = self.trails.values().map(|trail| &trail.lead);
        leads.filter(move |lead| {
            let of_it = lead.parent == watch.id || watch.was.contains(&lead.parent);
            of_it && lead.how == How::Attachment
        })
    }

    /// What becomes of the files of a page at this address that offered those before, and offers these now.
    pub(super) fn files(
        &self,
        watch: &Watch,
        at: &Url,
        before: Option<&Document>,
        after: &Document,
    ) -> Vec<Offered> {
        if !watch.follow.contains(&Follow::Attachments) {
            return Vec::new();
        }
        let had = before.map_or(&[][..], |before| &before.attachments[..]);
        let mut offered: Vec<Offered> = Vec::new();
        let mut kept = HashSet::new();
        for file in after.attachments.iter().take(MOST) {
            let Some(url) = address(&file.url).filter(|url| *url != watch.url && url != at) else {
                continue;
            };
            let was = had.iter().find(|was| was.url == file.url);
            let known = self.addresses.get(&url).and_then(|id| self.lead(id));
            let next = match known {
                Some(lead) => {
                    kept.insert(lead.watch.clone());
                    again(watch, lead, was, file)
                }
                None => match self.other_address(watch, file, after) {
                    Some(lead) => {
                        kept.insert(lead.watch.clone());
                        let (lead, turn) = (Lead { url, ..lead }, Turn::Altered);
                        Some(Offered { lead, turn })
                    }
                    None if self.has(&url) => None,
                    None => Some(self.new_file(watch, file, url, was)),
                },
            };
            offered.extend(next);
        }
        let gone = self.files_of(watch).filter(|lead| {
            !kept.contains(&lead.watch) && matches!(lead.fate, Fate::Watched | Fate::Unread)
        });
        offered.extend(gone.map(|lead| Offered {
            lead: Lead {
                fate: Fate::Gone,
                why: Some("the page that led to it offers it no longer".to_owned()),
                ..lead.clone()
            },
            turn: Turn::Removed,
        }));
        offered
    }

    fn new_file(
        &self,
        watch: &Watch,
        file: &Attachment,
        url: Url,
        was: Option<&Attachment>,
    ) -> Offered {
        let (turn, first) = match was {
            Some(_) => (Turn::Found, First::Baseline),
            None => (Turn::Added, First::News),
        };
        let lead = lead(watch, url, &file.title, How::Attachment, first);
        Offered { lead, turn }
    }

    /// The file of the same title that stood at another address, which the page gives no longer: another edition of it.
    fn other_address(&self, watch: &Watch, file: &Attachment, after: &Document) -> Option<Lead> {
        let title = short(&file.title);
        if title.is_empty()
            || after
                .attachments
                .iter()
                .filter(|one| short(&one.title) == title)
                .count()
                > 1
        {
            return None;
        }
        let offered = |url: &Url| after.attachments.iter().any(|one| one.url == url.as_str());
        let mut same = self.files_of(watch).filter(|lead| {
            lead.title == title
                && !offered(&lead.url)
                && matches!(lead.fate, Fate::Watched | Fate::Unread)
        });
        let one = same.next()?;
        same.next().is_none().then(|| one.clone())
    }

    /// The entries and links that a page did not lead to before, and nobody knows.
    pub(super) fn others(&self, watch: &Watch, before: &Document, after: &Document) -> Vec<Lead> {
        let had: HashSet<Url> = listed(watch, before)
            .into_iter()
            .map(|(url, ..)| url)
            .collect();
        let new = listed(watch, after).into_iter();
        let new = new.filter(|(url, ..)| !had.contains(url) && !self.has(url) && *url != watch.url);
        new.take(MOST)
            .map(|(url, title, how)| lead(watch, url, &title, how, First::News))
            .collect()
    }
}

/// Leaves out what an earlier version of the page led to.
pub(super) fn leave_out(leads: &mut Vec<Lead>, watch: &Watch, earlier: &Document) {
    let had: HashSet<Url> = listed(watch, earlier)
        .into_iter()
        .map(|(url, ..)| url)
        .collect();
    leads.retain(|lead| !had.contains(&lead.url));
}

/// A file that is known: there again, altered, or as it was.
fn again(watch: &Watch, lead: &Lead, was: Option<&Attachment>, is: &Attachment) -> Option<Offered> {
    let lead = lead.clone();
    if lead.fate == Fate::Gone {
        let lead = Lead {
            parent: watch.id.clone(),
            fate: Fate::Watched,
            why: Some("the page that led to it offers it again".to_owned()),
            ..lead
        };
        return Some(Offered {
            lead,
            turn: Turn::Back,
        });
    }
    let altered = was.is_some_and(|was| was.facts != is.facts);
    let turn = Turn::Altered;
    let of_it = lead.parent == watch.id || watch.was.contains(&lead.parent);
    (altered && of_it && lead.fate == Fate::Watched).then_some(Offered { lead, turn })
}

/// Whether an address is one of the links of a watch that are followed.
pub(super) fn is_followed(watch: &Watch, address: &str) -> bool {
    let patterns = watch.follow.iter().filter_map(|follow| match follow {
        Follow::Links(pattern) => Some(pattern),
        _ => None,
    });
    patterns
        .filter_map(|pattern| whole(pattern))
        .any(|pattern| fits(&pattern, address))
}

/// A pattern that fits a whole address or none of it; the watchlist has named one that is no pattern as a mistake.
fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

/// The entries and links of a page that are followed: address, title, and what they are to it.
fn listed(watch: &Watch, document: &Document) -> Vec<(Url, String, How)> {
    let mut listed = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |url: &str, title: &str, how: How| {
        if let Some(url) = address(url)
            && seen.insert(url.clone())
        {
            listed.push((url, title.to_owned(), how));
        }
    };
    for follow in &watch.follow {
        match follow {
            Follow::Attachments => {}
            Follow::Entries => {
                for entry in extract::entries(document) {
                    add(&entry.url, &entry.title, How::Entry);
                }
            }
            Follow::Links(pattern) => {
                let Some(pattern) = whole(pattern) else {
                    continue;
                };
                let links = document.blocks.iter().flat_map(|block| &block.links);
                let links = links.map(|link| (&link.url, &link.text));
                let files = document.attachments.iter();
                for (url, title) in links.chain(files.map(|file| (&file.url, &file.title))) {
                    if fits(&pattern, url) {
                        add(url, title, How::Link);
                    }
                }
            }
        }
    }
    listed
}

/// Whether an address fits a pattern: as a whole, or from the path on where the pattern begins there.
fn fits(pattern: &Regex, url: &str) -> bool {
    let on_host = || {
        let url = Url::parse(url).ok()?;
        let query = url.query().map(|query| format!("?{query}"));
        Some(format!("{}{}", url.path(), query.unwrap_or_default()))
    };
    pattern.is_match(url) || on_host().is_some_and(|path| pattern.is_match(&path))
}

fn address(url: &str) -> Option<Url> {
    let mut url = Url::parse(url)
        .ok()
        .filter(|_| url.len() <= LONGEST_ADDRESS)?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn short(title: &str) -> String {
    title.trim().chars().take(LONGEST_TITLE).collect()
}

fn lead(watch: &Watch, url: Url, title: &str, how: How, first: First) -> Lead {
    Lead {
        watch: id(&watch.id, &url, title),
        parent: watch.id.clone(),
        title: short(title),
        url,
        how,
        first,
        fate: Fate::Unread,
        why: None,
    }
}

/// The id of what stands at this address: the same whenever it is made, and another one for every address.
fn id(parent: &WatchId, url: &Url, title: &str) -> WatchId {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    let slug = slug(title, OF_TITLE);
    let slug = match slug.is_empty() {
        true => self::slug(last.unwrap_or("page"), OF_TITLE),
        false => slug,
    };
    let mark = Digest::of(url.as_str().as_bytes()).to_string();
    let mark = &mark[..OF_MARK.min(mark.len())];
    let parent = self::slug(&parent.0, OF_PARENT);
    match slug.is_empty() {
        true => WatchId(format!("{parent}--{mark}")),
        false => WatchId(format!("{parent}--{slug}-{mark}")),
    }
}

/// Lower-case letters, digits and single hyphens, at most so many, none at either end.
fn slug(text: &str, longest: usize) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let lower = text.to_lowercase();
    let words = lower.split(|c| !plain(c)).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-");
    slug.chars()
        .take(longest)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn an_id_is_legal_and_one_for_every_address() {
        let parent = WatchId::from("a-watch-with-a-very-long-name-that-goes-on-and-on");
        let long = "Minutes of the meeting of the advisory group on data, held in Leeds";
        let one = id(&parent, &url("https://a.uk/1"), long);
        let other = id(&parent, &url("https://a.uk/2"), long);
        assert_ne!(one, other);
        assert!(
            one.0.len() <= 64 && one.0.starts_with("a-watch-with-a-very-long--minutes-of-"),
            "{one}"
        );
        assert!(
            one.0
                .chars()
                .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
        );
        assert_eq!(one, id(&parent, &url("https://a.uk/1"), long));
        let nameless = id(
            &WatchId::from("feed"),
            &url("https://a.uk/x/Report.PDF"),
            "—",
        );
        assert!(nameless.0.starts_with("feed--report-pdf-"), "{nameless}");
    }

    #[test]
    fn a_pattern_is_of_the_whole_address_or_of_what_follows_the_host() {
        let fits_it = |pattern: &str, url: &str| {
            fits(
                &Regex::new(&format!("^(?:{pattern})$")).expect("a pattern"),
                url,
            )
        };
        assert!(fits_it(
            "https://a[.]uk/minutes/.*",
            "https://a.uk/minutes/2026"
        ));
        assert!(fits_it("/minutes/.*", "https://a.uk/minutes/2026?page=2"));
        assert!(!fits_it("/minutes/.*", "https://a.uk/old/minutes/2026"));
        assert!(!fits_it(
            "https://a[.]uk/minutes",
            "https://a.uk/minutes/2026"
        ));
    }
}
