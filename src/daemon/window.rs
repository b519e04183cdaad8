//! Keeps the window open where the watchlist says so.

use std::time::Duration;

use crate::accounts::Accounts;
use crate::daemon::listening::{Begun, Listening, time_to_try};
use crate::daemon::{Household, PATIENCE};
use crate::store::StoreError;
use crate::web::window::{self, Rights};

/// Keeps the window open where the watchlist in force says, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let mut open: Option<Listening> = None;
    let mut again = listen(&household, &mut open).await;
    loop {
        tokio::select! {
            () = household.stopped() => break,
            () = household.rewindow.notified() => again = listen(&household, &mut open).await,
            () = time_to_try(again) => again = listen(&household, &mut open).await,
        }
    }
    if let Some(open) = open {
        tokio::time::timeout(PATIENCE, open.stop()).await.ok();
    }
    Ok(())
}

/// Opens the window, opens it elsewhere, or closes it. Where the address cannot be had, gives when to try again.
async fn listen(household: &Household, open: &mut Option<Listening>) -> Option<Duration> {
    let in_force = household.house.in_force();
    let wanted = in_force.watchlist.window.as_ref();
    let wanted = wanted.map(|window| window.listen);
    let begun = Listening::at(open, wanted, |listener, stopped| {
        let rights = Rights {
            accounts: Accounts::of(&household.opening.data),
            read_only: false,
        };
        window::serve(listener, household.house.clone(), rights, stopped)
    });
    let begun = begun.await;
    match &begun {
        Begun::Now(at) => tracing::info!("the window is open at http://{at}/"),
        Begun::Not(why) => tracing::error!("the window stays closed, for {why}"),
        Begun::Before => {}
    }
    begun.again()
}
