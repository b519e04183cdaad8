//! Sets apart what only left at the end of a document that shows the latest, such as a feed.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::model::{BlockKind, Document};

/// The old document without the entries that left at the end to make room for as many new ones.
pub(super) fn without_tail<'a>(before: &'a Document, after: &Document) -> Cow<'a, Document> {
    if !(before.rolling && after.rolling) {
        return Cow::Borrowed(before);
    }
    let had: HashSet<&str> = entries(before).map(|(_, name)| name).collect();
    let has: HashSet<&str> = entries(after).map(|(_, name)| name).collect();
    let came = has.difference(&had).count();
    let old: Vec<(usize, &str)> = entries(before).collect();
    let left = old.iter().rev().take_while(|(_, name)| !has.contains(name));
    let left = left.count();
    // Where more left than came, something may have been taken away.
    match old.len().checked_sub(left).and_then(|first| old.get(first)) {
        Some((at, _)) if left <= came => Cow::Owned(Document {
            blocks: before.blocks[..*at].to_vec(),
            ..before.clone()
        }),
        _ => Cow::Borrowed(before),
    }
}

/// Where each entry begins, and its address, else its words.
fn entries(document: &Document) -> impl Iterator<Item = (usize, &str)> {
    let numbered = document.blocks.iter().enumerate();
    let begin = numbered.filter(|(_, block)| block.kind == BlockKind::Item(1));
    begin.map(|(at, block)| {
        let link = block.links.first().map(|link| link.url.as_str());
        (at, link.unwrap_or(&block.text))
    })
}

#[cfg(test)]
mod tests {
    use crate::diff::between;
    use crate::diff::laws::document;
    use crate::model::{Block, BlockKind, Document, Edit};

    fn feed(entries: &[&str]) -> Document {
        let block = |kind, text: String| Block {
            kind,
            text,
            links: Vec::new(),
        };
        let blocks = entries.iter().flat_map(|title| {
            [
                block(BlockKind::Item(1), (*title).to_owned()),
                block(BlockKind::Paragraph, format!("The text of {title}.")),
            ]
        });
        Document {
            rolling: true,
            ..document("Feed", blocks.collect())
        }
    }

    #[track_caller]
    fn case(old: &[&str], new: &[&str], removed: &[&str]) {
        let diff = between(&feed(old), &feed(new));
        let gone = diff.edits().filter_map(|edit| match edit {
            Edit::Removed { before } => Some(before.text.as_str()),
            _ => None,
        });
        assert_eq!(gone.step_by(2).collect::<Vec<_>>(), removed);
        assert!(old == new || !diff.is_empty());
    }

    #[test]
    fn an_entry_that_makes_room_was_not_taken_away() {
        case(&["Four", "Three", "Two"], &["Five", "Four", "Three"], &[]);
        case(&["Two", "One"], &["Four", "Three"], &[]);
    }

    #[test]
    fn an_entry_taken_from_the_middle_or_with_none_new_is_gone() {
        case(
            &["Four", "Three", "Two"],
            &["Five", "Four", "Two"],
            &["Three"],
        );
        case(&["Four", "Three", "Two"], &["Four", "Three"], &["Two"]);
        case(
            &["Four", "Three", "Two"],
            &["Five", "Four"],
            &["Three", "Two"],
        );
    }
}
