//! Looks whether all is well, and says it once where it is not.

use std::time::Duration;

use crate::daemon::Household;
use crate::oversight::Overseer;
use crate::store::StoreError;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks until asked to stop.
pub(super) async fn keep(household: Household, mut overseer: Overseer) -> Result<(), StoreError> {
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = household.look.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if overseer.look(&household.house).await? > 0 {
            household.owed.notify_one();
        }
    }
}
