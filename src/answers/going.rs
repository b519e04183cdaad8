//! Going and looking because somebody asks for it.

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, hearing::to_the_end, no_watch};
use crate::house::{self, House};
use crate::model::{Watch, WatchId};
use crate::visit::{self, Round, Wanted};

/// Visits what is wanted, and passes on what is heard of it.
pub(super) async fn go_and_look(
    house: &std::sync::Arc<House>,
    wanted: Wanted,
    heard: mpsc::Sender<Progress>,
) -> Result<Round, NoAnswer> {
    if let Wanted::These(ids) = &wanted {
        let in_force = house.in_force();
        for id in ids {
            if !in_force
                .watchlist
                .watches
                .iter()
                .any(|watch| watch.id == *id)
            {
                return Err(not_watched(house, id).await?);
            }
            let own = in_force.watchlist.watch(id);
            if let Some(watch) = own.filter(|watch| in_force.watchlist.is_collected(&watch.url)) {
                return Err(not_from_here(watch));
            }
        }
    }
    house::record(house).await?;
    let (tell, passing_on) = to_the_end(&heard, Progress::Round);
    let (round, ()) = tokio::join!(visit::round(house, &wanted, tell), passing_on);
    Ok(round?)
}

/// The watches of these ids, each once.
pub(super) async fn named(house: &House, ids: &[WatchId]) -> Result<Vec<Watch>, NoAnswer> {
    let in_force = house.in_force();
    let mut watches: Vec<Watch> = Vec::new();
    for id in ids {
        match in_force.watchlist.watch(id) {
            Some(watch) if watches.iter().any(|other| other.id == watch.id) => {}
            Some(watch) => watches.push(watch.clone()),
            None => return Err(not_watched(house, id).await?),
        }
    }
    Ok(watches)
}

/// That nothing is visited under this id: it is retired, has another name now, or never was.
pub(super) async fn not_watched(house: &House, id: &WatchId) -> Result<NoAnswer, NoAnswer> {
    let watches = &house.in_force().watchlist.watches;
    let renamed = watches.iter().find(|watch| watch.was.contains(id));
    let remedy = match renamed {
        Some(watch) => format!("It is called “{}” now.", watch.id),
        None if house.store.state(id).await?.visits == 0 => return Ok(no_watch(house, id)),
        None => format!(
            "It stands no longer in the watchlist; `smallprint history {id}` shows what was kept."
        ),
    };
    Ok(NoAnswer::Unknown {
        what: format!("“{id}” is no longer watched."),
        remedy: Some(remedy),
    })
}

/// That a watch is not visited from this machine.
fn not_from_here(watch: &Watch) -> NoAnswer {
    let host = watch.url.host_str().unwrap_or_default();
    NoAnswer::Unknown {
        what: format!(
            "“{}” is not visited from here: {host} stands under `collected` in [collect].",
            watch.id
        ),
        remedy: Some(
            "A collector visits it: `smallprint collect` on a machine that the host answers."
                .to_owned(),
        ),
    }
}
