//! Takes a file that somebody saved, or a whole archive.

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response, going::not_watched, hearing::while_asked};
use crate::house::{self, House};
use crate::imports::{self, TakeAsked};
use crate::model::{VersionNo, VisitReport, WatchId};
use crate::visit::{self, Import, Saved};

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

/// Takes a whole archive in; whoever asked hears how far it is, and it stops when they are gone.
pub(super) async fn take(
    house: &House,
    asked: &TakeAsked,
    heard: mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    house::record(house).await?;
    if let Some(id) = &asked.watch
        && house.in_force().watchlist.watch(id).is_none()
    {
        return Err(not_watched(house, id).await?);
    }
    let (tell, passing_on) = while_asked(&heard, |(done, all)| Progress::Done(done, all));
    let (taken, ()) = tokio::join!(imports::take(house, asked, tell), passing_on);
    Ok(Response::Take(Box::new(taken?)))
}
