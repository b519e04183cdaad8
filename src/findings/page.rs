//! A whole page, read once for all who ask what stands there, and not at all where nobody does.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::Document;
use crate::prose::{common, fold, split, words};

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
    /// Their words.
    index: OnceLock<Index>,
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

/// The words of all sentences by number, and which sentences hold them.
#[derive(Default, Debug)]
struct Index {
    /// The number of each word.
    words: HashMap<String, u32>,
    /// For each word the sentences that hold it, each once.
    held: Vec<Vec<usize>>,
    /// For each sentence its words, sorted.
    of: Vec<Vec<u32>>,
}

impl Index {
    fn new<'a>(sentences: impl Iterator<Item = &'a str>) -> Index {
        let mut index = Index::default();
        for (at, sentence) in sentences.enumerate() {
            let mut of = Vec::new();
            for word in words(sentence) {
                let number = match index.words.get(word) {
                    Some(number) => *number,
                    None => {
                        let number = index.held.len() as u32;
                        index.words.insert(word.to_owned(), number);
                        index.held.push(Vec::new());
                        number
                    }
                };
                // A word that a sentence has twice leads to it once.
                let held = &mut index.held[number as usize];
                if held.last() != Some(&at) {
                    held.push(at);
                }
                of.push(number);
            }
            of.sort_unstable();
            index.of.push(of);
        }
        index
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

    /// Whether such a sentence stands there, or one as much like it; the likeliest are compared, those with its rarest words.
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
        let texts = || self.sorted.iter().map(|at| self.all[*at].folded.as_str());
        let index = self.index.get_or_init(|| Index::new(texts()));
        let all = words(folded);
        let numbers: Vec<Option<u32>> = all
            .iter()
            .map(|word| index.words.get(*word).copied())
            .collect();
        let mut known: Vec<u32> = numbers.iter().flatten().copied().collect();
        known.sort_unstable();
        let near = |at: &usize| {
            let long = self.all[self.sorted[*at]].folded.len();
            let of = &index.of[*at];
            // No more words can be common than either has.
            let enough = |common: usize| {
                !of.is_empty() && 2.0 * common as f64 / (of.len() + all.len()) as f64 >= at_least
            };
            long.abs_diff(folded.len()) * 2 <= folded.len()
                && enough(of.len().min(known.len()))
                && enough(common(of, &known))
        };
        let mut seen = HashSet::new();
        let held = index.telling(&numbers, at_least);
        let mut likely = held.into_iter().flatten().filter(|at| seen.insert(**at));
        likely.by_ref().take(COMPARED).any(near)
    }
}

impl Index {
    /// The sentences that can be so much like one of these words, by word. A sentence of n words is like one of m by twice
    /// the c words they share of n + m; since no more are shared than either has, c is at least n · s / (2 − s). Of any
    /// n − c + 1 of the words, then, one is shared: the rarest are taken.
    fn telling(&self, words: &[Option<u32>], at_least: f64) -> Vec<&[usize]> {
        let shared = (words.len() as f64 * at_least / (2.0 - at_least)).floor() as usize;
        let telling = (words.len() + 1).saturating_sub(shared.max(1));
        let mut held: Vec<&[usize]> = words
            .iter()
            .map(|word| word.map_or(&[][..], |word| self.held[word as usize].as_slice()))
            .collect();
        held.sort_by_key(|held| held.len());
        held.truncate(telling);
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};
    use crate::prose::similarity;

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
    fn whoever_is_looked_up_by_words_is_found_as_by_comparing_with_all() {
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
