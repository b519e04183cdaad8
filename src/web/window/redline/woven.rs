//! Weaves what is gone into the new text, and finds what need not be shown at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use crate::diff::Leg;
use crate::model::{Block, BlockKind, Diff, Document, Edit, Finding};

/// Unchanged blocks shown on either side of what changed.
const AROUND: usize = 1;
/// Fewer unchanged blocks are not folded.
const FOLDED: usize = 3;
/// How much unchanged text is sent along, in bytes. What goes beyond is linked to.
const SENT: usize = 140_000;

/// A part of the woven text, in reading order.
#[derive(Clone, Debug)]
pub(super) enum Part<'a> {
    /// A block that stays, by its index on both sides.
    Same {
        before: usize,
        after: usize,
        block: &'a Block,
    },
    /// An edit; `quiet` where it changes on nearly every visit.
    Edit { edit: &'a Edit, quiet: bool },
    /// Here stood blocks that stand elsewhere now.
    Left {
        before: usize,
        after: usize,
        blocks: usize,
        text: &'a str,
    },
}

/// How a stretch of parts is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stretch {
    /// At once.
    Open(Range<usize>),
    /// Folded away.
    Folded(Range<usize>),
    /// Not at all: a link leads to it.
    Elsewhere(Range<usize>),
}

/// The woven text.
pub(super) struct Woven<'a> {
    pub(super) parts: Vec<Part<'a>>,
    /// For each finding, by its index, the part it stands beside.
    pub(super) beside: Vec<Option<usize>>,
}

impl<'a> Part<'a> {
    /// The index of its first block in the new text.
    pub(super) fn after(&self) -> Option<usize> {
        match self {
            Part::Same { after, .. } => Some(*after),
            Part::Edit { edit, .. } => edit.after().map(|place| place.index),
            Part::Left { .. } => None,
        }
    }

    /// The index of its first block in the old text.
    pub(super) fn before(&self) -> Option<usize> {
        match self {
            Part::Same { before, .. } | Part::Left { before, .. } => Some(*before),
            Part::Edit { edit, .. } => edit.before().map(|place| place.index),
        }
    }

    /// What kind of block it is.
    pub(super) fn kind(&self) -> &'a BlockKind {
        const PARAGRAPH: &BlockKind = &BlockKind::Paragraph;
        match self {
            Part::Same { block, .. } => &block.kind,
            Part::Edit { edit, .. } => {
                let place = edit.after().or(edit.before());
                place.map_or(PARAGRAPH, |place| &place.kind)
            }
            Part::Left { .. } => PARAGRAPH,
        }
    }

    pub(super) fn is_row(&self) -> bool {
        matches!(self.kind(), BlockKind::Row(..))
    }

    /// Whether something differs here that is told.
    pub(super) fn differs(&self) -> bool {
        !matches!(self, Part::Same { .. } | Part::Edit { quiet: true, .. })
    }

    /// The level of the heading it is in the new text.
    pub(super) fn heading(&self) -> Option<(u8, &'a str)> {
        let (kind, text) = match self {
            Part::Same { block, .. } => (&block.kind, &block.text),
            Part::Edit { edit, .. } => edit.after().map(|place| (&place.kind, &place.text))?,
            Part::Left { .. } => return None,
        };
        match kind {
            BlockKind::Heading(level) => Some((*level, text)),
            _ => None,
        }
    }

    fn length(&self) -> usize {
        match self {
            Part::Same { block, .. } => block.text.len(),
            _ => 0,
        }
    }
}

