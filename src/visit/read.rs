//! Reads what a visit brought, away from the other visits.

use crate::extract;
use crate::house::InForce;
use crate::model::{Beside, BesideKind, Capture, Digest, Document, Failure, Watch};
use crate::visit::bring::Brought;
use crate::visit::landing::Arrival;

/// The longest page that is held against its gist at once; what is longer is read away from the other visits.
const SHORT: usize = 512 << 10;

/// Whether what was brought has the gist that the page had before: then it stands as it stood, whatever else differs.
pub(super) fn stands(watch: &Watch, brought: &Brought, before: Option<Digest>) -> bool {
    brought.body.len() <= SHORT
        && before.is_some_and(|before| {
            extract::has_gist(&brought.capture, &brought.body, &watch.reading, &before)
        })
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
    let Brought {
        capture,
        body,
        beside,
    } = brought;
    let workers = &in_force.workers;
    let read = workers.read_with_gist(&capture, &body, &watch.reading);
    let (document, gist) = read.await?;
    Ok(Box::new(Arrival {
        capture,
        body,
        beside,
        document,
        gist,
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
