//! Reads the slides of a PowerPoint presentation (PPTX).

use crate::extract::links::Links;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::para::{Out, Para};
use crate::extract::office::pull::Pull;
use crate::extract::office::relations::{self, Relations};
use crate::extract::office::table::{Row, Table};
use crate::extract::office::{Text, properties};
use crate::model::BlockKind;

/// Placeholders that every slide repeats: its date, its footer, its number.
const FURNITURE: [&str; 4] = ["dt", "ftr", "sldNum", "hdr"];

/// Reads a presentation, slide by slide in the order in which they are shown.
///
/// # Errors
/// Why its text cannot be read.
pub fn read(package: &mut Package<'_>, links: &Links<'_>) -> Result<Text, Unread> {
    let root = relations::of(package, "")?;
    let main =
        relations::first(&root, "officeDocument").unwrap_or("ppt/presentation.xml".to_owned());
    let related = relations::of(package, &main)?;
    let text = package.part(&main)?.ok_or(Unread::Damaged)?;
    let mut out = Out::default();
    for id in order(&text)? {
        let Some(slide) = related.get(&id) else {
            continue;
        };
        let text = package.part(&slide.target)?.unwrap_or_default();
        let relations = relations::of(package, &slide.target)?;
        let mut slide = Slide {
            links,
            relations,
            out: &mut out,
            title: false,
        };
        let mut xml = Pull::new(&text);
        if xml.open()?.is_some() {
            slide.shapes(&mut xml)?;
        }
    }
    Ok(Text {
        blocks: out.blocks,
        around: Vec::new(),
        tracked: false,
        properties: properties::office(package, &root)?,
    })
}

/// The ids of the slides, in order.
fn order(text: &str) -> Result<Vec<String>, Unread> {
    let mut ids = Vec::new();
    let mut xml = Pull::new(text);
    if xml.open()?.is_none() {
        return Ok(ids);
    }
    while let Some(tag) = xml.open()? {
        if tag.name() == "sldIdLst" {
            while let Some(tag) = xml.open()? {
                ids.extend(tag.exact("r:id"));
                xml.skip()?;
            }
        } else {
            xml.skip()?;
        }
    }
    Ok(ids)
}

/// A slide while it is being read.
struct Slide<'a> {
    links: &'a Links<'a>,
    relations: Relations,
    out: &'a mut Out,
    /// Whether the shape being read is the title.
    title: bool,
}

impl Slide<'_> {
    /// Shapes and tables, to the end of the element opened last.
    fn shapes(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "sp" => self.shape(xml)?,
                "tbl" => {
                    let mut table = Table {
                        first_differs: true,
                        ..Table::default()
                    };
                    self.table(xml, &mut table)?;
                    table.end(self.out)?;
                }
                "cSld" | "spTree" | "grpSp" | "graphicFrame" | "graphic" | "graphicData"
                | "AlternateContent" | "Choice" => self.shapes(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn shape(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        let mut furniture = false;
        self.title = false;
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "nvSpPr" => {
                    let kind = placeholder(xml)?;
                    let is =
                        |names: &[&str]| kind.as_deref().is_some_and(|kind| names.contains(&kind));
                    self.title = is(&["title", "ctrTitle"]);
                    furniture = is(&FURNITURE);
                }
                "txBody" if !furniture => self.paragraphs(xml)?,
                _ => xml.skip()?,
            }
        }
        self.title = false;
        Ok(())
    }

    fn paragraphs(&mut self, xml: &mut Pull<'_>) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "p" => {
                    let mut para = Para::default();
                    let depth = self.inline(xml, &mut para)?;
                    let kind = match (self.title, depth) {
                        (true, _) => BlockKind::Heading(2),
                        (false, 0) => BlockKind::Paragraph,
                        (false, depth) => BlockKind::Item(depth),
                    };
                    para.end(kind, "", self.out)?;
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// Runs of text, to the end of the element opened last; the depth of the paragraph.
    fn inline(&mut self, xml: &mut Pull<'_>, para: &mut Para) -> Result<u8, Unread> {
        let (mut depth, mut href) = (0, None);
        let since = para.run.len();
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "pPr" => {
                    depth = tag
                        .attr("lvl")
                        .and_then(|level| level.parse().ok())
                        .unwrap_or(0);
                    xml.skip()?;
                }
                "rPr" => {
                    while let Some(tag) = xml.open()? {
                        if tag.name() == "hlinkClick" {
                            let target = tag.exact("r:id").and_then(|id| self.relations.get(&id));
                            href = target.map(|target| target.target.clone());
                        }
                        xml.skip()?;
                    }
                }
                "r" | "fld" => drop(self.inline(xml, para)?),
                "t" => para.run.push(&xml.text()?),
                "br" => {
                    para.run.space();
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
        if let Some(href) = href {
            para.link(since, &href, self.links);
        }
        Ok(depth)
    }

    fn table(&mut self, xml: &mut Pull<'_>, table: &mut Table) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            if tag.name() != "tr" {
                xml.skip()?;
                continue;
            }
            let mut row = Row::default();
            while let Some(tag) = xml.open()? {
                if tag.name() != "tc" {
                    xml.skip()?;
                    continue;
                }
                let outer = std::mem::take(&mut self.out.blocks);
                let mut read = Ok(());
                while let (Ok(()), Some(tag)) = (read, xml.open()?) {
                    read = match tag.name() {
                        "txBody" => self.paragraphs(xml),
                        _ => xml.skip(),
                    };
                }
                row.cell(std::mem::replace(&mut self.out.blocks, outer), 1);
                read?;
            }
            table.rows.push(row);
        }
        Ok(())
    }
}

/// The kind of placeholder a shape fills, from its properties, read to their end.
fn placeholder(xml: &mut Pull<'_>) -> Result<Option<String>, Unread> {
    let mut kind = None;
    while let Some(tag) = xml.open()? {
        match tag.name() {
            "nvPr" => {
                while let Some(tag) = xml.open()? {
                    if tag.name() == "ph" {
                        kind = tag.attr("type");
                    }
                    xml.skip()?;
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(kind)
}
