//! Reads a Word document (DOCX).

mod table;

use std::collections::HashMap;

use crate::extract::links::Links;
use crate::extract::office::lists::Lists;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::para::{Out, Para};
use crate::extract::office::pull::Pull;
use crate::extract::office::relations::{self, Relations};
use crate::extract::office::story::Story;
use crate::extract::office::styles::{Format, Styles};
use crate::extract::office::table::Table;
use crate::extract::office::{Text, properties};
use crate::model::{Block, BlockKind};

/// Reads a Word document.
///
/// # Errors
/// Why its text cannot be read.
pub fn read(package: &mut Package<'_>, links: &Links<'_>) -> Result<Text, Unread> {
    let root = relations::of(package, "")?;
    let main = relations::first(&root, "officeDocument").unwrap_or("word/document.xml".to_owned());
    let relations = relations::of(package, &main)?;
    let text = package.part(&main)?.ok_or(Unread::Damaged)?;
    let mut related = |kind: &str| match relations::first(&relations, kind) {
        Some(name) => Ok(package.part(&name)?),
        None => Ok(None),
    };
    let styles = related("styles")?.map_or(Ok(Styles::default()), |text| Styles::read(&text))?;
    let lists = related("numbering")?.map_or(Ok(Lists::default()), |text| Lists::read(&text))?;
    let mut word = Word {
        styles,
        lists,
        links,
        relations: Relations::new(),
        out: Out::default(),
        held: None,
        tracked: false,
        aside: Vec::new(),
        notes: Vec::new(),
    };
    let mut blocks = word.part(&text, relations.clone())?;
    let mut notes = HashMap::new();
    for kind in ["footnotes", "endnotes"] {
        if let Some(name) = relations::first(&relations, kind) {
            let text = package.part(&name)?.unwrap_or_default();
            word.relations = relations::of(package, &name)?;
            word.notes(kind, &text, &mut notes)?;
        }
    }
    let named = std::mem::take(&mut word.notes);
    blocks.extend(named.iter().filter_map(|note| notes.remove(note)).flatten());
    let mut around = std::mem::take(&mut word.aside);
    for kind in ["header", "footer"] {
        for name in relations::all(&relations, kind) {
            let text = package.part(&name)?.unwrap_or_default();
            let related = relations::of(package, &name)?;
            around.extend(
                word.part(&text, related)?
                    .into_iter()
                    .map(|block| block.text),
            );
        }
    }
    Ok(Text {
        blocks,
        around,
        tracked: word.tracked,
        properties: properties::office(package, &root)?,
    })
}

/// A document while it is being read.
pub struct Word<'a> {
    styles: Styles,
    lists: Lists,
    links: &'a Links<'a>,
    relations: Relations,
    out: Out,
    /// A paragraph whose end was deleted, waiting for the one it runs on into.
    held: Option<Para>,
    /// Whether it holds tracked changes.
    tracked: bool,
    /// What is set apart from the text: hidden words, tables of contents.
    aside: Vec<String>,
    /// The notes in the order in which the text names them: the part they stand in, and their id.
    notes: Vec<(&'static str, String)>,
}

