//! What the archive knows over all pages: of names, sentences, promises, strands and streaks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};

use crate::findings;
use crate::model::{
    Digest, EntryNo, Fact, Facts, KnownName, Member, Promise, Questions, Said, State, WatchId,
};
use crate::store::{
    Store,
    error::StoreError,
    journal,
    reading::document,
    schemes, sights,
    standing::{hash, perhaps},
    views::Streak,
};

/// Every name the archive knows, those seen first first.
pub type AllNames = Arc<Vec<Arc<KnownName>>>;

/// How many pages are looked through for some words.
const LOOKED_THROUGH: usize = 200;

impl Store {
    /// The streaks of every page that was visited, in order.
    pub async fn streaks(&self) -> Result<HashMap<WatchId, Vec<Streak>>, StoreError> {
        self.blocking(|rooms| rooms.picture().streaks()).await
    }

    /// What the archive knows of these names and sentences, this watch's own pages left out of `standing`.
    pub async fn facts(&self, watch: &WatchId, questions: &Questions) -> Result<Facts, StoreError> {
        let (watch, questions) = (watch.clone(), questions.clone());
        self.blocking(move |rooms| {
            let (mut facts, documents) = rooms.picture().facts(&watch, &questions)?;
            if let Some(since) = questions.seen_since {
                facts.sights = sights::since(rooms, &watch, since, None)?;
            }
            let asked: Vec<u64> = questions.sentences.iter().map(|one| hash(one)).collect();
            for (other, digest) in documents {
                let hashes = match rooms.standing.of(&other, digest) {
                    Some(hashes) => hashes,
                    None => rooms
                        .standing
                        .read(&other, digest, &document(rooms, digest)?),
                };
                if !perhaps(&hashes, &asked) {
                    continue;
                }
                let sentences = findings::sentences(&document(rooms, digest)?);
                note_standing(&mut facts.standing, &questions.sentences, other, sentences);
            }
            schemes::answer(rooms, &watch, &questions.schemes, None, &mut facts)?;
            Ok(facts)
        })
        .await
    }

    /// Which of these promises it was not yet said of that their day has passed.
    pub async fn not_said_overdue(
        &self,
        promises: Vec<Promise>,
    ) -> Result<Vec<Promise>, StoreError> {
        self.blocking(move |rooms| {
            let mut left = Vec::new();
            for promise in promises {
                if !rooms.picture().was_said_overdue(promise.digest())? {
                    left.push(promise);
                }
            }
            Ok(left)
        })
        .await
    }

