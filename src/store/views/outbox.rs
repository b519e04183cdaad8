//! The outbox: alerts owed, the messages that pay them, and what came of those.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    Alert, AlertId, Composed, DeliveryOutcome, Destination, Entry, EntryNo, Fact, MessageId, Owed,
    WatchId,
};
use crate::store::{error::StoreError, journal, views::View, views::keys};

/// What came of an alert, as the list of deliveries tells it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Delivered {
    /// Which alert.
    pub alert: AlertId,
    /// Whose change it told.
    pub watch: Option<WatchId>,
    /// Where it went, or was to go.
    pub to: Destination,
    /// What came of it.
    pub outcome: DeliveryOutcome,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct AlertRow {
    alert: Alert,
    // The entry of the message that pays it.
    message: Option<EntryNo>,
    settled: Option<(DeliveryOutcome, DateTime<Utc>)>,
}

impl View {
    /// Puts the alerts of an entry into the outbox.
    pub(super) fn owe(
        &self,
        entry: &Entry,
        watch: Option<&WatchId>,
        owed: &[Owed],
    ) -> Result<(), StoreError> {
        for (index, owed) in owed.iter().enumerate() {
            let id = AlertId {
                entry: entry.no,
                index: index as u32,
            };
            let alert = Alert {
                id,
                watch: watch.cloned(),
                owed: owed.clone(),
                at: entry.at,
            };
            let row = AlertRow {
                alert,
                message: None,
                settled: None,
            };
            self.put(&keys::alert(id), &row)?;
            self.put(&keys::owed(id), &())?;
        }
        Ok(())
    }

    /// Ties a message to the alerts it pays.
    pub(super) fn composed(&self, no: EntryNo, composed: &Composed) -> Result<(), StoreError> {
        for alert in paid_by(composed) {
            if let Some(mut row) = self.alert_row(alert)? {
                row.message = Some(no);
                self.put(&keys::alert(alert), &row)?;
            }
        }
        Ok(())
    }

    /// Settles the alerts that a message pays.
    pub(super) fn delivered(
        &self,
        entry: &Entry,
        message: MessageId,
        outcome: &DeliveryOutcome,
    ) -> Result<(), StoreError> {
        let alerts = match self.message_for(message)? {
            Some((composed, _)) => paid_by(&composed),
            // Given up before a message was composed.
            None => vec![message],
        };
        for alert in alerts {
            let Some(mut row) = self.alert_row(alert)? else {
                continue;
            };
            let told = Delivered {
                alert,
                watch: row.alert.watch.clone(),
                to: row.alert.owed.to.clone(),
                outcome: outcome.clone(),
                at: entry.at,
            };
            row.settled = Some((outcome.clone(), entry.at));
            self.put(&keys::delivery(entry.no, alert), &told)?;
            self.put(&keys::alert(alert), &row)?;
            self.remove(&keys::owed(alert))?;
        }
        Ok(())
    }

    /// The alerts neither paid nor given up, oldest first.
    pub(super) fn owed(&self) -> Result<Vec<Alert>, StoreError> {
        let mut owed = Vec::new();
        for row in self.rows::<()>(keys::OWED) {
            let (key, ()) = row?;
            let Some(id) = keys::read_alert(&key) else {
                continue;
            };
            if let Some(mut row) = self.alert_row(id)? {
                row.alert.watch = self.renamed(row.alert.watch)?;
                owed.push(row.alert);
            }
        }
        Ok(owed)
    }

    /// Up to when the last digest of a route told.
    pub(in crate::store) fn last_digest(
        &self,
        route: &str,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.row(&keys::digest(route))
    }

    /// The message composed for an alert, and when.
    pub(super) fn message_for(
        &self,
        alert: AlertId,
    ) -> Result<Option<(Composed, DateTime<Utc>)>, StoreError> {
        let Some(no) = self.alert_row(alert)?.and_then(|row| row.message) else {
            return Ok(None);
        };
        match journal::get(&self.disk, no)? {
            Some((entry, _)) => match entry.fact {
                Fact::Composed(composed) => Ok(Some((composed, entry.at))),
                _ => Err(StoreError::damaged(
                    format!("entry {no}"),
                    "the views take it for a message; run `smallprint rebuild`",
                )),
            },
            None => Err(StoreError::damaged(format!("entry {no}"), "it is missing")),
        }
    }

    /// The id a channel gave to the message that paid an alert.
    pub(super) fn receipt(&self, alert: AlertId) -> Result<Option<String>, StoreError> {
        let settled = self.alert_row(alert)?.and_then(|row| row.settled);
        Ok(match settled {
            Some((DeliveryOutcome::Sent { id }, _)) => Some(id),
            _ => None,
        })
    }

    /// What came of an alert, and when; nothing while it is owed.
    pub(in crate::store) fn outcome(
        &self,
        alert: AlertId,
    ) -> Result<Option<(DeliveryOutcome, DateTime<Utc>)>, StoreError> {
        Ok(self.alert_row(alert)?.and_then(|row| row.settled))
    }

    /// What was sent and given up, newest first.
    pub(super) fn deliveries(&self, limit: usize) -> Result<Vec<Delivered>, StoreError> {
        let rows = self.rows::<Delivered>(keys::DELIVERIES).rev().take(limit);
        let named = |row: Result<(_, Delivered), StoreError>| {
            let (_, mut told) = row?;
            told.watch = self.renamed(told.watch)?;
            Ok(told)
        };
        rows.map(named).collect()
    }

    /// Whether an alert was ever owed.
    pub(in crate::store) fn knows(&self, alert: AlertId) -> Result<bool, StoreError> {
        Ok(self.alert_row(alert)?.is_some())
    }

    fn alert_row(&self, alert: AlertId) -> Result<Option<AlertRow>, StoreError> {
        self.row(&keys::alert(alert))
    }

    fn renamed(&self, watch: Option<WatchId>) -> Result<Option<WatchId>, StoreError> {
        watch.map(|watch| self.now_called(&watch)).transpose()
    }
}

fn paid_by(composed: &Composed) -> Vec<AlertId> {
    let mut alerts = composed.alerts.clone();
    if !alerts.contains(&composed.id) {
        alerts.insert(0, composed.id);
    }
    alerts
}
