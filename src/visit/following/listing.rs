//! The addresses that a page lists and that are followed.

use std::collections::HashSet;

use regex::Regex;
use url::Url;

use crate::extract;
use crate::model::{Document, Follow, How, Lead, Watch};

/// The longest address of a lead, in bytes.
const LONGEST_ADDRESS: usize = 2_000;

/// Leaves out what an earlier version of the page led to.
pub(super) fn leave_out(leads: &mut Vec<Lead>, watch: &Watch, earlier: &Document) {
    let had: HashSet<Url> = listed(watch, earlier)
        .into_iter()
        .map(|(url, ..)| url)
        .collect();
    leads.retain(|lead| !had.contains(&lead.url));
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
pub(super) fn listed(watch: &Watch, document: &Document) -> Vec<(Url, String, How)> {
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
                    add(entry.url.as_ref(), &entry.title, How::Entry);
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

/// An address that can be visited.
pub(super) fn address(url: &str) -> Option<Url> {
    let mut url = Url::parse(url)
        .ok()
        .filter(|_| url.len() <= LONGEST_ADDRESS)?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

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
