//! A door of the program: an address that is listened on for as long as the watchlist in force says so.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often an address that could not be listened on is tried again.
const TRY_EVERY: Duration = Duration::from_secs(30);

/// An open door.
pub(super) struct Door {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What came of opening one.
pub(super) enum Opened {
    /// It was opened, and is listened on there.
    Now(SocketAddr),
    /// It stands as it stood, or is closed as it should be.
    Before,
    /// The address cannot be had, for this reason.
    Not(String),
}

impl Door {
    /// Opens a door at this address, opens it elsewhere, or closes it where none is wanted.
    pub(super) async fn open<T: Future<Output = ()> + Send + 'static>(
        door: &mut Option<Door>,
        wanted: Option<SocketAddr>,
        serve: impl FnOnce(TcpListener, watch::Receiver<bool>) -> T,
    ) -> Opened {
        if door.as_ref().map(|door| door.at) == wanted {
            return Opened::Before;
        }
        if let Some(old) = door.take() {
            old.stop.send_replace(true);
        }
        let Some(at) = wanted else {
            return Opened::Before;
        };
        let listener = match TcpListener::bind(at).await {
            Ok(listener) => listener,
            Err(error) => return Opened::Not(format!("{at} cannot be listened on: {error}")),
        };
        let bound = listener.local_addr().unwrap_or(at);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, stopped));
        *door = Some(Door { at, stop, task });
        Opened::Now(bound)
    }

    /// Closes it; what has begun behind it goes on until what is given back has ended.
    pub(super) fn close(self) -> JoinHandle<()> {
        self.stop.send_replace(true);
        self.task
    }
}

impl Opened {
    /// When to try again, where the address could not be had.
    pub(super) fn again(&self) -> Option<Duration> {
        match self {
            Opened::Not(_) => Some(TRY_EVERY),
            Opened::Now(_) | Opened::Before => None,
        }
    }
}

/// Ends when it is time to try again; never where it need not be.
pub(super) async fn time_to_try(again: Option<Duration>) {
    match again {
        Some(wait) => tokio::time::sleep(wait).await,
        None => pending().await,
    }
}
