//! Reads what a visit brought, away from the other visits.

use crate::extract;
use crate::model::{Failure, FailureKind, Watch};
use crate::visit::bring::Brought;
use crate::visit::landing::Arrival;

/// Reads a capture away from the other visits, since a long page takes its time, and may hold what no reader was
/// prepared for: that is a failure of the page, and no reason for the others not to be visited.
pub(super) async fn read(watch: &Watch, brought: Brought) -> Result<Box<Arrival>, Failure> {
    let reading = watch.reading.clone();
    let capture = &brought.capture;
    let stumbled = Failure {
        status: Some(capture.answer().status),
        hops: capture.hops.clone(),
        ..Failure::new(
            FailureKind::Unreadable,
            format!("{} made the reader stumble", capture.landed()),
        )
    };
    let reader = tokio::task::spawn_blocking(move || {
        let document = extract::read(&brought.capture, &brought.body, &reading)?;
        Ok(Box::new(Arrival {
            capture: brought.capture,
            body: brought.body,
            beside: brought.beside,
            document,
        }))
    });
    reader.await.unwrap_or(Err(stumbled))
}
