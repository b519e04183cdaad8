//! Leads: what watches lead to, and what became of it.

use chrono::{DateTime, Utc};

use crate::model::{Digest, Entry, Fate, Lead, Leads, Trail, WatchId};
use crate::store::{bodies, error::StoreError, views::View, views::keys};

impl View {
    /// Notes what an entry about this watch says of leads.
    pub(super) fn lead(
        &self,
        entry: &Entry,
        watch: &WatchId,
        digest: Digest,
    ) -> Result<(), StoreError> {
        let leads = match self.read_leads(digest) {
            Ok(leads) => leads,
            // The journal stands even where such a body is damaged; `verify` names it.
            Err(error) => {
                tracing::warn!("{error}; what {watch} led to then is not known");
                return Ok(());
            }
        };
        self.put(&keys::followed(watch), &leads.follow)?;
        for lead in leads.leads {
            self.note(entry.at, lead)?;
        }
        Ok(())
    }

    /// Notes what somebody decided on a lead.
    pub(super) fn decide(
        &self,
        entry: &Entry,
        watch: &WatchId,
        fate: Fate,
    ) -> Result<(), StoreError> {
        match self.trail(watch)? {
            Some(trail) => self.write(entry.at, Lead { fate, ..trail.lead }),
            None => Ok(()),
        }
    }

    /// What a person decided stands, whatever pages say afterwards.
    fn note(&self, at: DateTime<Utc>, lead: Lead) -> Result<(), StoreError> {
        let decided = self.trail(&lead.watch)?.map(|trail| trail.lead.fate);
        let decided = decided.filter(|fate| matches!(fate, Fate::Dropped | Fate::Promoted));
        let fate = decided.unwrap_or(lead.fate);
        self.write(at, Lead { fate, ..lead })
    }

    fn write(&self, at: DateTime<Utc>, lead: Lead) -> Result<(), StoreError> {
        let before = self.trail(&lead.watch)?;
        let was = before.as_ref().map(|before| before.lead.fate);
        let now_read = matches!(lead.fate, Fate::Read | Fate::Watched);
        let read = before.as_ref().and_then(|before| before.read);
        let trail = Trail {
            since: before.as_ref().map_or(at, |before| before.since),
            read: read.or(now_read.then_some(at)),
            changed: match &before {
                Some(before) if was == Some(lead.fate) => before.changed,
                _ => at,
            },
            lead,
        };
        if let Some(number) = self.number(&trail.lead.watch)? {
            let mut row = self.state_row(number)?;
            let retired = !matches!(
                trail.lead.fate,
                Fate::Unread | Fate::Watched | Fate::Promoted
            );
            if row.state.retired != retired {
                row.state.retired = retired;
                self.put(&keys::state(number), &row)?;
            }
        }
        self.put(&keys::trail(&trail.lead.watch), &trail)
    }

    /// What is known of one lead.
    pub(in crate::store) fn trail(&self, watch: &WatchId) -> Result<Option<Trail>, StoreError> {
        self.row(&keys::trail(watch))
    }

    /// Every lead, by id.
    pub(super) fn trails(&self) -> Result<Vec<Trail>, StoreError> {
        let rows = self.rows::<Trail>(keys::TRAILS);
        rows.map(|row| row.map(|(_, trail)| trail)).collect()
    }

    pub(super) fn read_leads(&self, digest: Digest) -> Result<Leads, StoreError> {
        let body = bodies::read(&self.disk, &self.disk.cache, digest)?;
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(format!("the leads {digest}"), error))
    }
}
