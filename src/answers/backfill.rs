//! What pages said before they were watched: brought from archives of the web, and how that stands.

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response, going::named, hearing::while_asked};
use crate::backfill::{self, BackfillAsked};
use crate::house::{self, House};
use crate::model::{Watch, WatchId};
use crate::reread::Purpose;

/// To `Backfill`.
pub(super) async fn backfill(
    house: &House,
    asked: &BackfillAsked,
    heard: &mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    match asked.purpose {
        Purpose::Keep => house::record(house).await?,
        Purpose::Try => house.refresh().await?,
    }
    let in_force = house.in_force();
    let archives = &in_force.watchlist.backfill.archives;
    for name in &asked.archives {
        if !archives.iter().any(|archive| archive.name == *name) {
            let names: Vec<&str> = archives.iter().map(|one| one.name.as_str()).collect();
            return Err(NoAnswer::Unknown {
                what: format!("There is no archive called “{name}”."),
                remedy: Some(format!("There are {}.", names.join(", "))),
            });
        }
    }
    let watches = wanted(house, &asked.ids).await?;
    let (tell, passing_on) = while_asked(heard, Progress::Backfill);
    let work = backfill::backfill(house, &in_force, (asked, &watches), tell);
    let (filled, ()) = tokio::join!(work, passing_on);
    Ok(Response::Backfill(filled?))
}

/// To `BackfillStatus`: the pages of which an archive was asked.
pub(super) async fn status(house: &House, ids: &[WatchId]) -> Result<Response, NoAnswer> {
    let in_force = house.in_force();
    let mut standing = Vec::new();
    let ids = match ids {
        [] => house.store.watches().await?,
        ids => {
            let watches = wanted(house, ids).await?.into_iter();
            watches.map(|watch| watch.id).collect()
        }
    };
    for id in ids {
        standing.extend(backfill::standing(house, &in_force, &id).await?);
    }
    Ok(Response::BackfillStatus(standing))
}

async fn wanted(house: &House, ids: &[WatchId]) -> Result<Vec<Watch>, NoAnswer> {
    if ids.is_empty() {
        let in_force = house.in_force();
        let own = in_force.watchlist.enabled();
        return Ok(own.map(|(watch, _)| watch.clone()).collect());
    }
    named(house, ids).await
}
