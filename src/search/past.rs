//! The passages of backfilled texts: each once a page, with the texts it stands in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Document, PastNo, WatchId};
use crate::passages::{Passage, passages};

/// A passage of backfilled texts of a page. When it stood there follows from the times of the texts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct PastPassage {
    /// On which page.
    pub watch: WatchId,
    /// What it is.
    pub kind: Passage,
    /// Its words.
    pub text: String,
    /// The numbers of the texts it stands in.
    pub texts: BTreeSet<PastNo>,
}

/// All passages of the backfilled texts of a page, by their words.
#[derive(Default, Debug)]
pub struct PastStanding {
    passages: BTreeMap<String, PastPassage>,
}

impl PastStanding {
    /// These passages.
    pub fn of(passages: impl IntoIterator<Item = PastPassage>) -> PastStanding {
        let passages = passages.into_iter().map(|one| (one.text.clone(), one));
        PastStanding {
            passages: passages.collect(),
        }
    }

    /// Takes in one more text of the page.
    pub fn take(&mut self, watch: &WatchId, no: PastNo, document: &Document) {
        for (kind, text) in passages(document) {
            let passage = self
                .passages
                .entry(text)
                .or_insert_with_key(|text| PastPassage {
                    watch: watch.clone(),
                    kind,
                    text: text.clone(),
                    texts: BTreeSet::new(),
                });
            passage.texts.insert(no);
        }
    }

    /// All of them.
    pub fn passages(&self) -> impl Iterator<Item = &PastPassage> {
        self.passages.values()
    }
}
