//! Parts what changed the same way on other pages of a host from what is a page's own.

use std::collections::HashSet;

use chrono::TimeDelta;

use crate::model::{
    AttachmentEdit, BlockKind, Bounds, ChangeKind, Diff, Digest, Edit, Hunk, LinkEdit, Place, Said,
};
use crate::prose::{fold, split};

/// A step of more edits than this is no change of a block that pages share, and is not marked.
const MOST: usize = 20;
/// The fewest words on one side of an edit by which the same edit elsewhere is known again: "Open" that becomes "Closed"
/// is another fact on every page.
const TELLING: usize = 8;
/// How far apart two pages may have changed and still have changed together, in hours.
const TOGETHER: i64 = 24;
/// The most sentences asked after.
const SENTENCES: usize = 50;

/// A step in two parts.
#[derive(Clone, Debug)]
pub struct Parted<'a> {
    /// What was said of other pages of the host already.
    pub shared: Diff,
    /// What was not.
    pub rest: Diff,
    /// Where the shared part was said, the one that covers most of it first.
    pub of: Vec<&'a Said>,
    /// The marks of the shared part.
    pub marks: Vec<Digest>,
}

/// The marks of everything that differs: the same words and links before and after have the same mark on every page. None
/// where there are many, as in no change of a block that pages share.
pub fn marks(diff: &Diff) -> Vec<Digest> {
    // The rows of a table are its page's own, and not all of them need be edits.
    if diff.tables.iter().any(|table| !table.is_empty()) {
        return Vec::new();
    }
    let mut marks: Vec<Digest> = diff.edits().map(mark).collect();
    marks.extend(diff.links.iter().map(link_mark));
    let title = diff.title.as_ref();
    marks.extend(title.map(|(before, after)| digest(&["title", before, after])));
    marks.extend(diff.attachments.iter().map(file_mark));
    marks.sort_unstable();
    marks.dedup();
    match marks.len() > MOST {
        true => Vec::new(),
        false => marks,
    }
}

/// The part of a step that was said of other pages, where there is one. Such a page changed in nothing else, in the same sort
/// of step, perhaps at the same time, and in a sentence that can be known again. Titles, files and rows of tables are every
/// page's own.
pub fn part<'a>(
    diff: &Diff,
    kind: ChangeKind,
    bounds: Bounds,
    said: impl IntoIterator<Item = &'a Said>,
) -> Option<Parted<'a>> {
    let edits: Vec<(Digest, &Edit)> = diff.edits().map(|edit| (mark(edit), edit)).collect();
    let mut mine: HashSet<Digest> = edits.iter().map(|(mark, _)| *mark).collect();
    mine.extend(diff.links.iter().map(link_mark));
    let tells = |one: &Said| {
        let known = |(mark, edit): &(Digest, &Edit)| one.edits.contains(mark) && is_telling(edit);
        edits.iter().any(known)
    };
    let mut whole: Vec<&Said> = said
        .into_iter()
        .filter(|one| one.kind == kind && together(one.bounds, bounds))
        .filter(|one| !one.edits.is_empty() && one.edits.iter().all(|mark| mine.contains(mark)))
        .filter(|one| tells(one))
        .collect();
    // A stable sort of what came newest first: among equals the first to be said is named.
    whole.reverse();
    whole.sort_by_key(|one| std::cmp::Reverse(one.edits.len()));
    let mut marks: HashSet<Digest> = HashSet::new();
    let mut of = Vec::new();
    for one in whole {
        if !one.edits.iter().all(|mark| marks.contains(mark)) {
            marks.extend(&one.edits);
            of.push(one);
        }
    }
    if of.is_empty() {
        return None;
    }
    let (shared, rest) = parted(diff, &marks);
    let mut marks: Vec<Digest> = marks.into_iter().collect();
    marks.sort_unstable();
    Some(Parted {
        shared,
        rest,
        of,
        marks,
    })
}

/// The diff with the edits of these marks held quiet.
pub fn without(diff: Diff, marks: &[Digest]) -> Diff {
    if marks.is_empty() {
        return diff;
    }
    let (shared, mut rest) = parted(&diff, &marks.iter().copied().collect());
    rest.quiet.extend(shared.hunks);
    rest
}

