//! Reads a piece of HTML inside something else, such as the summary of a feed's entry.

use std::sync::LazyLock;

use regex::Regex;
use scraper::node::Element;
use scraper::{Html, Node};

use crate::extract::html::bounds;
use crate::extract::links::Links;
use crate::extract::plain::pen::Pen;
use crate::model::{Block, BlockKind};

static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)</(?:a|abbr|b|blockquote|code|dd|del|div|dl|dt|em|figure|h[1-6]|i|ins|li|ol|p|pre|section|small|span|strong|sub|sup|table|td|th|tr|u|ul)\s*>",
        r"|<(?:br|hr|img|p)(?:\s[^<>]*)?/?>",
    ))
    .expect("a pattern of ours")
});

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
        .expect("a pattern of ours")
});

/// Whether a text is HTML: it holds tags.
pub fn is_marked(text: &str) -> bool {
    text.contains('<') && MARKED.is_match(text)
}

/// The words of a line that may hold markup or character references.
pub fn line(text: &str) -> String {
    if !is_marked(text) && !REFERENCE.is_match(text) {
        return text.to_owned();
    }
    let mut walk = Walk::new(None);
    walk.read(text);
    let texts: Vec<&str> = (walk.pen.blocks.iter())
        .map(|block| block.text.as_str())
        .collect();
    texts.join(" ")
}

/// The blocks of a piece of HTML; what the reader of a page would not see is left out.
pub fn blocks(html: &str, links: &Links<'_>) -> Vec<Block> {
    let mut walk = Walk::new(Some(links));
    walk.read(html);
    walk.pen.blocks
}

struct Walk<'a> {
    links: Option<&'a Links<'a>>,
    pen: Pen,
    lists: u8,
    items: usize,
    heading: Option<u8>,
    verbatim: usize,
    /// The cells of the row that is open, and whether all are headings.
    row: Option<(Vec<String>, bool)>,
    cells: usize,
}

