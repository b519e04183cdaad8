//! The text of a whole page, for the question whether something stood there.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::model::Document;
use crate::prose::{common, fold, split, words};

/// So many sentences are compared with one that is looked for.
const COMPARED: usize = 1_000;

/// The text of a page, for "did it stand there?".
#[derive(Default, Debug)]
pub(super) struct Page {
    /// All of it in one, folded.
    pub text: String,
    /// Its sentences, folded, each once.
    sentences: Vec<String>,
    /// Their words; made when they are first asked for.
    index: OnceLock<Index>,
}

/// The words of all sentences by number, and which sentences hold them.
#[derive(Default, Debug)]
struct Index {
    /// The number of each word.
    words: HashMap<String, u32>,
    /// For each word the sentences that hold it, each once.
    held: Vec<Vec<usize>>,
    /// For each sentence its words.
    of: Vec<Vec<u32>>,
}

impl Index {
    fn new(sentences: &[String]) -> Index {
        let mut index = Index::default();
        for (at, sentence) in sentences.iter().enumerate() {
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
            index.of.push(of);
        }
        index
    }
}

impl Page {
    /// The text of a document; nothing where there is none.
    pub fn of(document: Option<&Document>) -> Page {
        let Some(document) = document else {
            return Page::default();
        };
        let mut texts = vec![document.title.as_str()];
        texts.extend(document.blocks.iter().map(|block| block.text.as_str()));
        texts.extend(document.attachments.iter().map(|file| file.title.as_str()));
        let sentences = texts.iter().flat_map(|text| split(text));
        let mut sentences: Vec<String> = sentences.map(|sentence| fold(&sentence)).collect();
        sentences.sort_unstable();
        sentences.dedup();
        Page {
            text: fold(&texts.join(" | ")),
            sentences,
            index: OnceLock::new(),
        }
    }

    /// Whether such a sentence stands there, or one as much like it; the likeliest are compared, those with its rarest words.
    pub fn holds(&self, folded: &str, at_least: f64) -> bool {
        if self.holds_exactly(folded) {
            return true;
        }
        let index = self.index.get_or_init(|| Index::new(&self.sentences));
        let all = words(folded);
        let numbers: Vec<Option<u32>> = all
            .iter()
            .map(|word| index.words.get(*word).copied())
            .collect();
        let known: Vec<u32> = numbers.iter().flatten().copied().collect();
        let near = |at: &usize| {
            let (of, long) = (&index.of[*at], self.sentences[*at].len());
            // No more words can be common than either has.
            let enough = |common: usize| {
                !of.is_empty() && 2.0 * common as f64 / (of.len() + all.len()) as f64 >= at_least
            };
            long.abs_diff(folded.len()) * 2 <= folded.len()
                && enough(of.len().min(known.len()))
                && enough(common(of.clone(), known.clone()))
        };
        let mut seen = HashSet::new();
        let held = index.telling(&numbers, at_least);
        let mut likely = held.into_iter().flatten().filter(|at| seen.insert(**at));
        likely.by_ref().take(COMPARED).any(near)
    }

    /// Whether that very sentence stands there.
    pub fn holds_exactly(&self, folded: &str) -> bool {
        self.sentences
            .binary_search_by(|sentence| sentence.as_str().cmp(folded))
            .is_ok()
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

    fn page(texts: &[String]) -> Page {
        let block = |text: &String| Block {
            kind: BlockKind::Paragraph,
            text: text.clone(),
            links: Vec::new(),
        };
        let document = Document {
            blocks: texts.iter().map(block).collect(),
            ..Document::empty(ReaderId("by hand".to_owned()), "")
        };
        Page::of(Some(&document))
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
        let page = page(&texts);
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
        assert!(!page(&[]).holds("no words stand here", 0.85));
        assert!(!page(&["Some words.".to_owned()]).holds("", 0.85));
    }
}
