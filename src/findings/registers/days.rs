//! The day a row of a register is about.

use chrono::NaiveDate;

use crate::model::{BlockKind, Document};

/// The latest day that stands in a row of its own and has passed.
pub(super) fn date_of(document: &Document, block: usize, day: NaiveDate) -> Option<NaiveDate> {
    let BlockKind::Row(cells, _) = &document.blocks.get(block)?.kind else {
        return None;
    };
    cells
        .iter()
        .filter_map(|cell| date(cell))
        .filter(|date| *date <= day)
        .max()
}

/// A cell that is nothing but a date; of a month its first day.
pub(super) fn date(cell: &str) -> Option<NaiveDate> {
    let cell = cell.trim();
    let cell = match cell.get(10..11) {
        Some("T" | " ") if cell.len() >= 16 && cell.is_char_boundary(10) => &cell[..10],
        _ => cell,
    };
    if !(6..=20).contains(&cell.len()) {
        return None;
    }
    const FORMS: [&str; 8] = [
        "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d-%b-%Y", "%d/%m/%y",
        "%d-%b-%y",
    ];
    let sensible = |date: &NaiveDate| (1948..2200).contains(&chrono::Datelike::year(date));
    let read = |cell: &str, form: &str| NaiveDate::parse_from_str(cell, form).ok().filter(sensible);
    let whole = FORMS.iter().find_map(|form| read(cell, form));
    whole.or_else(|| {
        let month = format!("1 {}", cell.replace(['-', '/'], " "));
        read(&month, "%d %B %Y")
    })
}
