//! The words inside rows that were altered.

use crate::diff::align::Budget;
use crate::diff::token::Lexicon;
use crate::diff::words::{Worded, pieces};
use crate::model::{Block, BlockKind, Piece, Words};

/// The words of a row, with the marks between its cells.
pub(super) fn words(row: &[String]) -> usize {
    let words: usize = row.iter().map(|cell| cell.split_whitespace().count()).sum();
    words + row.len().saturating_sub(1)
}

/// The words of two rows, cell by cell where both have as many cells.
pub(super) fn reworded(old: &Block, new: &Block, budget: &mut Budget) -> Vec<Words> {
    let mut lexicon = Lexicon::default();
    if let (BlockKind::Row(was, _), BlockKind::Row(is, _)) = (&old.kind, &new.kind)
        && was.len() == is.len()
        && was.join(" | ") == old.text
        && is.join(" | ") == new.text
    {
        let mut all: Vec<Words> = Vec::new();
        for (at, (was, is)) in was.iter().zip(is).enumerate() {
            if at > 0 {
                push(&mut all, Piece::Kept, " | ".to_owned());
            }
            if was == is {
                push(&mut all, Piece::Kept, was.clone());
                continue;
            }
            let (was, is) = (
                Worded::new(was, &mut lexicon),
                Worded::new(is, &mut lexicon),
            );
            for words in pieces(&was, &is, budget) {
                push(&mut all, words.piece, words.text);
            }
        }
        return all;
    }
    let (was, is) = (
        Worded::new(&old.text, &mut lexicon),
        Worded::new(&new.text, &mut lexicon),
    );
    pieces(&was, &is, budget)
}

fn push(all: &mut Vec<Words>, piece: Piece, text: String) {
    match all.last_mut().filter(|last| last.piece == piece) {
        Some(last) => last.text.push_str(&text),
        None if text.is_empty() => {}
        None => all.push(Words { piece, text }),
    }
}
