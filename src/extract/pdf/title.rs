//! Finds the title of a PDF.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Block, BlockKind};

/// What programs write for a title when nobody gave one.
static NO_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:untitled|document\d*|presentation\d*|title|slide \d+|powerpoint presentation|word document|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pdf|pptx?|xlsx?|indd|qxd|odt|rtf|tmp)|[\W\d_]*)$",
    )
    .expect("a pattern of ours")
});

/// The title: the first great heading of the first page with text, else the one the file gives itself, else its first
/// heading. What people see comes first: another export of the same text gives itself another title, or none.
pub fn choose(blocks: &[Block], pages: &[usize], given: Option<&str>) -> Option<String> {
    let first_page = pages.iter().find(|first| **first > 0);
    let first_page = &blocks[..first_page.map_or(blocks.len(), |end| (*end).min(blocks.len()))];
    let heading = |blocks: &[Block], most: u8| {
        let heading =
            |block: &&Block| matches!(block.kind, BlockKind::Heading(level) if level <= most);
        blocks.iter().find(heading).map(|block| block.text.clone())
    };
    let given = given
        .map(str::trim)
        .filter(|given| !NO_TITLE.is_match(given) && given.len() <= 300);
    heading(first_page, 1)
        .or_else(|| given.map(str::to_owned))
        .or_else(|| heading(blocks, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(lines: &[(u8, &str)], given: Option<&str>, expected: Option<&str>) {
        let block = |(level, text): &(u8, &str)| Block {
            kind: match level {
                0 => BlockKind::Paragraph,
                level => BlockKind::Heading(*level),
            },
            text: (*text).to_owned(),
            links: Vec::new(),
        };
        let blocks: Vec<Block> = lines.iter().map(block).collect();
        assert_eq!(choose(&blocks, &[0], given).as_deref(), expected);
    }

    #[test]
    fn a_title_is_what_people_see() {
        let text = [(0, "By us"), (1, "The agreement"), (2, "Parties")];
        case(&text, Some("Other"), Some("The agreement"));
        case(&text[2..], Some("The plan"), Some("The plan"));
        for none in [
            "",
            "Microsoft Word - plan.docx",
            "plan v2.pdf",
            "untitled",
            "12.3",
        ] {
            case(&text[2..], Some(none), Some("Parties"));
        }
        case(&text[..1], None, None);
    }
}
