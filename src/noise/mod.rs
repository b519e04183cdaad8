//! Knows the parts of a page that change on nearly every visit, from its history.
//!
//! Blocks that stand unchanged through the recent history are the page's frame; what lies between two of them is a gap. A gap
//! that differs on nearly every visit is volatile. What changes there is held quiet as long as it looks as it always did: so
//! many blocks, such a length, such a shape. Anything else is judged as everywhere.

mod hold;
mod shape;

pub use hold::hold;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::model::{Block, Document};
use crate::noise::shape::Shape;

/// How many versions of the recent history are looked at.
pub const HISTORY: usize = 9;
/// In how many steps a gap must have changed before it can be volatile.
const STEPS: usize = 5;
/// On what share of visits, in hundredths.
const SHARE: usize = 75;
/// In how many shapes a gap must have been seen to count as text that is another every time.
const SHAPES: usize = 4;
/// How much of a text is kept as a sample, in characters.
const SAMPLE: usize = 200;

/// What is volatile on a page.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Noise {
    /// The volatile gaps, in the order of the page.
    pub gaps: Vec<Gap>,
    frame: HashSet<Block>,
}

/// A stretch of a page, between two blocks that stay, that changes on nearly every visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Gap {
    /// The block above it; absent at the top of the page.
    pub above: Option<String>,
    /// The block below it; absent at the end.
    pub below: Option<String>,
    /// On how many visits it had changed.
    pub changed: usize,
    /// Of how many.
    pub visits: usize,
    /// What stood there last, the beginning of it.
    pub sample: String,
    /// The most blocks it held.
    most: usize,
    /// The most words one of them had.
    longest: usize,
    shapes: BTreeSet<Shape>,
}

/// The blocks on either side of a gap, by their numbers.
type Sides = (Option<usize>, Option<usize>);

/// What is volatile in this history, oldest first, brought by so many visits (those that found nothing new counted too).
pub fn volatile(history: &[Document], visits: usize) -> Noise {
    if !can_be_volatile(history.len(), visits) {
        return Noise::default();
    }
    let numbered = Numbered::of(history);
    let frame = numbered.frame();
    let in_order: Vec<Vec<(Sides, &[usize])>> = (numbered.pages.iter())
        .map(|page| in_order(page, &frame))
        .collect();
    // Where a page repeats itself, its gaps of the same sides are one.
    let cut: Vec<HashMap<Sides, Vec<&Block>>> = (in_order.iter())
        .map(|gaps| {
            let mut cut: HashMap<Sides, Vec<&Block>> = HashMap::new();
            for (sides, inside) in gaps {
                let blocks = inside.iter().map(|block| numbered.blocks[*block]);
                cut.entry(*sides).or_default().extend(blocks);
            }
            cut
        })
        .collect();
    let mut gaps = Vec::new();
    for (sides, last) in in_order.last().into_iter().flatten() {
        let held: Vec<Option<&Vec<&Block>>> = cut.iter().map(|gaps| gaps.get(sides)).collect();
        let changed = held
            .windows(2)
            .filter(|pair| !say_the_same(pair[0], pair[1]))
            .count();
        if changed < STEPS || changed * 100 < visits * SHARE {
            continue;
        }
        let all: Vec<&Vec<&Block>> = held.into_iter().flatten().collect();
        let blocks = || all.iter().flat_map(|blocks| blocks.iter());
        let text = |block: usize| numbered.blocks[block].text.clone();
        let last: Vec<&Block> = last.iter().map(|block| numbered.blocks[*block]).collect();
        let (above, below) = sides;
        gaps.push(Gap {
            above: above.map(text),
            below: below.map(text),
            changed,
            visits,
            sample: texts_beginning(&last),
            most: all
                .iter()
                .map(|blocks| blocks.len())
                .max()
                .unwrap_or_default(),
            longest: blocks()
                .map(|block| words(&block.text))
                .max()
                .unwrap_or_default(),
            shapes: blocks().map(|block| Shape::of(&block.text)).collect(),
        });
    }
    let frame = match gaps.is_empty() {
        true => HashSet::new(),
        false => numbered.named(&frame),
    };
    Noise { gaps, frame }
}

