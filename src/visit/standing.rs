//! The versions that stood, as today's reader reads them.

use crate::house::House;
use crate::model::{Capture, Document, Version, VersionNo};
use crate::reread;
use crate::store::StoreError;
use crate::visit::landing::Landing;
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
        // With what was forgotten nothing can be compared, and nobody is told of a difference.
        if stored.is_forgotten() {
            return Ok(Standing {
                document: stored,
                comparable: false,
            });
        }
        if !reread::is_outdated(&stored, self.watch) {
            return Ok(Standing {
                document: stored,
                comparable: true,
            });
        }
        let (capture, body) = reread::brought(store, version).await?;
        let workers = &self.in_force.workers;
        let made = workers.read(&capture, &body, &self.watch.reading).await;
        if made.is_ok() {
            reread::keep(self.house, self.watch, version, &made).await?;
        }
        Ok(match made {
            Ok(document) => Standing {
                document,
                comparable: true,
            },
            Err(_) => Standing {
                document: stored,
                comparable: false,
            },
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
        // The text a version has today decides: two may have had one text by older rules, and have two by these.
        for version in earlier().filter(|version| version.compared() == text) {
            let standing = self.standing(version).await?;
            let read = self.read_by(&after.reader, version, standing).await?;
            if read.is_none_or(|read| read.text_digest() == text) {
                return Ok(Some(version.no));
            }
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
