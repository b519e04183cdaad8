//! Reads the workbooks of Excel: XLSX, XLSM, XLSB and XLS.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, Sheet as Listed, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx};

use crate::extract::content::Office;
use crate::extract::links::Links;
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::properties::{self, Properties};
use crate::extract::office::relations;
use crate::extract::sheet::grid::{Grid, Room, Sheet};
use crate::extract::sheet::values;
use crate::model::Link;

/// The sheets of a workbook in order, with what it says of itself.
///
/// # Errors
/// Why it cannot be read.
pub fn read(
    bytes: &[u8],
    sort: Office,
    links: &Links<'_>,
) -> Result<(Vec<Sheet>, Properties), Unread> {
    // The package that reads workbooks counts past its numbers' ends in some damaged ones, and stumbles.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, sort, links))).unwrap_or(Err(Unread::Damaged))
}

fn sheets(
    bytes: &[u8],
    sort: Office,
    links: &Links<'_>,
) -> Result<(Vec<Sheet>, Properties), Unread> {
    if sort == Office::Xls {
        return old(bytes);
    }
    let mut package = Package::open(bytes)?;
    package.measure()?;
    let root = relations::of(&mut package, "")?;
    let properties = properties::office(&mut package, &root)?;
    let linked = package.mentions_in(".rels", "/hyperlink")?;
    let sheets = match sort {
        Office::Xlsb => binary(bytes)?,
        _ => plain(bytes, links, linked)?,
    };
    Ok((sheets, properties))
}

fn plain(bytes: &[u8], links: &Links<'_>, linked: bool) -> Result<Vec<Sheet>, Unread> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unread::Damaged)?;
    let (mut sheets, mut room) = (Vec::new(), Room::default());
    for listed in listed(book.sheets_metadata()) {
        let mut grid = Grid::default();
        let mut cells = book
            .worksheet_cells_reader(&listed.name)
            .map_err(|_| Unread::Damaged)?;
        while let Some(cell) = cells.next_cell().map_err(|_| Unread::Damaged)? {
            let (row, column) = cell.get_position();
            grid.add(row, column, values::streamed(cell.get_value()), &mut room)?;
        }
        drop(cells);
        if linked {
            let found = book
                .hyperlinks_by_sheet_name(&listed.name)
                .unwrap_or_default();
            for link in found {
                let url = link
                    .target
                    .as_deref()
                    .and_then(|target| links.target(target));
                if let Some(url) = url {
                    let (row, column) = link.range.start;
                    let text = grid.text(row, column).unwrap_or_default();
                    grid.link(row, Link { text, url });
                }
            }
        }
        sheets.push(sheet(listed, grid));
    }
    Ok(sheets)
}

fn binary(bytes: &[u8]) -> Result<Vec<Sheet>, Unread> {
    let mut book: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|_| Unread::Damaged)?;
    let (mut sheets, mut room) = (Vec::new(), Room::default());
    for listed in listed(book.sheets_metadata()) {
        let mut grid = Grid::default();
        let mut cells = book
            .worksheet_cells_reader(&listed.name)
            .map_err(|_| Unread::Damaged)?;
        while let Some(cell) = cells.next_cell().map_err(|_| Unread::Damaged)? {
            let (row, column) = cell.get_position();
            grid.add(row, column, values::streamed(cell.get_value()), &mut room)?;
        }
        drop(cells);
        sheets.push(sheet(listed, grid));
    }
    Ok(sheets)
}

fn old(bytes: &[u8]) -> Result<(Vec<Sheet>, Properties), Unread> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Unread::Encrypted,
        _ => Unread::Damaged,
    })?;
    let (mut sheets, mut room) = (Vec::new(), Room::default());
    for listed in listed(book.sheets_metadata()) {
        let mut grid = Grid::default();
        let range = book
            .worksheet_range(&listed.name)
            .map_err(|_| Unread::Damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let place = |start: u32, at: usize| u32::try_from(at).ok()?.checked_add(start);
            if let Some((row, column)) = place(top, row).zip(place(left, column)) {
                grid.add(row, column, values::held(value), &mut room)?;
            }
        }
        sheets.push(sheet(listed, grid));
    }
    let said = book.workbook_properties().unwrap_or_default();
    let properties = Properties {
        title: said.title.as_deref().and_then(properties::title),
        created: said.created,
        modified: said.modified,
    };
    Ok((sheets, properties))
}

/// The sheets that hold cells.
fn listed(sheets: &[Listed]) -> Vec<Listed> {
    let sheets = sheets.iter();
    let with_cells = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
    with_cells.cloned().collect()
}

fn sheet(listed: Listed, grid: Grid) -> Sheet {
    Sheet {
        hidden: listed.visible != SheetVisible::Visible,
        name: crate::extract::tidy::tidy(&listed.name),
        grid,
    }
}
