//! A whole document in Markdown, laid out so that line by line comparisons tell what changed.

use crate::model::{Block, BlockKind, Document, Link};
use crate::wording::redline::markdown::escape;
use crate::wording::redline::safe::visible;

/// A document in Markdown (CommonMark, tables as on GitHub): its title, its blocks with their links, the files it offers.
/// All page text is escaped, what could command a terminal is left out, and a block is a line.
pub fn whole(document: &Document) -> String {
    let mut text = format!("# {}\n", escape(&document.title));
    let mut before: Option<&BlockKind> = None;
    for block in &document.blocks {
        text.push_str(gap(before, &block.kind));
        text.push_str(&written(before, block));
        text.push('\n');
        before = Some(&block.kind);
    }
    for attachment in &document.attachments {
        let facts = attachment.facts.as_deref().map(escape);
        let facts = facts.map(|facts| format!(" ({facts})")).unwrap_or_default();
        let (title, url) = (escape(&attachment.title), target(&attachment.url));
        text.push_str(&format!("\n[{title}]({url}){facts}\n"));
    }
    text
}

/// What stands between two blocks: nothing within a list or a table.
fn gap(before: Option<&BlockKind>, kind: &BlockKind) -> &'static str {
    match (before, kind) {
        (Some(BlockKind::Item(_)), BlockKind::Item(_)) => "",
        (Some(BlockKind::Row(before, _)), BlockKind::Row(cells, _))
            if before.len() == cells.len() =>
        {
            ""
        }
        _ => "\n",
    }
}

fn written(before: Option<&BlockKind>, block: &Block) -> String {
    match &block.kind {
        BlockKind::Heading(level) => {
            let marks = "#".repeat(usize::from((*level).clamp(1, 6)));
            format!("{marks} {}", linked(block))
        }
        BlockKind::Paragraph => linked(block),
        BlockKind::Item(depth) => {
            let indent = "  ".repeat(usize::from(depth.saturating_sub(1)).min(8));
            format!("{indent}- {}", linked(block))
        }
        BlockKind::Row(cells, heads) => row(before, cells, *heads),
        BlockKind::Verbatim => {
            let text = visible(&block.text);
            let lines = text.lines().map(|line| format!("    {line}"));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// A row of a table. A table begins with its headings; where the page gives none, with empty ones.
fn row(before: Option<&BlockKind>, cells: &[String], heads: bool) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let own = line(cells.iter().map(|cell| escape(cell)).collect());
    let begins = !matches!(before, Some(BlockKind::Row(before, _)) if before.len() == cells.len());
    if !begins {
        return own;
    }
    let rule = line(vec!["---".to_owned(); cells.len()]);
    match heads {
        true => format!("{own}\n{rule}"),
        false => {
            let empty = line(vec![String::new(); cells.len()]);
            format!("{empty}\n{rule}\n{own}")
        }
    }
}

/// The words of a block with its links in their places; what does not stand in its words follows them.
fn linked(block: &Block) -> String {
    let mut text = String::new();
    let mut rest = block.text.as_str();
    let mut apart: Vec<&Link> = Vec::new();
    for link in &block.links {
        let place = (!link.text.is_empty())
            .then(|| rest.find(&link.text))
            .flatten();
        let Some(at) = place else {
            apart.push(link);
            continue;
        };
        text.push_str(&inner(&text, &rest[..at]));
        text.push_str(&format!("[{}]({})", escape(&link.text), target(&link.url)));
        rest = &rest[at + link.text.len()..];
    }
    text.push_str(&inner(&text, rest));
    for link in apart {
        text.push_str(&format!(" [{}]({})", escape(&link.text), target(&link.url)));
    }
    text
}

/// A piece of a block: what only means something at the beginning of a line is left alone elsewhere.
fn inner(before: &str, text: &str) -> String {
    if before.is_empty() {
        return escape(text);
    }
    // A letter stands for what comes before.
    escape(&format!("x{text}"))[1..].to_owned()
}

/// An address between angle brackets, which nothing in it can leave.
fn target(url: &str) -> String {
    let mut safe = String::with_capacity(url.len() + 2);
    for c in visible(url).chars() {
        match c {
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            '\\' => safe.push_str("%5C"),
            '\n' | ' ' => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    format!("<{safe}>")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::model::ReaderId;

    fn block(kind: BlockKind, text: &str) -> Block {
        Block {
            kind,
            text: text.to_owned(),
            links: Vec::new(),
        }
    }

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            blocks,
            ..Document::empty(ReaderId("test".into()), "A page")
        }
    }

    #[test]
    fn a_document_is_laid_out_a_block_a_line() {
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let mut with_link = block(BlockKind::Paragraph, "See the form. Or not.");
        with_link.links.push(Link {
            text: "the form".into(),
            url: "https://x.example/a b".into(),
        });
        let page = whole(&document(vec![
            block(BlockKind::Heading(2), "How"),
            with_link,
            block(BlockKind::Item(1), "one"),
            block(BlockKind::Item(2), "two"),
            block(BlockKind::Row(cells(["To", "Since"]), true), "To | Since"),
            block(BlockKind::Row(cells(["A|B", "2016"]), false), "A|B | 2016"),
            block(BlockKind::Verbatim, "a\n  ```b"),
        ]));
        assert_eq!(
            page,
            "# A page\n\n## How\n\nSee [the form](<https://x.example/a%20b>). Or not.\n\n- one\n  - two\n\n\
             | To | Since |\n| --- | --- |\n| A\\|B | 2016 |\n\n    a\n      ```b\n"
        );
    }

    #[test]
    fn hostile_text_is_neither_markup_nor_a_command() {
        let hostile = "</p><script>alert(1)</script> ![x](https://evil.example/p.png) \u{1b}[31m **b** \u{202e}";
        let mut with_link = block(BlockKind::Item(1), hostile);
        with_link.links.push(Link {
            text: "](javascript:x)".into(),
            url: "https://x.example/>)<script>".into(),
        });
        let rows = vec![hostile.to_owned(), "| | |".to_owned()];
        let page = whole(&document(vec![
            block(BlockKind::Heading(1), hostile),
            with_link,
            block(BlockKind::Row(rows, false), hostile),
            block(BlockKind::Verbatim, hostile),
        ]));
        assert!(
            !page.contains('\u{1b}') && !page.contains('\u{202e}'),
            "{page}"
        );
        for event in Parser::new_ext(&page, Options::ENABLE_TABLES) {
            let markup = matches!(
                event,
                Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Start(Tag::Image { .. } | Tag::Strong)
            );
            assert!(!markup, "{event:?} in {page}");
            if let Event::Start(Tag::Link { dest_url, .. }) = event {
                assert!(dest_url.starts_with("https://x.example/"), "{dest_url}");
            }
        }
    }
}
