//! The text of a whole page, for the question whether something stood there.

use std::collections::HashSet;

use crate::findings::sentences::{fold, similarity, split};
use crate::model::Document;

/// The text of a page, for "did it stand there?".
#[derive(Default, Debug)]
pub(super) struct Page {
    /// All of it in one, folded.
    pub text: String,
    /// Its sentences, folded.
    pub sentences: HashSet<String>,
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
        Page {
            text: fold(&texts.join(" | ")),
            sentences: sentences.map(|sentence| fold(&sentence)).collect(),
        }
    }

    /// Whether such a sentence stands there, or one as much like it.
    pub fn holds(&self, folded: &str, at_least: f64) -> bool {
        let near = |sentence: &String| {
            sentence.len().abs_diff(folded.len()) * 2 <= folded.len()
                && similarity(sentence, folded) >= at_least
        };
        self.holds_exactly(folded) || self.sentences.iter().any(near)
    }

    /// Whether that very sentence stands there.
    pub fn holds_exactly(&self, folded: &str) -> bool {
        self.sentences.contains(folded)
    }
}
