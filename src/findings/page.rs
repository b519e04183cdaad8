//! The text of a whole page, for the question whether something stood there.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::model::Document;
use crate::prose::{fold, similarity, split, words};

/// So many sentences are compared with one that is looked for.
const COMPARED: usize = 1_000;

/// The text of a page, for "did it stand there?".
#[derive(Default, Debug)]
pub(super) struct Page {
    /// All of it in one, folded.
    pub text: String,
    /// Its sentences, folded, each once.
    sentences: Vec<String>,
    /// Which of them hold a word; made when it is first asked for.
    by_word: OnceLock<HashMap<String, Vec<usize>>>,
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
            by_word: OnceLock::new(),
        }
    }

    /// Whether such a sentence stands there, or one as much like it; the likeliest are compared, those with its rarest words.
    pub fn holds(&self, folded: &str, at_least: f64) -> bool {
        let near = |at: &usize| {
            let sentence = &self.sentences[*at];
            sentence.len().abs_diff(folded.len()) * 2 <= folded.len()
                && similarity(sentence, folded) >= at_least
        };
        let mut seen = HashSet::new();
        let held = self.telling(folded, at_least);
        let mut likely = held.into_iter().flatten().filter(|at| seen.insert(**at));
        self.holds_exactly(folded) || likely.by_ref().take(COMPARED).any(near)
    }

    /// Whether that very sentence stands there.
    pub fn holds_exactly(&self, folded: &str) -> bool {
        self.sentences
            .binary_search_by(|sentence| sentence.as_str().cmp(folded))
            .is_ok()
    }

    /// The sentences that can be so much like this one, by word. A sentence of n words is like one of m by twice the
    /// c words they share of n + m; since no more are shared than either has, c is at least n · s / (2 − s). Of any n − c + 1 of the
    /// words, then, one is shared: the rarest are taken.
    fn telling(&self, folded: &str, at_least: f64) -> Vec<&[usize]> {
        let words = words(folded);
        let shared = (words.len() as f64 * at_least / (2.0 - at_least)).floor() as usize;
        let telling = (words.len() + 1).saturating_sub(shared.max(1));
        let mut held: Vec<&[usize]> = words
            .iter()
            .map(|word| self.by_word().get(*word).map_or(&[][..], Vec::as_slice))
            .collect();
        held.sort_by_key(|held| held.len());
        held.truncate(telling);
        held
    }

    fn by_word(&self) -> &HashMap<String, Vec<usize>> {
        self.by_word.get_or_init(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, sentence) in self.sentences.iter().enumerate() {
                for word in words(sentence) {
                    match index.get_mut(word) {
                        // A word that a sentence has twice leads to it once.
                        Some(held) if held.last() == Some(&at) => {}
                        Some(held) => held.push(at),
                        None => {
                            index.insert(word.to_owned(), vec![at]);
                        }
                    }
                }
            }
            index
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

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
