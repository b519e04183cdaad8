//! What a sentence stands in and under: its part of the page, its heading, the words that open its list.

use crate::findings::passages::Part;
use crate::model::{BlockKind, Document, Place};
use crate::prose::{fold, split};

/// So many items of a list are looked through for the words that open it.
const LIST: usize = 60;

/// What a block is.
pub(super) fn part(place: &Place) -> Part {
    let linked: usize = place
        .links
        .iter()
        .map(|link| link.text.chars().count())
        .sum();
    match &place.kind {
        BlockKind::Heading(_) => Part::Heading,
        BlockKind::Row(..) => Part::Row,
        _ if linked > 0 && linked * 10 >= place.text.chars().count() * 8 => Part::Link,
        _ => Part::Text,
    }
}

/// The words that open the list in which an item stands: the last sentence of the block above it, if that ends in a colon.
pub(super) fn opening(document: Option<&Document>, place: &Place) -> String {
    let is_item = matches!(place.kind, BlockKind::Item(_));
    let Some(document) = document.filter(|_| is_item) else {
        return String::new();
    };
    let above = document.blocks.get(..place.index).unwrap_or_default();
    let mut above = above.iter().rev().take(LIST);
    let opens = above.find(|block| !matches!(block.kind, BlockKind::Item(_)));
    let opens = opens.filter(|block| block.text.trim_end().ends_with(':'));
    let sentences = opens.map(|block| split(&block.text)).unwrap_or_default();
    sentences.last().map(|last| fold(last)).unwrap_or_default()
}

/// The question that stands just above a block.
pub(super) fn question_above<'a>(document: Option<&'a Document>, place: &Place) -> Option<&'a str> {
    let above = document?.blocks.get(place.index.checked_sub(1)?)?;
    above.text.ends_with('?').then_some(above.text.as_str())
}

/// The headings of a document, with where they stand.
pub(super) struct Headings<'a>(Vec<(usize, &'a str)>);

impl<'a> Headings<'a> {
    pub(super) fn of(document: Option<&'a Document>) -> Headings<'a> {
        let blocks = document.map_or(&[][..], |document| &document.blocks);
        let blocks = blocks.iter().enumerate();
        let headings = blocks.filter(|(_, block)| matches!(block.kind, BlockKind::Heading(_)));
        Headings(
            headings
                .map(|(at, block)| (at, block.text.as_str()))
                .collect(),
        )
    }

    /// The heading a block stands under.
    pub(super) fn above(&self, place: &Place) -> Option<&'a str> {
        let above = self.0.partition_point(|(at, _)| *at < place.index);
        Some(self.0.get(above.checked_sub(1)?)?.1)
    }
}
