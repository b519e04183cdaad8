//! Looks whether all is well, and says it once where it is not.

use std::time::Duration;

use crate::daemon::Household;
use crate::doctor;
use crate::house::{House, Task};
use crate::oversight::Overseer;
use crate::store::StoreError;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks until asked to stop.
pub(super) async fn keep(household: Household, mut overseer: Overseer) -> Result<(), StoreError> {
    let mut shown = None;
    loop {
        household.house.signs.show(Task::Oversight);
        tell(&household.house, &mut shown).await?;
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

/// Says in the log when the program begins to do all it is there for, and when it no longer does.
async fn tell(house: &House, said: &mut Option<Option<String>>) -> Result<(), StoreError> {
    let vitals = doctor::vitals(house).await?;
    let ready = vitals.ready;
    let before = said.replace(vitals.why.clone());
    match (before, vitals.why) {
        (Some(Some(_)), None) => tracing::info!(ready, "all is at work again"),
        (before, Some(why)) if before.as_ref().is_some_and(Option::is_none) => {
            tracing::error!(ready, "not all is at work: {why}");
        }
        _ => {}
    }
    Ok(())
}
