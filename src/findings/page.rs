//! A whole page, read once for all who ask what stands there, and not at all where nobody does.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::Document;
use crate::prose::{fold, similarity, split, words};

/// So many sentences are compared with one that is looked for.
const COMPARED: usize = 1_000;

/// The text of a page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// All of it in one, folded.
    pub text: Whole<'a>,
    sentences: OnceLock<Sentences>,
    around: OnceLock<Vec<Sentence>>,
}

/// The text of a page in one, folded when it is first read.
#[derive(Debug)]
pub(super) struct Whole<'a> {
    document: Option<&'a Document>,
    folded: OnceLock<String>,
}

/// The sentences of a page.
#[derive(Default, Debug)]
struct Sentences {
    /// As they follow each other; those of the names of its files come last.
    all: Vec<Sentence>,
    /// How many of them are of the title and the blocks.
    own: usize,
    /// Their places, each folded text once, in the order of these.
    sorted: Vec<usize>,
    /// Their outlines, in the order of `sorted`.
    outlines: OnceLock<Vec<Outline>>,
}

/// One sentence of a page.
#[derive(Debug)]
pub(super) struct Sentence {
    /// As it stands.
    pub text: String,
    /// As it is compared.
    pub folded: String,
    /// In which block, or line around the text, it stands; `None` for the title and the files.
    pub block: Option<usize>,
}

/// The outline of a sentence: by it most sentences are told to be unlike another without being compared with it.
#[derive(Clone, Copy, Debug)]
struct Outline {
    /// How many words it has.
    words: usize,
    /// A bit for each of its words; some words share one.
    bits: u128,
}

impl Outline {
    fn of(folded: &str) -> Outline {
        let words = words(folded);
        let bit = |word: &&str| {
            let mut hasher = DefaultHasher::new();
            word.hash(&mut hasher);
            1_u128 << (hasher.finish() % 128)
        };
        Outline {
            words: words.len(),
            bits: words.iter().map(bit).fold(0, |all, bit| all | bit),
        }
    }

    /// How many words two sentences can have in common at most: a bit that one lacks stands for a word or more it lacks.
    fn common(&self, other: &Outline) -> usize {
        let without = |one: &Outline, other: &Outline| {
            let lacking = (one.bits & !other.bits).count_ones() as usize;
            one.words.saturating_sub(lacking)
        };
        without(self, other).min(without(other, self))
    }

    /// Whether two sentences can be so much alike.
    fn can_be_like(&self, other: &Outline, at_least: f64) -> bool {
        let all = (self.words + other.words) as f64;
        self.words > 0 && 2.0 * self.common(other) as f64 / all >= at_least
    }
}

impl<'a> Page<'a> {
    /// The text of a document; nothing where there is none.
    pub fn of(document: Option<&'a Document>) -> Page<'a> {
        Page {
            text: Whole {
                document,
                folded: OnceLock::new(),
            },
            sentences: OnceLock::new(),
            around: OnceLock::new(),
        }
    }

    /// The sentences of the title and the blocks, in the order of the page.
    pub fn sentences(&self) -> &[Sentence] {
        let read = self.read();
        &read.all[..read.own]
    }

    /// The sentences of what stands around the text, line by line.
    pub fn around(&self) -> &[Sentence] {
        let lines = self.text.document.map_or(&[][..], |one| &one.surroundings);
        self.around.get_or_init(|| {
            let lines = lines.iter().enumerate();
            lines.flat_map(|(at, line)| cut(Some(at), line)).collect()
        })
    }

    /// Whether such a sentence stands there, or one as much like it; only so many are compared.
    pub fn holds(&self, folded: &str, at_least: f64) -> bool {
        self.holds_exactly(folded) || self.read().hold(folded, at_least)
    }

    /// Whether that very sentence stands there.
    pub fn holds_exactly(&self, folded: &str) -> bool {
        let read = self.read();
        let compared = |at: &usize| read.all[*at].folded.as_str().cmp(folded);
        read.sorted.binary_search_by(compared).is_ok()
    }

    fn read(&self) -> &Sentences {
        let read = || {
            self.text
                .document
                .map_or(Sentences::default(), Sentences::of)
        };
        self.sentences.get_or_init(read)
    }
}

impl Deref for Whole<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        let folded = || self.document.map_or(String::new(), whole);
        self.folded.get_or_init(folded)
    }
}