/// The sentences of these edits that are gone, folded.
pub fn lost(diff: &Diff) -> Vec<String> {
    let gone = diff.edits().filter_map(|edit| Some((edit.before()?, edit)));
    let mut lost = Vec::new();
    for (before, edit) in gone {
        let now: Vec<String> = edit.after().map_or(Vec::new(), sentences);
        lost.extend(
            sentences(before)
                .into_iter()
                .filter(|one| !now.contains(one)),
        );
    }
    lost.truncate(SENTENCES);
    lost
}

fn sentences(place: &Place) -> Vec<String> {
    split(&place.text).iter().map(|one| fold(one)).collect()
}

/// A diff in the edits of these marks, and all else.
fn parted(diff: &Diff, marks: &HashSet<Digest>) -> (Diff, Diff) {
    let mut rest = Diff {
        hunks: Vec::new(),
        links: Vec::new(),
        ..diff.clone()
    };
    let mut shared = Diff {
        changed_per_mille: diff.changed_per_mille,
        coarse: diff.coarse,
        ..Diff::default()
    };
    for hunk in &diff.hunks {
        let is_shared = |edit: &Edit| !is_row(edit) && marks.contains(&mark(edit));
        let (same, own): (Vec<Edit>, Vec<Edit>) = hunk.edits.iter().cloned().partition(is_shared);
        let of = |edits| Hunk {
            edits,
            ..hunk.clone()
        };
        if !same.is_empty() {
            shared.hunks.push(of(same));
        }
        if !own.is_empty() {
            rest.hunks.push(of(own));
        }
    }
    for link in &diff.links {
        match marks.contains(&link_mark(link)) {
            true => shared.links.push(link.clone()),
            false => rest.links.push(link.clone()),
        }
    }
    (shared, rest)
}

/// What is the same of an edit on every page that has it.
pub(super) fn mark(edit: &Edit) -> Digest {
    let sort = match edit {
        Edit::Added { .. } => "added",
        Edit::Removed { .. } => "removed",
        Edit::Reworded { .. } => "reworded",
        Edit::Moved { .. } => "moved",
    };
    let [before, after] =
        [edit.before(), edit.after()].map(|place| place.map_or(String::new(), words));
    digest(&[sort, &before, &after])
}

/// The words of a block and where its links lead.
fn words(place: &Place) -> String {
    let links = place.links.iter().map(|link| link.url.as_str());
    let mut parts = vec![fold(&place.text)];
    parts.extend(links.map(str::to_owned));
    parts.join("\n")
}

fn link_mark(link: &LinkEdit) -> Digest {
    digest(&["link", &fold(&link.text), &link.before, &link.after])
}

fn file_mark(file: &AttachmentEdit) -> Digest {
    let sides = [&file.before, &file.after].map(|side| {
        let facts = side.as_ref().and_then(|one| one.facts.as_deref());
        let named = side
            .as_ref()
            .map(|one| [one.title.as_str(), one.url.as_str()].join("\n"));
        format!(
            "{}\n{}",
            named.unwrap_or_default(),
            facts.unwrap_or_default()
        )
    });
    digest(&["file", &sides[0], &sides[1]])
}

fn digest(parts: &[&str]) -> Digest {
    Digest::of(parts.join("\0").as_bytes())
}

fn is_row(edit: &Edit) -> bool {
    let row = |place: &Place| matches!(place.kind, BlockKind::Row(..));
    edit.before().is_some_and(row) || edit.after().is_some_and(row)
}

/// Whether an edit has words enough to be known again.
pub(super) fn is_telling(edit: &Edit) -> bool {
    let long = |place: &Place| place.text.split_whitespace().count() >= TELLING;
    let moved = matches!(edit, Edit::Moved { .. });
    !is_row(edit) && !moved && (edit.before().is_some_and(long) || edit.after().is_some_and(long))
}

/// Whether two pages may have changed together, by the times between which they did.
fn together(one: Bounds, other: Bounds) -> bool {
    let slack = TimeDelta::hours(TOGETHER);
    let reaches = |from: Bounds, to: Bounds| from.after.is_none_or(|after| after <= to.by + slack);
    reaches(one, other) && reaches(other, one)
}

#[cfg(test)]
mod tests;
