//! Agreements that end later than they said they would.

use chrono::NaiveDate;

use crate::findings::registers::days::{date, ends, written};
use crate::findings::registers::headings::{is_end, is_term};
use crate::findings::registers::{Cell, NAME, about_cells, cells};
use crate::model::{CellEdit, Finding, TableDiff, Weighed};
use crate::prose::cut;
use crate::rulebook::Book;

/// The finding about ends that were moved later.
pub(super) fn judge(book: &Book, table: &TableDiff, day: NaiveDate) -> Option<Finding> {
    let all = cells(table, |heading| is_end(heading) || is_term(heading));
    let mut moved: Vec<(Cell, NaiveDate, NaiveDate)> = all
        .into_iter()
        .filter_map(|cell| extended(cell.edit).map(|(was, is)| (cell, was, is)))
        .collect();
    // An agreement that had run out already comes first: it is the one that matters most.
    moved.sort_by_key(|(_, was, _)| *was >= day);
    let (first, was, is) = *moved.first()?;
    let more = match moved.len() {
        1 => String::new(),
        2 => " So was that of 1 other row.".to_owned(),
        many => format!(" So were those of {} other rows.", many - 1),
    };
    let why = format!(
        "“{}” of {} was {} and is {}.{more}",
        cut(&first.edit.column, NAME),
        cut(&first.row.key, NAME),
        written(was),
        written(is)
    );
    let cells: Vec<Cell> = moved.iter().map(|(cell, ..)| *cell).collect();
    let mut finding = about_cells(book, "end-date-extended", why, &cells);
    if was < day {
        finding.severity = finding.severity.raised();
        finding.weighed.push(Weighed {
            to: finding.severity,
            because: "the end had passed before it was moved".to_owned(),
        });
    }
    Some(finding)
}

/// The end as it was and as it is, where it was moved later.
fn extended(edit: &CellEdit) -> Option<(NaiveDate, NaiveDate)> {
    if is_end(&edit.column)
        && let (Some(was), Some(is)) = (date(&edit.before), date(&edit.after))
    {
        return (was < is).then_some((was, is));
    }
    let ((from, was), (since, is)) = (ends(&edit.before)?, ends(&edit.after)?);
    (from == since && was < is).then_some((was, is))
}

/// Whether an alteration is nothing but that of an end.
pub(super) fn is_all(cells: &[CellEdit]) -> bool {
    cells.iter().all(|edit| extended(edit).is_some())
}
