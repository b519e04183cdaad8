//! The watchdog: ends the process when one write hangs, since a restart loses nothing and a hang loses everything after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
const ROUND: Duration = Duration::from_secs(1);

/// Since when the writer has been at one write, for whoever asks.
#[derive(Clone)]
pub(super) struct Beat {
    began: Instant,
    since: Arc<AtomicU64>,
}

impl Beat {
    /// How long the writer has been at one write; `None` while nothing is being written.
    pub(super) fn busy_for(&self) -> Option<Duration> {
        let since = self.since.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_millis(
            millis(self.began).saturating_sub(since),
        ))
    }
}

/// The pulse of the writer: since when it has been at one write.
pub(super) struct Pulse {
    began: Instant,
    // Milliseconds since `began`, plus one; 0 when nothing is being written.
    since: Arc<AtomicU64>,
    // The watchdog goes home when this is dropped.
    _leash: Sender<()>,
}

impl Pulse {
    /// Starts the watchdog of this archive.
    pub(super) fn start(dir: String) -> std::io::Result<Pulse> {
        let (leash, ended) = channel();
        let pulse = Pulse {
            began: Instant::now(),
            since: Arc::default(),
            _leash: leash,
        };
        let (began, since) = (pulse.began, pulse.since.clone());
        std::thread::Builder::new()
            .name("store-watchdog".into())
            .spawn(move || watch(&dir, began, &since, &ended))?;
        Ok(pulse)
    }

    /// Where the pulse can be felt.
    pub(super) fn beat(&self) -> Beat {
        Beat {
            began: self.began,
            since: self.since.clone(),
        }
    }

    /// A write begins.
    pub(super) fn busy(&self) {
        self.since.store(millis(self.began) + 1, Ordering::Relaxed);
    }

    /// Nothing is being written.
    pub(super) fn idle(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

fn watch(dir: &str, began: Instant, since: &AtomicU64, ended: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(ROUND) {
        if hangs(since.load(Ordering::Relaxed), millis(began)) {
            tracing::error!(
                "a write to the archive {dir} has hung for {} seconds; ending the process, start it again (nothing acknowledged is lost)",
                PATIENCE.as_secs()
            );
            std::process::abort();
        }
    }
}

fn hangs(since: u64, now: u64) -> bool {
    since != 0 && now.saturating_sub(since - 1) > PATIENCE.as_millis() as u64
}

fn millis(began: Instant) -> u64 {
    began.elapsed().as_millis() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_write_of_more_than_thirty_seconds_hangs() {
        assert!(!hangs(0, 90_000), "nothing is being written");
        assert!(!hangs(60_001, 90_000));
        assert!(hangs(60_000, 90_000));
        assert!(hangs(1, 30_001));
    }
}
