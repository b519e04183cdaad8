//! Groups edits that stand together, under the headings they stand under.

use crate::diff::blocks::Step;
use crate::model::{Block, BlockKind, Edit, Hunk, Place};

/// The edits of these steps. A new hunk begins after every unchanged block and at every heading that differs.
pub(super) fn group(old: &[Block], new: &[Block], steps: Vec<Step>) -> Vec<Hunk> {
    let places = Places::new(old, new, &steps);
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut open = false;
    let mut above = None;
    for step in steps {
        if let Step::Kept(_, at) = step {
            let text = &new[at].text;
            if open && let Some(hunk) = hunks.last_mut() {
                hunk.below = Some(text.clone());
            }
            (open, above) = (false, Some(at));
            continue;
        }
        let edit = places.edit(step);
        if !open || is_heading(&edit) {
            hunks.push(Hunk {
                path: places.path(&edit),
                above: above.take().map(|at| new[at].text.clone()),
                edits: Vec::new(),
                below: None,
            });
        }
        open = true;
        if let Some(hunk) = hunks.last_mut() {
            hunk.edits.push(edit);
        }
    }
    hunks
}

fn is_heading(edit: &Edit) -> bool {
    let place = edit.after().or(edit.before());
    place.is_some_and(|place| matches!(place.kind, BlockKind::Heading(_)))
}

struct Places<'a> {
    old: &'a [Block],
    new: &'a [Block],
    old_headings: Vec<Option<usize>>,
    new_headings: Vec<Option<usize>>,
    /// Where an old block stands now.
    now: Vec<Option<usize>>,
}

impl<'a> Places<'a> {
    fn new(old: &'a [Block], new: &'a [Block], steps: &[Step]) -> Places<'a> {
        let mut now = vec![None; old.len()];
        for step in steps {
            match step {
                Step::Kept(from, to) | Step::Moved(from, to) => now[*from] = Some(*to),
                Step::Reworded(from, to, _) => now[from.start] = Some(to.start),
                Step::Removed(_) | Step::Added(_) => {}
            }
        }
        Places {
            old,
            new,
            old_headings: headings_above(old),
            new_headings: headings_above(new),
            now,
        }
    }

    fn edit(&self, step: Step) -> Edit {
        match step {
            Step::Added(at) => Edit::Added {
                after: place(self.new, at..at + 1),
            },
            Step::Removed(at) | Step::Kept(at, _) => Edit::Removed {
                before: place(self.old, at..at + 1),
            },
            Step::Moved(from, to) => Edit::Moved {
                before: place(self.old, from..from + 1),
                after: place(self.new, to..to + 1),
            },
            Step::Reworded(from, to, words) => Edit::Reworded {
                before: place(self.old, from),
                after: place(self.new, to),
                words,
            },
        }
    }

    /// The headings above an edit, as they read now; as they read before where the section is gone.
    fn path(&self, edit: &Edit) -> Vec<String> {
        if let Some(after) = edit.after() {
            return chain(self.new, &self.new_headings, self.new_headings[after.index]);
        }
        let Some(heading) = edit
            .before()
            .and_then(|before| self.old_headings[before.index])
        else {
            return Vec::new();
        };
        match self.now[heading] {
            Some(heading) => chain(self.new, &self.new_headings, Some(heading)),
            None => chain(self.old, &self.old_headings, Some(heading)),
        }
    }
}

fn place(blocks: &[Block], range: std::ops::Range<usize>) -> Place {
    let blocks_here = &blocks[range.clone()];
    let texts: Vec<&str> = blocks_here
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    Place {
        index: range.start,
        kind: blocks_here[0].kind.clone(),
        text: texts.join("\n"),
        links: blocks_here
            .iter()
            .flat_map(|block| block.links.clone())
            .collect(),
    }
}

/// For every block the nearest heading above it; for a heading the nearest of a higher level.
fn headings_above(blocks: &[Block]) -> Vec<Option<usize>> {
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut above = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        if let BlockKind::Heading(level) = block.kind {
            open.retain(|(other, _)| *other < level);
            above.push(open.last().map(|(_, at)| *at));
            open.push((level, at));
        } else {
            above.push(open.last().map(|(_, at)| *at));
        }
    }
    above
}

fn chain(blocks: &[Block], above: &[Option<usize>], innermost: Option<usize>) -> Vec<String> {
    let mut path: Vec<String> = std::iter::successors(innermost, |at| above[*at])
        .map(|at| blocks[at].text.clone())
        .collect();
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use crate::diff::between;
    use crate::diff::laws::{document, heading, paragraph};

    #[test]
    fn a_hunk_knows_its_headings_and_its_neighbours() {
        let old = document(
            "Page",
            vec![
                heading(1, "Page"),
                heading(2, "Your data"),
                paragraph("First."),
                paragraph("Goes away entirely."),
                paragraph("Last."),
                heading(2, "Contact"),
            ],
        );
        let mut new = old.clone();
        new.blocks.remove(3);
        let diff = between(&old, &new);
        let [hunk] = &diff.hunks[..] else {
            panic!("one hunk: {diff:?}");
        };
        assert_eq!(hunk.path, ["Page", "Your data"]);
        assert_eq!(hunk.above.as_deref(), Some("First."));
        assert_eq!(hunk.below.as_deref(), Some("Last."));
    }

    #[test]
    fn what_went_with_its_section_is_told_under_the_old_heading() {
        let old = document(
            "Page",
            vec![
                heading(2, "Safeguards"),
                paragraph("Only with approval."),
                heading(2, "Contact"),
            ],
        );
        let mut new = old.clone();
        new.blocks.drain(..2);
        let diff = between(&old, &new);
        assert_eq!(diff.hunks.len(), 1);
        assert!(diff.hunks[0].path.is_empty(), "the heading itself went");
        new.blocks.insert(0, heading(2, "Safeguards we keep"));
        let diff = between(&old, &new);
        assert_eq!(diff.hunks.len(), 1);
        new.blocks[0] = heading(2, "Entirely other");
        let diff = between(&old, &new);
        let gone = diff.hunks.iter().flat_map(|hunk| &hunk.edits);
        assert_eq!(gone.count(), 3);
    }

    #[test]
    fn every_new_section_is_a_hunk_of_its_own() {
        let old = document("Page", vec![heading(1, "Page")]);
        let mut new = old.clone();
        for name in ["One", "Two"] {
            new.blocks.push(heading(2, name));
            new.blocks.push(paragraph("Words of the section."));
        }
        let diff = between(&old, &new);
        let paths: Vec<_> = diff
            .hunks
            .iter()
            .map(|hunk| hunk.path.join(" › "))
            .collect();
        assert_eq!(paths, ["Page", "Page"]);
        assert!(diff.hunks.iter().all(|hunk| hunk.edits.len() == 2));
    }
}
