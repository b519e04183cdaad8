//! Blame: for every block of a text the version that brought it, and what stood there before.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::diff::{Leg, along, sentences};
use crate::model::{Block, BlockKind, Document, Edit};

/// Sentences of fewer words say little when they come and go.
const FEWEST: usize = 3;

/// Where a block comes from. Versions are counted from 0 in the order in which they were told.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Origin {
    /// The version in which its words first stood here.
    pub since: usize,
    /// What stood in its place before, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Earlier>,
    /// How often its words changed.
    #[serde(default)]
    pub reworded: usize,
    /// The last version before in which the same words stood somewhere in the text, where they were gone meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_from: Option<usize>,
}

/// Words that stood somewhere before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Earlier {
    /// The words.
    pub text: String,
    /// The version that brought them.
    pub since: usize,
}

/// A sentence that is not in the last version any more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Gone {
    /// The sentence.
    pub text: String,
    /// The first version it stood in.
    pub first: usize,
    /// The last version it stood in.
    pub last: usize,
}

/// Follows a text from version to version, with no more than two of them in memory.
#[derive(Default, Debug)]
pub struct Tracer {
    count: usize,
    last: Option<Document>,
    origins: Vec<Origin>,
    /// Every block with the first and the last version it stood in, and whether it is a row.
    blocks: HashMap<String, Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    first: usize,
    last: usize,
    row: bool,
}

impl Tracer {
    /// The next version.
    pub fn next(&mut self, text: Document) {
        let no = self.count;
        self.origins = match &self.last {
            None => vec![Origin::default(); text.blocks.len()],
            Some(last) => self.traced(last, &text, no),
        };
        for block in &text.blocks {
            match self.blocks.get_mut(&block.text) {
                Some(seen) => seen.last = no,
                None => {
                    let seen = Seen {
                        first: no,
                        last: no,
                        row: matches!(block.kind, BlockKind::Row(..)),
                    };
                    self.blocks.insert(block.text.clone(), seen);
                }
            }
        }
        self.last = Some(text);
        self.count += 1;
    }

    /// The last version with the origin of each of its blocks, and the sentences that are gone, the last to go first: no
    /// more than `most`.
    pub fn told(self, most: usize) -> Option<(Document, Vec<Origin>, Vec<Gone>)> {
        let text = self.last?;
        let now = self.count - 1;
        // A sentence stood wherever a block that holds it stood.
        let mut sentences: HashMap<&str, (usize, usize)> = HashMap::new();
        for (block, seen) in &self.blocks {
            each_sentence(block, seen, |sentence| {
                let stood = sentences.entry(sentence).or_insert((seen.first, seen.last));
                *stood = (stood.0.min(seen.first), stood.1.max(seen.last));
            });
        }
        let gone = sentences.into_iter().filter(|(_, (_, last))| *last < now);
        let mut gone: Vec<Gone> = gone
            .map(|(text, (first, last))| Gone {
                text: text.to_owned(),
                first,
                last,
            })
            .collect();
        gone.sort_by(|a, b| (b.last, b.first, &a.text).cmp(&(a.last, a.first, &b.text)));
        gone.truncate(most);
        Some((text, self.origins, gone))
    }

    fn traced(&self, before: &Document, after: &Document, no: usize) -> Vec<Origin> {
        let (diff, way) = along(before, after);
        let mut origins = vec![
            Origin {
                since: no,
                ..Origin::default()
            };
            after.blocks.len()
        ];
        let mut edits = diff.edits();
        for leg in way {
            match leg {
                Leg::Same {
                    before,
                    after,
                    blocks,
                } => {
                    let stayed = &self.origins[before..before + blocks];
                    origins[after..after + blocks].clone_from_slice(stayed);
                }
                Leg::Edit {
                    before: was,
                    after: is,
                } => {
                    let edit = edits.next();
                    for at in is {
                        let (new, old) = (&mut origins[at], self.origins.get(was.start));
                        match (edit, old) {
                            (Some(Edit::Moved { .. }), Some(old)) => *new = old.clone(),
                            (Some(Edit::Reworded { before, .. }), Some(old)) => {
                                *new = reworded(before.text.as_str(), &after.blocks[at], old, no);
                            }
                            _ => {
                                let seen = self.blocks.get(&after.blocks[at].text);
                                new.back_from = seen.map(|seen| seen.last);
                            }
                        }
                    }
                }
            }
        }
        origins
    }
}

