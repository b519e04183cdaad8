//! Listening on an address for as long as the watchlist in force says so.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often an address that could not be listened on is tried again.
const TRY_EVERY: Duration = Duration::from_secs(30);

/// A listener at work.
pub(super) struct Listening {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What came of the wish to listen.
pub(super) enum Begun {
    /// It is listened on there from now on.
    Now(SocketAddr),
    /// All is as it was, or nobody listens, as it should be.
    Before,
    /// The address cannot be had, for this reason.
    Not(String),
}

impl Listening {
    /// Begins to listen on this address, or listens elsewhere, or stops where none is wanted.
    pub(super) async fn at<T: Future<Output = ()> + Send + 'static>(
        listening: &mut Option<Listening>,
        wanted: Option<SocketAddr>,
        serve: impl FnOnce(TcpListener, watch::Receiver<bool>) -> T,
    ) -> Begun {
        if listening.as_ref().map(|own| own.at) == wanted {
            return Begun::Before;
        }
        if let Some(old) = listening.take() {
            old.stop.send_replace(true);
        }
        let Some(at) = wanted else {
            return Begun::Before;
        };
        let listener = match TcpListener::bind(at).await {
            Ok(listener) => listener,
            Err(error) => return Begun::Not(format!("{at} cannot be listened on: {error}")),
        };
        let bound = listener.local_addr().unwrap_or(at);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, stopped));
        *listening = Some(Listening { at, stop, task });
        Begun::Now(bound)
    }

    /// Stops; what has begun goes on until what is given back has ended.
    pub(super) fn stop(self) -> JoinHandle<()> {
        self.stop.send_replace(true);
        self.task
    }
}

impl Begun {
    /// When to try again, where the address could not be had.
    pub(super) fn again(&self) -> Option<Duration> {
        match self {
            Begun::Not(_) => Some(TRY_EVERY),
            Begun::Now(_) | Begun::Before => None,
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