    /// Every name, with where it stands and what was decided on it; those seen first come first.
    pub async fn names(&self) -> Result<AllNames, StoreError> {
        self.blocking(|rooms| {
            let picture = rooms.picture();
            let entry = picture.view.applied()?.map_or(0, |applied| applied.entry);
            let kept = || rooms.names.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, names)) = kept().as_ref().filter(|(of, _)| *of == entry) {
                return Ok(Arc::clone(names));
            }
            let names: Arc<Vec<_>> = Arc::new(picture.names()?.into_iter().map(Arc::new).collect());
            *kept() = Some((entry, Arc::clone(&names)));
            Ok(names)
        })
        .await
    }

    /// The same as it was known by an entry of the journal.
    pub async fn names_by(&self, as_of: EntryNo) -> Result<AllNames, StoreError> {
        self.blocking(move |rooms| {
            let names = rooms.picture().view.names_by(as_of)?;
            Ok(Arc::new(names.into_iter().map(Arc::new).collect()))
        })
        .await
    }

    /// The watches that left the watchlist after this entry, by what they are called now.
    pub async fn retired_since(&self, no: EntryNo) -> Result<HashSet<WatchId>, StoreError> {
        self.blocking(move |rooms| {
            let view = &rooms.picture().view;
            let mut retired = HashSet::new();
            for no in view.watchlists_since(no)? {
                if let Some((entry, _)) = journal::get(&rooms.disk, no)?
                    && let Fact::Watchlist { retired: left, .. } = entry.fact
                {
                    for watch in left {
                        retired.insert(view.now_called(&watch)?);
                    }
                }
            }
            Ok(retired)
        })
        .await
    }

    /// When each watch had last been read, as the journal stood after this entry, which was written then.
    pub async fn read_by(
        &self,
        no: EntryNo,
        at: DateTime<Utc>,
    ) -> Result<HashMap<WatchId, DateTime<Utc>>, StoreError> {
        self.blocking(move |rooms| {
            let read = rooms.picture().view.read_by(no, at)?;
            Ok(read.into_iter().collect())
        })
        .await
    }

    /// Whether something was decided on a name, in its canonical form, that holds still.
    pub async fn is_ruled(&self, canonical: &str) -> Result<bool, StoreError> {
        let canonical = canonical.to_owned();
        self.blocking(move |rooms| rooms.picture().view.is_ruled(&canonical))
            .await
    }

    /// What changed in the text of the other pages of a host since a time, newest first, and to whom it was said. Only so
    /// many are looked through.
    pub async fn said(
        &self,
        host: &str,
        watch: &WatchId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Said>, StoreError> {
        let (host, watch) = (host.to_owned(), watch.clone());
        self.blocking(move |rooms| rooms.picture().said(&host, &watch, since))
            .await
    }

    /// The changes of other pages that have these strands, by mark, oldest first; only those since a time.
    pub async fn kin(
        &self,
        watch: &WatchId,
        marks: Vec<Digest>,
        since: DateTime<Utc>,
    ) -> Result<BTreeMap<Digest, Vec<Member>>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().kin(&watch, &marks, since))
            .await
    }

    /// The marks of strands that more than one page has, the last of them since a time.
    pub async fn shared_since(&self, since: DateTime<Utc>) -> Result<Vec<Digest>, StoreError> {
        self.blocking(move |rooms| rooms.picture().shared_since(since))
            .await
    }

    /// The changes that have a strand, oldest first.
    pub async fn strand(&self, mark: Digest) -> Result<Vec<Member>, StoreError> {
        self.blocking(move |rooms| rooms.picture().strand(mark))
            .await
    }

    /// Of the pages that stand now, those on which these words stand, other than these; no more than `enough`. Only so many
    /// are looked through.
    pub async fn saying(
        &self,
        words: &str,
        except: Vec<WatchId>,
        enough: usize,
    ) -> Result<Vec<WatchId>, StoreError> {
        let words = words.to_owned();
        self.blocking(move |rooms| {
            let states = rooms.picture().states()?;
            let mut found = Vec::new();
            let stands = |state: &State| !state.away && !state.retired;
            let others = states.into_iter().filter(|(watch, state)| {
                stands(state) && !except.contains(watch) && state.current.is_some()
            });
            for (watch, state) in others.take(LOOKED_THROUGH) {
                let Some(current) = state.current.filter(|_| found.len() < enough) else {
                    break;
                };
                let digest = rooms.picture().document_of(&current)?;
                let document = document(rooms, digest)?;
                if document
                    .blocks
                    .iter()
                    .any(|block| block.text.contains(&words))
                {
                    found.push(watch);
                }
            }
            Ok(found)
        })
        .await
    }
}

// Notes for every sentence asked after that it stands on this page too.
fn note_standing(
    standing: &mut BTreeMap<String, Vec<WatchId>>,
    asked: &[String],
    watch: WatchId,
    sentences: Vec<String>,
) {
    let sentences: HashSet<String> = sentences.into_iter().collect();
    for sentence in asked.iter().filter(|asked| sentences.contains(*asked)) {
        let watches = standing.entry(sentence.clone()).or_default();
        if !watches.contains(&watch) {
            watches.push(watch.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_stands_on_every_page_that_has_it() {
        let asked = ["a b.".to_owned(), "c.".to_owned()];
        let mut standing = BTreeMap::new();
        let mut note = |watch: &str, sentences: &[&str]| {
            let sentences = sentences.iter().map(|s| s.to_string()).collect();
            note_standing(&mut standing, &asked, watch.into(), sentences);
        };
        note("one", &["a b.", "x."]);
        note("two", &["a b.", "a b."]);
        let expected: Vec<WatchId> = vec!["one".into(), "two".into()];
        assert_eq!(standing, BTreeMap::from([("a b.".to_owned(), expected)]));
    }
}
