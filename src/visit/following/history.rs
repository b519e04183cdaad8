//! Holds an attachment against the list of changes of the page that offers it, where it keeps none itself.

use chrono::TimeDelta;

use crate::model::{Bounds, ChangeNote, Document, EntryNo, How, WatchId};
use crate::store::{Store, StoreError};
use crate::visit::judged::Seen;
use crate::visit::landing::Landing;

/// A page and its file are visited one soon after the other: within so long before the file, the page was read with it.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

impl Landing<'_> {
    /// Both sides of an attachment, with the lists of changes that the page which offers it had at those times.
    pub(in crate::visit) async fn by_its_page(
        &self,
        seen: Seen,
        before: Option<&Document>,
        after: Option<&Document>,
    ) -> Result<Option<(Document, Document)>, StoreError> {
        let lead = self.known.lead(&self.watch.id);
        let lead = lead.filter(|lead| lead.how == How::Attachment);
        let (Some(lead), Some(before), Some(after)) = (lead, before, after) else {
            return Ok(None);
        };
        let store = &self.house.store;
        by_page(store, &lead.parent, (seen.bounds, None), (before, after)).await
    }
}

/// Both sides of an attachment that keeps no list of changes, with the lists that the page which offers it had at those
/// times: when the old text was last seen, and when the new one was read. `None` where that page has none, rewrote its own
/// (which is said of it), or was not read since and may have a note by now. With an entry, as things stood before it.
///
/// # Errors
/// The archive's.
pub async fn by_page(
    store: &Store,
    page: &WatchId,
    (bounds, until): (Bounds, Option<EntryNo>),
    (before, after): (&Document, &Document),
) -> Result<Option<(Document, Document)>, StoreError> {
    let own = |document: &Document| !document.stated.history.is_empty();
    let Some(seen) = bounds.after.filter(|_| !own(before) && !own(after)) else {
        return Ok(None);
    };
    let mut versions = store.versions(page).await?;
    versions.retain(|version| until.is_none_or(|until| version.entry < until));
    let stood = versions.iter().rev().find(|version| version.at <= seen);
    let (Some(stood), Some(stands)) = (stood, versions.last()) else {
        return Ok(None);
    };
    let was = store.document(stood).await?.stated.history;
    let is = store.document(stands).await?.stated.history;
    let kept = !was.is_empty() && was.iter().all(|note| is.contains(note));
    let read = store.read_before(page, bounds.by + TOGETHER).await?;
    let is_late = read.is_none_or(|read| read < bounds.by - TOGETHER);
    if !kept || was == is && is_late {
        return Ok(None);
    }
    Ok(Some((listing(before, was), listing(after, is))))
}

fn listing(document: &Document, history: Vec<ChangeNote>) -> Document {
    let mut document = document.clone();
    document.stated.history = history;
    document
}