impl<'a> Walk<'a> {
    fn new(links: Option<&'a Links<'a>>) -> Walk<'a> {
        Walk {
            links,
            pen: Pen::default(),
            lists: 0,
            items: 0,
            heading: None,
            verbatim: 0,
            row: None,
            cells: 0,
        }
    }

    /// Goes through the tree in a loop: what is nested deep cannot overflow the stack.
    fn read(&mut self, html: &str) {
        let Ok(bounded) = bounds::bounded(html) else {
            return;
        };
        let page = Html::parse_fragment(&bounded);
        let mut at = page.tree.root();
        loop {
            let seen = self.enter(at.value());
            let below = at.first_child().filter(|_| seen);
            if let Some(child) = below {
                at = child;
                continue;
            }
            loop {
                if let Node::Element(element) = at.value() {
                    self.leave(element);
                }
                if let Some(next) = at.next_sibling() {
                    at = next;
                    break;
                }
                match at.parent() {
                    Some(parent) => at = parent,
                    None => return self.cut(),
                }
            }
        }
    }

    /// Whether what is inside is seen.
    fn enter(&mut self, node: &Node) -> bool {
        match node {
            Node::Text(text) if self.verbatim > 0 && self.cells == 0 => self.pen.verbatim(text),
            Node::Text(text) => self.pen.text(text),
            Node::Element(element) => return self.open(element),
            _ => {}
        }
        true
    }

    fn open(&mut self, element: &Element) -> bool {
        let name = element.name();
        if matches!(
            name,
            "script" | "style" | "template" | "noscript" | "iframe" | "object" | "svg" | "head"
        ) {
            return false;
        }
        if is_block(name) {
            self.cut();
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.heading = Some(name.as_bytes()[1] - b'0');
            }
            "ul" | "ol" => self.lists = self.lists.saturating_add(1),
            "li" => self.items += 1,
            "pre" => self.verbatim += 1,
            "br" => self.cut(),
            "del" | "s" | "strike" => self.pen.text("[deleted: "),
            "tr" if self.cells == 0 => self.row = Some((Vec::new(), true)),
            "td" | "th" if self.row.is_some() => self.cells += 1,
            "a" => {
                let href = element.attr("href").zip(self.links);
                if let Some(url) = href.and_then(|(href, links)| links.target(href)) {
                    self.pen.open_link(url);
                }
            }
            _ => {}
        }
        true
    }

    fn leave(&mut self, element: &Element) {
        let name = element.name();
        if is_block(name) {
            self.cut();
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
            "ul" | "ol" => self.lists = self.lists.saturating_sub(1),
            "li" => self.items = self.items.saturating_sub(1),
            "pre" => self.verbatim = self.verbatim.saturating_sub(1),
            "del" | "s" | "strike" => self.pen.text("]"),
            "a" => self.pen.close_link(),
            "td" | "th" if self.row.is_some() => {
                self.cells = self.cells.saturating_sub(1);
                if self.cells == 0
                    && let Some((cells, heading)) = &mut self.row
                {
                    cells.push(self.pen.take());
                    *heading &= name == "th";
                }
            }
            "tr" if self.cells == 0 => {
                if let Some((cells, heading)) = self.row.take() {
                    self.pen.end_row(cells, heading);
                }
            }
            _ => {}
        }
    }

    /// What runs becomes a block, unless it is in a cell, where lines are joined.
    fn cut(&mut self) {
        if self.row.is_some() {
            self.pen.space();
            return;
        }
        let kind = match self.heading {
            Some(level) => BlockKind::Heading(level),
            None if self.verbatim > 0 => BlockKind::Verbatim,
            None if self.items > 0 => BlockKind::Item(self.lists.max(1)),
            None => BlockKind::Paragraph,
        };
        self.pen.end(kind);
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "caption"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_html_is_read_as_text() {
        let base = "https://a.uk/feed".parse().expect("an address");
        let links = Links::new(base, &[]);
        let html = "<h2>Data</h2><p>Read <a href='/b?utm_source=rss'>the <b>notice</b></a>.<br>Then:</p><ul><li>One<ul><li>Two</li></ul></li></ul><script>x()</script>\
            <table><tr><th>Ref</th></tr><tr><td><p>1</p><p>2</p></td></tr></table><pre> a\n  b</pre>tail";
        let blocks = blocks(html, &links);
        let found: Vec<_> = (blocks.iter())
            .map(|block| (block.kind.clone(), block.text.as_str()))
            .collect();
        let row = |text: &str, heading| BlockKind::Row(vec![text.to_owned()], heading);
        assert_eq!(
            found,
            [
                (BlockKind::Heading(2), "Data"),
                (BlockKind::Paragraph, "Read the notice."),
                (BlockKind::Paragraph, "Then:"),
                (BlockKind::Item(1), "One"),
                (BlockKind::Item(2), "Two"),
                (row("Ref", true), "Ref"),
                (row("1 2", false), "1 2"),
                (BlockKind::Verbatim, " a\n  b"),
                (BlockKind::Paragraph, "tail"),
            ]
        );
        assert_eq!(blocks[1].links[0].text, "the notice");
        assert_eq!(blocks[1].links[0].url, "https://a.uk/b");
    }

    #[test]
    fn a_line_keeps_what_is_no_markup() {
        for (text, expected) in [
            ("A &amp; B", "A & B"),
            ("<b>Cases</b> in England", "Cases in England"),
            ("Patients aged <5 & >80", "Patients aged <5 & >80"),
            ("The <datasets> element", "The <datasets> element"),
        ] {
            assert_eq!(line(text), expected);
        }
    }

    #[test]
    fn a_piece_nested_without_end_is_read() {
        let html = "<div>".repeat(50_000) + "bottom";
        assert_eq!(line(&format!("{html}<p>")), "bottom");
    }
}
