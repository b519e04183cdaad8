//! Reads the tables of a text in OpenDocument.

use crate::extract::office::opentext::{MOST_REPEATED, OpenText};
use crate::extract::office::package::Unread;
use crate::extract::office::pull::{Pull, Tag};
use crate::extract::office::table::{Row, Table};

impl OpenText<'_> {
    pub(super) fn table(
        &mut self,
        xml: &mut Pull<'_>,
        table: &mut Table,
        heading: bool,
    ) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "table-header-rows" => self.table(xml, table, true)?,
                "table-rows" | "table-row-group" => self.table(xml, table, heading)?,
                "table-row" => {
                    let mut row = Row {
                        heading,
                        ..Row::default()
                    };
                    while let Some(tag) = xml.open()? {
                        match tag.name() {
                            "table-cell" => {
                                let columns = repeated(&tag, "number-columns-repeated");
                                let blocks = self.apart(xml)?;
                                row.cells.extend(std::iter::repeat_n(blocks, columns));
                            }
                            "covered-table-cell" => {
                                row.cell(Vec::new(), repeated(&tag, "number-columns-repeated"));
                                xml.skip()?;
                            }
                            _ => xml.skip()?,
                        }
                    }
                    table.rows.push(row);
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}

fn repeated(tag: &Tag<'_>, name: &str) -> usize {
    let count = tag.attr(name).and_then(|count| count.parse().ok());
    count.unwrap_or(1).clamp(1, MOST_REPEATED)
}
