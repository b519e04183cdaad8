//! What changes of several pages have in common.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::model::{Digest, EntryNo, Landed, Member, Owed, Strand, WatchId};
use crate::store::{bodies, error::StoreError, views::View, views::keys};

/// How many changes with one strand are remembered at once.
const MEMBERS: usize = 5_000;

impl View {
    /// Notes what a change has in common with others, and which of it more than one page has by now.
    pub(super) fn note_strands(
        &self,
        no: EntryNo,
        landed: &Landed,
        strands: Digest,
    ) -> Result<(), StoreError> {
        let strands = match self.read_strands(strands) {
            Ok(strands) => strands,
            // The journal stands even where such a body is damaged; `verify` names it.
            Err(error) => {
                tracing::warn!("{error}; what change {no} has in common with others is not known");
                return Ok(());
            }
        };
        for strand in strands {
            let mark = strand.mark;
            self.put(&keys::member(mark, no), &member(no, landed, strand))?;
            if self.on_several_pages(mark)? {
                let key = keys::shared(mark);
                let before: Option<DateTime<Utc>> = self.row(&key)?;
                let by = landed.bounds.by;
                self.put(&key, &before.map_or(by, |before| before.max(by)))?;
            }
        }
        Ok(())
    }

    fn on_several_pages(&self, mark: Digest) -> Result<bool, StoreError> {
        let mut pages: BTreeSet<WatchId> = BTreeSet::new();
        for row in self.rows::<Member>(&keys::strand(mark)) {
            pages.insert(self.now_called(&row?.1.watch)?);
            if pages.len() > 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The changes that have a strand, oldest first.
    pub(super) fn strand(&self, mark: Digest) -> Result<Vec<Member>, StoreError> {
        let mut members = Vec::new();
        for row in self.rows::<Member>(&keys::strand(mark)).rev().take(MEMBERS) {
            let (_, mut member) = row?;
            member.watch = self.now_called(&member.watch)?;
            members.push(member);
        }
        members.reverse();
        Ok(members)
    }

    /// The marks of strands that more than one page has, the last of them since a time.
    pub(super) fn shared_since(&self, since: DateTime<Utc>) -> Result<Vec<Digest>, StoreError> {
        let mut marks = Vec::new();
        for row in self.rows::<DateTime<Utc>>(keys::SHARED) {
            let (key, last) = row?;
            if let Some(mark) = key.last_chunk().filter(|_| last >= since) {
                marks.push(Digest(*mark));
            }
        }
        Ok(marks)
    }

    fn read_strands(&self, digest: Digest) -> Result<Vec<Strand>, StoreError> {
        let body = bodies::read(&self.disk, &self.disk.cache, digest)?;
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(format!("the strands {digest}"), error))
    }
}

fn member(entry: EntryNo, landed: &Landed, strand: Strand) -> Member {
    let posts = |owed: &&Owed| owed.edits.is_none();
    let to = landed.owed.iter().filter(posts);
    Member {
        entry,
        watch: landed.watch.clone(),
        title: landed.title.clone(),
        host: landed.url.host_str().unwrap_or_default().to_owned(),
        span: landed.span,
        bounds: landed.bounds,
        severity: landed.severity,
        to: to.map(|owed| owed.to.clone()).collect(),
        strand,
    }
}
