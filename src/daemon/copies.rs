//! Looks for independent copies of what people were told of.

use std::time::Duration;

use crate::copies::Seeker;
use crate::daemon::Household;
use crate::store::StoreError;

/// How often it is seen whether it is time to ask.
const EVERY: Duration = Duration::from_secs(600);

/// Asks when it is time, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let mut seeker = Seeker::default();
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
        tokio::select! {
            () = household.stopped() => return Ok(()),
            sought = seeker.look(&household.house) => {
                if sought?.found > 0 {
                    household.owed.notify_one();
                }
            }
        }
    }
}
