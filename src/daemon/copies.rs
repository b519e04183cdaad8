//! Looks for independent copies of what people were told of, and asks for them where that is wished.

use std::time::Duration;

use crate::copies::{Saver, Seeker};
use crate::daemon::Household;
use crate::store::{Leased, StoreError};

/// How often it is seen whether it is time to ask.
const EVERY: Duration = Duration::from_secs(600);

/// How often an archive is asked to keep a page at most.
const SAVES_EVERY: Duration = Duration::from_secs(60);

/// Asks the archive to keep one page after the other, until asked to stop. No alert waits for it.
pub(super) async fn save(household: Household) -> Result<(), StoreError> {
    let mut saver = Saver::default();
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = tokio::time::sleep(SAVES_EVERY) => {}
        }
        if !household.leased(Leased::Upkeep, None).await? {
            return Ok(());
        }
        tokio::select! {
            () = household.stopped() => return Ok(()),
            asked = saver.ask(&household.house) => {
                asked?;
            }
        }
    }
}

/// Asks when it is time, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let mut seeker = Seeker::default();
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
        if !household.leased(Leased::Upkeep, None).await? {
            return Ok(());
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
