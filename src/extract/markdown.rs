//! Reads Markdown (CommonMark with tables, footnotes and crossed-out words).

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::extract::links::Links;
use crate::extract::plain::pen::Pen;
use crate::extract::plain::{Draft, fragment};
use crate::model::BlockKind;

/// Reads Markdown. Where its lines break does not matter.
pub fn read(text: &str, links: &Links<'_>) -> Draft {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk = Walk {
        links,
        pen: Pen::default(),
        lists: Vec::new(),
        items: Vec::new(),
        heading: None,
        label: None,
        code: false,
        front: String::new(),
        in_front: false,
        html: String::new(),
        cells: Vec::new(),
    };
    for event in Parser::new_ext(text, options) {
        walk.see(event);
    }
    walk.cut();
    walk.draft()
}

struct Walk<'a> {
    links: &'a Links<'a>,
    pen: Pen,
    /// The lists that are open, each with the number of its next item.
    lists: Vec<Option<u64>>,
    /// The items that are open, each with its number until that is written.
    items: Vec<Option<String>>,
    heading: Option<u8>,
    /// The label of a footnote until it is written.
    label: Option<String>,
    code: bool,
    /// What stands before the text, between lines of dashes.
    front: String,
    in_front: bool,
    html: String,
    cells: Vec<String>,
}

