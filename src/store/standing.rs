//! Which sentences stand on which pages now, remembered by their hashes so that asking again reads next to nothing.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::findings;
use crate::model::{Digest, Document, WatchId};

/// The sentences of a document, by their hashes, in order. A hash says "perhaps"; the document itself says "yes".
type Hashes = Arc<[u64]>;

/// For each watch the document that was read last, and its sentences.
#[derive(Default)]
pub(super) struct Standing {
    pages: Mutex<HashMap<WatchId, (Digest, Hashes)>>,
}

impl Standing {
    /// The sentences of this watch's document, if it is the one that was read last.
    pub(super) fn of(&self, watch: &WatchId, document: Digest) -> Option<Hashes> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, hashes) = pages.get(watch)?;
        (*read == document).then(|| hashes.clone())
    }

    /// Remembers the sentences of this watch's document.
    pub(super) fn read(&self, watch: &WatchId, digest: Digest, document: &Document) -> Hashes {
        let sentences = findings::sentences(document);
        let mut hashes: Vec<u64> = sentences.iter().map(|sentence| hash(sentence)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let hashes: Hashes = hashes.into();
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(watch.clone(), (digest, hashes.clone()));
        hashes
    }
}

/// Whether one of the sentences with these hashes perhaps stands among those of a page.
pub(super) fn perhaps(page: &Hashes, asked: &[u64]) -> bool {
    asked.iter().any(|hash| page.binary_search(hash).is_ok())
}

/// The hash of a sentence, by which it is known again.
pub(super) fn hash(sentence: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sentence.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

    fn document(text: &str) -> Document {
        Document {
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: text.to_owned(),
                links: Vec::new(),
            }],
            ..Document::empty(ReaderId("page-1".to_owned()), "A page")
        }
    }

    #[test]
    fn sentences_are_remembered_until_the_page_changes() {
        let (standing, watch) = (Standing::default(), WatchId::from("a-page"));
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        assert!(standing.of(&watch, old).is_none());
        let hashes = standing.read(&watch, old, &document("You may object. We shall listen."));
        let asked = |sentence: &str| perhaps(&hashes, &[hash(&findings::fold(sentence))]);
        assert!(asked("You may object."));
        assert!(!asked("You may not object."));
        assert_eq!(standing.of(&watch, old), Some(hashes.clone()));
        assert!(standing.of(&watch, new).is_none());
    }
}
