//! Reads what a visit brought, away from the other visits.

use crate::house::InForce;
use crate::model::{Beside, BesideKind, Capture, Document, Failure, Watch};
use crate::visit::bring::Brought;
use crate::visit::landing::Arrival;

/// Reads a capture away from the other visits.
///
/// # Errors
/// Where it holds no document.
pub(super) async fn read(
    in_force: &InForce,
    watch: &Watch,
    brought: Brought,
) -> Result<Box<Arrival>, Failure> {
    let Brought {
        capture,
        body,
        beside,
    } = brought;
    let workers = &in_force.workers;
    let document = workers.read(&capture, &body, &watch.reading).await?;
    Ok(Box::new(Arrival {
        capture,
        body,
        beside,
        document,
        page: None,
    }))
}

/// The page that was kept beside a capture, as a capture of its own; `None` where none was.
pub fn page_beside(capture: &Capture) -> Option<Capture> {
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
    let workers = &in_force.workers;
    workers.read(&capture, &body, &watch.reading).await
}
