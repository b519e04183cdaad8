//! What the archive knows of alarms and heartbeats.

use crate::model::{Beat, Ringing};
use crate::store::{Store, error::StoreError};

impl Store {
    /// The alarms that ring now, in order.
    pub async fn ringing(&self) -> Result<Vec<Ringing>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.ringing()).await
    }

    /// The last heartbeat; `None` where there was none yet.
    pub async fn last_heartbeat(&self) -> Result<Option<Beat>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.last_heartbeat())
            .await
    }
}