impl Word<'_> {
    /// The blocks of a whole part.
    fn part(&mut self, text: &str, relations: Relations) -> Result<Vec<Block>, Unread> {
        self.relations = relations;
        let mut xml = Pull::new(text);
        if xml.open()?.is_some() {
            self.blocks(&mut xml)?;
        }
        if let Some(held) = self.held.take() {
            held.end(BlockKind::Paragraph, "", &mut self.out)?;
        }
        Ok(std::mem::take(&mut self.out.blocks))
    }

    /// The footnotes or endnotes, by their ids.
    fn notes(
        &mut self,
        kind: &'static str,
        text: &str,
        notes: &mut HashMap<(&'static str, String), Vec<Block>>,
    ) -> Result<(), Unread> {
        let mut xml = Pull::new(text);
        if xml.open()?.is_none() {
            return Ok(());
        }
        while let Some(tag) = xml.open()? {
            let furniture = tag.attr("type").is_some_and(|kind| kind != "normal");
            match tag.attr("id").filter(|_| !furniture) {
                Some(id) => {
                    let blocks = self.apart(&mut xml)?;
                    notes.insert((kind, id), blocks);
                }
                None => xml.skip()?,
            }
        }
        Ok(())
    }

    /// What stands in an element, apart from what stands around it.
    fn apart(&mut self, xml: &mut Pull<'_>) -> Result<Vec<Block>, Unread> {
        let outer = std::mem::take(&mut self.out.blocks);
        let held = self.held.take();
        let read = self.blocks(xml);
        if let Some(held) = std::mem::replace(&mut self.held, held) {
            held.end(BlockKind::Paragraph, "", &mut self.out)?;
        }
        let inner = std::mem::replace(&mut self.out.blocks, outer);
        read.map(|()| inner)
    }

    /// Paragraphs and tables, to the end of the element opened last.
    fn blocks(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "p" => self.paragraph(xml)?,
                "tbl" => {
                    let mut table = Table::default();
                    self.table(xml, &mut table)?;
                    table.end(&mut self.out)?;
                }
                "ins" | "moveTo" => {
                    self.tracked = true;
                    self.blocks(xml)?;
                }
                "del" | "moveFrom" => {
                    self.tracked = true;
                    xml.skip()?;
                }
                "body" | "sdt" | "sdtContent" | "customXml" | "smartTag" | "AlternateContent"
                | "Choice" => self.blocks(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        let para = self.held.take().unwrap_or_default();
        let mut story = Story::new(para);
        self.inline(xml, &mut story)?;
        let Story {
            mut para,
            format,
            hidden,
            ..
        } = story;
        if !hidden.is_empty() {
            self.aside.push(crate::extract::tidy::tidy(&hidden));
        }
        if format.joined {
            self.tracked = true;
            self.held = Some(para);
            return Ok(());
        }
        if self.styles.is_contents(&format) {
            self.aside.push(para.run.take());
            return Ok(());
        }
        let list = self.styles.list(&format);
        let heading = self.styles.heading(&format);
        let empty = para.run.len() == 0;
        let label = match &list {
            Some((list, level)) if !empty => self.lists.next(list, level.unwrap_or(0)),
            _ => String::new(),
        };
        let kind = match (heading, list) {
            (Some(level), _) => BlockKind::Heading(level),
            (None, Some((_, level))) => {
                BlockKind::Item(u8::try_from(level.unwrap_or(0) + 1).unwrap_or(u8::MAX))
            }
            (None, None) => BlockKind::Paragraph,
        };
        let label = if empty { "" } else { label.as_str() };
        para.end(kind, label, &mut self.out)
    }

    /// Runs of text, to the end of the element opened last.
    fn inline(&mut self, xml: &mut Pull<'_>, story: &mut Story) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "pPr" => {
                    story.format = Format::read(xml)?;
                    continue;
                }
                "r" => {
                    self.inline(xml, story)?;
                    story.vanish = false;
                    continue;
                }
                "rPr" => {
                    while let Some(tag) = xml.open()? {
                        story.vanish |= tag.name() == "vanish" && tag.is_on();
                        xml.skip()?;
                    }
                    continue;
                }
                "t" => {
                    story.say(&xml.text()?);
                    continue;
                }
                "instrText" => {
                    story.instruct(&xml.text()?);
                    continue;
                }
                "fldChar" => story.field(tag.attr("fldCharType").as_deref(), self.links),
                "fldSimple" => {
                    story.simple(&tag.attr("instr").unwrap_or_default());
                    self.inline(xml, story)?;
                    story.field(Some("end"), self.links);
                    continue;
                }
                "tab" | "ptab" | "br" | "cr" => story.say(" "),
                "noBreakHyphen" => story.say("-"),
                "sym" => story.symbol(tag.attr("char").as_deref()),
                "footnoteReference" => self.note("footnotes", tag.attr("id")),
                "endnoteReference" => self.note("endnotes", tag.attr("id")),
                "hyperlink" => {
                    let href = tag
                        .exact("r:id")
                        .or_else(|| tag.attr("id"))
                        .and_then(|id| self.relations.get(&id))
                        .map(|relation| relation.target.clone());
                    let since = story.para.run.len();
                    self.inline(xml, story)?;
                    if let Some(href) = href {
                        story.para.link(since, &href, self.links);
                    }
                    continue;
                }
                "ins" | "moveTo" => {
                    self.tracked = true;
                    self.inline(xml, story)?;
                    continue;
                }
                "del" | "moveFrom" => self.tracked = true,
                "oMath" | "oMathPara" => {
                    story.say(&xml.text()?);
                    continue;
                }
                "txbxContent" => {
                    let blocks = self.apart(xml)?;
                    story.para.boxes.extend(blocks);
                    continue;
                }
                "smartTag" | "sdt" | "sdtContent" | "customXml" | "dir" | "bdo" | "ruby"
                | "rubyBase" | "AlternateContent" | "Choice" | "drawing" | "inline" | "anchor"
                | "graphic" | "graphicData" | "wsp" | "wgp" | "grpSp" | "txbx" | "pict"
                | "shape" | "rect" | "group" | "textbox" | "object" => {
                    self.inline(xml, story)?;
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(())
    }

    fn note(&mut self, kind: &'static str, id: Option<String>) {
        self.notes.extend(id.map(|id| (kind, id)));
    }
}
