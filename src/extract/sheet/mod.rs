//! Reads tables: workbooks and separated values.

mod blocks;
mod grid;
mod header;
mod ods;
mod separated;
mod values;
mod workbook;

use crate::extract::content::Office;
use crate::extract::file;
use crate::extract::links::Links;
use crate::extract::office::package::Unread;
use crate::extract::office::{Text, settled};
use crate::extract::rules::Rules;
use crate::extract::sheet::grid::Sheet;
use crate::model::{Block, BlockKind, Capture, Document, Stated};

/// Reads a workbook, sheet by sheet.
///
/// # Errors
/// Why it cannot be read.
pub fn workbook(bytes: &[u8], sort: Office, links: &Links<'_>) -> Result<Text, Unread> {
    let (sheets, properties) = match sort {
        Office::Ods => ods::read(bytes, links)?,
        sort => workbook::read(bytes, sort, links)?,
    };
    let sheets: Vec<Sheet> = sheets
        .into_iter()
        .filter(|sheet| !sheet.grid.is_empty())
        .collect();
    let several = sheets.len() > 1;
    let mut blocks = Vec::new();
    for Sheet { name, hidden, grid } in sheets {
        let text = if hidden {
            format!("{name} (hidden sheet)")
        } else {
            name
        };
        if (several || hidden) && !text.is_empty() {
            blocks.push(Block {
                kind: BlockKind::Heading(2),
                text,
                links: Vec::new(),
            });
        }
        blocks.extend(blocks::of(grid)?);
    }
    if blocks.len() > grid::MOST_ROWS {
        return Err(Unread::Blocks);
    }
    Ok(Text {
        blocks,
        around: Vec::new(),
        tracked: false,
        properties,
    })
}

/// Reads values separated by commas, semicolons, tabs or bars.
pub fn separated(capture: &Capture, bytes: &[u8], text: &str, rules: &Rules) -> Document {
    let blocks = separated::read(text).and_then(blocks::of);
    match blocks {
        Ok(blocks) => {
            let mut stated = Stated::default();
            let blocks = settled(blocks, rules, &mut stated);
            Document {
                stated,
                blocks,
                ..Document::empty(rules.reader.clone(), file::name(capture))
            }
        }
        Err(why) => file::unread(capture, bytes, "CSV file", &why.to_string(), rules),
    }
}