impl Walk<'_> {
    fn see(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(tag) => self.inline(&tag),
            Event::FootnoteReference(label) => self.text(&format!("[{label}]")),
            Event::SoftBreak => self.pen.space(),
            Event::HardBreak => self.line_break(),
            Event::Rule => self.cut(),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_front {
            self.front.push_str(text);
        } else if self.code {
            self.pen.verbatim(text);
        } else {
            self.mark();
            self.pen.text(text);
        }
    }

    /// Writes the number of an item or the label of a footnote before its first words.
    fn mark(&mut self) {
        let number = self.items.last_mut().and_then(Option::take);
        for mark in [number, self.label.take()].into_iter().flatten() {
            self.pen.text(&mark);
            self.pen.space();
        }
    }

    /// The few tags inside a line that alter what is read.
    fn inline(&mut self, tag: &str) {
        let tag = tag.to_ascii_lowercase();
        if tag.starts_with("<br") {
            self.line_break();
        } else if tag.starts_with("<del") || tag.starts_with("<s>") {
            self.text("[deleted: ");
        } else if tag.starts_with("</del") || tag.starts_with("</s>") {
            self.text("]");
        }
    }

    fn line_break(&mut self) {
        if self.heading.is_some() || !self.cells.is_empty() {
            self.pen.space();
        } else {
            self.cut();
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.cut();
                self.heading = Some(level as u8);
            }
            Tag::List(first) => {
                self.cut();
                self.lists.push(first);
            }
            Tag::Item => {
                self.cut();
                let number = self.lists.last_mut().and_then(Option::as_mut);
                self.items.push(number.map(|number| {
                    let mark = format!("{number}.");
                    *number = number.saturating_add(1);
                    mark
                }));
            }
            Tag::FootnoteDefinition(label) => {
                self.cut();
                self.label = Some(format!("[{label}]"));
            }
            Tag::CodeBlock(_) => {
                self.cut();
                self.code = true;
            }
            Tag::Link { dest_url, .. } => {
                self.mark();
                if let Some(url) = self.links.target(&dest_url) {
                    self.pen.open_link(url);
                }
            }
            Tag::Image { .. } => self.text("[image: "),
            Tag::Strikethrough => self.text("[deleted: "),
            Tag::MetadataBlock(_) => self.in_front = true,
            Tag::TableHead | Tag::TableRow | Tag::TableCell => {}
            Tag::Emphasis | Tag::Strong | Tag::Superscript | Tag::Subscript => {}
            _ => self.cut(),
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.cut();
                self.heading = None;
            }
            TagEnd::List(_) => {
                self.cut();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.cut();
                self.items.pop();
            }
            TagEnd::FootnoteDefinition => {
                self.cut();
                self.label = None;
            }
            TagEnd::CodeBlock => {
                self.cut();
                self.code = false;
            }
            TagEnd::HtmlBlock => {
                let blocks = fragment::blocks(&std::mem::take(&mut self.html), self.links);
                self.pen.blocks.extend(blocks);
            }
            TagEnd::Link => self.pen.close_link(),
            TagEnd::Image => self.text("]"),
            TagEnd::Strikethrough => self.text("]"),
            TagEnd::TableCell => self.cells.push(self.pen.take()),
            TagEnd::TableHead => self.end_row(true),
            TagEnd::TableRow => self.end_row(false),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::MetadataBlock(_) => self.in_front = false,
            _ => self.cut(),
        }
    }

    fn end_row(&mut self, heading: bool) {
        let cells = std::mem::take(&mut self.cells);
        self.pen.end_row(cells, heading);
    }

    fn cut(&mut self) {
        let depth = u8::try_from(self.items.len()).unwrap_or(u8::MAX);
        let kind = match self.heading {
            Some(level) => BlockKind::Heading(level),
            None if self.code => BlockKind::Verbatim,
            None if depth > 0 => BlockKind::Item(depth),
            None => BlockKind::Paragraph,
        };
        self.pen.end(kind);
    }

    /// The title is what stands before the text as such, else the first heading of level one.
    fn draft(self) -> Draft {
        let said = |key: &str| {
            let line = self.front.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.trim().trim_matches(['"', '\'']).to_owned())
        };
        let heading = || {
            let mut blocks = self.pen.blocks.iter();
            let first = blocks.find(|block| block.kind == BlockKind::Heading(1))?;
            Some(first.text.clone())
        };
        Draft {
            title: said("title:").or_else(heading),
            lang: said("lang:"),
            around: self.front.lines().map(str::to_owned).collect(),
            blocks: self.pen.blocks,
            ..Draft::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        let base = "https://a.uk/docs/policy.md".parse().expect("an address");
        read(text, &Links::new(base, &[]))
    }

    #[test]
    fn markdown_is_read_as_it_would_be_shown() {
        let text = "---\ntitle: \"The policy\"\ndate: 2021-05-12\n---\n# Sharing *data*\n\nWe share\n[data](annex.md#a) with **nobody**[^1].\n\n\
            3. Third\n4. Fourth\n   - Inner\n\n     More\n\n| Ref | Who |\n|---|---|\n| 1 | [A](/a) |\n\n```\nlet a;\n\n  b\n```\n\n<div><p>In HTML</p></div>\n\n~~Gone~~ ![logo](x.png)\n\n[^1]: Or nearly.\n";
        let draft = draft(text);
        let found: Vec<_> = (draft.blocks.iter())
            .map(|block| (block.kind.clone(), block.text.as_str()))
            .collect();
        let row = |a: &str, b: &str, heading| BlockKind::Row(vec![a.into(), b.into()], heading);
        assert_eq!(
            found,
            [
                (BlockKind::Heading(1), "Sharing data"),
                (BlockKind::Paragraph, "We share data with nobody[1]."),
                (BlockKind::Item(1), "3. Third"),
                (BlockKind::Item(1), "4. Fourth"),
                (BlockKind::Item(2), "Inner"),
                (BlockKind::Item(2), "More"),
                (row("Ref", "Who", true), "Ref | Who"),
                (row("1", "A", false), "1 | A"),
                (BlockKind::Verbatim, "let a;\n\n  b"),
                (BlockKind::Paragraph, "In HTML"),
                (BlockKind::Paragraph, "[deleted: Gone] [image: logo]"),
                (BlockKind::Paragraph, "[1] Or nearly."),
            ]
        );
        assert_eq!(draft.blocks[1].links[0].url, "https://a.uk/docs/annex.md");
        assert_eq!(draft.blocks[7].links[0].url, "https://a.uk/a");
        assert_eq!(draft.title.as_deref(), Some("The policy"));
    }

    #[test]
    fn where_lines_break_does_not_matter() {
        let flat =
            "A sentence that is long enough to be wrapped.\n\n- An item that is long as well\n";
        let wrapped =
            "A sentence that is\nlong enough to be wrapped.\n\n* An item that\n  is long as well\n";
        assert_eq!(draft(flat).blocks, draft(wrapped).blocks);
    }

    #[test]
    fn markdown_nested_without_end_is_read() {
        let text = "> ".repeat(20_000) + "bottom" + &"[".repeat(20_000);
        assert_eq!(draft(&text).blocks.len(), 1);
    }
}
