//! Listens for collectors, and says when none has come for long.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::daemon::{Household, PATIENCE, rota};
use crate::model::VisitReport;
use crate::store::StoreError;
use crate::visit;
use crate::web::collecting;

/// How often an address that could not be listened on is tried again.
const TRY_EVERY: Duration = Duration::from_secs(30);
/// How often it is asked whether collectors have gone quiet.
const ASK_EVERY: Duration = Duration::from_secs(600);

/// What collectors brought, or why the archive could not take it.
type Brought = Result<VisitReport, StoreError>;

/// A listener at work.
struct Listening {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Listens as the watchlist in force says, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    let began = house.clock.now();
    let (tell, mut told) = mpsc::channel::<Brought>(64);
    let mut listening: Option<Listening> = None;
    let mut again = listen(&household, &mut listening, &tell).await;
    loop {
        let waited = async {
            match again {
                Some(wait) => tokio::time::sleep(wait).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = household.stopped() => break,
            () = household.relisten.notified() => {
                again = listen(&household, &mut listening, &tell).await;
            }
            () = waited => again = listen(&household, &mut listening, &tell).await,
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
    listening.stop.send_replace(true);
    // What has begun to land ends first, if it ends in good time.
    let ending = async {
        while let Some(brought) = told.recv().await {
            brought?;
        }
        listening.task.await.ok();
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
    if listening.as_ref().map(|listening| listening.at) == wanted_at {
        return None;
    }
    if let Some(old) = listening.take() {
        old.stop.send_replace(true);
    }
    let at = wanted_at?;
    let listener = match TcpListener::bind(at).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!("collectors are not heard, for {at} cannot be listened on: {error}");
            return Some(TRY_EVERY);
        }
    };
    let bound = listener.local_addr().unwrap_or(at);
    tracing::info!("collectors are heard on {bound}");
    let (stop, stopped) = watch::channel(false);
    let serving = collecting::serve(listener, household.house.clone(), tell.clone(), stopped);
    *listening = Some(Listening {
        at,
        stop,
        task: tokio::spawn(serving),
    });
    None
}
