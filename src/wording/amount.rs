//! How much differs, in a few words.

use crate::model::{BlockKind, Diff, Edit, TableDiff};
use crate::wording::rows;

/// How much differs: "3 passages reworded, 1 added".
pub(super) fn of(diff: Option<&Diff>) -> String {
    let Some(diff) = diff else {
        return "something changed".to_owned();
    };
    if let Some(said) = of_tables(diff) {
        return said;
    }
    let count = |wanted: fn(&Edit) -> bool| diff.edits().filter(|edit| wanted(edit)).count();
    let counts = [
        (
            count(|edit| matches!(edit, Edit::Reworded { .. })),
            "reworded",
        ),
        (count(|edit| matches!(edit, Edit::Added { .. })), "added"),
        (
            count(|edit| matches!(edit, Edit::Removed { .. })),
            "removed",
        ),
        (count(|edit| matches!(edit, Edit::Moved { .. })), "moved"),
    ];
    let mut parts = Vec::new();
    for (number, what) in counts.into_iter().filter(|(number, _)| *number > 0) {
        parts.push(match (parts.is_empty(), number) {
            (true, 1) => format!("1 passage {what}"),
            (true, _) => format!("{number} passages {what}"),
            (false, _) => format!("{number} {what}"),
        });
    }
    if !parts.is_empty() {
        return parts.join(", ");
    }
    if !diff.attachments.is_empty() {
        return "the files changed".to_owned();
    }
    if !diff.links.is_empty() {
        return "links lead elsewhere".to_owned();
    }
    if diff.title.is_some() {
        return "the title changed".to_owned();
    }
    "something changed".to_owned()
}

/// How much differs where tables do: "3 rows added, 1 removed (DARS-1, DARS-2 …)", and the text beside them.
fn of_tables(diff: &Diff) -> Option<String> {
    let told = |table: &&TableDiff| !table.is_empty() || diff.hunks.is_empty();
    let tables: Vec<&TableDiff> = diff.tables.iter().filter(told).collect();
    let mut parts: Vec<String> = tables
        .iter()
        .take(2)
        .map(|table| rows::amount(table))
        .collect();
    if parts.is_empty() {
        return None;
    }
    if tables.len() > 2 {
        parts.push(format!("{} more tables changed", tables.len() - 2));
    }
    let is_row = |edit: &&Edit| {
        let place = edit.after().or(edit.before());
        place.is_some_and(|place| matches!(place.kind, BlockKind::Row(..)))
    };
    match diff.edits().filter(|edit| !is_row(edit)).count() {
        0 => {}
        1 => parts.push("1 passage beside it changed".to_owned()),
        more => parts.push(format!("{more} passages beside it changed")),
    }
    Some(parts.join("; "))
}

#[cfg(test)]
mod tests {
    use crate::diff;
    use crate::model::{Block, BlockKind, Document, ReaderId};

    use super::*;

    #[track_caller]
    fn case(before: &[&str], after: &[&str], expected: &str) {
        let page = |texts: &[&str]| Document {
            blocks: texts
                .iter()
                .map(|text| Block {
                    kind: BlockKind::Paragraph,
                    text: (*text).to_owned(),
                    links: Vec::new(),
                })
                .collect(),
            ..Document::empty(ReaderId("test".to_owned()), "Page")
        };
        let diff = diff::between(&page(before), &page(after));
        assert_eq!(of(Some(&diff)), expected);
    }

    #[test]
    fn passages_are_counted_by_what_became_of_them() {
        case(&["One."], &["One.", "Quite another."], "1 passage added");
        case(
            &["You will be asked first.", "Read the form."],
            &["You may be asked first."],
            "1 passage reworded, 1 removed",
        );
        case(&["One.", "Two.", "Three."], &[], "3 passages removed");
    }

    #[test]
    fn where_no_passage_differs_something_else_does() {
        assert_eq!(of(None), "something changed");
        let old = Document::empty(ReaderId("test".to_owned()), "Old");
        let new = Document::empty(ReaderId("test".to_owned()), "New");
        let diff = diff::between(&old, &new);
        assert_eq!(of(Some(&diff)), "the title changed");
    }
}
