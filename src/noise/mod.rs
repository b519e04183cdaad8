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

/// The blocks on either side of a gap.
type Sides = (Option<Block>, Option<Block>);

/// What is volatile in this history, oldest first, brought by so many visits (those that found nothing new counted too).
pub fn volatile(history: &[Document], visits: usize) -> Noise {
    if history.len() <= STEPS {
        return Noise::default();
    }
    let frame = frame(history);
    let cut: Vec<HashMap<Sides, Vec<&Block>>> = history
        .iter()
        .map(|document| gaps(document, &frame))
        .collect();
    let mut gaps = Vec::new();
    for (sides, last) in in_order(&history[history.len() - 1], &frame) {
        let texts = |at: usize| cut[at].get(&sides).map(|blocks| texts(blocks));
        let changed = (1..cut.len())
            .filter(|at| texts(at - 1) != texts(*at))
            .count();
        if changed < STEPS || changed * 100 < visits * SHARE {
            continue;
        }
        let all: Vec<&Vec<&Block>> = cut.iter().filter_map(|gaps| gaps.get(&sides)).collect();
        let blocks = || all.iter().flat_map(|blocks| blocks.iter());
        let (above, below) = &sides;
        gaps.push(Gap {
            above: above.as_ref().map(|block| block.text.clone()),
            below: below.as_ref().map(|block| block.text.clone()),
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
    Noise { gaps, frame }
}

impl Gap {
    /// Whether a block looks as those did that stood here before.
    fn knows(&self, text: &str) -> bool {
        let fits = words(text) <= self.longest * 2;
        fits && (self.shapes.contains(&Shape::of(text)) || self.shapes.len() >= SHAPES)
    }
}

/// The blocks that stood on the page throughout.
fn frame(history: &[Document]) -> HashSet<Block> {
    let mut sets = history
        .iter()
        .map(|document| document.blocks.iter().cloned().collect::<HashSet<Block>>());
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |frame, blocks| {
        frame.intersection(&blocks).cloned().collect()
    })
}

/// The gaps of a document by the blocks on their sides. Where a page repeats itself, its gaps of the same sides are one.
fn gaps<'d>(document: &'d Document, frame: &HashSet<Block>) -> HashMap<Sides, Vec<&'d Block>> {
    let mut gaps: HashMap<Sides, Vec<&Block>> = HashMap::new();
    for (sides, blocks) in in_order(document, frame) {
        gaps.entry(sides).or_default().extend(blocks);
    }
    gaps
}

/// The gaps of a document in its order, empty ones too.
fn in_order<'d>(document: &'d Document, frame: &HashSet<Block>) -> Vec<(Sides, Vec<&'d Block>)> {
    let mut found = Vec::new();
    let (mut above, mut inside) = (None, Vec::new());
    for block in &document.blocks {
        if frame.contains(block) {
            let below = Some(block.clone());
            found.push(((above, below.clone()), std::mem::take(&mut inside)));
            above = below;
        } else {
            inside.push(block);
        }
    }
    found.push(((above, None), inside));
    found
}

fn texts<'b>(blocks: &[&'b Block]) -> Vec<&'b str> {
    blocks.iter().map(|block| block.text.as_str()).collect()
}

fn texts_beginning(blocks: &[&Block]) -> String {
    texts(blocks).join(" ").chars().take(SAMPLE).collect()
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
