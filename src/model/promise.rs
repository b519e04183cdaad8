//! A promise: a sentence that says by when something will be there.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::Digest;

/// A sentence that says by when something will be there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Promise {
    /// The sentence, as it stands.
    pub quote: String,
    /// The words that say when, as they stand: "spring 2027".
    pub when: String,
    /// The last day on which it is kept.
    pub due: NaiveDate,
    /// In which block of the document, from 0.
    pub block: usize,
}

impl Promise {
    /// What it is known again by, wherever it stands on the page.
    pub fn digest(&self) -> Digest {
        let words: Vec<&str> = self.quote.split_whitespace().collect();
        Digest::of(words.join(" ").to_lowercase().as_bytes())
    }
}
