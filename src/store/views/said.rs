//! What changed on the pages of a host, and to whom it was said.

use chrono::{DateTime, Utc};

use crate::model::{EntryNo, Landed, Owed, Said};
use crate::store::{error::StoreError, views::View, views::keys};

/// How many changes of one host are looked through.
const LOOKED_THROUGH: usize = 500;

impl View {
    /// Notes the edits of a change under the host of its page, and to whom they were said.
    pub(super) fn note_said(&self, no: EntryNo, landed: &Landed) -> Result<(), StoreError> {
        let Some(host) = landed.url.host_str().filter(|_| !landed.edits.is_empty()) else {
            return Ok(());
        };
        let posts = |owed: &&Owed| owed.edits.is_none();
        let said = Said {
            watch: landed.watch.clone(),
            title: landed.title.clone(),
            kind: landed.kind,
            span: landed.span,
            bounds: landed.bounds,
            severity: landed.severity,
            edits: landed.edits.clone(),
            to: landed
                .owed
                .iter()
                .filter(posts)
                .map(|owed| owed.to.clone())
                .collect(),
        };
        self.put(&keys::said(host, no), &said)
    }

    /// What changed on the pages of a host since a time, newest first.
    pub(super) fn said(&self, host: &str, since: DateTime<Utc>) -> Result<Vec<Said>, StoreError> {
        let mut found = Vec::new();
        for row in self
            .rows::<Said>(&keys::host(host))
            .rev()
            .take(LOOKED_THROUGH)
        {
            let (_, mut said) = row?;
            // Where our clock went back a later entry may be the older one: none of them ends the search.
            if said.bounds.by >= since {
                said.watch = self.now_called(&said.watch)?;
                found.push(said);
            }
        }
        Ok(found)
    }
}
