//! What an archive says in the place of a copy: a page of its own, which is no text of the page that was asked for.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::Document;

/// Who speaks, and what it has to say; both in one block near the beginning of a short page.
static ARCHIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)wayback machine|internet archive|\bweb archive\b|web continuity|archived (?:page|version|copy)").ok()
});
static SORRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)not (?:been )?archived|(?:has not|hasn.t|could not|cannot|can.t) (?:been |be )?(?:archived|found|displayed|retrieved|shown|loaded)|excluded from|not available|not in (?:the|our) archive|not found|human verification|temporarily (?:offline|unavailable)|too many requests",
    )
    .ok()
});
/// A page that says more than so many words is no excuse.
const SHORT: usize = 250;
/// How many blocks are looked at.
const FIRST: usize = 12;

/// The words in which an archive says that it has no such copy, where a document is nothing but that.
pub fn excuse(document: &Document) -> Option<&str> {
    if document.words() > SHORT {
        return None;
    }
    let (archive, sorry) = (ARCHIVE.as_ref()?, SORRY.as_ref()?);
    let blocks = document.blocks.iter().take(FIRST).map(|block| &block.text);
    let mut texts = std::iter::once(&document.title).chain(blocks);
    let spoken = archive.is_match(&document.title);
    texts
        .find(|text| sorry.is_match(text) && (spoken || archive.is_match(text)))
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

    #[track_caller]
    fn case(title: &str, texts: &[&str], expected: bool) {
        let mut document = Document::empty(ReaderId("a".to_owned()), title);
        document.blocks = texts
            .iter()
            .map(|text| Block {
                kind: BlockKind::Paragraph,
                text: (*text).to_owned(),
                links: Vec::new(),
            })
            .collect();
        assert_eq!(excuse(&document).is_some(), expected, "{texts:?}");
    }

    #[test]
    fn an_excuse_of_an_archive_is_no_text_of_a_page() {
        case(
            "Wayback Machine",
            &["Hrm.", "The Wayback Machine has not archived that URL."],
            true,
        );
        case(
            "Sorry",
            &["This URL has been excluded from the Wayback Machine."],
            true,
        );
        case("UK Government Web Archive", &["Page not found"], true);
        case(
            "Sharing data",
            &["The register was not found in the annex."],
            false,
        );
        case(
            "About",
            &["Older pages are kept in the web archive of the National Archives."],
            false,
        );
        let long = "Older pages that were not archived are listed by the web archive. ".repeat(30);
        case("About", &[&long], false);
    }
}
