//! Reads an HTML page as a person would.

pub mod bounds;
pub mod outline;

pub mod bare;
pub mod furniture;
pub mod head;
pub mod region;
pub mod table;

pub mod cutter;
pub mod elements;
pub mod marks;
pub mod numbers;
pub mod walk;

pub mod embedded;
pub mod files;
pub mod sorting;

#[cfg(test)]
mod tests;

use scraper::Html;
use url::Url;

use crate::extract::html::cutter::{Piece, Place};
use crate::extract::html::head::Head;
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::html::region::Region;
use crate::extract::html::sorting::Sorted;
use crate::extract::links::Links;
use crate::extract::rules::Rules;
use crate::extract::verdict;
use crate::model::{Attachment, Block, BlockKind, Capture, Document, Failure, FailureKind};

/// Reads a page: the text as it was served, and as it is looked at, which may be the same.
///
/// # Errors
/// A failure where there is no page: an empty selection, a placeholder, a block page.
pub fn read(
    capture: &Capture,
    text: &str,
    looked_at: &str,
    rules: &Rules,
) -> Result<Document, Failure> {
    let bounded = bounds::bounded(looked_at).map_err(|excess| {
        let why = format!("{} {excess}", capture.landed());
        Failure::new(FailureKind::TooLarge, why)
    })?;
    let page = Html::parse_document(&bounded);
    let outline = Outline::of(&page);
    let head = head::read(&outline, capture);
    let region = if rules.select.is_empty() {
        Ok(region::generic(&outline, rules.reading.kind))
    } else {
        region::selected(&outline, rules)
    };
    let chosen = match &region {
        Ok(region) => region,
        Err(_) => &region::generic(&outline, rules.reading.kind),
    };
    let head_title = head.title.clone();
    let document = document(capture, rules, &outline, head, chosen);
    if let Some(failure) = verdict::not_a_page(capture, text, &head_title, &document) {
        return Err(failure);
    }
    if let Err(tried) = region {
        let why = format!(
            "the selector “{tried}” selects nothing on {}",
            capture.landed()
        );
        return Err(Failure::new(FailureKind::Unreadable, why));
    }
    Ok(document)
}

/// What a piece of markup holds.
pub struct Fragment {
    /// Its text.
    pub blocks: Vec<Block>,
    /// The files it offers.
    pub files: Vec<Attachment>,
    /// The texts of blocks that are kept elsewhere.
    pub embedded: Vec<String>,
}

/// The text of a piece of markup that stands in something else, with the files it offers.
///
/// # Errors
/// A sentence's end ("has more than …") when it cannot be parsed.
pub fn fragment(markup: &str, base: &Url, rules: &Rules) -> Result<Fragment, String> {
    let bounded = bounds::bounded(markup)?;
    let page = Html::parse_document(&bounded);
    let outline = Outline::of(&page);
    let links = Links::new(base.clone(), &rules.reading.drop_params);
    let mut pieces = walk::pieces(&outline, rules, &links, &region::whole(&outline));
    let files = files::offered(&mut pieces);
    let is_text = |piece: &Piece| !matches!(piece.place, Place::Around | Place::FileFacts);
    let embedded = embedded::told(&outline, &pieces);
    let pieces = pieces.into_iter().filter(is_text);
    Ok(Fragment {
        blocks: pieces.map(|piece| piece.block).collect(),
        files,
        embedded,
    })
}

fn document(
    capture: &Capture,
    rules: &Rules,
    outline: &Outline<'_>,
    head: Head,
    region: &Region,
) -> Document {
    let base = head
        .base
        .clone()
        .unwrap_or_else(|| capture.landed().clone());
    let links = Links::new(base, &rules.reading.drop_params);
    let mut pieces = walk::pieces(outline, rules, &links, region);
    let attachments = files::offered(&mut pieces);
    let title = title(outline, &pieces, &head, capture);
    let embedded = embedded::shown(outline, &pieces);
    let Sorted {
        blocks,
        mut stated,
        around,
    } = sorting::sort(outline, rules, &head, pieces);
    if stated.withdrawn.is_none() && title.to_ascii_lowercase().starts_with("[withdrawn]") {
        stated.withdrawn = Some("[Withdrawn]".to_owned());
    }
    stated.noindex = head.noindex;
    stated.canonical = head.canonical;
    stated.content_id = head.content_id;
    Document {
        reader: rules.reader.clone(),
        title,
        lang: head.lang,
        stated,
        blocks,
        attachments,
        surroundings: around,
        pages: Vec::new(),
        rolling: false,
        rows_by: Vec::new(),
        embedded,
    }
}

/// The first heading of level one in the text, else outside of headers and footers, else what `<title>` says.
fn title(outline: &Outline<'_>, pieces: &[Piece], head: &Head, capture: &Capture) -> String {
    let is_title = |piece: &&Piece| piece.block.kind == BlockKind::Heading(1);
    let inside = pieces
        .iter()
        .filter(is_title)
        .find(|piece| piece.place == Place::Main);
    let outside = || {
        pieces.iter().filter(is_title).find(|piece| {
            outline.above(piece.at).all(|at| {
                let role = outline
                    .element(at)
                    .and_then(|element| attribute(element, "role"));
                !matches!(outline.name(at), "nav" | "footer" | "aside" | "header")
                    && !matches!(role, Some("banner" | "contentinfo" | "dialog"))
            })
        })
    };
    match inside.or_else(outside) {
        Some(piece) => piece.block.text.clone(),
        None => head.bare_title(capture.landed().host_str().unwrap_or_default()),
    }
}
