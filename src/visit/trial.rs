//! Goes and looks at a page without storing anything.

use crate::house::InForce;
use crate::model::{Capture, Document, Failure, FailureKind, Watch};
use crate::visit::bring::{Trip, bring_page};
use crate::visit::read::read;

/// Brings and reads the page of a watch as a visit would that no interface tells of it, and stores nothing.
///
/// # Errors
/// The failure a visit would keep.
pub async fn trial(in_force: &InForce, watch: &Watch) -> Result<(Capture, Document), Failure> {
    match bring_page(in_force, watch, &watch.url, None).await {
        Trip::Served(brought) => {
            let arrival = read(in_force, watch, brought).await?;
            Ok((arrival.capture, arrival.document))
        }
        Trip::Failed(failure) => Err(failure),
        Trip::NotModified(_) => Err(Failure::new(
            FailureKind::HttpStatus,
            format!(
                "{} answered 304 to a question that was not asked",
                watch.url
            ),
        )),
    }
}
