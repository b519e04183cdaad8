//! A passage of a page with the time it stood there, and what a step from one version to the next does to passages.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diff;
use crate::model::{
    Block, BlockKind, Bounds, ChangeKind, Document, Edit, EntryNo, Piece, ReaderId, Span, WatchId,
    Words,
};

/// The longest passage, in bytes; a longer block is several.
const LONGEST: usize = 16 << 10;
/// The most passages of a version.
const MOST: usize = (1 << 20) - 2;

/// A passage of a page, and how long it stood there without a break.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Stay {
    /// On which page.
    pub watch: WatchId,
    /// What the page was called when it came.
    pub title: String,
    /// What it is.
    pub kind: Passage,
    /// Its words.
    pub text: String,
    /// How it came.
    pub came: Step,
    /// How it went; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub went: Option<Step>,
}

/// What a passage is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Passage {
    /// The title of the page, where it stands in no block.
    Title,
    /// A heading.
    Heading,
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// Preformatted text.
    Verbatim,
    /// The title of a file that the page offers.
    Attachment,
    /// The notice that says that the page was withdrawn.
    Withdrawn,
}

/// The change by which a passage came or went.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Step {
    /// The entry of the journal that holds the change.
    pub entry: EntryNo,
    /// Which of the passages that came, or went, by it: from 0.
    pub place: u32,
    /// From which version to which.
    pub span: Span,
    /// Between which times.
    pub bounds: Bounds,
    /// What sort of change it is.
    pub kind: ChangeKind,
    /// Whether what was found was a file that somebody had saved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The stretches of the passage that the change touched, in bytes, where another passage stood in its place; an empty
    /// one is a seam at which something is gone, or was put in. Absent where all of it came or went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Vec<Range<usize>>>,
    /// The passage that stood in its place before, or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

impl Step {
    /// Whether it is the first sight of a page of which nothing was known before: nothing was added by it.
    pub fn is_first_sight(&self) -> bool {
        self.kind == ChangeKind::Appeared && self.bounds.after.is_none()
    }
}

/// A step in the history of a page.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Which page.
    pub watch: WatchId,
    /// What it is called.
    pub title: String,
    /// Which change; `place`, `edited` and `other` are those of each passage.
    pub step: Step,
}

/// The passages that stand on a page.
#[derive(Default, Debug)]
pub struct Standing {
    stays: HashMap<String, Stay>,
}

/// What a step did.
#[derive(Default, Debug)]
pub struct Stepped {
    /// The stays that ended by it, with their ends.
    pub ended: Vec<Stay>,
}

impl Standing {
    /// These passages.
    pub fn of(stays: impl IntoIterator<Item = Stay>) -> Standing {
        let stays = stays.into_iter().map(|stay| (stay.text.clone(), stay));
        Standing {
            stays: stays.collect(),
        }
    }

    /// Those that stand, in no order.
    pub fn stays(&self) -> impl Iterator<Item = &Stay> {
        self.stays.values()
    }

    /// Goes on to the next version; no page stands there where it has no document.
    pub fn step(&mut self, turn: &Turn, document: Option<&Document>) -> Stepped {
        let passages = document.map_or_else(Vec::new, passages);
        let wanted: HashSet<&str> = passages.iter().map(|(_, text)| text.as_str()).collect();
        let gone = |text: &String| !wanted.contains(text.as_str());
        let keys: Vec<String> = self
            .stays
            .keys()
            .filter(|text| gone(text))
            .cloned()
            .collect();
        let mut ended: Vec<Stay> = keys
            .iter()
            .filter_map(|key| self.stays.remove(key))
            .collect();
        ended.sort_by_key(|stay| (stay.came.entry, stay.came.place));
        let new = |(_, text): &(Passage, String)| !self.stays.contains_key(text);
        let begun: Vec<(Passage, String)> = passages.into_iter().filter(new).collect();
        let mut pairs = pair(&ended, &begun);
        for (place, stay) in (0..).zip(&mut ended) {
            let (edited, other) = pairs.before.remove(&(place as usize)).unzip();
            stay.went = Some(Step {
                place,
                edited,
                other: other.map(|other: usize| begun[other].1.clone()),
                ..turn.step.clone()
            });
        }
        for (place, (kind, text)) in (0..).zip(begun) {
            let (edited, other) = pairs.after.remove(&(place as usize)).unzip();
            let stay = Stay {
                watch: turn.watch.clone(),
                title: turn.title.clone(),
                kind,
                text: text.clone(),
                came: Step {
                    place,
                    edited,
                    other: other.map(|other: usize| ended[other].text.clone()),
                    ..turn.step.clone()
                },
                went: None,
            };
            self.stays.insert(text, stay);
        }
        Stepped { ended }
    }
}

/// The passages of a document, each once, in order.
pub fn passages(document: &Document) -> Vec<(Passage, String)> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let blocks = document
        .blocks
        .iter()
        .map(|block| (kind(&block.kind), block.text.as_str()));
    let files = document
        .attachments
        .iter()
        .map(|file| (Passage::Attachment, file.title.as_str()));
    let notice = document
        .stated
        .withdrawn
        .iter()
        .map(|notice| (Passage::Withdrawn, notice.as_str()));
    let title = std::iter::once((Passage::Title, document.title.as_str()));
    for (kind, text) in blocks.chain(files).chain(notice).chain(title) {
        for part in cut(text) {
            if found.len() < MOST && !part.trim().is_empty() && seen.insert(part) {
                found.push((kind, part.to_owned()));
            }
        }
    }
    found
}