/// Whether anything can be volatile in so many versions, brought by so many visits.
pub fn can_be_volatile(versions: usize, visits: usize) -> bool {
    versions > STEPS && (versions - 1) * 100 >= visits * SHARE
}

impl Gap {
    /// Whether a block looks as those did that stood here before.
    fn knows(&self, text: &str) -> bool {
        let fits = words(text) <= self.longest * 2;
        fits && (self.shapes.contains(&Shape::of(text)) || self.shapes.len() >= SHAPES)
    }
}

/// The blocks of a history by number: equal blocks have one number, and long texts are hashed once each.
struct Numbered<'d> {
    blocks: Vec<&'d Block>,
    pages: Vec<Vec<usize>>,
}

impl<'d> Numbered<'d> {
    fn of(history: &'d [Document]) -> Numbered<'d> {
        let mut known: HashMap<&Block, usize> = HashMap::new();
        let mut blocks = Vec::new();
        let mut number = |block: &'d Block| {
            *known.entry(block).or_insert_with(|| {
                blocks.push(block);
                blocks.len() - 1
            })
        };
        let pages = history
            .iter()
            .map(|document| document.blocks.iter().map(&mut number).collect())
            .collect();
        Numbered { blocks, pages }
    }

    /// Whether each block stood on the page throughout.
    fn frame(&self) -> Vec<bool> {
        let mut stood = vec![0; self.blocks.len()];
        for (before, page) in self.pages.iter().enumerate() {
            for block in page {
                if stood[*block] == before {
                    stood[*block] = before + 1;
                }
            }
        }
        stood.iter().map(|on| *on == self.pages.len()).collect()
    }

    fn named(&self, frame: &[bool]) -> HashSet<Block> {
        let blocks = self.blocks.iter().zip(frame);
        blocks
            .filter(|(_, stood)| **stood)
            .map(|(block, _)| (*block).clone())
            .collect()
    }
}

/// The gaps of a page in its order, empty ones too.
fn in_order<'p>(page: &'p [usize], frame: &[bool]) -> Vec<(Sides, &'p [usize])> {
    let mut found = Vec::new();
    let (mut above, mut start) = (None, 0);
    for (at, block) in page.iter().enumerate().filter(|(_, block)| frame[**block]) {
        found.push(((above, Some(*block)), &page[start..at]));
        (above, start) = (Some(*block), at + 1);
    }
    found.push(((above, None), &page[start..]));
    found
}

fn say_the_same(one: Option<&Vec<&Block>>, other: Option<&Vec<&Block>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.text == other.text)
        }
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn texts_beginning(blocks: &[&Block]) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join(" ").chars().take(SAMPLE).collect()
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, ReaderId};

    pub fn document(lines: &[&str]) -> Document {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            links: Vec::new(),
        };
        Document {
            blocks: lines.iter().map(block).collect(),
            ..Document::empty(ReaderId("page-1".into()), "A page")
        }
    }

    /// A page with a counter between two sentences, visited so many times.
    pub fn counting(visits: usize) -> Vec<Document> {
        let page = |number| {
            document(&[
                "Data is shared.",
                &format!("Seen {number} times on 3 May"),
                "You can object.",
            ])
        };
        (0..visits).map(page).collect()
    }

    #[test]
    fn what_changes_on_every_visit_is_volatile_and_nothing_else_is() {
        let noise = volatile(&counting(7), 6);
        let [gap] = &noise.gaps[..] else {
            panic!("{noise:?}")
        };
        assert_eq!(gap.above.as_deref(), Some("Data is shared."));
        assert_eq!(gap.below.as_deref(), Some("You can object."));
        assert_eq!((gap.changed, gap.visits), (6, 6));
        assert_eq!(gap.sample, "Seen 6 times on 3 May");
    }

    #[test]
    fn a_page_that_changes_now_and_then_has_nothing_volatile() {
        assert!(
            volatile(&counting(7), 60).gaps.is_empty(),
            "most visits found the same"
        );
        assert!(
            volatile(&counting(4), 3).gaps.is_empty(),
            "too little is known"
        );
        assert!(volatile(&[], 0).gaps.is_empty());
        let same = vec![document(&["One.", "Two."]); 9];
        assert!(volatile(&same, 8).gaps.is_empty());
    }
}
