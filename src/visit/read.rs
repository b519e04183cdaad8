//! Reads what a visit brought, away from the other visits.

use crate::extract::Read;
use crate::house::InForce;
use crate::model::{Beside, BesideKind, Capture, Digest, Document, Failure, Watch};
use crate::visit::bring::Brought;
use crate::visit::landing::Arrival;

/// What came of reading what a visit brought.
pub(super) enum Met {
    /// The page has the gist that it had: it stands as it stood, whatever else differs in what was sent.
    AsBefore(Box<Capture>),
    /// A page to be compared.
    Anew(Box<Arrival>),
}

/// Reads a capture away from the other visits.
///
/// # Errors
/// Where it holds no document.
pub(super) async fn read(
    in_force: &InForce,
    watch: &Watch,
    brought: Brought,
) -> Result<Box<Arrival>, Failure> {
    match read_unless(in_force, watch, brought, None).await? {
        Met::Anew(arrival) => Ok(arrival),
        Met::AsBefore(_) => unreachable!("there was nothing before"),
    }
}

/// The same, unless the page has the gist that it had before.
///
/// # Errors
/// As above.
pub(super) async fn read_unless(
    in_force: &InForce,
    watch: &Watch,
    brought: Brought,
    before: Option<Digest>,
) -> Result<Met, Failure> {
    let Brought {
        capture,
        body,
        beside,
    } = brought;
    let workers = &in_force.workers;
    let read = workers.read_unless(&capture, &body, &watch.reading, before);
    Ok(match read.await? {
        Read::AsBefore => Met::AsBefore(Box::new(capture)),
        Read::Anew(document, gist) => Met::Anew(Box::new(Arrival {
            capture,
            body,
            beside,
            document: *document,
            gist,
            page: None,
        })),
    })
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
