//! Reads the tables of a Word document.

use crate::extract::office::package::Unread;
use crate::extract::office::pull::Pull;
use crate::extract::office::styles::number;
use crate::extract::office::table::{Row, Table};
use crate::extract::office::word::Word;

impl Word<'_> {
    pub(super) fn table(&mut self, xml: &mut Pull<'_>, table: &mut Table) -> Result<(), Unread> {
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "tblPr" => {
                    while let Some(tag) = xml.open()? {
                        if tag.name() == "tblLook" {
                            // Either a switch of its own or a bit of a number: ECMA-376 part 1, 17.4.55.
                            let bits = tag
                                .attr("val")
                                .and_then(|bits| u16::from_str_radix(&bits, 16).ok());
                            table.first_differs = tag.attr("firstRow").as_deref() == Some("1")
                                || bits.is_some_and(|bits| bits & 0x20 != 0);
                        }
                        xml.skip()?;
                    }
                }
                "tr" => {
                    let mut row = Row::default();
                    if self.row(xml, &mut row)? {
                        table.rows.push(row);
                    }
                }
                "sdt" | "sdtContent" | "customXml" | "ins" => self.table(xml, table)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// Reads a row; whether it is still there when all tracked changes are accepted.
    fn row(&mut self, xml: &mut Pull<'_>, row: &mut Row) -> Result<bool, Unread> {
        let mut there = true;
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "trPr" => {
                    while let Some(tag) = xml.open()? {
                        match tag.name() {
                            "tblHeader" => row.heading = tag.is_on(),
                            "gridBefore" => row.cell(Vec::new(), number(&tag).unwrap_or(1)),
                            "ins" => self.tracked = true,
                            "del" => {
                                self.tracked = true;
                                there = false;
                            }
                            _ => {}
                        }
                        xml.skip()?;
                    }
                }
                "tc" => self.cell(xml, row)?,
                "sdt" | "sdtContent" | "customXml" => there &= self.row(xml, row)?,
                _ => xml.skip()?,
            }
        }
        Ok(there)
    }

    fn cell(&mut self, xml: &mut Pull<'_>, row: &mut Row) -> Result<(), Unread> {
        let (mut columns, mut blocks) = (1, Vec::new());
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "tcPr" => {
                    while let Some(tag) = xml.open()? {
                        if tag.name() == "gridSpan" {
                            columns = number(&tag).unwrap_or(1);
                        }
                        xml.skip()?;
                    }
                }
                name => {
                    let outer = std::mem::take(&mut self.out.blocks);
                    let read = match name {
                        "p" => self.paragraph(xml),
                        "tbl" => {
                            let mut table = Table::default();
                            self.table(xml, &mut table)
                                .and_then(|()| table.end(&mut self.out))
                        }
                        "sdt" | "sdtContent" | "customXml" | "ins" => self.blocks(xml),
                        _ => xml.skip(),
                    };
                    blocks.append(&mut std::mem::replace(&mut self.out.blocks, outer));
                    read?;
                }
            }
        }
        row.cell(blocks, columns);
        Ok(())
    }
}
