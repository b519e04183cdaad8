//! Reads a text in OpenDocument (ODT).

mod table;

use crate::extract::links::Links;
use crate::extract::office::numbers::{Counters, LEVELS};
use crate::extract::office::outline::Outlines;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::para::{Out, Para};
use crate::extract::office::pull::{Piece, Pull, Tag};
use crate::extract::office::table::Table;
use crate::extract::office::{Text, properties};
use crate::model::{Block, BlockKind};

/// The most times a cell or a space is repeated.
const MOST_REPEATED: usize = 64;

/// Reads a text in OpenDocument.
///
/// # Errors
/// Why its text cannot be read.
pub fn read(package: &mut Package<'_>, links: &Links<'_>) -> Result<Text, Unread> {
    check_encryption(package)?;
    let content = package.part("content.xml")?.ok_or(Unread::Damaged)?;
    let styles = package.part("styles.xml")?.unwrap_or_default();
    let mut text = OpenText {
        outlines: Outlines::default(),
        links,
        out: Out::default(),
        lists: Vec::new(),
        ended: None,
        notes: Vec::new(),
        tracked: false,
        aside: Vec::new(),
    };
    let around = text.document(&styles)?;
    text.document(&content)?;
    let mut blocks = std::mem::take(&mut text.out.blocks);
    blocks.append(&mut text.notes);
    let mut aside = text.aside;
    aside.extend(around);
    Ok(Text {
        blocks,
        around: aside,
        tracked: text.tracked,
        properties: properties::open_document(package)?,
    })
}

/// Looks whether a file in OpenDocument asks for a password.
///
/// # Errors
/// It does.
pub fn check_encryption(package: &mut Package<'_>) -> Result<(), Unread> {
    let manifest = package.part("META-INF/manifest.xml")?.unwrap_or_default();
    match manifest.contains("encryption-data") {
        true => Err(Unread::Encrypted),
        false => Ok(()),
    }
}

/// A text while it is being read.
struct OpenText<'a> {
    outlines: Outlines,
    links: &'a Links<'a>,
    out: Out,
    /// The lists around the place that is being read, outermost first.
    lists: Vec<String>,
    /// The list that ended last, with its counters: the next one may go on from it.
    ended: Option<(Option<String>, Counters)>,
    /// What stands in footnotes and endnotes.
    notes: Vec<Block>,
    /// Whether it holds tracked changes.
    tracked: bool,
    /// What is set apart from the text: tables of contents.
    aside: Vec<String>,
}

/// A list, for the items in it.
struct List<'a> {
    style: Option<&'a str>,
    depth: usize,
}

