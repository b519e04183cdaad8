//! What is volatile on a page, asked of its history.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use crate::model::{Digest, Document, Look, LookOutcome, Version, VersionNo, WatchId};
use crate::noise::{self, HISTORY, Noise};
use crate::store::{Store, StoreError};
use crate::worker;

/// Of how many histories it is kept in memory what is volatile in them.
const KEPT: usize = 64;

/// What is volatile in the histories that were asked for last.
#[derive(Default)]
pub(super) struct Known(Mutex<VecDeque<(History, Arc<Noise>)>>);

/// The documents of a history in their order, and how many visits brought them: whatever is volatile in it follows from these.
type History = (Vec<Digest>, usize);

impl Known {
    fn of(&self, history: &History) -> Option<Arc<Noise>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(one, _)| one == history)?;
        let found = known.remove(at)?;
        let noise = Arc::clone(&found.1);
        known.push_back(found);
        Some(noise)
    }

    /// Lets go of all of it: samples of texts are in it, and these may have to be forgotten.
    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn keep(&self, history: History, noise: &Arc<Noise>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == KEPT {
            known.pop_front();
        }
        known.push_back((history, Arc::clone(noise)));
    }
}

impl Store {
    /// What is volatile on the page of a watch, by its versions up to this one.
    ///
    /// # Errors
    /// The archive's.
    pub async fn noise(&self, watch: &WatchId, up_to: VersionNo) -> Result<Arc<Noise>, StoreError> {
        let mut versions = self.versions(watch).await?;
        versions.retain(|version| version.no <= up_to);
        let recent = &versions[versions.len().saturating_sub(HISTORY)..];
        let Some(visits) = self.visits_of(watch, recent).await? else {
            return Ok(Arc::default());
        };
        let documents = self.documents_of(recent.to_vec()).await?;
        let history = (documents, visits);
        if let Some(known) = self.opened()?.rooms.noises.of(&history) {
            return Ok(known);
        }
        let mut read = self.read_together(&history.0).await?;
        read.retain(|document| !document.is_forgotten());
        let reader = read.last().map(|document| document.reader.clone());
        read.retain(|document| Some(&document.reader) == reader.as_ref());
        let noise = Arc::new(worker::aside(move || noise::volatile(&read, visits)).await);
        self.opened()?.rooms.noises.keep(history, &noise);
        Ok(noise)
    }

    /// How many visits brought these versions; absent where nothing can be volatile in them.
    async fn visits_of(
        &self,
        watch: &WatchId,
        recent: &[Version],
    ) -> Result<Option<usize>, StoreError> {
        let (Some(first), Some(last)) = (recent.first(), recent.last()) else {
            return Ok(None);
        };
        // A version that was seen twice had a visit that found nothing new: where that is common, nothing is volatile.
        let stood = recent
            .iter()
            .filter(|version| version.no != last.no && version.last_seen > version.at);
        if recent.len() < HISTORY / 2 || stood.count() * 2 > recent.len() {
            return Ok(None);
        }
        let within = |look: &&Look| {
            matches!(look.outcome, LookOutcome::Unchanged { .. })
                && look.at > first.at
                && look.at <= last.at
        };
        let looks = self.looks(watch, usize::MAX).await?;
        let visits = looks.iter().filter(within).count() + recent.len() - 1;
        Ok(noise::can_be_volatile(recent.len(), visits).then_some(visits))
    }

    /// These documents, read side by side: long ones take long.
    async fn read_together(&self, digests: &[Digest]) -> Result<Vec<Document>, StoreError> {
        let mut reading = JoinSet::new();
        for (at, digest) in digests.iter().copied().enumerate() {
            let store = self.clone();
            reading.spawn(async move { (at, store.read_document(digest).await) });
        }
        let mut read = reading.join_all().await;
        read.sort_by_key(|(at, _)| *at);
        read.into_iter().map(|(_, document)| document).collect()
    }
}
