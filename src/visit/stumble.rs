//! A visit for a household that must go on, whatever a page does to the program.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::house::{House, InForce};
use crate::model::{Failure, FailureKind, VisitReport, Watch};
use crate::store::StoreError;
use crate::visit::{look_failed, told::told, visit};

/// Visits one watch. Where the program itself stumbles over what came, that is a failure of this visit, and the others
/// go on.
///
/// # Errors
/// Only the archive's.
pub async fn visit_and_go_on(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    watch: &Watch,
) -> Result<VisitReport, StoreError> {
    let _outing = house.sets_out(&watch.url);
    let _slot = house.may_begin(&watch.url).await;
    // Those that have not begun are many, and take little room.
    Box::pin(go_on(house, in_force, watch)).await
}

async fn go_on(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    watch: &Watch,
) -> Result<VisitReport, StoreError> {
    let began = Instant::now();
    let mut one = JoinSet::new();
    let at_work = (house.clone(), in_force.clone(), watch.clone());
    one.spawn(async move {
        let (house, in_force, watch) = at_work;
        visit(&house, &in_force, &watch).await
    });
    let report = match one.join_next().await {
        Some(Ok(report)) => report,
        Some(Err(_)) | None => {
            let why = format!(
                "smallprint stumbled over {}; the fault is in the program, please report it with this address",
                watch.url
            );
            look_failed(
                house,
                watch,
                Failure::new(FailureKind::Unreadable, why),
                None,
            )
            .await
        }
    }?;
    told(&report, Some(began.elapsed()));
    Ok(report)
}
