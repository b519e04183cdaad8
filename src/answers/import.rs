//! Takes a file that somebody saved.

use crate::answers::{NoAnswer, going::not_watched};
use crate::house::{self, House};
use crate::model::{VersionNo, VisitReport, WatchId};
use crate::visit::{self, Import, Saved};
use serde::{Deserialize, Serialize};

/// What came of a file that was taken.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "import", content = "of")]
pub enum Taken {
    /// It was judged like a visit, and stored.
    Landed(Box<VisitReport>),
    /// These very bytes were seen at that time already, as this version; nothing was stored.
    Known(VersionNo),
}

pub(super) async fn import(house: &House, id: &WatchId, saved: Saved) -> Result<Taken, NoAnswer> {
    house::record(house).await?;
    let in_force = house.in_force();
    let Some(watch) = in_force.watchlist.watch(id) else {
        return Err(not_watched(house, id).await?);
    };
    match visit::import(house, &in_force, watch, saved).await? {
        Import::Landed(report) => Ok(Taken::Landed(report)),
        Import::Known(version) => Ok(Taken::Known(version)),
        Import::Refused { why, remedy } => Err(NoAnswer::Unknown { what: why, remedy }),
    }
}
