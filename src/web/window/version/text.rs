//! A text as it reads: headings, lists, tables, and links that can do no harm.

use maud::{Markup, PreEscaped, html};

use crate::model::{Block, BlockKind, Document, Link};
use crate::web::window::redline::Levels;
use crate::web::window::told;

/// So much text is shown on one page, in bytes.
const SHOWN: usize = 2_000_000;
/// Lists are shown no deeper.
const DEEPEST: u8 = 6;

/// The blocks of a document; each has the name of its place.
pub(super) fn written(document: &Document) -> Markup {
    let blocks = &document.blocks;
    let (end, cut) = within(blocks);
    let mut levels = Levels::new();
    let mut parts: Vec<Markup> = Vec::new();
    let mut at = 0;
    while at < end {
        let run = |is: fn(&BlockKind) -> bool| {
            let run = blocks[at..end].iter().take_while(|block| is(&block.kind));
            at + run.count()
        };
        let next = match &blocks[at].kind {
            BlockKind::Row(..) => run(|kind| matches!(kind, BlockKind::Row(..))),
            BlockKind::Item(_) => run(|kind| matches!(kind, BlockKind::Item(_))),
            _ => at + 1,
        };
        parts.push(match &blocks[at].kind {
            BlockKind::Row(..) => tables(&blocks[at..next], at),
            BlockKind::Item(_) => list(&blocks[at..next], at),
            _ => block(&blocks[at], at, &mut levels),
        });
        at = next;
    }
    html! {
        @for part in &parts { (part) }
        @if cut { p.note { "The rest is too long to be shown here; it stands in the file as it was served." } }
    }
}

/// How many blocks are shown, and whether that is not all.
fn within(blocks: &[Block]) -> (usize, bool) {
    let mut left = SHOWN;
    for (at, block) in blocks.iter().enumerate() {
        left = left.saturating_sub(block.text.len() + 20);
        if left == 0 {
            return (at, true);
        }
    }
    (blocks.len(), false)
}

fn block(block: &Block, at: usize, levels: &mut Levels) -> Markup {
    let id = format!("b{at}");
    let inner = linked(&block.text, &block.links);
    match block.kind {
        BlockKind::Heading(level) => match levels.next(level) {
            3 => html! { h3 id=(id) { (inner) } },
            4 => html! { h4 id=(id) { (inner) } },
            5 => html! { h5 id=(id) { (inner) } },
            _ => html! { h6 id=(id) { (inner) } },
        },
        BlockKind::Verbatim => html! { pre id=(id) { (inner) } },
        _ => html! { p id=(id) { (inner) } },
    }
}

/// Words with their links: those to the web can be followed, of all others the target is only shown.
fn linked(text: &str, links: &[Link]) -> Markup {
    let mut parts: Vec<Markup> = Vec::new();
    let mut rest = text;
    for link in links {
        let Some(at) = rest.find(&link.text).filter(|_| !link.text.is_empty()) else {
            continue;
        };
        let (before, tail) = rest.split_at(at);
        let (words, after) = tail.split_at(link.text.len());
        parts.push(html! { (before) (told::target(words, &link.url)) });
        rest = after;
    }
    html! { @for part in &parts { (part) } (rest) }
}

/// Items as lists in lists.
fn list(items: &[Block], first: usize) -> Markup {
    let mut page = String::new();
    let mut open: Vec<u8> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let depth = match item.kind {
            BlockKind::Item(depth) => depth.clamp(1, DEEPEST),
            _ => 1,
        };
        while open.len() > 1 && open.last().is_some_and(|last| *last > depth) {
            page.push_str("</li></ul>");
            open.pop();
        }
        match open.last() {
            Some(last) if *last >= depth => page.push_str("</li>"),
            _ => {
                page.push_str("<ul>");
                open.push(depth);
            }
        }
        let inner = linked(&item.text, &item.links).into_string();
        page.push_str(&format!("<li id=\"b{}\">{inner}", first + at));
    }
    page.push_str(&"</li></ul>".repeat(open.len()));
    PreEscaped(page)
}

/// Rows as tables; a row of headings below others begins another one.
fn tables(rows: &[Block], first: usize) -> Markup {
    let is_head = |row: &Block| matches!(row.kind, BlockKind::Row(_, true));
    let mut starts = vec![0];
    let begins = |at: &usize| is_head(&rows[*at]) && !is_head(&rows[at - 1]);
    starts.extend((1..rows.len()).filter(begins));
    starts.push(rows.len());
    html! {
        @for range in starts.windows(2) {
            @let part = &rows[range[0]..range[1]];
            @let heads = part.iter().take_while(|row| is_head(row)).count();
            div.wide role="group" aria-label="Table" tabindex="0" {
                table.rows {
                    @if heads > 0 {
                        thead { @for (at, row) in part[..heads].iter().enumerate() { (cells(row, first + range[0] + at)) } }
                    }
                    tbody { @for (at, row) in part[heads..].iter().enumerate() { (cells(row, first + range[0] + heads + at)) } }
                }
            }
        }
    }
}

fn cells(row: &Block, at: usize) -> Markup {
    let BlockKind::Row(cells, head) = &row.kind else {
        return html! {};
    };
    html! {
        tr id={ "b" (at) } {
            @for cell in cells {
                @if *head { th scope="col" { (cell) } } @else { td { (linked(cell, &row.links)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(depth: u8, text: &str) -> Block {
        Block {
            kind: BlockKind::Item(depth),
            text: text.to_owned(),
            links: Vec::new(),
        }
    }

    #[test]
    fn lists_stand_in_lists() {
        let items = [
            item(1, "a"),
            item(2, "b"),
            item(2, "c"),
            item(1, "d"),
            item(200, "e"),
        ];
        assert_eq!(
            list(&items, 7).into_string(),
            "<ul><li id=\"b7\">a<ul><li id=\"b8\">b</li><li id=\"b9\">c</li></ul></li><li id=\"b10\">d\
             <ul><li id=\"b11\">e</li></ul></li></ul>"
        );
        let begun_deep = [item(3, "a"), item(1, "b")];
        assert_eq!(
            list(&begun_deep, 0).into_string(),
            "<ul><li id=\"b0\">a</li><li id=\"b1\">b</li></ul>"
        );
    }

    #[test]
    fn links_can_do_no_harm() {
        let link = |text: &str, url: &str| Link {
            text: text.to_owned(),
            url: url.to_owned(),
        };
        let shown = linked(
            "See the <form> or call.",
            &[
                link("<form>", "https://a.example/\"x"),
                link("call", "javascript:alert(1)"),
            ],
        )
        .into_string();
        assert!(
            shown.contains("<a href=\"https://a.example/&quot;x\""),
            "{shown}"
        );
        assert!(
            shown.contains("rel=\"noopener noreferrer nofollow\""),
            "{shown}"
        );
        assert!(!shown.contains("href=\"javascript"), "{shown}");
        assert!(shown.contains("javascript:alert(1)"), "{shown}");
        assert!(!shown.contains("<form>"), "{shown}");
    }
}
