//! Puts the pages together: a paragraph or a table that runs over the foot of a page is one.

use crate::model::{Block, BlockKind};

/// The shortest text that may run on, in bytes: what is shorter is a label.
const LEAST: usize = 40;

/// All blocks in order, and the number of the first block of each page.
pub fn join(pages: Vec<Vec<Block>>) -> (Vec<Block>, Vec<usize>) {
    let mut blocks: Vec<Block> = Vec::new();
    let mut firsts = Vec::with_capacity(pages.len());
    let mut heading: Option<Vec<String>> = None;
    for page in pages {
        let mut new = true;
        let length = blocks.len();
        for block in page {
            let first = new;
            new = false;
            if first && is_heading_again(&heading, blocks.last(), &block) {
                new = true;
                continue;
            }
            if let BlockKind::Row(cells, true) = &block.kind {
                heading = Some(cells.clone());
            }
            match blocks.last_mut() {
                Some(last) if runs_on(last, &block) => {
                    last.text.push(' ');
                    last.text.push_str(&block.text);
                    last.links.extend(block.links);
                }
                _ => blocks.push(block),
            }
        }
        firsts.push(length);
    }
    (blocks, firsts)
}

/// Whether a page begins with the headings of the table that the last one ended in.
fn is_heading_again(heading: &Option<Vec<String>>, last: Option<&Block>, block: &Block) -> bool {
    let in_table = last.is_some_and(|last| matches!(last.kind, BlockKind::Row(..)));
    match &block.kind {
        BlockKind::Row(cells, _) => in_table && heading.as_ref() == Some(cells),
        _ => false,
    }
}

/// Whether a block goes on in the next: no sentence ends, and none begins.
fn runs_on(last: &Block, next: &Block) -> bool {
    let prose = matches!(last.kind, BlockKind::Paragraph | BlockKind::Item(_));
    let ends = |c: char| matches!(c, '.' | '!' | '?' | ':' | ';' | '”' | '"' | '’' | ')' | '|');
    prose
        && next.kind == BlockKind::Paragraph
        && last.text.len() >= LEAST
        && !last.text.ends_with(ends)
        && next.text.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: BlockKind, text: &str) -> Block {
        Block {
            kind,
            text: text.to_owned(),
            links: Vec::new(),
        }
    }

    fn paragraph(text: &str) -> Block {
        block(BlockKind::Paragraph, text)
    }

    fn row(text: &str, heading: bool) -> Block {
        let cells = text.split(" | ").map(str::to_owned).collect();
        block(BlockKind::Row(cells, heading), text)
    }

    #[track_caller]
    fn case(pages: Vec<Vec<Block>>, text: &[&str], firsts: &[usize]) {
        let (blocks, numbers) = join(pages);
        let read: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(read, text);
        assert_eq!(numbers, firsts);
    }

    #[test]
    fn a_paragraph_runs_over_the_foot_of_a_page() {
        let begun = "Confidential data is shared with approved researchers";
        case(
            vec![
                vec![paragraph("A title"), paragraph(begun)],
                vec![paragraph("under a contract."), paragraph("Next one.")],
            ],
            &[
                "A title",
                &format!("{begun} under a contract."),
                "Next one.",
            ],
            &[0, 2],
        );
        case(
            vec![vec![paragraph("Total")], vec![paragraph("of all")], vec![]],
            &["Total", "of all"],
            &[0, 1, 2],
        );
    }

    #[test]
    fn a_table_has_its_headings_once() {
        case(
            vec![
                vec![row("Name | Number", true), row("a | 1", false)],
                vec![row("Name | Number", true), row("b | 2", false)],
            ],
            &["Name | Number", "a | 1", "b | 2"],
            &[0, 2],
        );
    }
}
