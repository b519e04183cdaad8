//! The versions that stood, as today's reader reads them.

use crate::house::House;
use crate::model::{Capture, Document, Fact, Version, VersionNo};
use crate::store::StoreError;
use crate::visit::landing::{Landing, is_outdated};
use crate::visit::plain;

/// How many earlier versions are read again, at most, to find the one whose text is back.
const LOOKED_THROUGH: usize = 20;

/// What stood, as a document.
pub(super) struct Standing {
    /// The document.
    pub(super) document: Document,
    /// Whether today's reader made it; only then can it be compared with what arrived.
    pub(super) comparable: bool,
}

/// Whether a browser built this version.
pub(super) async fn was_rendered(house: &House, version: &Version) -> Result<bool, StoreError> {
    let capture: Capture = plain::read(&house.store.body(version.capture).await?, "a capture")?;
    Ok(capture.provenance.is_rendered())
}

impl Landing<'_> {
    /// The document of a version as today's reader reads it; an old capture is read again, quietly.
    pub(super) async fn standing(&self, version: &Version) -> Result<Standing, StoreError> {
        let store = &self.house.store;
        let stored = store.document(version).await?;
        if !is_outdated(&stored, self.watch) {
            return Ok(Standing {
                document: stored,
                comparable: true,
            });
        }
        let capture: Capture = plain::read(&store.body(version.capture).await?, "a capture")?;
        let body = store.body(version.body).await?;
        let workers = &self.in_force.workers;
        let Ok(document) = workers.read(&capture, &body, &self.watch.reading).await else {
            return Ok(Standing {
                document: stored,
                comparable: false,
            });
        };
        let fact = Fact::Reread {
            watch: self.watch.id.clone(),
            version: version.no,
            document: store
                .keep(plain::write(&document), Some(version.document))
                .await?,
            text: document.text_digest(),
        };
        store.append(fact, self.house.clock.now(), None).await?;
        Ok(Standing {
            document,
            comparable: true,
        })
    }

    /// The latest version before the current one that has this text.
    pub(super) async fn earlier(
        &self,
        current: &Version,
        after: &Document,
    ) -> Result<Option<VersionNo>, StoreError> {
        let text = after.text_digest();
        let versions = self.house.store.versions(&self.watch.id).await?;
        let earlier = || versions.iter().rev().filter(|one| one.no != current.no);
        if let Some(same) = earlier().find(|version| version.text == text) {
            return Ok(Some(same.no));
        }
        // A version that was first read by other rules may have this text by today's.
        for version in earlier().take(LOOKED_THROUGH) {
            let standing = self.standing(version).await?;
            let read = self.read_by(&after.reader, version, standing).await?;
            if read.is_some_and(|read| read.text_digest() == text) {
                return Ok(Some(version.no));
            }
        }
        Ok(None)
    }
}
