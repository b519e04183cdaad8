//! What the archive knew at a time: names that had been seen, and the pages that stood.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::findings;
use crate::model::{
    self, Change, Digest, Entry, EntryNo, Fact, Facts, Landed, Questions, Scheme, Sighting,
    VersionNo, WatchId,
};
use crate::store::{ChangeFilter, Store, StoreError};

/// What the archive knew at a time. It holds hashes and digests, no text: a page takes some bytes a sentence, a name a few.
pub(super) struct Memory {
    names: Names,
    ids: Vec<WatchId>,
    pages: BTreeMap<WatchId, Page>,
    since: Option<DateTime<Utc>>,
}

/// Which names had been seen.
enum Names {
    /// Those of the entries walked so far: their hashes, with the page and the time of the first.
    Walked(HashMap<u64, (usize, DateTime<Utc>)>),
    /// Those that the archive first saw before this change.
    Before(DateTime<Utc>, WatchId),
}

/// A page as it stood.
#[derive(Clone)]
pub(super) struct Page {
    /// The number of its version.
    pub(super) no: VersionNo,
    /// Its document, as it was read at that time.
    pub(super) document: Digest,
    /// Where it was read.
    pub(super) url: Url,
    gone: bool,
    sentences: Option<(Digest, Arc<[u64]>)>,
}

impl Memory {
    /// Of an archive of which nothing was walked yet.
    pub(super) fn empty() -> Memory {
        Memory {
            names: Names::Walked(HashMap::new()),
            ids: Vec::new(),
            pages: BTreeMap::new(),
            since: None,
        }
    }

    /// What was known before a change, asked of the archive as it is now.
    pub(super) async fn before(store: &Store, change: &Change) -> Result<Memory, StoreError> {
        let mut pages = BTreeMap::new();
        for watch in store.watches().await? {
            let versions = store.versions(&watch).await?;
            let stood = versions.into_iter().rev();
            let stood = stood.skip_while(|version| version.entry >= change.entry);
            let Some(version) = stood.take(1).next() else {
                continue;
            };
            // Where a page was read again later, it is what was compared, or will be: the text of that time is not sure.
            let own = watch == change.watch;
            let document = match own {
                true => store.document_of(&version).await?,
                false => version.document,
            };
            let page = Page {
                no: version.no,
                document,
                url: version.url,
                gone: false,
                sentences: None,
            };
            pages.insert(watch, page);
        }
        let first = store.entry(1).await.ok();
        Ok(Memory {
            names: Names::Before(change.bounds.by, change.watch.clone()),
            ids: Vec::new(),
            pages,
            since: first.map(|entry| entry.at),
        })
    }

    /// The page of a watch as it stood.
    pub(super) fn page(&self, watch: &WatchId) -> Option<&Page> {
        self.pages.get(watch)
    }

