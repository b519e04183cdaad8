//! Finds what a page of GOV.UK only shows: contacts and values that are kept elsewhere and change on all pages at once.

use scraper::node::Element;

use crate::extract::html::cutter::Piece;
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::rules::Rules;

/// The texts of the pieces that are kept elsewhere. Other sites give their own text such names.
pub fn texts(outline: &Outline<'_>, rules: &Rules, pieces: &[Piece]) -> Vec<String> {
    if rules.reading.interface.is_none() {
        return Vec::new();
    }
    let shown = |at: usize| outline.element(at).is_some_and(is_embedded);
    let embedded = |piece: &&Piece| shown(piece.at) || outline.above(piece.at).any(shown);
    let embedded = pieces.iter().filter(embedded);
    embedded.map(|piece| piece.block.text.clone()).collect()
}

fn is_embedded(element: &Element) -> bool {
    let classes = attribute(element, "class").unwrap_or_default();
    let mut classes = classes.split_ascii_whitespace();
    element.name() != "span" && classes.any(|class| matches!(class, "contact" | "content-embed"))
}
