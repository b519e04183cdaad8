//! Reads old captures with the rules of today.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, going::named, hearing::to_the_end};
use crate::house::{self, House};
use crate::model::WatchId;
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
    let watches = match ids {
        [] => house.in_force().watchlist.watches.to_vec(),
        ids => named(house, ids).await?,
    };
    let (tell, passing_on) = to_the_end(&heard, Progress::Reread);
    let (summary, ()) = tokio::join!(reread::reread(house, &watches, purpose, tell), passing_on);
    Ok(summary?)
}
