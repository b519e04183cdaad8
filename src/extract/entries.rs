//! Lists what a feed, a sitemap or an index page leads to.

use std::collections::HashSet;

use url::Url;

use crate::model::{Block, BlockKind, Document, Link};

/// One thing that a document leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What the document calls it; its address where it says nothing.
    pub title: String,
    /// Its address, in the form in which links are compared.
    pub url: Url,
}

/// The entries of a document in its order, each address once: those of a feed or a sitemap, else whatever stands in lists,
/// tables, headings and lines that are little more than links. Links inside prose lead elsewhere and are none.
pub fn entries(document: &Document) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let links = document.blocks.iter().flat_map(|block| {
        let many = match block.kind {
            BlockKind::Item(1) if document.rolling => 1,
            _ if document.rolling => 0,
            BlockKind::Paragraph | BlockKind::Verbatim if !is_only_links(block) => 0,
            _ => usize::MAX,
        };
        block.links.iter().take(many)
    });
    let links: Vec<&Link> = links.collect();
    let entries = links.into_iter().filter_map(|link| {
        let url = Url::parse(&link.url).ok()?;
        let fresh = url.scheme().starts_with("http") && seen.insert(link.url.clone());
        let title = link.text.clone();
        fresh.then_some(Entry { title, url })
    });
    entries.collect()
}

/// Whether a block is little more than its links.
fn is_only_links(block: &Block) -> bool {
    let length = |text: &str| text.chars().count();
    let linked: usize = block.links.iter().map(|link| length(&link.text)).sum();
    linked * 10 >= length(&block.text) * 7
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{read_page, served};
    use crate::extract::{entries, read};
    use crate::model::{Document, Reading};

    fn titles(document: &Document) -> Vec<String> {
        let entries = entries(document).into_iter();
        entries
            .map(|entry| format!("{} <{}>", entry.title, entry.url))
            .collect()
    }

    fn read_bytes(body: &str) -> Document {
        let capture = served("https://a.uk/feed", &[], body.as_bytes());
        read(&capture, body.as_bytes(), &Reading::default()).expect("a document")
    }

    #[test]
    fn of_a_feed_they_are_its_entries_and_not_what_these_mention() {
        let feed = "<rss version='2.0'><channel><title>T</title><item><title>One</title><link>https://a.uk/1</link>\
            <description>&lt;ul&gt;&lt;li&gt;&lt;a href='/x'&gt;x&lt;/a&gt;&lt;/li&gt;&lt;/ul&gt;</description></item></channel></rss>";
        assert_eq!(titles(&read_bytes(feed)), ["One <https://a.uk/1>"]);
    }

    #[test]
    fn of_a_sitemap_they_are_its_addresses() {
        let map =
            "<urlset><url><loc>https://a.uk/1</loc><lastmod>2021-05-12</lastmod></url></urlset>";
        let expected = ["https://a.uk/1 <https://a.uk/1>"];
        assert_eq!(titles(&read_bytes(map)), expected);
    }

    #[test]
    fn of_a_page_they_are_what_it_lists() {
        let html = "<main><h1>Directions</h1><p>Read <a href='/about'>about directions</a> and how they are given to us by law.</p>\
            <ul><li><a href='/1'>One</a> (2021)</li><li><a href='/2#top'>Two</a></li><li><a href='/1'>One again</a></li></ul>\
            <h2><a href='/3'>Three</a></h2><p><a href='/4'>Four</a></p></main>";
        let page = read_page(html, &Reading::default()).expect("a page");
        let expected = ["One </1>", "Two </2>", "Three </3>", "Four </4>"];
        let expected = expected.map(|line| line.replace('/', "https://www.gov.uk/"));
        assert_eq!(titles(&page), expected);
    }
}