impl OpenText<'_> {
    /// Reads a part: its list styles, its body, and what its pages have as headers and footers.
    fn document(&mut self, text: &str) -> Result<Vec<String>, Unread> {
        let mut around = Vec::new();
        let mut xml = Pull::new(text);
        if xml.open()?.is_none() {
            return Ok(around);
        }
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "automatic-styles" | "styles" => {
                    while let Some(tag) = xml.open()? {
                        match tag.name() {
                            "list-style" => self.outlines.read(&tag, &mut xml)?,
                            _ => xml.skip()?,
                        }
                    }
                }
                "master-styles" => {
                    while xml.open()?.is_some() {
                        while let Some(tag) = xml.open()? {
                            match tag.name() {
                                "header" | "footer" | "header-first" | "footer-first"
                                | "header-left" | "footer-left" => {
                                    let blocks = self.apart(&mut xml)?;
                                    around.extend(blocks.into_iter().map(|block| block.text));
                                }
                                _ => xml.skip()?,
                            }
                        }
                    }
                }
                "body" => {
                    while let Some(tag) = xml.open()? {
                        match tag.name() {
                            "text" => self.blocks(&mut xml)?,
                            _ => xml.skip()?,
                        }
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(around)
    }

    /// What stands in an element, apart from what stands around it.
    fn apart(&mut self, xml: &mut Pull<'_>) -> Result<Vec<Block>, Unread> {
        let outer = std::mem::take(&mut self.out.blocks);
        let lists = std::mem::take(&mut self.lists);
        let read = self.blocks(xml);
        self.lists = lists;
        let inner = std::mem::replace(&mut self.out.blocks, outer);
        read.map(|()| inner)
    }

    /// Paragraphs, lists and tables, to the end of the element opened last.
    fn blocks(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            self.block(&tag, xml, "")?;
        }
        Ok(())
    }

    /// One element that stands between paragraphs, with what stands before its first.
    fn block(&mut self, tag: &Tag<'_>, xml: &mut Pull<'_>, label: &str) -> Result<(), Unread> {
        match tag.name() {
            "h" => {
                let level = tag
                    .attr("outline-level")
                    .and_then(|level| level.parse().ok());
                let level = level.unwrap_or(1).clamp(1, 6);
                self.paragraph(xml, BlockKind::Heading(level), label)?;
            }
            "p" => {
                let kind = match self.lists.len() {
                    0 => BlockKind::Paragraph,
                    depth => BlockKind::Item(u8::try_from(depth).unwrap_or(u8::MAX)),
                };
                self.paragraph(xml, kind, label)?;
            }
            "list" => {
                let style = tag
                    .attr("style-name")
                    .or_else(|| self.lists.last().cloned());
                let goes_on = tag.attr("continue-numbering").as_deref() == Some("true")
                    || tag.attr("continue-list").is_some();
                let before = self
                    .ended
                    .take()
                    .filter(|(name, _)| goes_on && *name == style);
                let mut counters = before.map(|(_, counters)| counters).unwrap_or_default();
                self.lists.push(style.clone().unwrap_or_default());
                let depth = self.lists.len();
                let list = List {
                    style: style.as_deref(),
                    depth,
                };
                let read = self.list(xml, &list, &mut counters);
                self.lists.pop();
                self.ended = Some((style, counters));
                read?;
            }
            "table" => {
                let mut table = Table::default();
                self.table(xml, &mut table, false)?;
                table.end(&mut self.out)?;
            }
            "table-of-content" | "illustration-index" | "table-index" => {
                let contents = self.apart(xml)?;
                self.aside
                    .extend(contents.into_iter().map(|block| block.text));
            }
            "tracked-changes" => {
                self.tracked = true;
                xml.skip()?;
            }
            "section" | "index-body" | "index-title" | "numbered-paragraph" | "frame"
            | "text-box" | "bibliography" | "alphabetical-index" | "user-index" | "g" | "a" => {
                self.blocks(xml)?;
            }
            _ => xml.skip()?,
        }
        Ok(())
    }

    /// The items of a list. Deeper lists share its counters, so that "2.1" knows of its 2.
    fn list(
        &mut self,
        xml: &mut Pull<'_>,
        list: &List<'_>,
        counters: &mut Counters,
    ) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "list-item" => self.item(xml, list, counters)?,
                "list-header" => self.blocks(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// One item: its number stands before its first paragraph.
    fn item(
        &mut self,
        xml: &mut Pull<'_>,
        list: &List<'_>,
        counters: &mut Counters,
    ) -> Result<(), Unread> {
        let mut counted = false;
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "p" | "h" => {
                    let label = match counted {
                        true => String::new(),
                        false => {
                            let level = list.depth.min(LEVELS);
                            self.outlines.next(list.style, level, counters)
                        }
                    };
                    counted = true;
                    self.block(&tag, xml, &label)?;
                }
                "list" => {
                    let style = tag.attr("style-name");
                    self.lists.push(style.clone().unwrap_or_default());
                    let deeper = List {
                        style: style.as_deref().or(list.style),
                        depth: list.depth + 1,
                    };
                    let read = self.list(xml, &deeper, counters);
                    self.lists.pop();
                    read?;
                }
                // The number as its writer last saw it: it is counted anew.
                "number" => xml.skip()?,
                _ => self.block(&tag, xml, "")?,
            }
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        xml: &mut Pull<'_>,
        kind: BlockKind,
        label: &str,
    ) -> Result<(), Unread> {
        let mut para = Para::default();
        self.inline(xml, &mut para)?;
        let label = if para.run.len() == 0 { "" } else { label };
        para.end(kind, label, &mut self.out)
    }

    /// Runs of text, to the end of the element opened last.
    fn inline(&mut self, xml: &mut Pull<'_>, para: &mut Para) -> Result<(), Unread> {
        while let Some(piece) = xml.next()? {
            let tag = match piece {
                Piece::Text(text) => {
                    para.run.push(&text);
                    continue;
                }
                Piece::Open(tag) => tag,
            };
            match tag.name() {
                "s" | "tab" | "line-break" => {
                    para.run.space();
                    xml.skip()?;
                }
                "a" => {
                    let (since, href) = (para.run.len(), tag.attr("href"));
                    self.inline(xml, para)?;
                    para.link(since, &href.unwrap_or_default(), self.links);
                }
                "note" => self.note(xml)?,
                "frame" | "text-box" | "g" | "custom-shape" | "rect" => {
                    let blocks = self.apart(xml)?;
                    para.boxes.extend(blocks);
                }
                "change" | "change-start" | "change-end" => {
                    self.tracked = true;
                    xml.skip()?;
                }
                "annotation" | "annotation-end" | "number" | "hidden-text" | "ruby-text"
                | "page-number" | "page-count" | "desc" | "title" | "event-listeners" => {
                    xml.skip()?;
                }
                _ => self.inline(xml, para)?,
            }
        }
        Ok(())
    }

    fn note(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "note-body" => {
                    let blocks = self.apart(xml)?;
                    self.notes.extend(blocks);
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}
