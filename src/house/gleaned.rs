//! What lists show of documents, read off each once and remembered while its text stands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diff;
use crate::findings;
use crate::house::House;
use crate::model::{Digest, Document, Promise, Version, WatchId};
use crate::store::StoreError;

/// What lists show of one document.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Gleaned {
    /// What it promises.
    pub promises: Vec<Promise>,
    /// Its tables, in order.
    pub tables: Vec<GleanedTable>,
    /// Whether the watchlist says what names their rows.
    pub keyed: bool,
}

/// One table of a document.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GleanedTable {
    /// How many rows it has.
    pub rows: usize,
    /// Its columns, by their headings.
    pub columns: Vec<String>,
}

/// What is remembered: of each watch, the document that stands.
#[derive(Default)]
pub(super) struct Gleanings(Mutex<BTreeMap<WatchId, (Digest, Arc<Gleaned>)>>);

impl House {
    /// What lists show of these versions, where it is remembered.
    ///
    /// # Errors
    /// The archive's.
    pub async fn remembers(
        &self,
        versions: Vec<Version>,
    ) -> Result<Vec<Option<Arc<Gleaned>>>, StoreError> {
        let watches: Vec<WatchId> = versions.iter().map(|one| one.watch.clone()).collect();
        let digests = self.store.documents_of(versions).await?;
        let known = watches.iter().zip(digests);
        Ok(known
            .map(|(watch, digest)| self.gleanings.of(watch, digest))
            .collect())
    }

    /// What lists show of this version; it is read for that where it is not remembered.
    ///
    /// # Errors
    /// The archive's.
    pub async fn gleaned(&self, version: &Version) -> Result<Arc<Gleaned>, StoreError> {
        let digest = self.store.document_of(version).await?;
        if let Some(known) = self.gleanings.of(&version.watch, digest) {
            return Ok(known);
        }
        let document = self.store.read_document(digest).await?;
        // A long document takes a while, and requests are answered by the same threads.
        let gleaning = tokio::task::spawn_blocking(move || Arc::new(glean(&document)));
        let gleaned = match gleaning.await {
            Ok(gleaned) => gleaned,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        let all = self.gleanings.0.lock();
        let mut all = all.unwrap_or_else(PoisonError::into_inner);
        all.insert(version.watch.clone(), (digest, gleaned.clone()));
        Ok(gleaned)
    }
}

impl Gleanings {
    fn of(&self, watch: &WatchId, digest: Digest) -> Option<Arc<Gleaned>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(watch).filter(|(of, _)| *of == digest);
        known.map(|(_, gleaned)| gleaned.clone())
    }
}

fn glean(document: &Document) -> Gleaned {
    let tables = diff::tables::of(document).into_iter();
    Gleaned {
        promises: findings::promises(document),
        tables: tables
            .map(|table| GleanedTable {
                rows: table.rows.len(),
                columns: table.columns,
            })
            .collect(),
        keyed: !document.rows_by.is_empty(),
    }
}
