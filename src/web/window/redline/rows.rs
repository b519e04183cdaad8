//! Rows of a table as a table, its altered cells marked.

use std::ops::Range;

use maud::{Markup, html};

use crate::model::{BlockKind, Edit, Place};
use crate::web::window::redline::margin;
use crate::web::window::redline::marked;
use crate::web::window::redline::sheet::Sheet;
use crate::web::window::redline::woven::Part;

/// So many rows of one table are shown.
const MOST: usize = 500;

/// The rows of these parts, with the headings of their columns.
pub(super) fn table(sheet: &mut Sheet<'_>, range: Range<usize>) -> Markup {
    let woven = sheet.woven;
    let parts = &woven.parts[range.clone()];
    let heads = parts.iter().take_while(|part| is_head(part)).count();
    let repeated = (heads == 0)
        .then(|| head_above(sheet, range.start))
        .flatten();
    let shown = parts.len().min(MOST);
    let notes = margin::beside(sheet, range);
    let table = html! {
        div.wide role="group" aria-label="Table" tabindex="0" {
            table.rows {
                @if heads > 0 || repeated.is_some() {
                    thead {
                        @if let Some(cells) = repeated {
                            tr { td.mark {} @for cell in cells { th scope="col" { (cell) } } }
                        }
                        @for part in &parts[..heads] { (row(sheet, part)) }
                    }
                }
                tbody {
                    @for part in parts.get(heads..shown).unwrap_or_default() { (row(sheet, part)) }
                }
            }
        }
        @if shown < parts.len() {
            p.skipped { (parts.len() - shown) " more rows are left out here; they stand in the files below." }
        }
    };
    match notes {
        None => table,
        Some(notes) => html! { div.noted { (notes) (table) } },
    }
}

fn is_head(part: &Part<'_>) -> bool {
    matches!(part.kind(), BlockKind::Row(_, true))
}

/// The headings of the columns of the table in whose midst this part stands.
fn head_above<'a>(sheet: &Sheet<'a>, at: usize) -> Option<&'a [String]> {
    let above = sheet.woven.parts[..at].iter().rev();
    let mut rows = above.take_while(|part| part.is_row());
    let head = rows.find(|part| is_head(part) && part.after().is_some())?;
    match head.kind() {
        BlockKind::Row(cells, _) => Some(cells),
        _ => None,
    }
}

fn row(sheet: &mut Sheet<'_>, part: &Part<'_>) -> Markup {
    let id = marked::anchor(part.after(), part.before());
    let head = is_head(part);
    let (mark, cells): (&str, Vec<Markup>) = match part {
        Part::Same { block, .. } => ("", plain(&block.kind, &block.text)),
        Part::Edit { edit, .. } => match edit {
            Edit::Added { after } => ("added", each(after, marked::came)),
            Edit::Removed { before } => ("removed", each(before, marked::gone)),
            Edit::Moved { after, .. } => ("moved", plain(&after.kind, &after.text)),
            Edit::Reworded {
                before,
                after,
                words,
            } => match (&before.kind, &after.kind) {
                (BlockKind::Row(was, _), BlockKind::Row(is, _)) if was.len() == is.len() => {
                    let cells = was.iter().zip(is);
                    (
                        "altered",
                        cells.map(|(was, is)| marked::cell(was, is)).collect(),
                    )
                }
                _ => ("altered", vec![marked::both(words)]),
            },
        },
        Part::Left { .. } => ("", Vec::new()),
    };
    let length = match part {
        Part::Same { block, .. } => block.text.len(),
        Part::Edit { edit, .. } => edit
            .after()
            .or(edit.before())
            .map_or(0, |place| place.text.len()),
        Part::Left { .. } => 0,
    };
    if !sheet.room(length) {
        return marked::nothing();
    }
    html! {
        tr id=(id) data-is=[(!mark.is_empty()).then_some(mark)] {
            td.mark { (mark) }
            @for cell in &cells {
                @if head { th scope="col" { (cell) } } @else { td { (cell) } }
            }
        }
    }
}

fn plain(kind: &BlockKind, text: &str) -> Vec<Markup> {
    match kind {
        BlockKind::Row(cells, _) => cells.iter().map(|cell| html! { (cell) }).collect(),
        _ => vec![html! { (text) }],
    }
}

fn each(place: &Place, mark: fn(&str) -> Markup) -> Vec<Markup> {
    let marked = |cell: &String| match cell.is_empty() {
        true => marked::nothing(),
        false => mark(cell),
    };
    match &place.kind {
        BlockKind::Row(cells, _) => cells.iter().map(marked).collect(),
        _ => vec![mark(&place.text)],
    }
}
