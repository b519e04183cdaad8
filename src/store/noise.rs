//! What is volatile on a page, asked of its history.

use crate::model::{Look, LookOutcome, VersionNo, WatchId};
use crate::noise::{self, HISTORY, Noise};
use crate::store::{Store, StoreError};
use crate::worker;

impl Store {
    /// What is volatile on the page of a watch, by its versions up to this one.
    ///
    /// # Errors
    /// The archive's.
    pub async fn noise(&self, watch: &WatchId, up_to: VersionNo) -> Result<Noise, StoreError> {
        let mut versions = self.versions(watch).await?;
        versions.retain(|version| version.no <= up_to);
        let recent = &versions[versions.len().saturating_sub(HISTORY)..];
        let (Some(first), Some(last)) = (recent.first(), recent.last()) else {
            return Ok(Noise::default());
        };
        // A version that was seen twice had a visit that found nothing new: where that is common, nothing is volatile.
        let stood = recent
            .iter()
            .filter(|version| version.no != last.no && version.last_seen > version.at);
        if recent.len() < HISTORY / 2 || stood.count() * 2 > recent.len() {
            return Ok(Noise::default());
        }
        let within = |look: &&Look| {
            matches!(look.outcome, LookOutcome::Unchanged { .. })
                && look.at > first.at
                && look.at <= last.at
        };
        let looks = self.looks(watch, usize::MAX).await?;
        let visits = looks.iter().filter(within).count() + recent.len() - 1;
        if !noise::can_be_volatile(recent.len(), visits) {
            return Ok(Noise::default());
        }
        let mut history = Vec::new();
        for version in recent {
            history.push(self.document(version).await?);
        }
        history.retain(|document| !document.is_forgotten());
        let reader = history.last().map(|document| document.reader.clone());
        history.retain(|document| Some(&document.reader) == reader.as_ref());
        Ok(worker::aside(move || noise::volatile(&history, visits)).await)
    }
}
