//! Laws that hold for the diff of any two documents, tried on documents made by a small generator.

use crate::diff::between;
use crate::model::{Block, BlockKind, Diff, Document, Edit, Piece, Place, ReaderId};

/// A document for tests.
pub(super) fn document(title: &str, blocks: Vec<Block>) -> Document {
    Document {
        blocks,
        ..Document::empty(ReaderId("test".into()), title)
    }
}

/// A document of paragraphs.
pub(super) fn paragraphs(texts: &[&str]) -> Document {
    document("Page", texts.iter().map(|text| paragraph(text)).collect())
}

pub(super) fn paragraph(text: &str) -> Block {
    block(BlockKind::Paragraph, text)
}

pub(super) fn heading(level: u8, text: &str) -> Block {
    block(BlockKind::Heading(level), text)
}

fn block(kind: BlockKind, text: &str) -> Block {
    Block {
        kind,
        text: text.into(),
        links: Vec::new(),
    }
}

/// The new blocks, made from the old ones and the diff alone.
pub(super) fn apply(old: &[Block], diff: &Diff) -> Vec<(BlockKind, String)> {
    let parts = |place: &Place| -> Vec<String> {
        if place.kind == BlockKind::Verbatim {
            return vec![place.text.clone()];
        }
        place.text.split('\n').map(str::to_owned).collect()
    };
    let mut gone = vec![false; old.len()];
    let mut came: Vec<(usize, BlockKind, String)> = Vec::new();
    for edit in diff.edits() {
        if let Some(before) = edit.before() {
            let count = parts(before).len();
            for (at, text) in parts(before).into_iter().enumerate() {
                assert_eq!(old[before.index + at].text, text, "the old block is quoted");
            }
            gone[before.index..before.index + count].fill(true);
        }
        if let Some(after) = edit.after() {
            for (at, text) in parts(after).into_iter().enumerate() {
                came.push((after.index + at, after.kind.clone(), text));
            }
        }
    }
    assert!(
        came.is_sorted_by_key(|(at, ..)| *at),
        "in the order of the new text"
    );
    let mut kept = old
        .iter()
        .zip(&gone)
        .filter(|(_, gone)| !**gone)
        .map(|(block, _)| block);
    let mut came = came.into_iter().peekable();
    let mut new = Vec::new();
    loop {
        if let Some((_, kind, text)) = came.next_if(|(at, ..)| *at == new.len()) {
            new.push((kind, text));
        } else if let Some(block) = kept.next() {
            new.push((block.kind.clone(), block.text.clone()));
        } else {
            break;
        }
    }
    assert!(came.next().is_none(), "every new block finds its place");
    new
}

/// Checks every law on one pair of documents.
#[track_caller]
pub(super) fn hold(old: &Document, new: &Document) -> Diff {
    let diff = between(old, new);
    let made = apply(&old.blocks, &diff);
    let wanted: Vec<(BlockKind, String)> = new
        .blocks
        .iter()
        .map(|block| (block.kind.clone(), block.text.clone()))
        .collect();
    let texts = |blocks: &[(BlockKind, String)]| -> Vec<String> {
        blocks.iter().map(|(_, text)| text.clone()).collect()
    };
    assert_eq!(
        texts(&made),
        texts(&wanted),
        "the diff makes the new text of the old"
    );
    for edit in diff.edits() {
        if let Edit::Reworded {
            before,
            after,
            words,
        } = edit
        {
            let side = |without: Piece| -> String {
                let kept = words.iter().filter(|piece| piece.piece != without);
                kept.map(|piece| piece.text.as_str()).collect()
            };
            assert_eq!(side(Piece::Added), before.text);
            assert_eq!(side(Piece::Removed), after.text);
            assert!(words.iter().all(|piece| !piece.text.is_empty()));
        }
    }
    assert_eq!(diff.hunks.is_empty(), between(new, old).hunks.is_empty());
    assert!(diff.hunks.iter().all(|hunk| !hunk.edits.is_empty()));
    assert!(between(new, new).is_empty());
    diff
}