impl<'a> Woven<'a> {
    /// Weaves a diff along its way.
    pub(super) fn of(diff: &'a Diff, way: &[Leg], after: &'a Document) -> Woven<'a> {
        let edits = |hunks: &'a [crate::model::Hunk], quiet| {
            let edits = hunks.iter().flat_map(|hunk| &hunk.edits);
            edits.map(move |edit| (places(edit), Part::Edit { edit, quiet }))
        };
        let known: HashMap<_, _> = (edits(&diff.hunks, false))
            .chain(edits(&diff.quiet, true))
            .collect();
        let mut parts = Vec::new();
        for leg in way {
            match leg {
                Leg::Same {
                    before: from,
                    after: to,
                    blocks,
                } => parts.extend((0..*blocks).filter_map(|by| {
                    Some(Part::Same {
                        before: from + by,
                        after: to + by,
                        block: after.blocks.get(to + by)?,
                    })
                })),
                Leg::Edit { before, after } => {
                    let first = |range: &Range<usize>| (!range.is_empty()).then_some(range.start);
                    parts.extend(known.get(&(first(before), first(after))).cloned());
                }
            }
        }
        Woven {
            parts: with_places_left(parts),
            beside: Vec::new(),
        }
    }

    /// Finds for each finding the part whose words caused it: one that differs, where there is one.
    pub(super) fn beside(mut self, findings: &[Finding]) -> Woven<'a> {
        let (mut old, mut new) = (HashMap::new(), HashMap::new());
        for (at, part) in self.parts.iter().enumerate() {
            if matches!(part, Part::Left { .. }) {
                continue;
            }
            for index in covered(part.before(), part, Edit::before) {
                old.entry(index).or_insert(at);
            }
            for index in covered(part.after(), part, Edit::after) {
                new.entry(index).or_insert(at);
            }
        }
        let place = |finding: &Finding| {
            let stands = &finding.stands;
            let is = stands.after.iter().filter_map(|index| new.get(index));
            let was = stands.before.iter().filter_map(|index| old.get(index));
            let places: Vec<usize> = is.chain(was).copied().collect();
            let differing = places.iter().find(|at| self.parts[**at].differs());
            differing.or(places.first()).copied()
        };
        self.beside = findings.iter().map(place).collect();
        self
    }

    /// Cuts the text into what is shown, folded, and linked to.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let open = self.open();
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut at = 0;
        while at < open.len() {
            let same = open[at..].iter().take_while(|one| **one == open[at]);
            let range = at..at + same.count();
            at = range.end;
            match (
                open[range.start] || range.len() < FOLDED,
                stretches.last_mut(),
            ) {
                (true, Some(Stretch::Open(last))) => last.end = range.end,
                (true, _) => stretches.push(Stretch::Open(range)),
                (false, _) => stretches.push(Stretch::Folded(range)),
            }
        }
        self.within_bounds(stretches)
    }

    /// Which parts are shown at once: what differs, what findings stand beside, one block on either side, and the headings
    /// above them.
    fn open(&self) -> Vec<bool> {
        let told = |(at, part): (usize, &Part)| part.differs() || self.beside.contains(&Some(at));
        let told: Vec<bool> = self.parts.iter().enumerate().map(told).collect();
        let mut open = told.clone();
        let mut above: Vec<(u8, usize)> = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            if let Some((level, _)) = part.heading() {
                above.retain(|(other, _)| *other < level);
                above.push((level, at));
            }
            if told[at] {
                above.iter().for_each(|(_, heading)| open[*heading] = true);
                let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(open.len());
                open[around].fill(true);
            }
        }
        open
    }

    /// The shortest of the folded stretches are sent along; when there is no more room, links lead to the others.
    fn within_bounds(&self, stretches: Vec<Stretch>) -> Vec<Stretch> {
        let length = |range: &Range<usize>| -> usize {
            self.parts[range.clone()].iter().map(Part::length).sum()
        };
        let mut folded: Vec<(usize, usize)> = Vec::new();
        for (at, stretch) in stretches.iter().enumerate() {
            if let Stretch::Folded(range) = stretch {
                folded.push((length(range), at));
            }
        }
        folded.sort_unstable();
        let mut left = SENT;
        let mut elsewhere: HashSet<usize> = HashSet::new();
        for (length, at) in folded {
            left = left.saturating_sub(length);
            if left == 0 && length > 0 {
                elsewhere.insert(at);
            }
        }
        let bounded = |(at, stretch)| match stretch {
            Stretch::Folded(range) if elsewhere.contains(&at) => Stretch::Elsewhere(range),
            other => other,
        };
        stretches.into_iter().enumerate().map(bounded).collect()
    }
}

fn places(edit: &Edit) -> (Option<usize>, Option<usize>) {
    let index = |place: Option<&crate::model::Place>| place.map(|place| place.index);
    (index(edit.before()), index(edit.after()))
}

/// The blocks a part is about on one side: paragraphs that were split or merged are several.
fn covered<'a>(
    first: Option<usize>,
    part: &Part<'a>,
    side: fn(&Edit) -> Option<&crate::model::Place>,
) -> Range<usize> {
    let Some(first) = first else { return 0..0 };
    let blocks = match part {
        Part::Edit { edit, .. } => match side(edit) {
            Some(place) if place.kind == BlockKind::Verbatim => 1,
            Some(place) => place.text.split('\n').count(),
            None => 1,
        },
        _ => 1,
    };
    first..first + blocks
}

/// The parts with a word where blocks stood that moved.
fn with_places_left(parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let mut moved: Vec<Part> = Vec::new();
    let mut stands: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Edit {
                edit: Edit::Moved { before, after },
                ..
            } => moved.push(Part::Left {
                before: before.index,
                after: after.index,
                blocks: 1,
                text: &before.text,
            }),
            _ => drop(part.before().map(|before| stands.insert(before, at))),
        }
    }
    moved.sort_by_key(Part::before);
    let mut left: Vec<Part> = Vec::new();
    for one in moved {
        match (left.last_mut(), &one) {
            (
                Some(Part::Left {
                    before,
                    after,
                    blocks,
                    ..
                }),
                Part::Left {
                    before: next,
                    after: now,
                    ..
                },
            ) if *before + *blocks == *next && *after + *blocks == *now => *blocks += 1,
            _ => left.push(one),
        }
    }
    if left.is_empty() {
        return parts;
    }
    // After the part that holds the nearest block before.
    let mut after: HashMap<Option<usize>, Vec<Part>> = HashMap::new();
    for one in left {
        let before = one.before().unwrap_or_default();
        let above = stands.range(..before).next_back().map(|(_, at)| *at);
        after.entry(above).or_default().push(one);
    }
    let mut woven = after.remove(&None).unwrap_or_default();
    for (at, part) in parts.into_iter().enumerate() {
        woven.push(part);
        woven.extend(after.remove(&Some(at)).unwrap_or_default());
    }
    woven
}
