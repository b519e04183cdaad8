//! Serves figures about the program, and whether it lives and is ready, from before the archive is opened until it is closed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use crate::daemon::PATIENCE;
use crate::daemon::listening::{Begun, Listening, time_to_try};
use crate::house::House;
use crate::watchlist::Watchlist;
use crate::web::figures::{self, Stage};

/// What others see of the program from outside. Every clone is the same.
#[derive(Clone)]
pub struct Outside {
    stage: Arc<watch::Sender<Stage>>,
    open: Arc<Mutex<Option<Listening>>>,
}

impl Outside {
    /// Begins to show the program where this watchlist says so.
    pub async fn begin(watchlist: &Watchlist) -> Outside {
        let outside = Outside {
            stage: Arc::new(watch::Sender::new(Stage::Opening)),
            open: Arc::default(),
        };
        outside.listen(watchlist).await;
        outside
    }

    /// The archive is open.
    pub fn open(&self, house: &Arc<House>) {
        self.stage.send_replace(Stage::Open(house.clone()));
    }

    /// The program is about to close the archive.
    pub fn ending(&self) {
        self.stage.send_replace(Stage::Ending);
    }

    /// Shows nothing any more.
    pub async fn close(self) {
        if let Some(open) = self.open.lock().await.take() {
            tokio::time::timeout(PATIENCE, open.stop()).await.ok();
        }
    }

    /// Listens where this watchlist says, elsewhere, or no more. Where the address cannot be had, gives when to try again.
    async fn listen(&self, watchlist: &Watchlist) -> Option<Duration> {
        let wanted = watchlist.metrics.map(|metrics| metrics.listen);
        let mut open = self.open.lock().await;
        let stage = self.stage.subscribe();
        let begun = Listening::at(&mut open, wanted, |listener, stopped| {
            figures::serve(listener, stage, stopped)
        });
        let begun = begun.await;
        match &begun {
            Begun::Now(at) => tracing::info!("figures are served at http://{at}/metrics"),
            Begun::Not(why) => tracing::error!("figures are not served, for {why}"),
            Begun::Before => {}
        }
        begun.again()
    }

    /// Listens as the watchlist in force says, again each time that another one is, for as long as it is waited for.
    pub(super) async fn keep(&self, house: &House, again: &tokio::sync::Notify) {
        let mut wait = self.listen(&house.in_force().watchlist).await;
        loop {
            tokio::select! {
                () = again.notified() => {}
                () = time_to_try(wait) => {}
            }
            wait = self.listen(&house.in_force().watchlist).await;
        }
    }
}
