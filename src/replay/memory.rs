//! What the archive knew at a time: the pages that stood, the names that had been seen, and what sites had done.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::findings;
use crate::model::{
    Claim, Digest, Entry, Fact, Facts, Habit, Landed, Questions, Standing, VersionNo, WatchId,
};
use crate::replay::names::{self, Names};
use crate::store::{Moment, Store, StoreError};

/// What the archive knew at a time. It holds hashes and digests, no text but acronyms: a page takes some bytes a sentence, a
/// name a few.
pub(super) struct Memory {
    /// What the entries walked so far told; `None` where they were not walked, and the archive is asked.
    walked: Option<Walked>,
    ids: Vec<WatchId>,
    pages: BTreeMap<WatchId, Page>,
    since: Option<DateTime<Utc>>,
}

/// What is known of the entries walked so far.
#[derive(Default)]
struct Walked {
    names: Names,
    hosts: BTreeMap<String, Habit>,
    own: BTreeMap<WatchId, Habit>,
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
    at: DateTime<Utc>,
    away: bool,
    retired: bool,
    sentences: Option<(Digest, Arc<[u64]>)>,
}

impl Memory {
    /// Of an archive of which nothing was walked yet.
    pub(super) fn empty() -> Memory {
        Memory {
            walked: Some(Walked::default()),
            ids: Vec::new(),
            pages: BTreeMap::new(),
            since: None,
        }
    }

    /// What was known before a change, asked of the archive as it is now.
    pub(super) async fn before(store: &Store, moment: Moment) -> Result<Memory, StoreError> {
        let stood = store.stood(moment).await?.into_iter();
        let pages = stood.map(|stood| {
            let page = Page {
                no: stood.version.no,
                document: stood.document,
                url: stood.version.url,
                at: stood.version.at,
                away: stood.away,
                retired: false,
                sentences: None,
            };
            (stood.version.watch, page)
        });
        let first = store.entry(1).await.ok();
        Ok(Memory {
            walked: None,
            ids: Vec::new(),
            pages: pages.collect(),
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
                names,
                ..
            } => {
                let page = self.pages.get_mut(watch);
                if let Some(page) = page.filter(|page| page.no == *version) {
                    page.document = *document;
                }
                if let Some(names) = names {
                    let version = store.version(watch, *version).await?;
                    self.sight(store, watch, version.at, *names).await?;
                }
            }
            Fact::Watchlist {
                retired, renamed, ..
            } => {
                for (old, new) in renamed {
                    if let Some(page) = self.pages.remove(old) {
                        self.pages.insert(new.clone(), page);
                    }
                    if let Some(walked) = &mut self.walked
                        && let Some(habit) = walked.own.remove(old)
                    {
                        walked.own.insert(new.clone(), habit);
                    }
                    let ids = self.ids.iter_mut().filter(|id| *id == old);
                    ids.for_each(|id| id.clone_from(new));
                }
                for watch in retired {
                    if let Some(page) = self.pages.get_mut(watch) {
                        page.retired = true;
                    }
                }
            }
            Fact::Looks { looks } => {
                for look in looks {
                    if let Some(page) = self.pages.get_mut(&look.watch) {
                        page.retired = false;
                    }
                }
            }
            Fact::NameRuled { name, ruled, .. } => {
                if let Some(walked) = &mut self.walked {
                    walked.names.rule(name, ruled);
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn landed(&mut self, store: &Store, landed: &Landed) -> Result<(), StoreError> {
        let (watch, span) = (&landed.watch, landed.span);
        if let Some(page) = self.pages.get_mut(watch) {
            page.away = span.to == 0;
            page.retired = false;
        }
        if let Some(document) = landed
            .document
            .filter(|_| span.to != span.from && span.to != 0)
        {
            let page = Page {
                no: span.to,
                document,
                url: landed.url.clone(),
                at: landed.bounds.by,
                away: false,
                retired: false,
                sentences: None,
            };
            self.pages.insert(watch.clone(), page);
        }
        let Some(walked) = &mut self.walked else {
            return Ok(());
        };
        if let Some(moved) = landed.claim.as_ref().and_then(Claim::moved) {
            let host = landed.url.host_str().unwrap_or_default();
            let host = walked.hosts.entry(host.to_owned()).or_default();
            *host = host.and(moved);
            let own = walked.own.entry(watch.clone()).or_default();
            *own = own.and(moved);
        }
        let Some(names) = landed.names.filter(|_| span.to != 0) else {
            return Ok(());
        };
        self.sight(store, watch, landed.bounds.by, names).await
    }

    /// Notes the names of a body, seen on a page at a time.
    async fn sight(
        &mut self,
        store: &Store,
        watch: &WatchId,
        at: DateTime<Utc>,
        names: Digest,
    ) -> Result<(), StoreError> {
        let Some(walked) = &mut self.walked else {
            return Ok(());
        };
        let Some(body) = store.body_left(names).await? else {
            return Ok(());
        };
        let index = match self.ids.iter().rposition(|id| id == watch) {
            Some(index) => index,
            None => {
                self.ids.push(watch.clone());
                self.ids.len() - 1
            }
        };
        for named in names::written(&body) {
            walked.names.sight(&named, (index, at));
        }
        Ok(())
    }

    /// What the archive would have answered at that time.
    pub(super) async fn facts(
        &mut self,
        store: &Store,
        watch: &WatchId,
        questions: &Questions,
        moment: Moment,
    ) -> Result<Facts, StoreError> {
        let mut facts = match &self.walked {
            Some(walked) => {
                let rest = Questions {
                    names: Vec::new(),
                    habit: None,
                    ..questions.clone()
                };
                let mut facts = store.facts_at(watch, &rest, moment).await?;
                for name in &questions.names {
                    if let Some(sighting) = walked.names.sighting(name, &self.ids) {
                        facts.seen.insert(name.clone(), sighting);
                        if walked.names.is_dismissed(name) {
                            facts.dismissed.insert(name.clone());
                        }
                    }
                }
                if let Some(host) = &questions.habit {
                    facts.host = walked.hosts.get(host).copied().unwrap_or_default();
                    facts.own = walked.own.get(watch).copied().unwrap_or_default();
                }
                facts
            }
            None => store.facts_at(watch, questions, moment).await?,
        };
        facts.since = self.since;
        facts.pages = self.pages.len();
        for (other, page) in &self.pages {
            let address = page.url.as_str();
            if questions.addresses.iter().any(|asked| asked == address) {
                let read = store.read_before(other, moment.at).await?;
                let standing = Standing {
                    watch: other.clone(),
                    away: page.away,
                    seen: read.unwrap_or(page.at),
                };
                facts.addresses.insert(address.to_owned(), standing);
            }
        }
        self.standing(store, watch, questions, &mut facts).await?;
        Ok(facts)
    }

    /// On which other pages the sentences stood that are asked after.
    async fn standing(
        &mut self,
        store: &Store,
        watch: &WatchId,
        questions: &Questions,
        facts: &mut Facts,
    ) -> Result<(), StoreError> {
        let asked: Vec<(u64, &String)> = (questions.sentences.iter())
            .map(|sentence| (hash(sentence), sentence))
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        for (other, page) in &mut self.pages {
            if other == watch || page.away || page.retired {
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
        Ok(())
    }
}

/// Texts are remembered by their hashes.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
