//! Listens for collectors, and says when none has come for long.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::daemon::listening::{Begun, Listening, time_to_try};
use crate::daemon::{Household, PATIENCE, rota};
use crate::model::VisitReport;
use crate::store::StoreError;
use crate::visit;
use crate::web::collecting;

/// How often it is asked whether collectors have gone quiet.
const ASK_EVERY: Duration = Duration::from_secs(600);

/// What collectors brought, or why the archive could not take it.
type Brought = Result<VisitReport, StoreError>;

/// Listens as the watchlist in force says, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    let began = house.clock.now();
    let (tell, mut told) = mpsc::channel::<Brought>(64);
    let mut listening: Option<Listening> = None;
    let mut again = listen(&household, &mut listening, &tell).await;
    loop {
        tokio::select! {
            () = household.stopped() => break,
            () = household.relisten.notified() => {
                again = listen(&household, &mut listening, &tell).await;
            }
            () = time_to_try(again) => again = listen(&household, &mut listening, &tell).await,
            Some(brought) = told.recv() => rota::tell(&household, &brought?),
            () = tokio::time::sleep(ASK_EVERY) => {
                if visit::unbrought(house, &house.in_force(), began).await? > 0 {
                    household.owed.notify_one();
                }
            }
        }
    }
    drop(tell);
    let Some(listening) = listening else {
        return Ok(());
    };
    let serving = listening.stop();
    // What has begun to land ends first, if it ends in good time.
    let ending = async {
        while let Some(brought) = told.recv().await {
            brought?;
        }
        serving.await.ok();
        Ok(())
    };
    tokio::time::timeout(PATIENCE, ending)
        .await
        .unwrap_or(Ok(()))
}

/// Begins to listen, or listens elsewhere, or stops: as the watchlist in force says. Where the address cannot be had, gives
/// when to try again.
async fn listen(
    household: &Household,
    listening: &mut Option<Listening>,
    tell: &mpsc::Sender<Brought>,
) -> Option<Duration> {
    let in_force = household.house.in_force();
    let wanted = in_force.watchlist.collect.as_ref();
    let wanted_at = wanted.filter(|_| in_force.secret.is_some());
    let wanted_at = wanted_at.map(|collect| collect.listen);
    if let Some(collect) = wanted.filter(|_| wanted_at.is_none()) {
        tracing::error!(
            "collectors are not heard, for they would need a secret: set the environment variable {}, or name a file \
             with secret_file under [collect]",
            collect.secret_env
        );
    }
    let begun = Listening::at(listening, wanted_at, |listener, stopped| {
        collecting::serve(listener, household.house.clone(), tell.clone(), stopped)
    });
    let begun = begun.await;
    match &begun {
        Begun::Now(at) => tracing::info!("collectors are heard on {at}"),
        Begun::Not(why) => tracing::error!("collectors are not heard, for {why}"),
        Begun::Before => {}
    }
    begun.again()
}
