//! What can be asked of alerts: which are owed, and what became of the others.

use chrono::{DateTime, Utc};

use crate::model::{Alert, AlertId, Composed, Destination, Lack};
use crate::store::{
    Store,
    error::StoreError,
    views::{Delivered, Outgoing, ParkedSince},
};

impl Store {
    /// The alerts owed and not yet paid or given up, oldest first.
    pub async fn owed(&self) -> Result<Vec<Alert>, StoreError> {
        self.blocking(|rooms| rooms.picture().owed()).await
    }

    /// Up to when the last digest of a route told; `None` where it had none yet.
    pub async fn last_digest(&self, route: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let route = route.to_owned();
        self.blocking(move |rooms| rooms.picture().view.last_digest(&route))
            .await
    }

    /// The message composed for an alert, if there is one, and when.
    pub async fn composed(
        &self,
        alert: AlertId,
    ) -> Result<Option<(Composed, DateTime<Utc>)>, StoreError> {
        self.blocking(move |rooms| rooms.picture().composed(alert))
            .await
    }

    /// The id a channel gave to the message that paid an alert.
    pub async fn receipt(&self, alert: AlertId) -> Result<Option<String>, StoreError> {
        self.blocking(move |rooms| rooms.picture().receipt(alert))
            .await
    }

    /// The alerts that are paid with this one, itself among them.
    pub async fn paid_with(&self, alert: AlertId) -> Result<Vec<AlertId>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.paid_with(alert))
            .await
    }

    /// Whether an alert is neither paid nor given up.
    pub async fn is_owed(&self, alert: AlertId) -> Result<bool, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.is_owed(alert))
            .await
    }

    /// One alert with all that is known of its way; `None` where it was never owed.
    pub async fn outgoing(&self, alert: AlertId) -> Result<Option<Outgoing>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.outgoing(alert))
            .await
    }

    /// Every alert there ever was, oldest first.
    pub async fn outbox(&self) -> Result<Vec<Outgoing>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.outbox()).await
    }

    /// The channels that take no messages, as far as the archive knows.
    pub async fn parked(&self) -> Result<Vec<ParkedSince>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.parked()).await
    }

    /// Whether it was told lately that messages of a channel lack this.
    pub async fn is_told(
        &self,
        to: &Destination,
        lack: Lack,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let to = to.clone();
        self.blocking(move |rooms| rooms.picture().view.is_told(&to, lack, now))
            .await
    }

    /// What was sent and given up, newest first; at most `limit` where there is one.
    pub async fn deliveries(&self, limit: Option<usize>) -> Result<Vec<Delivered>, StoreError> {
        let limit = limit.unwrap_or(usize::MAX);
        self.blocking(move |rooms| rooms.picture().deliveries(limit))
            .await
    }
}
