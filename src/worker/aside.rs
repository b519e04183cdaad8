//! Does long work aside, so that the visits that go on meanwhile need not wait for it.

use std::panic::resume_unwind;

/// What comes of this work, done on a thread of its own. Where it stumbles, whoever waits for it stumbles too.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // It was never begun, since the program ends; so does whoever waits.
            Err(_) => std::future::pending().await,
        },
    }
}
