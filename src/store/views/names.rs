//! Names and where each was seen first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Digest, Landed, Sighting, WatchId};
use crate::store::{bodies, error::StoreError, views::View, views::keys};

#[derive(Serialize, Deserialize)]
struct Seen(Sighting);

impl View {
    /// Notes the names of a document that were never seen before. A name is given to the first entry that has it.
    pub(super) fn sight(&self, landed: &Landed, names: Digest) -> Result<(), StoreError> {
        self.note_names(&landed.watch, landed.bounds.by, names, |_| true)
    }

    /// Notes the names that an old version turned out to mention when it was read again. A name is given to it where it
    /// was not seen earlier.
    pub(super) fn sight_late(
        &self,
        watch: &WatchId,
        at: DateTime<Utc>,
        names: Digest,
    ) -> Result<(), StoreError> {
        self.note_names(watch, at, names, |known| known.at <= at)
    }

    // Notes each of these names, but for those that are known and whose sighting stays.
    fn note_names(
        &self,
        watch: &WatchId,
        at: DateTime<Utc>,
        names: Digest,
        stays: impl Fn(&Sighting) -> bool,
    ) -> Result<(), StoreError> {
        let names = match self.read_names(names) {
            Ok(names) => names,
            // The journal stands even where such a body is damaged; `verify` names it.
            Err(error) => {
                tracing::warn!("{error}; its names are not known as seen");
                return Ok(());
            }
        };
        for (canonical, name) in names {
            let key = keys::name(&canonical);
            if self
                .row::<Seen>(&key)?
                .is_some_and(|Seen(known)| stays(&known))
            {
                continue;
            }
            let watch = watch.clone();
            self.put(&key, &Seen(Sighting { name, watch, at }))?;
        }
        Ok(())
    }

    /// The first sighting of a name in its canonical form.
    pub(super) fn sighting(&self, canonical: &str) -> Result<Option<Sighting>, StoreError> {
        let Some(Seen(mut sighting)) = self.row(&keys::name(canonical))? else {
            return Ok(None);
        };
        sighting.watch = self.now_called(&sighting.watch)?;
        Ok(Some(sighting))
    }

    fn read_names(&self, digest: Digest) -> Result<Vec<(String, String)>, StoreError> {
        let body = bodies::read(&self.disk, &self.disk.cache, digest)?;
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(format!("the names {digest}"), error))
    }
}
