//! Gives headings their levels, by what they say and not by the size of their type, which each export chooses anew.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Block, BlockKind};

/// The number of a section: "2", "2.", "2.1.3".
static SECTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d{1,3}((?:\.\d{1,3})*)\.?\s+\p{L}").expect("a pattern of ours")
});

/// The title is of level one, numbered sections go by their numbers, all others are of level two.
pub fn settle(blocks: &mut [Block], pages: &[usize]) {
    let end = pages.iter().copied().find(|first| *first > 0);
    let first_page = end.map_or(blocks.len(), |end| end.min(blocks.len()));
    let title = blocks[..first_page]
        .iter()
        .position(|block| block.kind == BlockKind::Heading(1));
    for (at, block) in blocks.iter_mut().enumerate() {
        if matches!(block.kind, BlockKind::Heading(_)) && Some(at) != title {
            block.kind = BlockKind::Heading(depth(&block.text));
        }
    }
}

fn depth(text: &str) -> u8 {
    let dots = SECTION
        .captures(text)
        .map_or(0, |found| found[1].matches('.').count());
    u8::try_from(dots + 2).unwrap_or(6).min(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_words() {
        let heading = |(level, text): (u8, &str)| Block {
            kind: BlockKind::Heading(level),
            text: text.to_owned(),
            links: Vec::new(),
        };
        let mut blocks = [
            (2, "By us"),
            (1, "Agreement"),
            (1, "1. Purpose"),
            (2, "1.2 Data"),
            (1, "1.2.1 Fields"),
            (3, "Annex"),
        ]
        .map(heading);
        settle(&mut blocks, &[0, 4]);
        let levels = blocks.map(|block| block.kind);
        assert_eq!(levels, [2, 1, 2, 3, 4, 2].map(BlockKind::Heading));
    }
}
