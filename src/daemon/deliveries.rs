//! Pays alerts as they come to be owed.

use std::pin::pin;
use std::time::Duration;

use crate::daemon::Household;
use crate::deliver::Patience;
use crate::house::Task;
use crate::store::{Leased, StoreError};

/// How long a payment under way may take to come to its end when the program is asked to stop.
const TO_THE_END: Duration = Duration::from_secs(5);
/// How long a channel is waited for before the others are looked at again.
const TURN: Duration = Duration::from_secs(2);
/// How often the outbox is looked at though nothing rang.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Rings where other processes that share the archive wrote something for which an alert may be owed.
pub(super) async fn hear(household: Household) -> Result<(), StoreError> {
    let store = &household.house.store;
    if !store.is_shared()? {
        return Ok(());
    }
    let mut news = store.news();
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            changed = news.changed() => match changed {
                Ok(()) => household.owed.notify_one(),
                // The archive was closed.
                Err(_) => return Ok(()),
            }
        }
    }
}

/// Pays what is owed until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    house.note_payer();
    loop {
        if !household
            .leased(Leased::Deliveries, Some(Task::Deliveries))
            .await?
        {
            return Ok(());
        }
        house.signs.show(Task::Deliveries);
        let mut paying = pin!(house.pay_for(Patience::DAEMON, TURN));
        let wait = tokio::select! {
            () = household.stopped() => {
                // What was just said is put on record, lest it be said again after the next start.
                let end = async {
                    paying.await?;
                    house.finish_paying().await
                };
                return tokio::time::timeout(TO_THE_END, end).await.unwrap_or(Ok(()));
            }
            paid = &mut paying => {
                let paid = paid?;
                if !paid.refused.is_empty() || !paid.given_up.is_empty() {
                    household.look.notify_one();
                }
                paid.next
            }
        };
        let wait = wait.unwrap_or(LOOK_EVERY).min(LOOK_EVERY);
        tokio::select! {
            () = household.stopped() => {
                let end = tokio::time::timeout(TO_THE_END, house.finish_paying()).await;
                return end.unwrap_or(Ok(()));
            }
            () = household.owed.notified() => {}
            () = house.urged() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
