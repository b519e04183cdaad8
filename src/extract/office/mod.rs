//! Reads office files: texts, slides and workbooks.

pub mod package;
pub mod pull;
pub mod relations;

mod lists;
mod numbers;
mod opentext;
mod outline;
mod para;
pub mod properties;
mod slides;
mod story;
mod styles;
mod table;
mod word;

use std::collections::HashSet;

use crate::extract::content::Office;
use crate::extract::links::Links;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::properties::Properties;
use crate::extract::rules::Rules;
use crate::extract::{claims, file, noise, sheet};
use crate::model::{Block, BlockKind, Capture, Document, Stated};

pub use crate::extract::office::opentext::check_encryption;

/// What was read out of an office file.
pub struct Text {
    /// Its text, in reading order, notes at the end.
    pub blocks: Vec<Block>,
    /// What stands around the text: headers and footers, tables of contents, hidden words.
    pub around: Vec<String>,
    /// Whether it holds tracked changes.
    pub tracked: bool,
    /// What it says of itself.
    pub properties: Properties,
}

/// Reads an office file. One that cannot be read is its name and its bytes, with the reason.
pub fn read(capture: &Capture, bytes: &[u8], sort: Office, rules: &Rules) -> Document {
    match text(capture, bytes, sort, rules) {
        Ok(text) => document(capture, sort, text, rules),
        Err(why) => file::unread(capture, bytes, sort.name(), &why.to_string(), rules),
    }
}

fn text(capture: &Capture, bytes: &[u8], sort: Office, rules: &Rules) -> Result<Text, Unread> {
    let links = Links::new(capture.landed().clone(), &rules.reading.drop_params);
    let text = match sort {
        Office::Docx => word::read(&mut Package::open(bytes)?, &links)?,
        Office::Odt => opentext::read(&mut Package::open(bytes)?, &links)?,
        Office::Pptx => slides::read(&mut Package::open(bytes)?, &links)?,
        Office::Xlsx | Office::Xlsb | Office::Xls | Office::Ods => {
            sheet::workbook(bytes, sort, &links)?
        }
        Office::Odp => return Err(Unread::Kind),
    };
    match text.blocks.is_empty() {
        true => Err(Unread::Empty),
        false => Ok(text),
    }
}

fn document(capture: &Capture, sort: Office, text: Text, rules: &Rules) -> Document {
    let mut stated = Stated::default();
    if text.tracked {
        let line =
            "This file holds tracked changes: what was inserted is read, what was deleted is not.";
        stated.lines.push(line.to_owned());
    }
    properties::state(&text.properties, &mut stated);
    let workbook = !matches!(sort, Office::Docx | Office::Odt | Office::Pptx);
    let heading = text
        .blocks
        .iter()
        .find(|block| !workbook && matches!(block.kind, BlockKind::Heading(_)))
        .map(|block| block.text.clone());
    let title = text.properties.title.or(heading);
    let mut seen = HashSet::new();
    let mut around = text.around;
    around.retain(|line| !line.is_empty() && seen.insert(line.clone()));
    let blocks = settled(text.blocks, rules, &mut stated);
    Document {
        stated,
        blocks,
        surroundings: around,
        ..Document::empty(
            rules.reader.clone(),
            title.unwrap_or_else(|| file::name(capture)),
        )
    }
}

/// The blocks that are compared: without the lines the rules drop, and without those that only state a date or say
/// nothing.
pub fn settled(blocks: Vec<Block>, rules: &Rules, stated: &mut Stated) -> Vec<Block> {
    let mut kept = Vec::with_capacity(blocks.len());
    for block in blocks {
        let prose = block.kind == BlockKind::Paragraph;
        let dropped = rules
            .drop_lines
            .iter()
            .any(|line| line.is_match(&block.text));
        if !dropped && prose && claims::is_statement(&block.text) {
            stated.lines.push(block.text);
        } else if !(dropped || prose && noise::is_noise(&block.text)) {
            kept.push(block);
        }
    }
    kept
}
