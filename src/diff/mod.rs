//! Compares two documents by blocks, tables by their rows, then by the words inside.

mod align;
mod around;
mod blame;
mod blocks;
mod files;
mod hunks;
mod likeness;
mod links;
mod moves;
mod pairing;
mod patch;
mod rolling;
mod sentence;
pub mod tables;
mod tidy;
mod token;
mod way;
mod words;

pub use blame::{Earlier, Gone, Origin, Tracer};
pub use patch::patch;
pub use sentence::sentences;
pub use way::Leg;

use crate::diff::align::Budget;
use crate::model::{Diff, Document, Edit, Piece, Words};

/// What differs between two documents.
///
/// A paragraph that was split, or several that were merged, is one `Edit::Reworded` whose `Place::text` on the longer
/// side holds the blocks joined with a line break; its index is that of the first. A block whose words are the same
/// and which only became something else (a paragraph a heading) is `Edit::Reworded` with one kept piece.
/// A table that stands in both is compared row by row, by what names a row (`Document::rows_by`, else what is found), and
/// its rows stand in no other comparison; that rows stand in another order is no edit.
/// Entries that left at the end of a feed as new ones came were not taken away and are not looked at.
/// The withdrawal notice and the wish not to be indexed are not looked at: they are in `Document::stated` of both.
pub fn between(before: &Document, after: &Document) -> Diff {
    along(before, after).0
}

/// What differs between two documents, with the way from one to the other: every block of both is on it, but those that
/// are not looked at.
pub fn along(before: &Document, after: &Document) -> (Diff, Vec<Leg>) {
    let mut budget = Budget::new();
    let before = &*rolling::without_tail(before, after);
    let (steps, tables) = around::steps(before, after, &mut budget);
    let way = way::legs(&steps);
    let links = links::edits(&before.blocks, &after.blocks, &steps);
    let hunks = hunks::group(&before.blocks, &after.blocks, steps);
    let mut diff = Diff {
        title: (before.title != after.title).then(|| (before.title.clone(), after.title.clone())),
        hunks,
        quiet: Vec::new(),
        attachments: files::edits(&before.attachments, &after.attachments),
        links,
        tables: tables.diffs,
        changed_per_mille: 0,
        coarse: budget.is_spent(),
    };
    diff.changed_per_mille = changed(&diff, tables.untold_words, before.words() + after.words());
    (diff, way)
}

/// The words of two short texts: what is not `Added` makes up the old one, what is not `Removed` the new one.
pub fn words(before: &str, after: &str) -> Vec<Words> {
    let mut lexicon = token::Lexicon::default();
    let before = words::Worded::new(before, &mut lexicon);
    let after = words::Worded::new(after, &mut lexicon);
    words::pieces(&before, &after, &mut Budget::new())
}

/// The share of words that came or went, in thousandths, rounded up so that a change is never zero.
fn changed(diff: &Diff, untold: usize, all: usize) -> u16 {
    let count = |text: &str| text.split_whitespace().count();
    let differing: usize = diff
        .edits()
        .map(|edit| match edit {
            Edit::Added { after } => count(&after.text),
            Edit::Removed { before } => count(&before.text),
            Edit::Reworded { words, .. } => words
                .iter()
                .filter(|piece| piece.piece != Piece::Kept)
                .map(|piece| count(&piece.text))
                .sum(),
            Edit::Moved { .. } => 0,
        })
        .sum();
    let share = ((differing + untold) * 1000).div_ceil(all.max(1)).min(1000);
    u16::try_from(share).unwrap_or(1000)
}

#[cfg(test)]
mod laws;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::laws::{document, paragraphs};

    #[test]
    fn a_document_does_not_differ_from_itself() {
        let page = paragraphs(&["One.", "Two.", "Two.", ""]);
        let diff = between(&page, &page);
        assert!(diff.is_empty());
        assert_eq!(diff.changed_per_mille, 0);
        assert!(!diff.coarse);
    }

    #[test]
    fn against_nothing_the_whole_text_counts_as_added() {
        let diff = between(
            &document("", Vec::new()),
            &paragraphs(&["One two.", "Three."]),
        );
        assert_eq!(diff.edits().count(), 2);
        assert!(diff.edits().all(|edit| matches!(edit, Edit::Added { .. })));
        assert_eq!(diff.changed_per_mille, 1000);
    }

    #[test]
    fn one_word_of_many_is_still_a_change() {
        let long = "word ".repeat(5000);
        let diff = between(
            &paragraphs(&[&format!("{long} may")]),
            &paragraphs(&[&format!("{long} must")]),
        );
        assert_eq!(diff.changed_per_mille, 1);
    }

    #[test]
    fn a_title_that_changed_is_told_with_both_words() {
        let mut new = paragraphs(&["Same."]);
        let old = new.clone();
        new.title = "Our Future Health".into();
        let diff = between(&old, &new);
        assert_eq!(diff.title, Some((old.title, new.title)));
        assert!(diff.hunks.is_empty());
    }
}
