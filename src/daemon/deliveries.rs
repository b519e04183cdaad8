//! Pays alerts as they come to be owed.

use std::time::Duration;

use crate::daemon::Household;
use crate::deliver::Patience;
use crate::store::StoreError;

/// How often the outbox is looked at though nothing rang.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Pays what is owed until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    loop {
        let wait = tokio::select! {
            () = household.stopped() => return Ok(()),
            paid = house.pay(Patience::DAEMON) => paid?.next,
        };
        let wait = wait.unwrap_or(LOOK_EVERY).min(LOOK_EVERY);
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = household.owed.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