fn kind(kind: &BlockKind) -> Passage {
    match kind {
        BlockKind::Heading(_) => Passage::Heading,
        BlockKind::Paragraph => Passage::Paragraph,
        BlockKind::Item(_) => Passage::Item,
        BlockKind::Row(..) => Passage::Row,
        BlockKind::Verbatim => Passage::Verbatim,
    }
}

/// A text in pieces of a length that can be shown, cut after a word where that is possible.
fn cut(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > LONGEST {
        let most = rest.floor_char_boundary(LONGEST);
        let end = rest[..most]
            .rfind(char::is_whitespace)
            .filter(|end| *end > 0);
        let (piece, after) = rest.split_at(end.unwrap_or(most));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// Which passages stand for which: for the places of either side the stretches that differ, and the place on the other side.
#[derive(Default)]
struct Pairs {
    before: HashMap<usize, (Vec<Range<usize>>, usize)>,
    after: HashMap<usize, (Vec<Range<usize>>, usize)>,
}

fn pair(ended: &[Stay], begun: &[(Passage, String)]) -> Pairs {
    let mut pairs = Pairs::default();
    if ended.is_empty() || begun.is_empty() {
        return pairs;
    }
    let before = whole(ended.iter().map(|stay| stay.text.as_str()));
    let after = whole(begun.iter().map(|(_, text)| text.as_str()));
    for edit in diff::between(&before, &after).edits() {
        let Edit::Reworded {
            before,
            after,
            words,
        } = edit
        else {
            continue;
        };
        pairs.before.insert(
            before.index,
            (stretches(words, Piece::Removed), after.index),
        );
        pairs
            .after
            .insert(after.index, (stretches(words, Piece::Added), before.index));
    }
    pairs
}

/// These passages as a document that can be compared.
fn whole<'a>(passages: impl Iterator<Item = &'a str>) -> Document {
    let block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        links: Vec::new(),
    };
    Document {
        blocks: passages.map(block).collect(),
        ..Document::empty(ReaderId("passages".to_owned()), "")
    }
}

/// The stretches of one side of an edit: its own pieces, and the seams where the other side has some.
fn stretches(words: &[Words], own: Piece) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for words in words {
        let length = words.text.len();
        match words.piece {
            Piece::Kept => at += length,
            piece if piece == own => {
                found.push(at..at + length);
                at += length;
            }
            _ => found.push(at..at),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(paragraphs: &[&str]) -> Document {
        Document {
            title: "A page".to_owned(),
            ..whole(paragraphs.iter().copied())
        }
    }

    fn turn(no: u32, to: u32) -> Turn {
        let at = |day: u32| {
            format!("2016-07-{day:02}T00:00:00Z")
                .parse()
                .expect("a time")
        };
        Turn {
            watch: "page".into(),
            title: "A page".to_owned(),
            step: Step {
                entry: no.into(),
                place: 0,
                span: Span { from: no - 1, to },
                bounds: Bounds {
                    after: (no > 1).then(|| at(no - 1)),
                    by: at(no),
                },
                kind: ChangeKind::Edited,
                imported: false,
                edited: None,
                other: None,
            },
        }
    }

    #[test]
    fn a_passage_has_a_stay_for_each_time_it_stood() {
        let mut standing = Standing::default();
        let mut ended = Vec::new();
        let texts: [Option<&[&str]>; 5] = [
            Some(&["One.", "Two."]),
            Some(&["One."]),
            Some(&["Two.", "One."]),
            None,
            Some(&["One."]),
        ];
        for (no, text) in (1..).zip(texts) {
            let document = text.map(document);
            let to = if text.is_some() { no } else { 0 };
            ended.extend(standing.step(&turn(no, to), document.as_ref()).ended);
        }
        let shown = |stay: &Stay| {
            let went = stay.went.as_ref().map_or(0, |went| went.entry);
            format!("{} {}..{went}", stay.text, stay.came.entry)
        };
        let mut shown: Vec<String> = ended.iter().chain(standing.stays()).map(shown).collect();
        shown.sort();
        let expected = [
            "A page 1..4",
            "A page 5..0",
            "One. 1..4",
            "One. 5..0",
            "Two. 1..2",
            "Two. 3..4",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_reworded_passage_knows_what_changed_in_it() {
        let (old, new) = (
            "Your data will not be sold to anyone else.",
            "Your data may be sold to anyone else.",
        );
        let mut standing = Standing::default();
        standing.step(&turn(1, 1), Some(&document(&["One.", old])));
        let ended = standing
            .step(&turn(2, 2), Some(&document(&["One.", new])))
            .ended;
        let [gone] = ended.as_slice() else {
            panic!("{ended:?}");
        };
        let went = gone.went.as_ref().expect("it went");
        assert_eq!(went.other.as_deref(), Some(new));
        let come = standing
            .stays()
            .find(|stay| stay.text == new)
            .expect("it stands");
        assert_eq!(come.came.other.as_deref(), Some(old));
        let touched = |step: &Step, text: &'static str| -> Vec<&str> {
            let edited = step.edited.iter().flatten().cloned();
            edited.map(|range| &text[range]).collect()
        };
        // Of two edits side by side each is empty where the other one is not: a word went, and a word came.
        assert_eq!(touched(&come.came, new), ["", "may"]);
        assert_eq!(touched(went, old), ["will not", ""]);
    }

    #[test]
    fn a_long_block_is_several_passages() {
        let long = "word ".repeat(10_000);
        let found = passages(&document(&[&long]));
        assert!(found.iter().all(|(_, text)| text.len() <= LONGEST));
        let "A page" = found.last().expect("the title").1.as_str() else {
            panic!("the title comes last");
        };
        let tight = "x".repeat(LONGEST * 2 + 5);
        assert_eq!(cut(&tight).concat(), tight);
    }
}
