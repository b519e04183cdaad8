//! Keeps the window open where the watchlist says so.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::daemon::{Household, PATIENCE};
use crate::store::StoreError;
use crate::web::window::{self, Rights};

/// How often an address that could not be listened on is tried again.
const TRY_EVERY: Duration = Duration::from_secs(30);

/// An open window.
struct Open {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Keeps the window open where the watchlist in force says, until asked to stop.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let mut open: Option<Open> = None;
    let mut again = listen(&household, &mut open).await;
    loop {
        let waited = async {
            match again {
                Some(wait) => tokio::time::sleep(wait).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = household.stopped() => break,
            () = household.rewindow.notified() => again = listen(&household, &mut open).await,
            () = waited => again = listen(&household, &mut open).await,
        }
    }
    if let Some(open) = open {
        open.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, open.task).await.ok();
    }
    Ok(())
}

/// Opens the window, opens it elsewhere, or closes it. Where the address cannot be had, gives when to try again.
async fn listen(household: &Household, open: &mut Option<Open>) -> Option<Duration> {
    let in_force = household.house.in_force();
    let wanted = in_force.watchlist.window.as_ref();
    let wanted = wanted.map(|window| window.listen);
    if open.as_ref().map(|open| open.at) == wanted {
        return None;
    }
    if let Some(old) = open.take() {
        old.stop.send_replace(true);
    }
    let at = wanted?;
    let listener = match TcpListener::bind(at).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!("the window stays closed, for {at} cannot be listened on: {error}");
            return Some(TRY_EVERY);
        }
    };
    let bound = listener.local_addr().unwrap_or(at);
    tracing::info!("the window is open at http://{bound}/");
    let rights = Rights {
        accounts: Accounts::of(&household.opening.data),
        read_only: false,
    };
    let (stop, stopped) = watch::channel(false);
    let serving = window::serve(listener, household.house.clone(), rights, stopped);
    *open = Some(Open {
        at,
        stop,
        task: tokio::spawn(serving),
    });
    None
}
