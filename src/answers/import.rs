//! Takes a file that somebody saved, or a whole archive.

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response, going::not_watched};
use crate::house::{self, House};
use crate::imports::{self, NotTaken, TakeAsked};
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
    let (tell, mut told) = mpsc::channel(1);
    let pass_on = async {
        while let Some((done, all)) = told.recv().await {
            if heard.send(Progress::Done(done, all)).await.is_err() {
                break;
            }
        }
        // From here on nobody listens.
        drop(told);
    };
    let (taken, ()) = tokio::join!(imports::take(house, asked, tell), pass_on);
    Ok(Response::Take(Box::new(taken?)))
}

impl From<NotTaken> for NoAnswer {
    fn from(error: NotTaken) -> NoAnswer {
        match error {
            NotTaken::Refused { what, remedy } => NoAnswer::Unknown { what, remedy },
            NotTaken::Archive(error) => error.into(),
        }
    }
}