    /// Takes in one entry.
    pub(super) async fn learn(&mut self, store: &Store, entry: &Entry) -> Result<(), StoreError> {
        self.since = self.since.or(Some(entry.at));
        match &entry.fact {
            Fact::Landed(landed) => self.landed(store, landed).await?,
            Fact::Reread {
                watch,
                version,
                document,
                ..
            } => {
                let page = self.pages.get_mut(watch);
                if let Some(page) = page.filter(|page| page.no == *version) {
                    page.document = *document;
                }
            }
            Fact::Watchlist {
                retired, renamed, ..
            } => {
                for (old, new) in renamed {
                    if let Some(page) = self.pages.remove(old) {
                        self.pages.insert(new.clone(), page);
                    }
                    let ids = self.ids.iter_mut().filter(|id| *id == old);
                    ids.for_each(|id| id.clone_from(new));
                }
                for watch in retired {
                    if let Some(page) = self.pages.get_mut(watch) {
                        page.gone = true;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn landed(&mut self, store: &Store, landed: &Landed) -> Result<(), StoreError> {
        let (watch, span) = (&landed.watch, landed.span);
        if span.to == 0 {
            if let Some(page) = self.pages.get_mut(watch) {
                page.gone = true;
            }
        } else if let Some(document) = landed.document.filter(|_| span.to != span.from) {
            let page = Page {
                no: span.to,
                document,
                url: landed.url.clone(),
                gone: false,
                sentences: None,
            };
            self.pages.insert(watch.clone(), page);
        }
        let (Some(names), Names::Walked(seen)) = (landed.names, &mut self.names) else {
            return Ok(());
        };
        let body = store.body(names).await?;
        let names = canonical_names(&body);
        let index = match self.ids.iter().rposition(|id| id == watch) {
            Some(index) => index,
            None => {
                self.ids.push(watch.clone());
                self.ids.len() - 1
            }
        };
        for canonical in names {
            seen.entry(hash(&canonical))
                .or_insert((index, landed.bounds.by));
        }
        Ok(())
    }

    /// What the archive would have answered at that time.
    pub(super) async fn facts(
        &mut self,
        store: &Store,
        watch: &WatchId,
        questions: &Questions,
        before: EntryNo,
    ) -> Result<Facts, StoreError> {
        // Of habits, visits and known schemes the archive tells what it knows today.
        let rest = Questions {
            names: Vec::new(),
            sentences: Vec::new(),
            ..questions.clone()
        };
        let mut facts = Facts {
            since: self.since,
            pages: self.pages.len(),
            seen: self.seen(store, watch, questions).await?,
            ..store.facts(watch, &rest).await?
        };
        facts.resembled = resembled(store, watch, questions, before).await?;
        if questions.sentences.is_empty() {
            return Ok(facts);
        }
        let asked: Vec<(u64, &String)> = (questions.sentences.iter())
            .map(|sentence| (hash(sentence), sentence))
            .collect();
        for (other, page) in &mut self.pages {
            if other == watch || page.gone {
                continue;
            }
            let known = page.sentences.take();
            let known = known.filter(|(document, _)| *document == page.document);
            let sentences = match known {
                Some((_, sentences)) => sentences,
                None => {
                    let document = store.read_document(page.document).await?;
                    let said = findings::sentences(&document);
                    let mut hashes: Vec<u64> = said.iter().map(|one| hash(one)).collect();
                    hashes.sort_unstable();
                    hashes.into()
                }
            };
            page.sentences = Some((page.document, sentences.clone()));
            for (hash, sentence) in &asked {
                if sentences.binary_search(hash).is_ok() {
                    let standing = facts.standing.entry((*sentence).clone()).or_default();
                    standing.push(other.clone());
                }
            }
        }
        Ok(facts)
    }

    async fn seen(
        &self,
        store: &Store,
        watch: &WatchId,
        questions: &Questions,
    ) -> Result<BTreeMap<String, Sighting>, StoreError> {
        match &self.names {
            Names::Walked(seen) => {
                let known = |name: &String| {
                    let (index, at) = seen.get(&hash(name))?;
                    let sighting = Sighting {
                        name: name.clone(),
                        watch: self.ids.get(*index)?.clone(),
                        at: *at,
                        of: None,
                    };
                    Some((name.clone(), sighting))
                };
                Ok(questions.names.iter().filter_map(known).collect())
            }
            Names::Before(by, own) => {
                let asked = Questions {
                    names: questions.names.clone(),
                    ..Questions::default()
                };
                let mut seen = store.facts(watch, &asked).await?.seen;
                seen.retain(|_, sighting| {
                    sighting.at < *by || sighting.at == *by && sighting.watch != *own
                });
                Ok(seen)
            }
        }
    }
}

/// The dossiers of the schemes asked after of which it had been said that this page resembles them.
async fn resembled(
    store: &Store,
    watch: &WatchId,
    questions: &Questions,
    before: EntryNo,
) -> Result<BTreeSet<String>, StoreError> {
    let mut told = BTreeSet::new();
    if questions.schemes.is_empty() {
        return Ok(told);
    }
    let filter = ChangeFilter {
        watch: Some(watch.clone()),
        ..ChangeFilter::default()
    };
    let changes = store.changes(&filter).await?;
    let findings = changes.iter().filter(|change| change.entry < before);
    for finding in findings.flat_map(|change| &change.findings) {
        let of_it =
            |scheme: &&Scheme| finding.rule == "lead" && finding.names.contains(&scheme.name);
        told.extend(
            questions
                .schemes
                .iter()
                .filter(of_it)
                .map(|scheme| scheme.dossier.clone()),
        );
    }
    Ok(told)
}

/// The canonical names in a body of names, in any form it was ever written in.
fn canonical_names(body: &[u8]) -> Vec<String> {
    if let Ok(names) = serde_json::from_slice::<model::Names>(body) {
        return names.names.into_iter().map(|name| name.canonical).collect();
    }
    let pairs: Vec<(String, String)> = serde_json::from_slice(body).unwrap_or_default();
    pairs.into_iter().map(|(canonical, _)| canonical).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
