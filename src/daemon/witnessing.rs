//! Signs what the journal has come to, once a day.

use std::time::Duration;

use crate::daemon::Household;
use crate::store::{Leased, StoreError};
use crate::witness::{self, NotSigned};

/// How often it is seen whether a new day has begun.
const EVERY: Duration = Duration::from_secs(600);

/// Signs when it is time, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let mut said = false;
    loop {
        if !household.leased(Leased::Upkeep, None).await? {
            return Ok(());
        }
        match witness::daily(&household.house).await {
            Ok(Some(made)) => tracing::info!(
                "The journal was signed up to entry {}, in entry {}.",
                made.what.size,
                made.entry
            ),
            Ok(None) => {}
            Err(NotSigned::Archive(error @ StoreError::Disk { .. })) => return Err(error),
            // Visits and alerts go on: whoever keeps the program sees it here, and with `verify`.
            Err(error) if !said => {
                tracing::error!("no checkpoint can be signed: {error}");
                said = true;
            }
            Err(_) => {}
        }
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