/// Numbers that look random and are the same every time (xorshift64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    pub(super) fn sentence(&mut self, words: usize) -> String {
        const WORDS: &[&str] = &[
            "patients",
            "data",
            "the",
            "of",
            "opt",
            "out",
            "will",
            "not",
            "may",
            "GP",
            "care.data",
            "2014",
            "NHS",
            "England",
            "and",
            "research",
            "“safe”",
            "é",
            "a",
            "to",
            "(NIC-147)",
            "患者",
            "—",
            "50%",
            "|",
        ];
        const MARKS: &[&str] = &["", "", "", "", ",", ".", ";", ".)", "?!", "…"];
        let mut text = String::new();
        for _ in 0..words {
            if !text.is_empty() {
                text.push_str(["", " ", " ", " ", "  "][self.below(5)]);
            }
            text.push_str(self.pick(WORDS));
            text.push_str(self.pick(MARKS));
        }
        text
    }

    fn any_block(&mut self) -> Block {
        let words = [0, 1, 3, 12, 40][self.below(5)];
        let text = self.sentence(words);
        let kind = match self.below(8) {
            0 => BlockKind::Heading(1 + self.below(4) as u8),
            1 => BlockKind::Item(1),
            2 => BlockKind::Row(text.split(" | ").map(str::to_owned).collect(), false),
            3 => BlockKind::Verbatim,
            _ => BlockKind::Paragraph,
        };
        block(kind, &text)
    }

    fn any_edit(&mut self, blocks: &mut Vec<Block>) {
        let at = self.below(blocks.len());
        match self.below(8) {
            0 => blocks.insert(at, self.any_block()),
            1 if !blocks.is_empty() => drop(blocks.remove(at)),
            2 if !blocks.is_empty() => {
                let block = blocks.remove(at);
                let to = self.below(blocks.len() + 1);
                blocks.insert(to, block);
            }
            3 if !blocks.is_empty() => {
                let block = blocks[at].clone();
                blocks.insert(self.below(blocks.len()), block);
            }
            4 if !blocks.is_empty() => {
                let half = blocks[at].text.len() / 2;
                let half = blocks[at].text.ceil_char_boundary(half);
                let rest = blocks[at].text.split_off(half);
                blocks.insert(at + 1, paragraph(&rest));
            }
            5 if at + 1 < blocks.len() => {
                let next = blocks.remove(at + 1);
                blocks[at].text = format!("{} {}", blocks[at].text, next.text);
            }
            _ if !blocks.is_empty() => {
                let mut words: Vec<String> =
                    blocks[at].text.split(' ').map(str::to_owned).collect();
                let word = self.below(words.len());
                words[word] = self.sentence(2);
                blocks[at].text = words.join(" ");
            }
            _ => {}
        }
    }
}

#[test]
fn the_laws_hold_for_any_history() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for round in 0..400 {
        let size = dice.below(25);
        let old: Vec<Block> = (0..size).map(|_| dice.any_block()).collect();
        let mut new = old.clone();
        for _ in 0..=dice.below(1 + round / 20) {
            dice.any_edit(&mut new);
        }
        hold(&document("Page", old), &document("Page", new));
    }
}

#[test]
fn the_laws_hold_between_strangers() {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for size in [0, 1, 5, 90] {
        let mut page = || (0..size).map(|_| dice.any_block()).collect::<Vec<_>>();
        hold(&document("One", page()), &document("Two", page()));
    }
}

#[test]
fn the_laws_hold_where_the_work_is_refused() {
    let mut dice = Dice(7);
    let mut endless = || {
        let sentence = dice.sentence(90_000);
        paragraphs(&[&sentence.replace(['.', '?', '!', '…'], "")])
    };
    let (old, new) = (endless(), endless());
    let diff = hold(&old, &new);
    assert!(diff.coarse);
}
