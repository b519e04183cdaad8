//! The entries of a document that is a list: a feed, a sitemap, a page of search results.

use std::collections::HashSet;

use crate::model::Document;

/// One entry of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What the list calls it; empty where it says nothing.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// What a list leads to, in its order, each address once.
pub fn entries(document: &Document) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut entries = Vec::new();
    let mut title = "";
    for block in &document.blocks {
        for link in &block.links {
            add(&mut entries, &mut seen, &link.text, &link.url);
        }
        // XML that is read element by element has its addresses as text.
        match block.text.split_once(": ") {
            Some(("title", words)) => title = words,
            Some(("link" | "loc", address)) => {
                add(
                    &mut entries,
                    &mut seen,
                    std::mem::take(&mut title),
                    address.trim(),
                );
            }
            _ => {}
        }
    }
    entries
}

fn add(entries: &mut Vec<Entry>, seen: &mut HashSet<String>, title: &str, url: &str) {
    let known = url.starts_with("http://") || url.starts_with("https://");
    if known && seen.insert(url.to_owned()) {
        entries.push(Entry {
            title: title.trim().to_owned(),
            url: url.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Link, ReaderId};

    fn paragraph(text: &str, links: &[(&str, &str)]) -> Block {
        let link = |(text, url): &(&str, &str)| Link {
            text: (*text).to_owned(),
            url: (*url).to_owned(),
        };
        Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            links: links.iter().map(link).collect(),
        }
    }

    #[test]
    fn every_address_is_an_entry_once() {
        let mut list = Document::empty(ReaderId("list-1".to_owned()), "A list");
        list.blocks = vec![
            paragraph("One and two", &[("One", "https://a.uk/1")]),
            paragraph("title: Two", &[]),
            paragraph("link: https://a.uk/2", &[]),
            paragraph(
                "One again",
                &[("One", "https://a.uk/1"), ("Write", "mailto:a@a.uk")],
            ),
        ];
        let found: Vec<(String, String)> = entries(&list)
            .into_iter()
            .map(|entry| (entry.title, entry.url))
            .collect();
        let pair = |title: &str, url: &str| (title.to_owned(), url.to_owned());
        assert_eq!(
            found,
            [pair("One", "https://a.uk/1"), pair("Two", "https://a.uk/2")]
        );
    }
}
