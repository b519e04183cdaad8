//! Looks whether all is well, and says it once where it is not.

use std::time::Duration;

use crate::daemon::Household;
use crate::doctor;
use crate::house::{House, Task};
use crate::oversight::Overseer;
use crate::store::{Leased, StoreError};

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks until asked to stop.
pub(super) async fn keep(household: Household, mut overseer: Overseer) -> Result<(), StoreError> {
    let mut troubled = false;
    loop {
        let waits = !household.house.store.lease(Leased::Upkeep).await?;
        if !household
            .leased(Leased::Upkeep, Some(Task::Oversight))
            .await?
        {
            return Ok(());
        }
        if waits {
            // Somebody else looked until now.
            overseer = Overseer::begin(&household.house).await?;
        }
        household.house.signs.show(Task::Oversight);
        tell(&household.house, &mut troubled).await?;
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

/// Says once in the log that something stands still, and once that it no longer does. What has not begun yet is no trouble.
async fn tell(house: &House, troubled: &mut bool) -> Result<(), StoreError> {
    let vitals = doctor::vitals(house).await?;
    match (vitals.alive, vitals.why) {
        (true, _) if std::mem::take(troubled) => tracing::info!("all is at work again"),
        (false, Some(why)) if !std::mem::replace(troubled, true) => {
            tracing::error!("not all is at work: {why}");
        }
        _ => {}
    }
    Ok(())
}