/// The origin of a block that took the place of other words. The same words as another kind of block are no others.
fn reworded(was: &str, is: &Block, old: &Origin, no: usize) -> Origin {
    if was == is.text {
        return old.clone();
    }
    Origin {
        since: no,
        before: Some(Earlier {
            text: was.to_owned(),
            since: old.since,
        }),
        reworded: old.reworded + 1,
        back_from: None,
    }
}

/// A row of a table is a sentence whatever its cells hold.
fn each_sentence<'t>(text: &'t str, seen: &Seen, mut each: impl FnMut(&'t str)) {
    let mut long = |text: &'t str| {
        if text.split_whitespace().nth(FEWEST - 1).is_some() {
            each(text);
        }
    };
    if seen.row {
        return long(text);
    }
    for range in sentences(text) {
        long(&text[range]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::laws::paragraphs;

    fn told(versions: &[&[&str]]) -> (Document, Vec<Origin>, Vec<Gone>) {
        let mut tracer = Tracer::default();
        for text in versions {
            tracer.next(paragraphs(text));
        }
        tracer.told(100).expect("a version")
    }

    /// A block a word: the version that brought it, `<` with the one of what stood there before, `^` with the one it is
    /// back from.
    #[track_caller]
    fn case(versions: &[&[&str]], expected: &str) {
        let (_, origins, _) = told(versions);
        let words: Vec<String> = origins
            .iter()
            .map(|origin| {
                let mut word = origin.since.to_string();
                if let Some(before) = &origin.before {
                    word.push_str(&format!("<{}", before.since));
                }
                if let Some(back) = origin.back_from {
                    word.push_str(&format!("^{back}"));
                }
                word
            })
            .collect();
        assert_eq!(words.join(" "), expected);
    }

    const A: &str = "Patients can opt out at any time by telling their practice.";
    const NO_A: &str = "Patients can no longer opt out by telling their practice.";
    const B: &str = "Hospitals publish a list of doctors every spring and autumn.";
    const C: &str = "Records are kept in England for eight years after discharge.";

    #[test]
    fn every_block_knows_the_version_that_brought_it() {
        case(&[&[]], "");
        case(&[&[A, B]], "0 0");
        case(&[&[A], &[A, B], &[A, B, C]], "0 1 2");
        case(&[&[A, B, C], &[C, A, B]], "0 0 0");
        case(&[&[A, C], &[A, C], &[A, B, C]], "0 2 0");
    }

    #[test]
    fn a_block_with_other_words_knows_what_stood_there_before() {
        case(&[&[A, B], &[NO_A, B]], "1<0 0");
        case(&[&[A, B], &[NO_A, B], &[NO_A, B, C]], "1<0 0 2");
        case(&[&[A, B], &[NO_A, B], &[A, B]], "2<1 0");
        let both = format!("{A} {C}");
        case(&[&[&both, B], &[A, C, B]], "1<0 1<0 0");
        let (_, origins, _) = told(&[&[A, B], &[NO_A, B]]);
        let before = origins[0]
            .before
            .as_ref()
            .map(|earlier| earlier.text.as_str());
        assert_eq!(before, Some(A));
    }

    #[test]
    fn what_was_gone_and_came_back_says_so() {
        case(&[&[A, B], &[A], &[A], &[A, B]], "0 3^0");
    }

    #[test]
    fn sentences_that_came_and_went_are_listed_the_last_to_go_first() {
        let both = format!("{A} {B}");
        let (_, _, gone) = told(&[&[A], &[&both, C], &[A, C], &[A]]);
        let gone: Vec<(&str, usize, usize)> = gone
            .iter()
            .map(|one| (one.text.as_str(), one.first, one.last))
            .collect();
        assert_eq!(gone, [(C, 1, 2), (B, 1, 1)]);
    }

    #[test]
    fn no_more_sentences_are_told_than_asked_for() {
        let mut tracer = Tracer::default();
        tracer.next(paragraphs(&[A, B, C]));
        tracer.next(paragraphs(&[]));
        assert_eq!(tracer.told(2).expect("a version").2.len(), 2);
        assert!(Tracer::default().told(2).is_none());
    }
}
