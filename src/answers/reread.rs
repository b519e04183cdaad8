//! Reads old captures with the rules of today.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, going::not_watched, hearing::to_the_end};
use crate::house::{self, House};
use crate::model::{Watch, WatchId};
use crate::reread::{self, Purpose, Summary};

/// Reads the captures of these watches again, or of all where none is named.
pub(super) async fn reread(
    house: &Arc<House>,
    ids: &[WatchId],
    purpose: Purpose,
    heard: mpsc::Sender<Progress>,
) -> Result<Summary, NoAnswer> {
    match purpose {
        Purpose::Keep => house::record(house).await?,
        Purpose::Try => house.refresh().await?,
    }
    let in_force = house.in_force();
    let mut watches: Vec<Watch> = Vec::new();
    for id in ids {
        match in_force.watchlist.watch(id) {
            Some(watch) if watches.iter().any(|other| other.id == watch.id) => {}
            Some(watch) => watches.push(watch.clone()),
            None => return Err(not_watched(house, id).await?),
        }
    }
    if ids.is_empty() {
        watches.clone_from(&in_force.watchlist.watches);
    }
    let (tell, passing_on) = to_the_end(&heard, Progress::Reread);
    let (summary, ()) = tokio::join!(reread::reread(house, &watches, purpose, tell), passing_on);
    Ok(summary?)
}
