//! Reads what a visit brought, away from the other visits.

use crate::extract;
use crate::house::InForce;
use crate::model::{Beside, BesideKind, Capture, Document, Failure, FailureKind, Watch};
use crate::visit::bring::Brought;
use crate::visit::landing::Arrival;

/// Reads a capture away from the other visits, since a long page takes its time, and may hold what no reader was
/// prepared for: that is a failure of the page, and no reason for the others not to be visited.
pub(super) async fn read(
    in_force: &InForce,
    watch: &Watch,
    brought: Brought,
) -> Result<Box<Arrival>, Failure> {
    if extract::danger(&brought.capture, &brought.body).is_some() {
        let Brought { capture, body, .. } = &brought;
        let read = in_force.workers.read(capture, body, &watch.reading).await;
        return read.map(|document| arrived(brought, document));
    }
    let reading = watch.reading.clone();
    let stumbled = stumbled(&brought.capture);
    let reader = tokio::task::spawn_blocking(move || {
        let document = extract::read(&brought.capture, &brought.body, &reading)?;
        Ok(arrived(brought, document))
    });
    reader.await.unwrap_or(Err(stumbled))
}

fn arrived(brought: Brought, document: Document) -> Box<Arrival> {
    Box::new(Arrival {
        capture: brought.capture,
        body: brought.body,
        beside: brought.beside,
        document,
        page: None,
    })
}

fn stumbled(capture: &Capture) -> Failure {
    Failure {
        status: Some(capture.answer().status),
        hops: capture.hops.clone(),
        ..Failure::new(
            FailureKind::Unreadable,
            format!("{} made the reader stumble", capture.landed()),
        )
    }
}

/// The page that was kept beside a capture, as a capture of its own; `None` where none was.
pub(super) fn page_beside(capture: &Capture) -> Option<Capture> {
    let is_page = |beside: &&Beside| beside.what == BesideKind::Page && !beside.hops.is_empty();
    let page = capture.beside.iter().find(is_page)?;
    Some(Capture {
        hops: page.hops.clone(),
        body: page.body,
        length: page.length,
        beside: Vec::new(),
        ..capture.clone()
    })
}

/// Reads a page that was kept beside a capture.
///
/// # Errors
/// Where it holds no document.
pub(super) async fn read_beside(
    in_force: &InForce,
    watch: &Watch,
    capture: Capture,
    body: Vec<u8>,
) -> Result<Document, Failure> {
    let brought = Brought {
        capture,
        body,
        beside: Vec::new(),
    };
    Ok(read(in_force, watch, brought).await?.document)
}
