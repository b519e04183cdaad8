//! Reads RSS, RDF, Atom and JSON feeds as the list of their entries.

pub mod days;
mod mend;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Feed, Text};
use feed_rs::parser;
use url::Url;

use crate::extract::content::records;
use crate::extract::html::files;
use crate::extract::links::Links;
use crate::extract::plain::pen::{Pen, block};
use crate::extract::plain::{Draft, fragment};
use crate::extract::tidy::tidy;
use crate::extract::xml;
use crate::model::{Block, BlockKind, Link, Stated};

/// How much of an entry's text stands for its title where it has none, in words.
const WORDS_OF_TITLE: usize = 12;

/// Reads a feed: each entry an item with its link, its day, and its text below. What says when the feed was made is stated,
/// not text; entries that leave at its end were not taken away.
///
/// # Errors
/// The end of a sentence: why it cannot be read.
pub fn read(text: &str, url: &Url, links: &Links<'_>) -> Result<Draft, String> {
    let feed = parsed(text, url)?;
    let often = stamps(&feed);
    let all = feed.entries.len();
    let mut pen = Pen::default();
    for entry in &feed.entries {
        let shown = |at: &DateTime<Utc>| {
            let many = often.get(at).copied().unwrap_or_default();
            many < 3 || many * 2 <= all
        };
        let (published, updated) = (entry.published.filter(shown), entry.updated.filter(shown));
        write(&mut pen, entry, when(published, updated), links);
    }
    let stated = Stated {
        published: feed.published.map(|at| at.date_naive()),
        updated: feed.updated.map(|at| at.date_naive()),
        lines: (feed.updated.iter())
            .map(|at| format!("Updated {}", days::day(*at)))
            .collect(),
        ..Stated::default()
    };
    Ok(Draft {
        title: feed.title.as_ref().map(line),
        lang: feed.language,
        stated,
        blocks: pen.blocks,
        rolling: true,
        ..Draft::default()
    })
}

fn parsed(text: &str, url: &Url) -> Result<Feed, String> {
    let mended;
    let text = match text.trim_start().starts_with('<') {
        true => {
            mended = mend::mended(text);
            // Broken and endless nesting are named before the library meets them.
            xml::walk(&mended, |_| Ok(()))?;
            &mended
        }
        false => records::bare(text),
    };
    let parser = parser::Builder::new()
        .base_uri(Some(url.as_str()))
        .timestamp_parser(days::local)
        // An id is never shown, and must not differ from visit to visit.
        .id_generator(|_, _, _| String::new())
        .build();
    parser
        .parse(text.as_bytes())
        .map_err(|error| format!("is a feed that cannot be read: {error}"))
}

/// How many entries have each time.
fn stamps(feed: &Feed) -> HashMap<DateTime<Utc>, usize> {
    let mut often = HashMap::new();
    for entry in &feed.entries {
        let updated = entry.updated.filter(|at| Some(*at) != entry.published);
        for at in entry.published.into_iter().chain(updated) {
            *often.entry(at).or_default() += 1;
        }
    }
    often
}

fn write(pen: &mut Pen, entry: &Entry, when: Option<String>, links: &Links<'_>) {
    let below = below(entry, links);
    let url = address(entry, links);
    let title = entry.title.as_ref().map(line);
    let title = title.filter(|title| !title.is_empty()).or_else(|| {
        let first = below.first()?.text.split(' ').take(WORDS_OF_TITLE);
        Some(first.collect::<Vec<_>>().join(" "))
    });
    let title = title.or_else(|| url.clone());
    if let Some(url) = url {
        pen.open_link(url);
    }
    pen.line(BlockKind::Item(1), &title.unwrap_or_default());
    if let Some(when) = when {
        pen.line(BlockKind::Paragraph, &when);
    }
    pen.blocks.extend(below);
    pen.blocks.extend(offered(entry, links));
}

/// When an entry was published and, if on another day, updated.
fn when(published: Option<DateTime<Utc>>, updated: Option<DateTime<Utc>>) -> Option<String> {
    let (published, updated) = (published.map(days::day), updated.map(days::day));
    match (published, updated) {
        (Some(published), Some(updated)) if published != updated => {
            Some(format!("{published}, updated {updated}"))
        }
        (published, updated) => published.or(updated),
    }
}

/// The address of the page an entry is about.
fn address(entry: &Entry, links: &Links<'_>) -> Option<String> {
    let rank = |link: &&feed_rs::model::Link| match link.rel.as_deref() {
        Some("alternate") | None if link.media_type.as_deref().is_none_or(|t| t == "text/html") => {
            0
        }
        Some("alternate") | None => 1,
        Some("related" | "via") => 2,
        _ => 3,
    };
    let best = entry.links.iter().filter(|link| rank(link) < 3);
    let best = best.min_by_key(rank).map(|link| link.href.as_str());
    // The id of an entry of RSS is an address where the entry has no other.
    let id = || Some(entry.id.as_str()).filter(|id| id.starts_with("http"));
    links.target(best.or_else(id)?)
}

/// The text of an entry: all of it where the feed has it, else its summary.
fn below(entry: &Entry, links: &Links<'_>) -> Vec<Block> {
    let whole = entry.content.as_ref().and_then(|content| {
        let body = content.body.as_deref()?;
        let html = content.content_type.subty().as_str() != "plain";
        Some((body, html))
    });
    let summary = || {
        let text = entry.summary.as_ref()?;
        Some((text.content.as_str(), is_html(text)))
    };
    let whole = whole.filter(|(body, _)| !body.trim().is_empty());
    let Some((text, html)) = whole.or_else(summary) else {
        return Vec::new();
    };
    let mut blocks = match html || fragment::is_marked(text) {
        true => fragment::blocks(text, links),
        false => (text.split("\n\n"))
            .filter_map(|part| block(BlockKind::Paragraph, &fragment::line(part)))
            .collect(),
    };
    for block in &mut blocks {
        // Only entries are items of the first depth, and nothing in one entry stands above the next.
        block.kind = match std::mem::replace(&mut block.kind, BlockKind::Paragraph) {
            BlockKind::Heading(_) => BlockKind::Paragraph,
            BlockKind::Item(depth) => BlockKind::Item(depth.saturating_add(1)),
            other => other,
        };
    }
    blocks
}

/// The documents an entry has with it; pictures and sounds are none.
fn offered(entry: &Entry, links: &Links<'_>) -> Vec<Block> {
    let enclosed = (entry.links.iter())
        .filter(|link| link.rel.as_deref() == Some("enclosure") || link.media_type.is_some())
        .map(|link| (link.href.clone(), link.title.clone()));
    let media = entry.media.iter().flat_map(|media| &media.content);
    let media = media.filter_map(|content| Some((content.url.as_ref()?.to_string(), None)));
    let mut seen = Vec::new();
    let mut blocks = Vec::new();
    for (href, title) in enclosed.chain(media) {
        let url = links.target(&href).filter(|url| files::is_file(url));
        let Some(url) = url.filter(|url| !seen.contains(url)) else {
            continue;
        };
        let name = url.rsplit('/').next().unwrap_or_default();
        let text = tidy(title.as_deref().unwrap_or(name));
        seen.push(url.clone());
        blocks.push(Block {
            kind: BlockKind::Paragraph,
            links: vec![Link {
                text: text.clone(),
                url,
            }],
            text,
        });
    }
    blocks
}

fn line(text: &Text) -> String {
    tidy(&fragment::line(&text.content))
}

fn is_html(text: &Text) -> bool {
    text.content_type.subty().as_str() != "plain"
}
