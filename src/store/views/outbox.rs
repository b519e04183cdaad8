//! The outbox: alerts owed, the messages that pay them, and what came of those.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    Alert, AlertId, Composed, DeliveryOutcome, Destination, Entry, EntryNo, Fact, Lack, MessageId,
    Owed, Parked, WatchId,
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

/// An alert with all that is known of its way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Outgoing {
    /// The alert.
    pub alert: Alert,
    /// What came of it last, and when; absent where it is owed.
    pub settled: Option<(DeliveryOutcome, DateTime<Utc>)>,
    /// What its message lacks where it stands.
    pub lacks: Vec<Lack>,
}

/// A channel that takes no messages, as the archive knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct ParkedSince {
    /// Why, and at which message.
    pub parked: Parked,
    /// Since when it has taken none.
    pub since: DateTime<Utc>,
    /// When the reason was noted.
    pub noted: DateTime<Utc>,
}

/// For how long nobody is told again that messages of a channel lack the same.
const TOLD_FOR: TimeDelta = TimeDelta::days(30);

#[derive(Serialize, Deserialize)]
struct AlertRow {
    alert: Alert,
    // The entry of the message that pays it.
    message: Option<EntryNo>,
    settled: Option<(DeliveryOutcome, DateTime<Utc>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<Lack>,
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
                lacks: Vec::new(),
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
        for alert in self.paid_with(message)? {
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
            if told.watch.is_none() {
                self.note_posted(entry, (alert, &told.to), outcome)?;
            }
            row.settled = Some((outcome.clone(), entry.at));
            self.put(&keys::delivery(entry.no, alert), &told)?;
            if let DeliveryOutcome::Sent { .. } = outcome {
                self.remove(&keys::parked(&told.to.to_string()))?;
            }
            self.put(&keys::alert(alert), &row)?;
            self.remove(&keys::owed(alert))?;
        }
        Ok(())
    }

    /// The alerts that are paid with this one: those of its message, or itself where none was composed.
    pub(in crate::store) fn paid_with(&self, alert: AlertId) -> Result<Vec<AlertId>, StoreError> {
        Ok(match self.message_for(alert)? {
            Some((composed, _)) => paid_by(&composed),
            None => vec![alert],
        })
    }

    /// Notes that a channel takes no messages.
    pub(super) fn park(&self, entry: &Entry, parked: &Parked) -> Result<(), StoreError> {
        let key = keys::parked(&parked.to.to_string());
        let earlier = self.row::<ParkedSince>(&key)?;
        let row = ParkedSince {
            parked: parked.clone(),
            since: earlier.map_or(entry.at, |earlier| earlier.since),
            noted: entry.at,
        };
        self.put(&key, &row)
    }

    /// The channels that take no messages, as far as the archive knows.
    pub(in crate::store) fn parked(&self) -> Result<Vec<ParkedSince>, StoreError> {
        let rows = self.rows::<ParkedSince>(keys::PARKED);
        rows.map(|row| Ok(row?.1)).collect()
    }

    /// Puts the alerts of a message that was given up back among those owed.
    pub(super) fn owe_again(&self, message: MessageId) -> Result<(), StoreError> {
        for alert in self.paid_with(message)? {
            if let Some(mut row) = self.alert_row(alert)? {
                row.settled = None;
                self.put(&keys::alert(alert), &row)?;
                self.put(&keys::owed(alert), &())?;
            }
        }
        Ok(())
    }

    /// Notes what a message lacks where it stands.
    pub(super) fn read_back(
        &self,
        entry: &Entry,
        message: MessageId,
        lacks: &[Lack],
    ) -> Result<(), StoreError> {
        for alert in self.paid_with(message)? {
            if let Some(mut row) = self.alert_row(alert)? {
                row.lacks = lacks.to_vec();
                self.put(&keys::alert(alert), &row)?;
                for lack in lacks {
                    if !self.is_told(&row.alert.owed.to, *lack, entry.at)? {
                        self.put(&lack_key(&row.alert.owed.to, *lack), &entry.at)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether it was told lately that messages of a channel lack this.
    pub(in crate::store) fn is_told(
        &self,
        to: &Destination,
        lack: Lack,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let told: Option<DateTime<Utc>> = self.row(&lack_key(to, lack))?;
        Ok(told.is_some_and(|told| now - told < TOLD_FOR))
    }

    /// Whether an alert is neither paid nor given up.
    pub(in crate::store) fn is_owed(&self, alert: AlertId) -> Result<bool, StoreError> {
        Ok(self.row::<()>(&keys::owed(alert))?.is_some())
    }

    /// One alert.
    pub(in crate::store) fn outgoing(
        &self,
        alert: AlertId,
    ) -> Result<Option<Outgoing>, StoreError> {
        let row = self.alert_row(alert)?;
        row.map(|row| self.as_listed(row)).transpose()
    }

    /// Every alert there ever was, oldest first.
    pub(in crate::store) fn outbox(&self) -> Result<Vec<Outgoing>, StoreError> {
        let rows = self.rows::<AlertRow>(keys::ALERTS);
        rows.map(|row| self.as_listed(row?.1)).collect()
    }

    fn as_listed(&self, mut row: AlertRow) -> Result<Outgoing, StoreError> {
        row.alert.watch = self.renamed(row.alert.watch)?;
        Ok(Outgoing {
            alert: row.alert,
            settled: row.settled,
            lacks: row.lacks,
        })
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

fn lack_key(to: &Destination, lack: Lack) -> Vec<u8> {
    keys::lack(&to.to_string(), &format!("{lack:?}"))
}

fn paid_by(composed: &Composed) -> Vec<AlertId> {
    let mut alerts = composed.alerts.clone();
    if !alerts.contains(&composed.id) {
        alerts.insert(0, composed.id);
    }
    alerts
}
