//! Reads text that is no page: feeds, sitemaps, JSON, Markdown, plain text and comma-separated values.

pub mod fragment;
pub mod pen;

mod lines;
mod wrapped;

use crate::extract::claims::{self, Event};
use crate::extract::content::Content;
use crate::extract::links::Links;
use crate::extract::rules::Rules;
use crate::extract::{feed, file, json, markdown, noise, sitemap, xml};
use crate::model::{Block, BlockKind, Capture, Document, Failure, FailureKind, Stated};

/// What was read of a text, before the rules of its watch are heeded.
#[derive(Default)]
pub struct Draft {
    /// What it calls itself; the name of the file where absent.
    pub title: Option<String>,
    /// The language it says it is in.
    pub lang: Option<String>,
    /// What it says of itself.
    pub stated: Stated,
    /// Its text.
    pub blocks: Vec<Block>,
    /// What is kept and not compared.
    pub around: Vec<String>,
    /// Where its pages begin: the first block of each.
    pub pages: Vec<usize>,
    /// Whether it shows only the latest, so that entries leave at its end.
    pub rolling: bool,
}

/// Reads text that is no page.
///
/// # Errors
/// A failure where the text is not sound, or a key selects nothing of it.
pub fn read(
    capture: &Capture,
    text: &str,
    sort: Content,
    rules: &Rules,
) -> Result<Document, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let links = Links::new(capture.landed().clone(), &rules.reading.drop_params);
    let draft = match sort {
        Content::Json => json::read(text, &links, rules),
        Content::Feed | Content::JsonFeed => feed::read(text, capture.landed(), &links),
        Content::Sitemap => sitemap::read(text, &links),
        Content::Xml => xml::read(text, &links),
        Content::Markdown => Ok(markdown::read(text, &links)),
        _ => Ok(lines::read(text, &links)),
    };
    let draft = draft.map_err(|why| {
        let why = format!("{} {why}", capture.landed());
        Failure::new(FailureKind::Unreadable, why)
    })?;
    Ok(heeding(rules, capture, sort, draft))
}

/// The document, as the rules of the watch will have it.
fn heeding(rules: &Rules, capture: &Capture, sort: Content, draft: Draft) -> Document {
    let mut stated = draft.stated;
    let mut blocks = Vec::with_capacity(draft.blocks.len());
    let mut pages = Vec::with_capacity(draft.pages.len());
    let mut around = draft.around;
    let mut claimed = Vec::new();
    let mut next_page = draft.pages.into_iter().peekable();
    for (at, block) in draft.blocks.into_iter().enumerate() {
        if next_page.next_if(|first| *first <= at).is_some() {
            pages.push(blocks.len());
        }
        let dropped = (rules.drop_lines.iter()).any(|line| line.is_match(&block.text));
        // In data, a line that states a date is a field like any other.
        let prose = block.kind == BlockKind::Paragraph && sort != Content::Json;
        if dropped || prose && noise::is_noise(&block.text) {
            around.push(block.text);
        } else if prose && claims::is_statement(&block.text) {
            claimed.extend(claims::claims(&block.text));
            stated.lines.push(block.text);
        } else {
            blocks.push(block);
        }
    }
    let day = |event| {
        let mut of = (claimed.iter()).filter(|claim| claim.what == event);
        of.find_map(|claim| claim.when.day)
    };
    stated.published = stated.published.or_else(|| day(Event::Published));
    stated.updated = stated.updated.or_else(|| day(Event::Updated));
    let title = draft.title.filter(|title| !title.is_empty());
    Document {
        lang: draft.lang,
        stated,
        blocks,
        surroundings: around,
        pages,
        rolling: draft.rolling,
        ..Document::empty(
            rules.reader.clone(),
            title.unwrap_or_else(|| file::name(capture)),
        )
    }
}
