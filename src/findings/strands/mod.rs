//! What a change can have in common with changes of other pages: words put for words, an edit, a new paragraph.

mod paragraph;
mod swap;

pub use swap::{applied, is_name};

use std::collections::HashSet;

use crate::findings::shared::{is_telling, mark};
use crate::model::{Alike, BlockKind, Diff, Digest, Edit, Strand};
use crate::prose::cut;

/// A step of more edits than this has no block in common with other pages; words put for words it may have.
const EDITS: usize = 20;
/// The most of one sort that are remembered of a change.
const MOST: usize = 20;
/// The most paragraphs of a new text that are looked for elsewhere.
const PARAGRAPHS: usize = 200;
/// How much of a text is remembered, in characters.
const TEXT: usize = 400;

/// What this change may have in common with others.
pub fn strands(diff: &Diff) -> Vec<Strand> {
    let mut strands = swap::strands(diff);
    strands.truncate(MOST);
    if diff.edits().count() > EDITS {
        return strands;
    }
    for edit in diff.edits() {
        let found = match edit {
            Edit::Added { .. } => paragraph(edit),
            _ if !is_telling(edit) => None,
            _ => Some(of_edit(edit)),
        };
        if let Some(found) = found.filter(|one| strands.iter().all(|old| old.mark != one.mark)) {
            strands.push(found);
        }
    }
    strands
}

/// The paragraphs of a text that is all new, such as other pages may have got.
pub fn paragraphs(diff: &Diff) -> Vec<Strand> {
    let mut seen = HashSet::new();
    let found = diff.edits().take(PARAGRAPHS).filter_map(paragraph);
    found.filter(|one| seen.insert(one.mark)).collect()
}

/// The diff in the new paragraphs of these marks, and all else.
pub fn paragraphs_apart(diff: &Diff, marks: &[Digest]) -> (Diff, Diff) {
    let has = |edit: &Edit| paragraph(edit).is_some_and(|one| marks.contains(&one.mark));
    let part = |wanted: bool| {
        let hunks = diff.hunks.iter().cloned().map(|mut hunk| {
            hunk.edits.retain(|edit| has(edit) == wanted);
            hunk
        });
        hunks.filter(|hunk| !hunk.edits.is_empty()).collect()
    };
    let shared = Diff {
        hunks: part(true),
        changed_per_mille: diff.changed_per_mille,
        coarse: diff.coarse,
        ..Diff::default()
    };
    let rest = Diff {
        hunks: part(false),
        ..diff.clone()
    };
    (shared, rest)
}

/// A new paragraph, by its words without the places it names.
fn paragraph(edit: &Edit) -> Option<Strand> {
    let Edit::Added { after } = edit else {
        return None;
    };
    let running = matches!(after.kind, BlockKind::Paragraph | BlockKind::Item(_));
    let (masked, places) = paragraph::masked(&after.text).filter(|_| running)?;
    Some(Strand {
        mark: Digest::of(format!("paragraph\0{masked}").as_bytes()),
        what: Alike::Paragraph {
            text: cut(&after.text, TEXT),
        },
        places,
    })
}

fn of_edit(edit: &Edit) -> Strand {
    let text = |text: &str| cut(text, TEXT);
    Strand {
        mark: mark(edit),
        what: Alike::Edit {
            before: edit
                .before()
                .map_or(String::new(), |place| text(&place.text)),
            after: edit.after().map(|place| text(&place.text)),
        },
        places: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