/// The title, the blocks and the names of the files, each with the block it is.
fn texts(document: &Document) -> impl Iterator<Item = (Option<usize>, &str)> {
    let blocks = document.blocks.iter().enumerate();
    let files = document.attachments.iter();
    std::iter::once((None, document.title.as_str()))
        .chain(blocks.map(|(at, block)| (Some(at), block.text.as_str())))
        .chain(files.map(|file| (None, file.title.as_str())))
}

/// The sentences of a text.
fn cut(block: Option<usize>, text: &str) -> impl Iterator<Item = Sentence> {
    let sentence = move |text: String| Sentence {
        folded: fold(&text),
        text,
        block,
    };
    split(text).into_iter().map(sentence)
}

fn whole(document: &Document) -> String {
    let texts: Vec<&str> = texts(document).map(|(_, text)| text).collect();
    fold(&texts.join(" | "))
}

impl Sentences {
    fn of(document: &Document) -> Sentences {
        let own = document.blocks.len() + 1;
        let mut sentences = Sentences::default();
        for (at, (block, text)) in texts(document).enumerate() {
            sentences.all.extend(cut(block, text));
            if at < own {
                sentences.own = sentences.all.len();
            }
        }
        let folded = |at: &usize| sentences.all[*at].folded.as_str();
        let mut sorted: Vec<usize> = (0..sentences.all.len()).collect();
        sorted.sort_unstable_by_key(|at| (folded(at), *at));
        sorted.dedup_by(|one, other| folded(one) == folded(other));
        Sentences {
            sorted,
            ..sentences
        }
    }

    /// Whether a sentence stands there that is so much like this one.
    fn hold(&self, folded: &str, at_least: f64) -> bool {
        let text = |at: &usize| self.all[*at].folded.as_str();
        let outline = |at| Outline::of(text(at));
        let outlines = self
            .outlines
            .get_or_init(|| self.sorted.iter().map(outline).collect());
        let asked = Outline::of(folded);
        let likely = self.sorted.iter().zip(outlines).filter(|(at, outline)| {
            text(at).len().abs_diff(folded.len()) * 2 <= folded.len()
                && outline.can_be_like(&asked, at_least)
        });
        let mut compared = likely.take(COMPARED);
        compared.any(|(at, _)| similarity(text(at), folded) >= at_least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

    fn page(texts: &[String]) -> Document {
        let block = |text: &String| Block {
            kind: BlockKind::Paragraph,
            text: text.clone(),
            links: Vec::new(),
        };
        Document {
            blocks: texts.iter().map(block).collect(),
            ..Document::empty(ReaderId("by hand".to_owned()), "")
        }
    }

    #[test]
    fn whatever_is_looked_for_is_found_as_by_comparing_with_all() {
        const WORDS: [&str; 7] = ["data", "will", "not", "be", "sold", "shared", "anyone"];
        let sentence = |mut seed: usize| -> String {
            let long = 1 + seed % 9;
            let said: Vec<&str> = (0..long)
                .map(|_| {
                    seed = seed
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    WORDS[(seed >> 33) % WORDS.len()]
                })
                .collect();
            said.join(" ")
        };
        let texts: Vec<String> = (0..60).map(sentence).collect();
        let document = page(&texts);
        let page = Page::of(Some(&document));
        let (mut found, mut missed) = (0, 0);
        for asked in (60..1_060).map(sentence) {
            for at_least in [0.5, 0.85, 1.0] {
                let near = |one: &String| {
                    one.len().abs_diff(asked.len()) * 2 <= asked.len()
                        && similarity(one, &asked) >= at_least
                };
                let expected = texts.iter().any(near);
                assert_eq!(page.holds(&asked, at_least), expected, "{asked} {at_least}");
                found += usize::from(expected);
                missed += usize::from(!expected);
            }
        }
        assert!(found > 100 && missed > 100, "{found} {missed}");
    }

    #[test]
    fn nothing_is_like_nothing() {
        let (nothing, some) = (page(&[]), page(&["Some words.".to_owned()]));
        assert!(!Page::of(Some(&nothing)).holds("no words stand here", 0.85));
        assert!(!Page::of(Some(&some)).holds("", 0.85));
    }
}
